# Texte der Live-Seite.

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
scanner-online = online
scanner-away = abwesend
scanner-offline = offline
scanner-invited = noch nicht eingerichtet
scanner-revoked = gesperrt
scanner-disputed = doppelt: Zwei Geräte unterschreiben für ihn
scanner-heard = vor { $time } gemeldet
scanner-never = nie gemeldet
scanner-queued = { $n } in der Schlange
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

## Geschichten der Konflikte

story = { $opening }: { $first }, { $second } ({ $gap } dazwischen); { $dark }; { $order }; { $looks }.
story-gate = Eingang { $n }
story-twice = Ticket zweimal eingelassen
story-used = { $count ->
    [one] Ticket für { $count } Person von { $n } benutzt
   *[other] Ticket für { $count } Personen von { $n } benutzt
}
story-many = { $count ->
    [one] Mit einem Ticket für { $count } Person { $n } auf einmal eingelassen: { $place }.
   *[other] Mit einem Ticket für { $count } Personen { $n } auf einmal eingelassen: { $place }.
}
story-dark-same = der Scanner war offline
story-dark-both = beide Scanner waren offline
story-dark-first = beim ersten Mal war der Scanner bei { $gate } offline
story-dark-second = beim zweiten Mal war der Scanner bei { $gate } offline
story-dark-none = kein Scanner war offline
story-order-certain = Reihenfolge sicher
story-order-uncertain = Reihenfolge unsicher
story-looks-retry = sieht nach einer zweimal gescannten Person aus
story-looks-passed_back = sieht nach einem zurückgereichten Ticket aus
story-looks-copy = sieht nach einem kopierten Ticket aus
story-looks-too_many = mehr Personen, als das Ticket einlässt
conflicts-count = { $n }, davon { $of } offen
conflict-first = Zuerst
conflict-second = Danach
conflict-scan = Scan
conflict-people = Personen: { $n }
conflict-dark = offline
conflict-acknowledge = Zur Kenntnis nehmen
conflict-change = Notiz ändern
conflict-note-label = Was herausgefunden oder getan wurde (darf leer bleiben)
conflict-seen = Gesehen von { $who }, { $at }
act-failed = Das wurde nicht gespeichert. Bitte noch einmal versuchen.

## Alarme

alarms-title = Alarme
alarm-venue = Ganzes Haus
alarm-line = { $title }: bis zu { $n } Personen, wo { $capacity } erlaubt sind, seit { $time }
alarm-acknowledge = Ich habe es gesehen
alarm-seen = Gesehen von { $who }, { $time }
sound-on = Ton an
sound-off = Ton aus
sound-silent = Alarme sind stumm: Der Browser erlaubt keinen Ton, bis jemand auf diese Seite klickt oder eine Taste drückt.
sound-none = Alarme sind stumm: Dieser Browser kann den Ton nicht erzeugen.
levels-now = Alarm ab { $low } % und { $high } %
levels-warning = Warnung ab (%)
levels-danger = Gefahr ab (%)
levels-save = Speichern
levels-saved = Gespeichert.
levels-wrong = Beide liegen zwischen 1 und 100, und die Warnung kommt vor der Gefahr.

## Vorhersage

forecast-label = Wenn es weitergeht wie in den letzten Minuten:
forecast-full = voll in { $low } bis { $high } min ({ $at } bis { $time })
forecast-full-open = voll frühestens in { $low } min ({ $at }) oder gar nicht
forecast-arrived = wer noch kommt, ist nach { $low } bis { $high } min drin ({ $at } bis { $time })
forecast-arrived-open = wer noch kommt, ist frühestens nach { $low } min drin ({ $at })
forecast-emptying = es gehen mehr Leute, als kommen.
forecast-nothing = in den nächsten vier Stunden weder voll noch alle da.
forecast-too_little = Keine Vorhersage: Zuletzt kamen zu wenige Leute.
forecast-steady = der Strom ist gleichmäßig.
forecast-rough = nur grob: Der Strom schwankt.

