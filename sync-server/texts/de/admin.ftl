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
