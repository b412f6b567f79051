# Texte für Tickets.

tab-tickets = Tickets
any = alle
find = Suchen
first-page = Erste Seite
previous-page = Vorige Seite
next-page = Nächste Seite
yes = ja
no = nein
refresh = Aktualisieren

## The list

tickets-search = Suche
tickets-search-hint = Teil von Name, E-Mail-Adresse oder Bestellnummer, der Anfang der Ticketnummer oder ein ganzer Code (auch mit einem Handscanner eingelesen).
tickets-none = Es gibt noch keine Tickets. Importieren Sie eine Liste oder stellen Sie eines aus.
tickets-none-found = So ein Ticket gibt es nicht.
tickets-all = Alle zeigen
tickets-print-this = Zum Drucken
tickets-print-chosen = Angekreuzte drucken
tickets-print-page = Diese Seite drucken

## One ticket

ticket-new = Neues Ticket
ticket-issue = Ticket ausstellen
ticket-edit = Ändern
ticket-edit-title = Ändern: { $who }
ticket-product = Ticketart
ticket-name = Name
ticket-name-hint = Erscheint am Einlass, wenn das Ticket gescannt wird.
ticket-reference = Bestellnummer
ticket-reference-hint = Die eigene Nummer des Verkäufers.
ticket-note = Hinweis für den Einlass
ticket-note-hint = Erscheint beim Scannen, zum Beispiel „Rollstuhl“.
ticket-admits = Personen
ticket-valid-from = Gültig ab
ticket-valid-until = Gültig bis
ticket-code = Code
ticket-code-hint = Nur für ein Ticket, das ein anderer Anbieter schon gedruckt hat. Bleibt das Feld leer, wird ein eigener Code gemacht.
ticket-not-paid-yet = Noch nicht bezahlt (bis dahin kein Einlass)
ticket-state = Zustand
ticket-valid = gültig
ticket-canceled = storniert
ticket-blocked = gesperrt
ticket-unpaid = unbezahlt
ticket-facts = Angaben
ticket-origin = Woher der Code kommt
ticket-origin-issued = hier gemacht
ticket-origin-imported = von einem anderen Anbieter
ticket-origin-refilled = von einem Scanner übernommen
ticket-generation = Generation des Codes
ticket-lists = Die Liste der Scanner
ticket-listed-not-yet = Noch in keiner Liste: wird in wenigen Sekunden veröffentlicht.
ticket-listed = Bekannt seit Liste { $version }.
ticket-listed-older = So wie vorher: bekannt seit Liste { $version }. Die Änderung wird in wenigen Sekunden veröffentlicht.
ticket-code-unknown = Dieser Server wurde neu eingerichtet und kennt den Code des Tickets nicht. In einer Sicherung steht er; das Ticket selbst gilt.
ticket-code-no-key = Kein Schlüssel dieser Veranstaltung darf jetzt Codes unterschreiben. Auf dem Server macht „keys rotate“ einen neuen.
ticket-qr = QR-Code
ticket-qr-alt = Der QR-Code des Tickets
ticket-qr-not-good = Mit diesem Code wird jetzt niemand eingelassen.
ticket-qr-careful = Wer dieses Bild hat, hat das Ticket.
ticket-print = Drucken
ticket-reason = Grund
ticket-reason-hint = Für Ihre Kollegen; er steht im Protokoll.
ticket-cancel = Ticket stornieren
ticket-cancel-title = Das Ticket von { $who } stornieren?
ticket-cancel-means = Es wurde zurückgegeben: Niemand wird mehr damit eingelassen, endgültig. Wird es doch noch gebraucht, stellen Sie ein neues aus.
ticket-block = Sperren
ticket-block-title = Das Ticket von { $who } sperren?
ticket-block-means = Niemand wird damit eingelassen, bis Sie es entsperren, etwa weil es gestohlen sein soll. Wer schon drinnen ist, bleibt drinnen.
ticket-unblock = Entsperren
ticket-mark-paid = Ist bezahlt
ticket-reissue = Neuer Code
ticket-reissue-title = Einen neuen Code für { $who } machen?
ticket-reissue-means = Das Ticket bleibt dasselbe und bekommt einen neuen QR-Code. Der alte QR-Code gilt nicht mehr: Wer ihn zeigt, wird abgewiesen. Drucken oder senden Sie den neuen.
ticket-reissue-offline = Wer mit dem alten Code hereinkam, bleibt gezählt; der neue ist dasselbe Ticket.
ticket-act-when = Scanner mit Netz wissen es in wenigen Sekunden. Ein Scanner ohne Netz macht weiter wie bisher, bis er die nächste Liste hat.
ticket-story = Die ganze Geschichte
ticket-story-times = Zeiten in der Zeitzone der Veranstaltung.
ticket-taken-over = Von der Liste eines Scanners übernommen
done-ticket-issued = Das Ticket ist ausgestellt.
done-ticket-changed = Gespeichert.
done-ticket-canceled = Das Ticket ist storniert.
done-ticket-blocked = Das Ticket ist gesperrt.
done-ticket-unblocked = Das Ticket gilt wieder.
done-ticket-reissued = Das Ticket hat einen neuen Code; der alte wird abgewiesen.
done-ticket-paid = Das Ticket ist bezahlt.
done-ticket-not-paid = Das Ticket ist nicht bezahlt.
refused-ticket_canceled = Das Ticket ist storniert, endgültig. Stellen Sie stattdessen ein neues aus.
refused-foreign_code = Der Code ist von einem anderen Anbieter; nur der kann einen neuen machen.
refused-code_unknown = Dieser Server wurde neu eingerichtet und kennt den Code des Tickets nicht; deshalb lässt sich das nicht ändern.
refused-code_exists = Ein Ticket einer Veranstaltung hat diesen Code schon.
refused-event_archived = Die Veranstaltung ist archiviert: Nichts darin kann geändert werden.
fault-no_number = Bitte eine ganze Zahl angeben.
fault-admits_out_of_range = Ein Ticket lässt 1 bis { $limit } Personen ein.
fault-own_prefix = Der Code beginnt mit TS1:, das ist hier gemachten Codes vorbehalten.
fault-long_or_unreadable = Das ist zu lang oder enthält Zeichen, die nicht gezeigt werden können.

