# Alle Texte des Bildschirms an der Tür.

-product = Turnstone

## Das Wort auf dem Bildschirm und der Grund, in Worten für den Gast

word-admit = EINLASS
word-exit = AUSGANG
word-already = SCHON DRIN
word-used = SCHON BENUTZT
word-refused = KEIN EINLASS
word-unread = NICHT GELESEN
people = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}

reason-ok = Willkommen.
reason-ok_reentry = Willkommen zurück.
reason-ok_unlisted = Willkommen. Das Ticket ist echt und neuer als die Liste dieses Scanners.
reason-ok_override = Von der Aufsicht eingelassen.
reason-ok_exit = Auf Wiedersehen.
reason-ok_exit_unmatched = Auf Wiedersehen. Dieses Ticket war nicht als drinnen bekannt.
reason-invalid = Das ist kein Ticket für diese Veranstaltung.
reason-invalid-damaged = Der Code ist unvollständig. Bitte den ganzen Code noch einmal zeigen.
reason-invalid-too-long = Das ist kein Ticket: Der Code ist viel zu lang.
reason-invalid-unknown-key = Dieses Ticket ist von einem anderen Veranstalter oder neuer als die Schlüssel dieses Scanners.
reason-invalid-not-listed = Dieses Ticket ist echt, steht aber nicht auf der Liste dieser Veranstaltung.
reason-forged = Diesen Code hat nicht der Veranstalter ausgegeben: Die Signatur ist falsch.
reason-wrong_event = Dieses Ticket gilt für eine andere Veranstaltung.
reason-wrong_event-named = Dieses Ticket gilt für eine andere Veranstaltung: { $event }.
reason-canceled = Dieses Ticket wurde storniert.
reason-blocked = Dieses Ticket wurde vom Veranstalter gesperrt.
reason-unpaid = Dieses Ticket ist noch nicht bezahlt.
reason-revoked = Dieses Ticket wurde durch ein neueres ersetzt. Bitte den neuesten Code zeigen.
reason-invalid_time = Dieses Ticket gilt nicht zu dieser Zeit.
reason-invalid_time-from = Dieses Ticket gilt ab { $time }.
reason-invalid_time-until = Dieses Ticket galt bis { $time }.
reason-already_redeemed = Dieses Ticket wurde schon benutzt.
reason-already_redeemed-before = Dieses Ticket wurde schon benutzt: { $ago } am Eingang { $gate } ({ $time }).
reason-already_redeemed-held = Dieses Ticket wurde schon benutzt: Gerade wird es am Eingang { $gate } eingelassen.
reason-already_inside = Dieses Ticket ist schon drinnen.
reason-already_inside-before = Dieses Ticket kam { $ago } am Eingang { $gate } herein ({ $time }).
reason-already_inside-held = Dieses Ticket ist schon drinnen: Gerade wird es am Eingang { $gate } eingelassen.
reason-product = Dieses Ticket gilt nicht am Eingang { $gate } ({ $zone }).
reason-product-named = Ein Ticket „{ $product }“ gilt nicht am Eingang { $gate } ({ $zone }).
reason-rules = Die Regeln dieser Veranstaltung erlauben es nicht.
reason-rules-last-entry = Letzter Einlass war um { $time }.
reason-rules-reentries = Mit diesem Ticket kam schon { $most ->
    [one] einmal
   *[other] { $most }-mal
} jemand wieder herein; öfter ist nicht erlaubt.
reason-rules-people = Dieses Ticket hat noch Platz für { people }, nicht für { $asked }.
reason-stale_manifest = Die Ticketliste dieses Scanners ist zum Einlassen zu alt: Er muss erst verbunden werden.
reason-unread = Es konnte kein Code gelesen werden. Noch einmal, näher oder mit weniger Spiegelung.

ago-now = gerade eben
ago-seconds = { $n ->
    [one] vor { $n } Sekunde
   *[other] vor { $n } Sekunden
}
ago-minutes = { $n ->
    [one] vor { $n } Minute
   *[other] vor { $n } Minuten
}
ago-hours = { $n ->
    [one] vor { $n } Stunde
   *[other] vor { $n } Stunden
}
ago-days = { $n ->
    [one] vor { $n } Tag
   *[other] vor { $n } Tagen
}
span-seconds = { $n ->
    [one] { $n } Sekunde
   *[other] { $n } Sekunden
}
span-minutes = { $n ->
    [one] { $n } Minute
   *[other] { $n } Minuten
}
span-hours = { $n ->
    [one] { $n } Stunde
   *[other] { $n } Stunden
}
span-days = { $n ->
    [one] { $n } Tag
   *[other] { $n } Tagen
}
time-uncertain = { $time } (nach der eigenen Uhr dieses Geräts)

