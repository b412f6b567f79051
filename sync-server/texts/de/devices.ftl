# Texte für Scanner und das Protokoll der Verwaltung.

## Scanners

scanners-none = Es gibt noch keine Scanner. Registrieren Sie einen für jedes Gerät am Einlass.
scanner-new = Scanner registrieren
scanner-new-means = Jedes Gerät am Einlass ist ein eigener Scanner. Danach sehen Sie einen QR-Code, den das Gerät mit seiner Kamera liest; damit ist es eines von Ihren.
scanner-no-events = Es gibt noch keine Veranstaltung. Ein Scanner wird für die Veranstaltungen registriert, für die er scannt.
scanner-register = Registrieren
scanner-name = Name
scanner-name-hint = Wie man ihn am Einlass nennt, etwa „Nord 1“.
scanner-same-name = Registrieren, obwohl ein anderer Scanner so heißt
scanner-name-taken = Ein Scanner einer dieser Veranstaltungen heißt genauso. Geben Sie diesem einen anderen Namen oder kreuzen Sie das Kästchen darunter an. Ersetzt er ein verlorenes Gerät, widerrufen Sie das zuerst.
scanner-events = Veranstaltungen
scanner-gate = Eingang
scanner-gate-hint = Eingänge haben Nummern innerhalb jeder Veranstaltung; solche mit gleicher Nummer stehen zusammen.
scanner-no-gate = kein fester Eingang
scanner-role = Darf
scanner-role-scan = Tickets scannen
scanner-role-supervisor = auch suchen, entscheiden, zurücknehmen und zählen (Gerät einer Aufsicht; die PIN wird auf dem Gerät gesetzt)
scanner-may-supervisor = scannen; suchen, entscheiden, zurücknehmen und zählen
scanner-waiting = Warten auf das Gerät …
scanner-has-enrolled = Das Gerät ist angemeldet.
scanner-see = Zum Scanner
scanner-qr-alt = QR-Code, der das Gerät anmeldet
scanner-scan-this = Öffnen Sie auf dem Gerät die Seite des Scanners und halten Sie diesen Code vor die Kamera.
scanner-or-type = Oder geben Sie dort diesen Text ein, oder rufen Sie „scanner enrol“ damit auf:
scanner-or-link = Dasselbe als Link:
scanner-good-until = Gilt einmal, bis
scanner-only-here = Die Adresse des Servers in diesem Code gilt nur auf dieser Maschine. Für andere Geräte starten Sie den Server mit --public-url und der Adresse, unter der sie ihn erreichen.
scanner-no-invitation = Der Code wird nicht mehr gezeigt: Seine 15 Minuten sind um, oder der Server wurde neu gestartet. Ein neuer tritt an seine Stelle.
scanner-invite = Neuen Code zeigen
scanner-change = Ändern
scanner-move-hint = Das Gerät erfährt es mit seinem nächsten Lebenszeichen, mit Netz in wenigen Sekunden.
scanner-facts = Was von ihm bekannt ist
scanner-registered = Registriert
scanner-enrolled = Angemeldet
scanner-device = Gerät
scanner-certified-to = Zertifikat bis
scanner-last-heard = Zuletzt gehört
scanner-pending = Noch nicht gesendet
scanner-software = Software
scanner-power = Akku
scanner-list = Ticketliste
scanner-acts = Was mit ihm gemacht wurde
scanner-disputed-means = Diesen Scanner gibt es zweimal: Zwei Geräte unterschreiben für ihn, etwa weil seine Daten kopiert wurden. Was beide aufzeichnen, bleibt erhalten; einer der beiden Zweige zählt vielleicht doch nicht. Widerrufen Sie ihn und registrieren Sie beide Geräte neu.
scanner-revoked-since = Widerrufen seit
scanner-revoked-means = Er darf nichts mehr. Was er vorher aufgezeichnet hat, zählt weiter; was später kam, liegt unten beiseite, falls es etwas gibt.
done-scanner-registered = Registriert. Zeigen Sie nun dem Gerät den Code.
done-scanner-invited = Das ist ein neuer Code; der vorige gilt nicht mehr.
done-scanner-changed = Gespeichert.
done-scanner-revoked = Der Scanner ist widerrufen. Die anderen erfahren es mit ihrer nächsten Liste.
done-scanner-released = Diese Einträge zählen jetzt.
done-scanner-kept-apart = Vermerkt: Sie bleiben beiseite.
refused-scanner_revoked = Der Scanner ist widerrufen. Registrieren Sie sein Gerät als neuen.
refused-scanner_enrolled = Der Scanner ist schon angemeldet. Registrieren Sie ein anderes Gerät als neuen Scanner.
fault-few_events = Bitte mindestens eine Veranstaltung wählen, höchstens { $limit }.

