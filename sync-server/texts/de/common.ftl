# Texte aller Seiten: Rahmen, Anmelden, Veranstaltungen, Meldungen, Formulare.

product = Turnstone
skip = Zum Inhalt
language-label = Sprache
you = Ihr Konto
to-start = Zum Anfang

## Anmelden

sign-in = Anmelden
sign-in-hint = Die Zahlen Ihrer Veranstaltungen, live: wer drinnen ist und was an den Türen geschieht.
sign-out = Abmelden
email = E-Mail-Adresse
password = Passwort
programs-label = Für Programme und Betrieb
link-docs = Die API
link-health = Läuft es?
link-ready = Kann es speichern?
wrong-credentials = E-Mail-Adresse oder Passwort ist falsch.
too-many-attempts = Zu viele Versuche. Bitte in { $n } s noch einmal.
form-incomplete = Bitte E-Mail-Adresse und Passwort ausfüllen.
foreign-form = Dieses Formular kam von einer anderen Seite, es wurde nichts getan. Bitte die Seite neu öffnen und noch einmal versuchen.

## Meldungen

not-found-title = Nicht gefunden
not-found = Diese Veranstaltung gibt es nicht, oder sie ist nicht für Sie freigegeben.
not-found-ticket = So ein Ticket gibt es in dieser Veranstaltung nicht.
not-found-scanner = So einen Scanner gibt es nicht, oder nichts dergleichen von ihm.
not-found-page = Unter dieser Adresse gibt es keine Seite.
trouble-title = Das ging nicht
trouble-busy = Der Server ist beschäftigt. Bitte gleich noch einmal.
trouble-internal = Auf dem Server ging etwas schief; sein Protokoll sagt, was.
trouble-too-large = Das ist mehr, als diese Seite auf einmal annimmt. Es wurde nichts getan.
trouble-form = Dieses Formular war nicht lesbar, und es wurde nichts getan. Bitte die Seite neu öffnen und noch einmal versuchen.
trouble-timeout = Es dauerte zu lange, und niemand weiß, ob es getan wurde. Bitte erst nachsehen, dann noch einmal versuchen.
enrol-link = Dieser Link ist für einen Scanner
enrol-link-means = Er macht ein Gerät einmalig zum Scanner. Auf dem Gerät die Seite des Scanners öffnen und dort „Text einfügen“ wählen; oder „scanner enrol“ mit dem Link aufrufen.

## Veranstaltungen

events = Veranstaltungen
events-none = Für Sie ist noch keine Veranstaltung freigegeben. Das kann jemand von der Verwaltung tun.
tickets = { $count ->
    [one] { $count } Ticket
   *[other] { $count } Tickets
}

## Rahmen der Seiten für Angemeldete

places = Bereiche
account = Ihr Konto
event-pages = Seiten dieser Veranstaltung
event-archived = archiviert
tab-live = Live
forbidden = Diese Seite ist für die Verwaltung. Mit Ihrem Konto lässt sie sich nicht öffnen.

## Formulare

cancel = Abbrechen
save = Speichern
name = Name
role = Rolle
role-admin = Verwaltung
role-promoter = Veranstalter
new-password = Neues Passwort
new-password-again = Neues Passwort noch einmal
password-hint = Mindestens 10 Zeichen. Ein Satz, den Sie sich merken, ist besser als ein Wort mit Sonderzeichen.
form-errors = Noch wurde nichts gespeichert. Bitte sehen Sie sich das noch einmal an:
fault-empty = Bitte ausfüllen.
fault-too_long = Das sind { $n } Zeichen; höchstens { $limit } sind möglich.
fault-control_characters = Darin sind Zeichen, die sich nicht anzeigen lassen (etwa ein Tabulator oder ein Zeilenumbruch).
fault-too_many = Höchstens { $limit } sind möglich.
fault-implausible_time = Bitte Datum und Uhrzeit vollständig angeben.
fault-ends_before_start = Das Ende muss nach dem Beginn liegen.
fault-event_too_long = Eine Veranstaltung kann höchstens { $n } Tage dauern. Stimmt das Jahr?
fault-unknown_time_zone = Diese Zeitzone ist nicht bekannt. Ein Beispiel: Europe/Berlin
fault-retry_window_too_long = Höchstens { $n } Sekunden sind möglich.
fault-stale_stop_too_long = Höchstens { $n } Stunden sind möglich. Leer heißt „nie“.
fault-no_capacity = Bitte mindestens 1 angeben, oder leer lassen für „ohne Grenze“.
fault-number_twice = Diese Nummer gibt es zweimal.
fault-number_spent = Diese Nummer gehörte vorher etwas anderem, und Einträge nennen es noch so. Bitte entfernen Sie es und fügen es neu hinzu: Es bekommt dann die Nummer { $next }.
fault-out_of_range = Bitte { $low } bis { $high } angeben.
fault-no_zone = Mindestens ein Bereich wird gebraucht.
fault-no_product = Mindestens eine Ticketart wird gebraucht.
fault-unknown_zone = Diesen Bereich gibt es nicht (mehr).
fault-unknown_product = Diese Ticketart gibt es nicht (mehr).
fault-gate_in_a_circle = Bitte einen anderen Bereich wählen: In diesen führt der Eingang hinein.
fault-no_email_address = Das ist keine E-Mail-Adresse. Ein Beispiel: name@example.org
fault-password_too_short = Das Passwort ist zu kurz: mindestens { $n } Zeichen.
fault-password_too_long = Das Passwort ist zu lang.
fault-passwords-differ = Die beiden Passwörter sind verschieden.
kept-hint = Sie wurden abgemeldet. Was Sie ausgefüllt haben, ist nicht verloren: Melden Sie sich an, dann wird es wieder gezeigt. Passwörter sind neu einzugeben.
kept-title = Sie sind wieder angemeldet
kept-says = Noch wurde nichts gespeichert. Was Sie ausgefüllt hatten, ist noch da und kann wieder in seinem Formular gezeigt werden, zum Durchsehen und Absenden.
kept-show = Ausgefülltes zeigen
kept-leave = Verwerfen
refused-signed_in_anew = Sie waren abgemeldet. Bitte sehen Sie alles durch und senden Sie es noch einmal.
fault-unknown_event = Diese Veranstaltung gibt es nicht (mehr).
