# Texte zum Einrichten, für Benutzer, Konten und Einstellungen der Veranstaltungen.

## Ihr Konto

account-password = Passwort
account-current = Jetziges Passwort
account-wrong-password = Das ist nicht Ihr jetziges Passwort.
account-change-password = Passwort ändern
account-password-ends = Dann enden alle Ihre Sitzungen, auch diese: Melden Sie sich mit dem neuen Passwort an.
done-password = Ihr Passwort wurde geändert. Melden Sie sich mit dem neuen an.

## Erster Start

setup = Diesen Server einrichten
setup-hint = Hier kann sich noch niemand anmelden. Wer den Server gestartet hat, legt die Organisation und das erste Konto der Verwaltung an.
setup-code = Einrichtungscode
setup-code-hint = Der Server hat ihn beim Start ausgegeben (im Terminal oder Protokoll). Jeder Start macht einen neuen.
setup-wrong-code = Das ist nicht der Einrichtungscode. Er steht im Terminal oder Protokoll des Servers hinter „setup code:“, und zwar vom letzten Start.
setup-organization = Name der Organisation
setup-name = Ihr Name
setup-again = Passwort noch einmal
setup-deed = Einrichten
setup-root = Der Wurzelschlüssel, der für alle anderen bürgt, bleibt in der Datenbank des Servers. Soll er offline bleiben, schließen Sie diese Seite und führen Sie auf dem Server „sync-server init --root-key-out DATEI“ aus.
setup-done = Dieser Server ist eingerichtet
setup-done-hint = Es gibt schon eine Organisation. Wer hier arbeiten soll, bekommt ein Konto von ihrer Verwaltung.
done-setup = Die Organisation ist angelegt, und Sie sind angemeldet. Als Nächstes: Ihre erste Veranstaltung.

## Benutzer

people = Benutzer
people-you = Sie
people-add = Jemanden hinzufügen
people-add-deed = Hinzufügen
people-email-hint = Damit meldet man sich an. Es wird keine E-Mail verschickt.
people-events = Veranstaltungen
people-events-hint = Was jemand als Veranstalter sehen darf. Die Verwaltung sieht alle.
people-sees-all = alle
people-sees = { $count ->
    [0] keine
    [one] { $count } Veranstaltung
   *[other] { $count } Veranstaltungen
}
role-promoter-can = Veranstalter: sieht die unten gewählten Veranstaltungen, ändert nichts
role-admin-can = Verwaltung: sieht und ändert alles
people-password-how = Passwort
people-password-made = Eines erzeugen und mir einmal zeigen
people-password-chosen = Ich wähle eines:
people-password-hint = Nur wenn Sie selbst eines wählen. Mindestens 10 Zeichen.
people-password-shown = Das Passwort
people-password-once = Geben Sie es jetzt weiter: Es wird nur dieses eine Mal gezeigt. Ändern lässt es sich unter „Ihr Konto“.
people-password-noted = Ich habe es weitergegeben
people-new-password = Neues Passwort
people-password-ends = Das alte Passwort gilt dann nicht mehr, und alle Sitzungen enden.
people-password-deed = Passwort setzen
people-remove-title = { $who } entfernen?
people-remove-says = { $email } kann sich nicht mehr anmelden, und alle Sitzungen enden sofort.
people-remove-keeps = Was dieses Konto getan hat, bleibt im Protokoll. Sonst wird nichts gelöscht.
people-remove-deed = Entfernen
refused-email_in_use = Mit dieser E-Mail-Adresse meldet sich schon jemand an.
refused-last_admin = Das ist das letzte Konto der Verwaltung: Niemand könnte die Organisation mehr verwalten. Geben Sie zuerst jemand anderem diese Rolle.
done-person-added = Das Konto ist angelegt.
done-person-changed = Gespeichert.
done-person-password = Das Passwort ist gesetzt, die Sitzungen sind beendet.
done-person-removed = Entfernt. Die Sitzungen sind beendet.

## Sitzungen

sessions = Sitzungen
sessions-hint = Jeder Browser und jedes Skript, das mit Ihrem Konto angemeldet ist.
sessions-none = Nirgends angemeldet.
times-zone = Alle Zeiten gelten für { $zone }.
sessions-end-all = Alle Sitzungen beenden
sessions-end-hint = Mit dem Passwort kann man sich wieder anmelden.
sessions-end-others = Alle außer dieser beenden
session-end = Beenden
session-created = Seit
session-address = Von Adresse
session-address-unknown = nicht bekannt
session-kind = Wie
session-browser = Browser
session-script = Skript (Token)
session-expires = Endet von selbst
session-this = diese
done-sessions = { $count ->
    [one] { $count } Sitzung beendet.
   *[other] { $count } Sitzungen beendet.
}
done-own-sessions = Alle Ihre Sitzungen sind beendet, auch diese.

## Veranstaltungen: Regeln