## Revoking

revoke-title = { $who } widerrufen?
revoke-deed = Scanner widerrufen
revoke-means = Für ein verlorenes oder gestohlenes Gerät. Von diesem Augenblick an darf es nichts mehr: Es bekommt keine Listen, und der Server nimmt nichts von ihm an. Die anderen Scanner erfahren es mit ihrer nächsten Liste, die sofort veröffentlicht wird.
revoke-arrived = { $n ->
    [one] Was er bisher aufgezeichnet hat, zählt weiter: Ein Eintrag ist hier angekommen.
   *[other] Was er bisher aufgezeichnet hat, zählt weiter: { $n } Einträge sind hier angekommen.
}
revoke-told = { $n ->
    [one] Von einem weiteren Eintrag hat der Server gehört, und er ist nicht angekommen. Auch er zählt, falls ein anderer Scanner ihn bringt. Haben Sie das Gerät noch, lassen Sie es zuerst senden.
   *[other] Von { $n } weiteren Einträgen hat der Server gehört, und sie sind nicht angekommen. Auch sie zählen, falls ein anderer Scanner sie bringt. Haben Sie das Gerät noch, lassen Sie es zuerst senden.
}
revoke-later = Alles, was er danach aufzeichnet, wird beiseitegelegt und zählt nicht, wann immer es ankommt und welche Zeit es auch nennt. Das ist der Schnitt: Bis hier wird ihm vertraut, darüber nicht.
revoke-wrong = War das zu früh, können Sie später auf dieser Seite ansehen, was beiseiteliegt, und es bis zu einem Eintrag Ihrer Wahl zählen lassen.
revoke-for-good = Der Widerruf ist endgültig. Ein wiedergefundenes Gerät wird als neuer Scanner registriert.

## Entries kept apart

apart-title = Beiseitegelegt
apart-means = Diese Einträge hat dieser Scanner aufgezeichnet, und sie zählen nicht. Nichts davon ist verloren: Lassen Sie sie zählen oder lassen Sie sie beiseite.
apart-when = Wann
apart-what = Was er sagt
apart-ticket = Ticket
apart-why = Warum er nicht zählt
apart-entry = { $n ->
    [one] eine Person hinein
   *[other] { $n } Personen hinein
}
apart-exit = { $n ->
    [one] eine Person hinaus
   *[other] { $n } Personen hinaus
}
apart-count = gezählt: { $n }
apart-other = anderes
apart-revoked = nach dem Widerruf des Scanners aufgezeichnet
apart-not-certified = der Scanner war für diese Veranstaltung nie zugelassen
apart-release = Bis hier zählen
apart-release-all = Alle zählen …
apart-keep = Beiseite lassen
apart-certify = Für diese Veranstaltung zulassen und zählen:
release-title = Einträge von { $who } zählen lassen?
release-deed = Zählen lassen
release-means = { $n ->
    [one] Ein beiseitegelegter Eintrag zählt dann: { $in } Personen hinein, { $out } hinaus. Wer drinnen ist, wird neu gezählt, und Konflikte auch.
   *[other] { $n } beiseitegelegte Einträge zählen dann: { $in } Personen hinein, { $out } hinaus. Wer drinnen ist, wird neu gezählt, und Konflikte auch.
}
release-when = Tun Sie das, wenn Sie wissen, dass das Gerät da noch in Ihren Händen war. Was es später aufgezeichnet hat, bleibt beiseite.
release-forked = Dieses Protokoll hat zwei Zweige, weil es den Scanner zweimal gibt. Dann zählt nur der Zweig dieses Eintrags; Einträge des anderen, die jetzt zählen, werden beiseitegelegt.
release-back = Sie können später eine andere Stelle wählen.