## What happened to it

act-ticket_added = Hinzugefügt
moment-ok = Eingelassen
moment-reentry = Wieder eingelassen
moment-override = Eingelassen durch Entscheidung der Aufsicht
moment-duplicate = Eingelassen, obwohl das Ticket verbraucht war
moment-exit = Hinausgegangen
moment-exit_unmatched = Hinausgegangen; war nicht als drinnen bekannt
moment-refused = Abgewiesen
moment-undo = Ein Scan wurde zurückgenommen
moment-voided = Durchgelassen und zurückgenommen
moment-voided-means = Zählt nicht mehr.
moment-quarantined = Beiseitegelegt: von einem widerrufenen Scanner aufgezeichnet
moment-not_understood = Von einer neueren Version aufgezeichnet; aufgehoben, nicht gezählt
moment-counted = Von Hand gezählt
moment-noted = Zur Kenntnis genommen von { $who }, { $at }:
moment-not-noted = Noch niemand hat das zur Kenntnis genommen.
moment-people = { $n } Personen
moment-operator = Am Einlass: { $who }
moment-second-branch = Den Scanner gibt es zweimal: Das zählt vielleicht doch nicht.
moment-about = (± { $n } s)
moment-unsure = (Zeit unsicher: zwischen { $from } und { $until })
moment-paid = Bezahlt.
moment-not-paid = Nicht bezahlt.
verdict-invalid = Es war kein Ticket dieser Veranstaltung.
verdict-forged = Die Unterschrift war falsch.
verdict-wrong_event = Es ist für eine andere Veranstaltung.
verdict-canceled = Das Ticket war storniert.
verdict-blocked = Das Ticket war gesperrt.
verdict-unpaid = Das Ticket war nicht bezahlt.
verdict-revoked = Ein alter Code wurde gezeigt; es gab schon einen neueren.
verdict-invalid_time = Zu dieser Zeit galt es nicht.
verdict-already_redeemed = Es war schon benutzt.
verdict-already_inside = Seine Personen waren schon drinnen.
verdict-product = Diese Ticketart war nicht für diesen Eingang.
verdict-rules = Die Einlassregeln ließen es nicht zu.
verdict-stale_manifest = Die Liste des Scanners war zu alt, um jemanden einzulassen.