event-new = Neue Veranstaltung
event-create = Veranstaltung anlegen
events-first = Es gibt noch keine Veranstaltung. Legen Sie die erste an.
events-archived = Auch archivierte Veranstaltungen zeigen
tab-settings = Einstellungen
tab-publish = Veröffentlichen
rules-when = Was und wann
rules-name = Name der Veranstaltung
rules-time-zone = Zeitzone des Ortes
rules-starts = Beginn
rules-ends = Ende
rules-entry = Wer hineinkommt
rules-reentry = Hinausgehen und Wiederkommen ist erlaubt
rules-max-reentries = Wie oft jemand wiederkommen darf
rules-last-entry = Letzter Einlass
rules-capacity = Personen, die hineinpassen
rules-warning = Warnung auf der Live-Seite ab (%)
rules-danger = Alarm auf der Live-Seite ab (%)
fault-thresholds = Beides sind Prozent, 1 bis 100, und die Warnung kommt vor dem Alarm.
rules-empty-always = Leer: beliebig oft.
rules-empty-none = Leer: ohne Grenze.
rules-empty-never = Leer: nie.
rules-zones = Bereiche
rules-zones-hint = Worin Menschen sind: ein Saal, ein Balkon, ein Backstage.
rules-zone-name = Bereich { $n }: Name
rules-zone-capacity = Bereich { $n }: Personen, die hineinpassen
rules-add-zone = Bereich
rules-products = Ticketarten
rules-products-hint = Eine Art kann alle Bereiche öffnen oder nur manche.
rules-product-name = Art { $n }: Name
rules-product-zones = Art { $n }: öffnet
rules-none-means-all-zones = Nichts angekreuzt: alle Bereiche.
rules-add-product = Ticketart
rules-gates = Eingänge
rules-gates-hint = Jeder Scanner steht an einem Eingang.
rules-gate-name = Eingang { $n }: Name
rules-gate-zone = Eingang { $n }: führt in
rules-gate-from = Eingang { $n }: kommt aus
rules-gate-products = Eingang { $n }: nur für
rules-none-means-all-products = Nichts angekreuzt: alle Arten.
rules-outside = draußen
rules-add-gate = Eingang
rules-remove = Entfernen
rules-rare = Selten geändert
rules-list-only = Nur Tickets einlassen, die auf der Liste des Scanners stehen
rules-list-only-hint = Sonst kommt ein Ticket, das nach dem letzten Kontakt eines Scanners verkauft wurde, mit richtiger Unterschrift hinein.
rules-stale-stop = Stunden, nach denen mit abgelaufener Liste kein Einlass mehr ist
rules-retry-window = Sekunden, in denen derselbe Code derselbe Scan ist
rules-preview = Zeigen, was das heißt
rules-said = Was das heißt
rules-said-none = Sobald alles Nötige ausgefüllt ist, steht es hier in einfachen Worten.
rules-read-only = Diese Veranstaltung ist archiviert: Nichts darin lässt sich mehr ändern.
rules-first-zone = Haus
rules-first-gate = Eingang
rules-first-product = Standard
refused-product_in_use = Es gibt Tickets einer Art, die Sie entfernt haben. Sie muss bleiben.
refused-root_key_offline = Der Wurzelschlüssel liegt offline und muss jede neue Veranstaltung unterschreiben: Legen Sie sie auf dem Server mit „sync-server event create --root-key DATEI“ an.
refused-changed_meanwhile = Jemand anders hat diese Veranstaltung inzwischen geändert. Noch einmal speichern setzt Ihre Fassung an die Stelle der anderen; um zuerst die andere zu sehen, öffnen Sie die Seite neu.
refused-held_after_restore = Es wurde nichts veröffentlicht: Diese Datenbank wurde wiederhergestellt, und zuerst müssen sich die Scanner melden.
refused-no_manifest_key = Zurzeit darf kein Schlüssel Listen unterschreiben. Führen Sie auf dem Server „sync-server keys rotate“ aus.
fault-no_decimal = Bitte eine Zahl angeben.
fault-no_date_and_time = Bitte Datum und Uhrzeit angeben.
fault-skipped_hour = Diese Uhrzeit gibt es an dem Tag nicht: Die Uhren werden über sie hinweg vorgestellt.
done-event-created = Die Veranstaltung ist angelegt. Als Nächstes kommen Tickets und Scanner.
done-rules-saved = Gespeichert. Scanner übernehmen es mit ihrer nächsten Liste.
done-event-cloned = Die neue Veranstaltung ist angelegt. Tickets und Scanner wurden nicht mitgenommen.
done-event-archived = Die Veranstaltung ist archiviert.

## Regeln in einfachen Worten

