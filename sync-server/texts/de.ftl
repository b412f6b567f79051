# Alle Texte der Seiten des Veranstalters.

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
trouble-title = Das ging nicht
trouble-busy = Der Server ist beschäftigt. Bitte gleich noch einmal.
trouble-internal = Auf dem Server ging etwas schief; sein Protokoll sagt, was.

## Veranstaltungen

events = Veranstaltungen
events-none = Für Sie ist noch keine Veranstaltung freigegeben. Das kann jemand von der Verwaltung tun.
tickets = { $count ->
    [one] { $count } Ticket
   *[other] { $count } Tickets
}

## Live-Seite

wall = Wandanzeige
no-script = Diese Seite braucht JavaScript, um aktuell zu bleiben.
inside = Jetzt drinnen
inside-range = { $low } – { $high }
inside-about = ≈ { $n }
causes-label = Warum das nicht eine Zahl ist
cause-silent = { $who } seit { $time } still
cause-silent-queued = { $who } seit { $time } still, { $n } in der Schlange
cause-queued = { $who }: { $n } noch nicht gesendet
cause-never = { $who } noch nie gemeldet
cause-quarantined = { $n } von gesperrten Scannern, nicht gezählt
cause-second-branch = { $n } von einem Scanner, den es doppelt gibt, gezählt
capacity = Kapazität
capacity-none = ohne Grenze
fill = { $percent } % von { $capacity }
fill-ok = Platz
fill-warn = ▲ Wird voll
fill-danger = ■ Fast voll
fill-over = ■ ÜBERFÜLLT
remaining = Noch Platz
in = Rein
out = Raus
peak = Höchststand
peak-at = { $n } ({ $time })
arrived = Tickets benutzt
arrived-of = { $n } von { $of }
gates = Eingänge
gate = Eingang
gate-nameless = Eingang { $n }
gate-idle = ruht
per-minute = pro Min.
zones = Bereiche
zone = Bereich
zone-nameless = Bereich { $n }

reach-connecting = Verbindet …
reach-live = Live
reach-lost = Verbindet wieder …
age-live = letzte Änderung vor { $time }
age-lost = Zahlen von { $at }, { $time } alt

conflicts = Konflikte
conflicts-none = Keine: Kein Ticket wurde zu oft eingelassen.
conflicts-new = Neuer Konflikt: { $text }
conflicts-older = und { $n } ältere
conflict-retry = zweimal gescannt
conflict-passed_back = zurückgereicht
conflict-copy = Kopie
conflict-too_many = zu viele Personen
conflict-note = { $who }, { $at }: { $text }

scanners = Scanner
scanners-online = { $n } von { $of } online
scanners-lists = { $n } von { $of } mit der neuesten Liste
scanner-online = online
scanner-away = abwesend
scanner-offline = offline
scanner-invited = noch nicht eingerichtet
scanner-revoked = gesperrt
scanner-disputed = doppelt: Zwei Geräte unterschreiben für ihn
scanner-heard = vor { $time } gemeldet
scanner-never = nie gemeldet
scanner-queued = { $n } in der Schlange
scanner-list-newest = neueste Liste
scanner-list-older = ältere Liste
scanner-list-none = keine Liste
scanner-clock = Uhr { $n } s
scanner-battery = Akku { $n } %
span-seconds = { $n } s
span-minutes = { $n } min
span-hours = { $n } h
span-days = { $n } d

course = Verlauf des Abends
course-none = Noch ist niemand hereingekommen.
chart-inside = Personen drinnen
chart-moves = Rein und raus
chart-label = { $title }: höchstens { $n }, von { $at } bis { $time }
chart-moves-value = { $at }: { $in } rein, { $out } raus
chart-inside-value = { $at }: { $n } drinnen
as-table = Dasselbe als Tabelle
from = Ab
inside-then = Dann drinnen
