# Texte zum Einrichten, für Benutzer, Konten und Einstellungen der Veranstaltungen.

## Ihr Konto

account-password = Passwort
account-current = Jetziges Passwort
account-wrong-password = Das ist nicht Ihr jetziges Passwort.
account-change-password = Passwort ändern
account-password-ends = Dann enden alle Ihre Sitzungen, auch diese: Melden Sie sich mit dem neuen Passwort an.
done-password = Ihr Passwort wurde geändert. Melden Sie sich mit dem neuen an.