fact-inside = { $inside } von { $admits } drinnen
fact-local = von diesem Scanner entschieden
fact-lan = mit anderen Scannern abgeglichen
fact-server = mit dem Server abgeglichen
fact-note = Hinweis: { $note }
note-repeat = Derselbe Scan wie gerade eben; es wurde nichts Neues vermerkt.
note-server-missed = Der Server hat nicht rechtzeitig geantwortet.
note-codes = { $count } Codes im Bild; geprüft wurde der mittlere.
note-stale = Die Ticketliste ist abgelaufen: Diesen Scanner verbinden, sobald es geht.
note-early = { $event } beginnt { $when }. Dieser Scan zählt trotzdem.
note-clock = Die Zeit ist die eigene dieses Geräts; sie wurde noch nicht mit dem Server verglichen.
note-certificate = Das Zertifikat dieses Scanners ist abgelaufen: Bitte der Verwaltung sagen.
note-attendee = Der Name lässt sich mit diesem Ticket nicht öffnen.

## Der Bildschirm drumherum

title = { -product } Tür
skip = Zur Antwort springen
direction-entry = Einlass
direction-exit = Auslass
direction-label = Richtung
gate-label = Eingang
event-label = Veranstaltung
inside-label = Drinnen
inside-hint = Personen, soweit dieser Scanner weiß
state-online = Online
state-offline = Offline
server-label = Server
state-connecting = Suche…
pending-label = Zu senden
list-label = Liste
list-none = noch keine
synced-label = Kontakt
synced-never = nie
age-now = jetzt
battery-label = Akku
start = Scannen beginnen
start-hint = Öffnet die Kamera und schaltet den Ton ein.
camera-label = Kamera
camera-picture = Bild der Kamera
camera-denied = Die Kamera ist nicht erlaubt. Auf das Schloss oder die Kamera in der Adresszeile tippen, die Kamera erlauben und diese Seite neu laden. Handscanner und Eintippen gehen auch so.
camera-missing = Es wurde keine Kamera gefunden. Handscanner, Bilder und Eintippen gehen auch so.
camera-busy = Ein anderes Programm benutzt die Kamera. Dieses Programm schließen und „Scannen beginnen“ tippen.
camera-insecure = Der Browser gibt die Kamera nur Seiten dieses Geräts. Diese Seite als http://localhost öffnen.
torch = Licht
type-label = Code, wie unter dem Bild gedruckt
type-go = Prüfen
type-open = Code eintippen
picture-open = Bild aus Datei
close = Schließen
dismiss = Weiter mit einem Tipp
menu = Menü
lost-title = Das Scannerprogramm antwortet nicht
lost-body = Es startet von selbst wieder oder wird von der Technik gestartet. Nichts, was als eingelassen gezeigt wurde, ist verloren. Diese Seite macht weiter, sobald es antwortet.
busy = Einen Moment …
sound-off = Der Ton ist aus. Tippen, um ihn einzuschalten.
language-label = Sprache
theme-label = Bildschirm
theme-dark = dunkel
theme-light = hell
theme-device = wie das Gerät
last-label = Letzte Antwort

warn-stale = Die Ticketliste ist abgelaufen. Diesen Scanner bald verbinden.
warn-list-old = Die Ticketliste ist { $hours } Stunden alt. Diesen Scanner verbinden, sobald es geht.
warn-no-list = Es gibt noch keine Ticketliste. Diesen Scanner vor dem Einlass verbinden.
warn-clock = Die Uhr wurde seit dem Einschalten nicht mit dem Server verglichen. Einmal verbinden.
warn-clock-off = Die Uhr dieses Geräts geht um { $minutes } Minuten falsch. Das Scannen geht weiter; Einträge werden berichtigt.
warn-certificate = Das Zertifikat dieses Scanners läuft bald ab. Bitte verbinden.
warn-revoked = Dieser Scanner wurde gesperrt. Nicht benutzen; bitte die Verwaltung fragen.
warn-battery = Der Akku ist fast leer.
warn-gate = Es ist kein Eingang gewählt. Im Menü wählen.
warn-event = Es ist keine Veranstaltung gewählt. Im Menü wählen.
warn-trouble = Einige Einträge konnten nicht gesendet werden. Siehe „Bereit für den Einlass?“ im Menü.
warn-early = Einlass beginnt { $when }. Was jetzt gescannt wird, zählt.