## Printing

sheet-title = Tickets zum Drucken
sheet-how = Drucken Sie diese Seite mit dem Browser (Strg+P). Nur die Tickets werden gedruckt, zwei nebeneinander.
sheet-left-out = { $n ->
    [one] Ein Ticket fehlt: Sein Code ist hier nicht bekannt.
   *[other] { $n } Tickets fehlen: Ihre Codes sind hier nicht bekannt.
}

## Importing

import = Liste importieren
import-what = Eine Liste von Tickets als CSV, wie Tabellenprogramme und Ticketshops sie ausgeben: Die erste Zeile nennt die Spalten, jede weitere ist ein Ticket. Bevor etwas gespeichert wird, sehen Sie, was daraus würde.
import-file = Datei
import-file-hint = CSV in UTF-8, höchstens { $n } MB. Trennzeichen: Komma, Strichpunkt oder Tabulator.
import-send = Ansehen
import-kept = Die Liste bleibt im Arbeitsspeicher des Servers, bis sie importiert ist, höchstens { $n } Minuten, nachdem Sie sie zuletzt angesehen haben; vorher wird nichts davon auf eine Platte geschrieben.
import-no-file = Bitte eine Datei wählen.
import-too-large = Die Datei ist zu groß. Auf dem Server selbst nimmt „tickets import“ größere.
import-broken = Die Datei kam nicht vollständig an. Bitte noch einmal senden.
import-no-room = Gerade werden zu viele Listen importiert. Bitte in einigen Minuten noch einmal versuchen.
done-import-gone = Die Liste ist nicht mehr da: Sie wurde eine halbe Stunde aufgehoben, oder der Server wurde neu gestartet. Bitte noch einmal senden.
import-columns = Was in den Spalten steht
import-columns-hint = Aus der ersten Zeile erraten; wählen Sie eine andere Spalte, wo es nicht stimmt. In Klammern: was in der ersten Zeile darunter steht.
import-nowhere = nicht in der Liste
import-nameless = Spalte { $n }
import-ambiguous = Mehrere Spalten könnten gemeint sein. Bitte prüfen.
import-paid = Bezahlt (ja oder nein: yes, no)
import-unused = Diese Spalten werden nicht gelesen:
import-looks-like = vielleicht { $text }?
import-existing = Tickets, die es schon gibt
import-existing-refuse = sind Fehler: nichts wird importiert
import-existing-skip = bleiben, wie sie sind; nur neue kommen dazu
import-existing-update = übernehmen, was in der Liste steht (nach ihrem Code)
import-existing-add = kommen noch einmal dazu (nur Zeilen ohne Code)
import-partial = Die guten Zeilen importieren, auch wenn es schlechte gibt
import-look-again = Noch einmal ansehen
import-now = Importieren
import-drop = Liste verwerfen
import-preview = Was daraus würde
import-verdict = { $good ->
    [one] Eine Zeile ist gut
   *[other] { $good } Zeilen sind gut
}, { $bad ->
    [0] keine ist schlecht.
    [one] eine ist schlecht.
   *[other] { $bad } sind schlecht.
}
import-makes-codes = Die Liste hat keine Codes: Jedes Ticket bekommt einen eigenen.
import-codes-made = Die Liste hatte keine Codes: Jedes Ticket bekam einen eigenen. Die Ticketliste druckt sie.
import-line = Zeile
import-wrong = Was falsch ist
import-bad = Zeilen mit Fehlern
import-more-bad = und { $n } weitere
import-bad-csv = Alle Fehler als CSV
import-mended = Die verbesserte Liste senden
import-reading = Liste wird gelesen …
import-storing = Tickets werden gespeichert …
import-goes-on = Der Import geht weiter, auch wenn Sie diese Seite verlassen.
import-done = { $added ->
    [one] Ein Ticket kam dazu
   *[other] { $added } Tickets kamen dazu
}, { $updated } geändert, { $skipped } blieben, wie sie waren.
import-left = { $n ->
    [one] Eine Zeile wurde ausgelassen; sie steht unten.
   *[other] { $n } Zeilen wurden ausgelassen; sie stehen unten.
}
import-refused = { $n ->
    [one] Nichts wurde importiert, weil eine Zeile schlecht ist. Sie steht unten. Verbessern Sie sie und senden Sie die Liste noch einmal, oder wählen Sie, nur die guten Zeilen zu importieren.
   *[other] Nichts wurde importiert, weil { $n } Zeilen schlecht sind. Sie stehen unten. Verbessern Sie sie und senden Sie die Liste noch einmal, oder wählen Sie, nur die guten Zeilen zu importieren.
}
import-archived = Die Veranstaltung ist archiviert; nichts wurde importiert.
import-broke = Auf dem Server ist etwas kaputtgegangen; nichts wurde importiert. Bitte noch einmal versuchen.
import-to-tickets = Zu den Tickets
import-another = Noch eine Liste
list-empty = Die Datei ist leer: Die erste Zeile muss die Spalten nennen.
list-no-rows = Es gibt eine erste Zeile mit Namen und kein Ticket darunter.
list-one-column = Die einzige Spalte wurde nicht erkannt ({ $text }). Wählen Sie unten, was darin steht. Sind es mehrere: Sie werden durch Komma, Semikolon oder Tabulator getrennt.
list-unknown-columns = Keine der Spalten wurde erkannt ({ $text }). Wählen Sie unten, was darin steht.
list-utf16 = Die Datei ist „Unicode-Text“ (UTF-16). Bitte noch einmal als „CSV UTF-8“ speichern.
list-not-utf8 = Die erste Zeile ist nicht UTF-8. Bitte die Datei noch einmal als „CSV UTF-8“ speichern.
list-no-such-column = Es gibt keine Spalte { $text }.
list-two-columns = Zwei Spalten enthalten dasselbe: { $text } und { $other }.
row-columns = hat { $n ->
    [one] eine Spalte
   *[other] { $n } Spalten
}, die erste Zeile hat { $of }.
row-not-utf8 = ist nicht UTF-8. Bitte die Datei noch einmal als „CSV UTF-8“ speichern.
row-not-csv = kann nicht als CSV gelesen werden.
row-no-code = hat keinen Code.
row-broken-code = hat einen Zeilenumbruch im Code.
row-same-code = hat denselben Code wie Zeile { $line }.
row-no-products = Die Veranstaltung hat keine Ticketarten.
row-no-product = Die Ticketart „{ $text }“ gibt es in dieser Veranstaltung nicht. Es gibt: { $known }
row-people = „{ $text }“ ist keine Zahl von Personen.
row-paid = „{ $text }“ sagt nicht, ob bezahlt ist. Verstanden werden: ja / nein, bezahlt / offen, yes / no, paid / unpaid, sí / no, pagado / pendiente, 1 / 0.
row-time = „{ $text }“ ist keine Zeit. Ein Beispiel: 2026-05-01 20:00
row-skipped-time = „{ $text }“ gibt es in der Zeitzone der Veranstaltung nicht: Die Uhren werden darüber hinweg vorgestellt.
row-admits = Es lässt { $n } Personen ein; möglich sind 1 bis { $of }.
row-window = Die Gültigkeit endet, bevor sie beginnt.
row-long-code = Der Code hat { $n } Bytes, mehr als ein QR-Code fasst.
row-text = { $text }: zu lang oder mit Zeichen, die nicht gezeigt werden können.
row-code-there = Der Code ist schon in dieser Veranstaltung.
row-holder-there = Ein Ticket mit { $text } ist schon in dieser Veranstaltung.
row-swallowed = Sie geht { $n } Zeilen weiter: Fehlt am Ende ein Anführungszeichen?