## Audit log

audit = Protokoll
audit-csv = Als CSV
audit-when = Wann (UTC)
audit-who = Wer
audit-what = Was
audit-event = Veranstaltung
audit-from = Von (UTC)
audit-until = Bis (UTC)
audit-all-of = alles:
audit-subject = Woran
audit-detail = Einzelheiten
audit-address = Von wo
audit-none = Nichts dergleichen wurde getan.
audit-show-all = Alles zeigen
audit-newer = Neuere
audit-older = Ältere
act-area_session = Anmeldungen
act-area_organization = Organisation
act-area_user = Personen
act-area_event = Veranstaltungen
act-area_tickets = Ticketlisten
act-area_ticket = Einzelne Tickets
act-area_scanner = Scanner
act-area_conflict = Konflikte
act-area_alarm = Alarme
act-area_keys = Schlüssel
act-area_database = Datenbank
act-session_open = Angemeldet
act-session_close = Abgemeldet
act-session_revoke = Sitzungen beendet
act-organization_found = Organisation eingerichtet
act-organization_rename = Organisation umbenannt
act-user_add = Person hinzugefügt
act-user_change = Person geändert
act-user_remove = Person entfernt
act-event_create = Veranstaltung angelegt
act-event_change = Veranstaltung geändert
act-event_alarms = Alarmgrenzen geändert
act-event_archive = Veranstaltung archiviert
act-event_publish = Liste veröffentlicht
act-event_refill = Liste von Scannern zurückgenommen
act-event_count = Von Hand gezählt
act-tickets_add = Tickets hinzugefügt
act-tickets_print = Codes zum Drucken gezeichnet
act-ticket_edit = Ticket geändert
act-ticket_block = Ticket gesperrt
act-ticket_unblock = Ticket entsperrt
act-ticket_cancel = Ticket storniert
act-ticket_reissue = Neuer Code für ein Ticket
act-ticket_paid = Bezahlung eines Tickets
act-scanner_register = Scanner registriert
act-scanner_invite = Scanner noch einmal eingeladen
act-scanner_enrol = Scanner angemeldet
act-scanner_change = Scanner geändert
act-scanner_revoke = Scanner widerrufen
act-scanner_cut = Schnitt eines widerrufenen Scanners verschoben
act-scanner_keep_apart = Einträge beiseitegelassen
act-conflict_note = Konflikt zur Kenntnis genommen
act-alarm_acknowledge = Alarm zur Kenntnis genommen
act-keys_rotate = Neue Schlüssel
act-keys_export = Schlüssel exportiert
act-keys_import = Schlüssel importiert
act-database_backup = Sicherung geschrieben
act-database_restore = Aus einer Sicherung wiederhergestellt
detail-sessions = Sitzungen
detail-tickets = Tickets
detail-reason = Grund
detail-name = Name
detail-email = E-Mail
detail-role = Rolle
detail-gate = Eingang
detail-events = Veranstaltungen
detail-event = Veranstaltung
detail-note = Notiz
detail-device = Gerät
detail-added = neu
detail-updated = geändert
detail-skipped = gelassen
detail-version = Version
detail-kind = Art
detail-password = Passwort
detail-entries = Einträge
detail-people = Personen
detail-entry = Eintrag
detail-keys = Schlüssel
detail-product = Ticketart
detail-admits = Personen
detail-paid = bezahlt