## Dieses Gerät zum Scanner machen

enrol-title = Dieses Gerät zum Scanner machen
enrol-body = Den Anmeldecode der Verwaltung der Kamera zeigen oder seinen Text einfügen.
enrol-label = Text der Anmeldung
enrol-open = Text einfügen
enrol-go = Anmelden
enrol-done = Das ist jetzt der Scanner { $name } von { $organization }.
enrol-failed = Es hat nicht geklappt: { $why }

## Bereit für den Einlass?

doctor-open = Bereit für den Einlass?
doctor-ok = Bereit
doctor-warn = Bereit, mit Hinweisen
doctor-fail = Nicht bereit
mark-ok = gut
mark-warn = beachten
mark-fail = falsch
check-enrolled = Scanner
check-not-revoked = Vertraut
check-certificate = Zertifikat
check-event-and-gate = Veranstaltung und Eingang
check-ticket-list = Ticketliste
check-start = Beginn
check-clock = Uhr
check-queue = Zu senden
check-entries = Protokoll
check-disk = Speicher
check-database = Datenbank
check-battery = Akku
check-server = Server
found-not_enrolled = dieses Gerät ist noch kein Scanner
found-enrolled = { $name } von { $organization }
found-not_revoked = ja
found-revoked = gesperrt seit { $time }
found-certificate_ended = abgelaufen am { $time }
found-certificate_ends = läuft ab in { $span }
found-certificate_early = nach der Uhr dieses Geräts erst gültig ab { $time }
found-certificate_valid = gültig bis { $time }
found-no_event = keine Veranstaltung gewählt
found-place_awaited = bekannt, sobald die Ticketliste da ist
found-no_gate = kein Eingang gewählt
found-gate_number = Eingang { $gate }
found-place = { $event }, Eingang { $gate }
found-gate_missing = { $event } hat keinen Eingang { $gate }
found-no_list = noch keine angekommen
found-event_over = die Veranstaltung ist seit { $span } vorbei
found-list = { $tickets ->
    [one] { $tickets } Ticket
   *[other] { $tickets } Tickets
}, veröffentlicht vor { $span } (Version { $version })
found-list_old = { found-list }
found-list_empty = { found-list }
found-list_expired = { found-list }; abgelaufen vor { $expired }
found-list_arriving = { found-list }; eine neuere kommt gerade, { $have } von { $total } Teilen
found-early = { $event } beginnt in { $span }
found-clock_unknown = seit dem Einschalten nicht mit dem Server verglichen
found-clock = { $offset } ms neben der des Servers (± { $error } ms)
found-clock_behind = geht gegenüber dem Server { $span } nach; Einträge werden berichtigt
found-clock_ahead = geht gegenüber dem Server { $span } vor; Einträge werden berichtigt
found-queue_empty = nichts wartet
found-queue_revoked = { $entries ->
    [one] { $entries } Eintrag nur auf diesem Gerät
   *[other] { $entries } Einträge nur auf diesem Gerät
}
found-queue = { $entries ->
    [one] { $entries } Eintrag wartet
   *[other] { $entries } Einträge warten
} auf den Server
found-entries_in_trouble = { $entries } abgelehnt oder beschädigt, { $logs } Protokolle strittig
found-disk_untold = dieses System sagt nicht, wie viel frei ist
found-disk = { $mib } MiB frei
found-database = in Ordnung, { $kib } KiB
found-database_damaged = beschädigt: { $why }
found-battery = { $percent } %
found-server = { $server } antwortet ({ $ms } ms)
found-server_refused = er lehnt diesen Scanner ab: { $why }
found-no_server = { $why }
do-not_enrolled = Den Anmeldecode der Verwaltung der Kamera zeigen.
do-revoked = Nicht an der Tür benutzen; die Verwaltung fragen.
do-certificate_ended = Gerät verbinden und eine Minute warten; hilft das nicht, die Verwaltung fragen.
do-certificate_ends = Gerät vorher verbinden.
do-certificate_early = Gerät einmal verbinden: Es vergleicht seine Uhr von selbst.
do-no_event = Im Menü wählen.
do-place_awaited = Gerät verbinden und eine Minute warten.
do-no_gate = Im Menü wählen.
do-gate_missing = Im Menü ein anderes wählen.
do-no_list = Gerät verbinden und eine Minute warten.
do-event_over = Im Menü eine andere Veranstaltung wählen, wenn diese vorbei ist.
do-list_old = Gerät verbinden; bis dahin lässt es weiter ein.
do-list_empty = Die Verwaltung nach den Tickets dieser Veranstaltung fragen.
do-list_expired = Gerät verbinden; bis dahin lässt es weiter ein.
do-list_arriving = Verbunden bleiben, bis sie da ist.
do-early = Was jetzt gescannt wird, zählt. Zum Üben im Menü eine eigene Veranstaltung wählen.
do-clock_unknown = Gerät einmal verbinden.
do-clock_behind = Die Einträge stimmen trotzdem; die Uhr bei Gelegenheit stellen.
do-clock_ahead = Die Einträge stimmen trotzdem; die Uhr bei Gelegenheit stellen.
do-queue = Gerät verbinden; bis dahin geht nichts verloren.
do-queue_revoked = Der Server nimmt von diesem Gerät nichts mehr an: der Verwaltung geben.
do-entries_in_trouble = Eine Minute verbunden bleiben; bleibt es so, der Verwaltung sagen.
do-disk = Andere Dateien löschen: Ohne Platz kann niemand eingelassen werden.
do-database_damaged = Gerät verbinden, um zu retten, was gesendet werden kann; dann ein anderes nehmen und der Verwaltung sagen.
do-battery = Laden.
do-server_refused = Die Verwaltung fragen.
do-no_server = Scannen geht auch so; das Netz prüfen, damit andere diesen Eingang sehen.