said-when = Von { $from } bis { $to } ({ $zone }).
said-once = Ein Ticket lässt die Personen, für die es gilt, einmal hinein. Wer hinausgeht, kann nicht wiederkommen.
said-reentry = Ein Ticket lässt die Personen, für die es gilt, hinein. Hinausgehen und Wiederkommen ist beliebig oft erlaubt.
said-reentry-none = Ein Ticket lässt die Personen, für die es gilt, hinein. Hinausgehen wird gezählt, aber niemand darf wiederkommen.
said-reentry-most = { $count ->
    [one] Ein Ticket lässt die Personen, für die es gilt, hinein. Hinausgehen und Wiederkommen ist einmal erlaubt.
   *[other] Ein Ticket lässt die Personen, für die es gilt, hinein. Hinausgehen und Wiederkommen ist { $count }-mal erlaubt.
}
said-last-entry = Nach { $at } kommt niemand mehr hinein, auch nicht, wer wiederkommt.
said-no-last-entry = Es gibt keinen letzten Einlass: Die Eingänge lassen zu jeder Stunde hinein.
said-capacity = { $count ->
    [one] Das Haus fasst { $count } Person. Die Live-Seite warnt rechtzeitig; Scanner weisen deswegen niemanden ab.
   *[other] Das Haus fasst { $count } Personen. Die Live-Seite warnt rechtzeitig; Scanner weisen deswegen niemanden ab.
}
said-no-capacity = Es gibt keine Grenze für die Zahl der Personen.
said-zone-capacity = { $zone } fasst { $count }.
said-gate = Eingang { $gate }: von draußen in { $zone }, { $whom }.
said-gate-between = Eingang { $gate }: aus { $from } in { $zone }, { $whom }.
said-for-all = alle Ticketarten
said-for-some = nur { $products }
said-for-none = aber für keine der Ticketarten, die es gibt
said-opens-nothing = { $product } öffnet keinen Eingang: Damit kommt niemand hinein.
said-no-gate = Es gibt keinen Eingang: Niemand kann hineinkommen.
said-list-only = Nur Tickets auf der Liste des Scanners kommen hinein. Eines, das nach dem letzten Kontakt des Scanners verkauft wurde, wird abgewiesen.
said-unlisted = Ein Ticket, das nach dem letzten Kontakt des Scanners verkauft wurde, kommt hinein, wenn seine Unterschrift stimmt; Codes anderer Anbieter müssen auf der Liste stehen.
said-stale-never = Ein Scanner, dessen Liste abgelaufen ist, sagt es und lässt weiter ein.
said-stale-stop = Ein Scanner, dessen Liste abgelaufen ist, sagt es und lässt { $n } h später niemanden mehr ein.
said-retry = Derselbe Code innerhalb von { $n } Sekunden an einem Scanner ist ein Scan.

## Archivieren, kopieren

archive-title = { $event } archivieren?
archive-says = Die Veranstaltung wird schreibgeschützt und verschwindet aus der Liste.
archive-scanners = Für ihre Scanner entstehen keine neuen Listen. Was sie noch haben, wird trotzdem angenommen.
archive-keeps = Es wird nichts gelöscht: Tickets, Scans und Zahlen bleiben. Auf dieser Seite lässt es sich nicht rückgängig machen.
archive-deed = Archivieren
clone = Diese Veranstaltung kopieren
clone-says = Die neue Veranstaltung hat dieselben Bereiche, Eingänge, Ticketarten und Regeln. Tickets und Scanner hat sie noch keine.
clone-lasts = Diese: { $from } – { $to }
clone-starts-hint = Ende und letzter Einlass verschieben sich mit.
clone-deed = Neue Veranstaltung anlegen

## Die Liste der Scanner

publish-in-force = Was die Scanner haben
publish-none-yet = Es wurde noch keine Liste veröffentlicht: Scanner können niemanden einlassen.
publish-by-itself = Änderungen werden binnen Augenblicken von selbst veröffentlicht, außer der Server wurde anders gestartet. Scanner holen eine neue Liste beim nächsten Kontakt.
publish-version = Version
publish-made = Vom
publish-tickets = Tickets
publish-scanners = Scanner, die sie haben
publish-holders = { $n } von { $of }
publish-next = Was die nächste Liste ändert
publish-nothing = Nichts: Sie würde dasselbe sagen.
publish-gone = Gilt nicht mehr
publish-new = Gilt von da an
publish-edited = { $count ->
    [one] { $count } Ticket wurde geändert oder kam dazu.
   *[other] { $count } Tickets wurden geändert oder kamen dazu.
}
publish-other = Namen, Scanner oder ihre Rechte haben sich geändert.
publish-held = Das Veröffentlichen wird zurückgehalten, weil diese Datenbank wiederhergestellt wurde: Scanner wissen vielleicht von Änderungen, die sie vergessen hat, und eine Liste ohne diese würde sie rückgängig machen.
publish-held-newer = Ein Scanner hat eine neuere Liste und gibt sie beim nächsten Kontakt zurück.
publish-held-over = Das endet jetzt.
publish-held-waiting = Noch nichts gehört von: { $names }.
publish-held-limit = Auf die anderen wird höchstens { $n } Minuten gewartet.
publish-force = Trotzdem veröffentlichen. Was nach der Sicherung geändert wurde und hier fehlt, ist dann verloren: Stornierte und gesperrte Tickets gelten wieder, gesperrten Scannern wird wieder getraut.
publish-deed = Jetzt veröffentlichen
done-published = Version { $n } ist veröffentlicht: { $count } Tickets darin, { $changed } davon geändert. Scanner holen sie beim nächsten Kontakt.