## Erwartet, ruhig, auffällig

arrivals-title = Tickets
arrivals-product = Ticket
arrivals-nameless = Ticketart { $n }
arrivals-expected = Erwartet
arrivals-used = Benutzt
gate-idle-for = ruht seit { $time }
scanners-lists = { $n } von { $of } mit Liste v{ $version }
scanner-on-list = Liste v{ $version }
scanner-pace = Scans/h: { $n }, abgewiesen: { $out } ({ $percent } % eingelassen)
odd-battery = Akku fast leer
odd-clock = Uhr geht stark falsch
odd-refused = weist ungewöhnlich viele ab
odd-queued = ist online, aber { $n } Einträge kommen nicht durch
odd-list = hat seit { $time } nicht die neueste Liste geholt
odd-equivocation = Ein Scanner hat eine Liste v{ $version }, die nicht von diesem Server stammt. Jemand anders unterschreibt mit seinen Schlüsseln: sofort die Administration verständigen.
odd-strays = { $n } Einträge von Scannern ohne Zertifikat für diese Veranstaltung sind beiseitegelegt und zählen nicht.

## Danach

exports-title = Für danach
export-entries = Alle Einträge (CSV)
export-minutes = Personen je Minute (CSV)
report-link = Bericht des Abends

## Bericht

tab-report = Bericht
report-made = Stand { $at }, Revision { $n }
report-hint = Diese Seite drucken oder im Druckdialog als PDF speichern.
report-refused = Abgewiesen
report-last = Zuletzt benutzt
report-no-alarms = Keine: Die Alarmschwellen wurden nie erreicht.
report-place = Wo
report-level = Alarm
report-people = Personen
report-from = Von
report-to = Bis
report-seen = Gesehen von
report-scanner = Scanner
report-passed = Durchgelassen
report-apart = Beiseitegelegt
report-audit = Verwaltungshandlungen an dieser Veranstaltung
report-act = Handlung
report-count = Wie oft
report-latest = Zuletzt
report-list = Geltende Ticketliste: v{ $version }
report-digest = Prüfsumme über alles, was die Scanner aufgezeichnet haben (gleiche Summe heißt gleicher Stand):

## Von Hand gezählt

counts-title = Von Hand gezählt
counts-hint = Menschen ohne Ticket, etwa Crew, Gästeliste oder Presse. Nichts wird gelöscht: Wer sich verzählt hat, zählt in die andere Richtung.
counts-list = Zuletzt gezählt
counts-none = Von Hand wurde noch niemand gezählt.
counts-all = Alles von Hand Gezählte
counts-cut = Die letzten { $n }; im Export steht alles.
count-at = Wann
count-people = Personen
count-gate = Eingang
count-gate-into = { $gate } (nach { $zone })
count-reason = Grund
count-reason-crew = Crew
count-reason-guests = Gästeliste
count-reason-press = Presse
count-reason-correction = Korrektur
count-who = Wer
count-office = Büro
count-void = zählt nicht
count-in = + Hinein zählen
count-out = − Hinaus zählen
count-unsure = Es kam keine Antwort. Drücken Sie noch einmal: Dieselbe Zählung zählt nicht doppelt.
done-count-in = { $n } hinein gezählt.
done-count-out = { $n } hinaus gezählt.
fault-people = Bitte eine ganze Zahl von 1 bis { $limit } angeben.
fault-no_gate = Bitte einen Eingang wählen; diesen gibt es nicht (mehr).
refused-request_used = Dieses Formular wurde schon einmal mit anderem Inhalt gesendet, und das zählt. Sehen Sie in der Liste nach; soll auch dies zählen, senden Sie es noch einmal.
refused-no_signing_key = Es wurde nichts gezählt: Kein Schlüssel dieses Servers gilt gerade. Die Uhr des Servers muss geprüft werden; danach dort „sync-server keys rotate“ ausführen.