## Aufsicht

supervisor-open = Aufsicht
supervisor-title = Aufsicht
supervisor-none = Dieses Gerät ist ohne Rechte der Aufsicht angemeldet. Die Verwaltung kann es mit ihnen anmelden.
pin-label = PIN
pin-go = Entsperren
pin-lock = Sperren
pin-missing = Auf diesem Gerät ist keine PIN gesetzt. So wird sie gesetzt: scanner pin
pin-wrong = Diese PIN ist falsch. { $left ->
    [one] Noch ein Versuch.
   *[other] Noch { $left } Versuche.
}
pin-wait = Zu viele falsche PINs. Wieder versuchen in { $seconds ->
    [one] { $seconds } Sekunde
   *[other] { $seconds } Sekunden
}.
search-label = Name, E-Mail oder Referenz
search-go = Suchen
search-none = Es wurde niemand gefunden.
search-offline = Zum Suchen braucht es den Server: Dieser Scanner trägt keine Namen bei sich.
state-valid = gültig
state-canceled = storniert
state-blocked = gesperrt
state-unpaid = unbezahlt
state-unknown = kein Einlass; den Scanner aktualisieren, um zu sehen, warum
override-go = Trotzdem einlassen
override-reason = Grund für den Einlass
override-cancel = Nicht einlassen
undo-title = Letzte Scans
undo-go = Rückgängig
undo-done = Rückgängig gemacht.
undo-reason = Grund
undone = rückgängig
log-empty = Es wurde noch nichts vermerkt.
count-title = Personen ohne Ticket
count-in = Hinein
count-out = Hinaus
count-people = Wie viele
count-reason = Warum
count-done = Gezählt.

## Was nicht geklappt hat

problem-not-enrolled = Dieses Gerät ist noch kein Scanner.
problem-revoked = Dieser Scanner wurde gesperrt. Nicht benutzen; bitte die Verwaltung fragen.
problem-no-gate = Es ist kein Eingang gewählt. Im Menü wählen.
problem-no-event = Es ist keine Veranstaltung gewählt. Im Menü wählen.
problem-no-list = Es gibt noch keine Ticketliste. Diesen Scanner erst verbinden.
problem-no-server = Der Server ist nicht erreichbar.
problem-locked = Das muss erst die Aufsicht entsperren.
problem-forgotten = Dieser Scan ist zu lange her. Das Ticket noch einmal scannen.
problem-picture = Diese Datei ist kein Bild, das dieser Scanner öffnen kann.
problem-other = Es hat nicht geklappt: { $why }
no-answer = Das Scanner-Programm hat nicht geantwortet. Bitte noch einmal versuchen.
