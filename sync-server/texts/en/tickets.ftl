# Texts of tickets. Other languages: copy this folder, translate what is right of the signs.
# Words in braces are filled in; what begins with $ must stay as it is.

tab-tickets = Tickets
any = any
find = Search
first-page = First page
previous-page = Previous page
next-page = Next page
yes = yes
no = no
refresh = Refresh

## The list

tickets-search = Search
tickets-search-hint = Part of a name, e-mail address or reference, the beginning of the ticket's number, or a whole code (a hardware scanner may type it).
tickets-none = There are no tickets yet. Import a list or issue one.
tickets-none-found = No ticket is like that.
tickets-all = Show all
tickets-print-this = To be printed
tickets-print-chosen = Print the ticked ones
tickets-print-page = Print this page

## One ticket

ticket-new = New ticket
ticket-issue = Issue ticket
ticket-edit = Change
ticket-edit-title = Change: { $who }
ticket-product = Kind of ticket
ticket-name = Name
ticket-name-hint = Shown at the door when the ticket is scanned.
ticket-reference = Reference
ticket-reference-hint = The seller's own number, such as the order.
ticket-note = Note for the door
ticket-note-hint = Shown when the ticket is scanned, such as "wheelchair".
ticket-admits = People
ticket-valid-from = Valid from
ticket-valid-until = Valid until
ticket-code = Code
ticket-code-hint = Only for a ticket another vendor has printed already. Leave it empty, and a code of ours is made.
ticket-not-paid-yet = Not paid yet (not let in until it is)
ticket-state = State
ticket-valid = valid
ticket-canceled = canceled
ticket-blocked = blocked
ticket-unpaid = unpaid
ticket-facts = Facts
ticket-origin = Where its code comes from
ticket-origin-issued = made here
ticket-origin-imported = another vendor's
ticket-origin-refilled = taken over from a scanner
ticket-generation = Generation of the code
ticket-lists = The scanners' list
ticket-listed-not-yet = In no list yet: published within seconds.
ticket-listed = Known since list { $version }.
ticket-listed-older = As it was before: known since list { $version }. The change is published within seconds.
ticket-code-unknown = This server was set up anew and does not know the ticket's code. A backup has it; the ticket itself is good.
ticket-code-no-key = No key of this event may sign codes now. On the server, "keys rotate" makes one.
ticket-qr = QR code
ticket-qr-alt = The ticket's QR code
ticket-qr-not-good = Nobody is let in with this code now.
ticket-qr-careful = Whoever has this picture has the ticket.
ticket-print = Print
ticket-reason = Reason
ticket-reason-hint = For your colleagues; it is kept in the audit log.
ticket-cancel = Cancel ticket
ticket-cancel-title = Cancel the ticket of { $who }?
ticket-cancel-means = It was given back: nobody is let in with it any more, for good. If it is needed again after all, issue another one.
ticket-block = Block
ticket-block-title = Block the ticket of { $who }?
ticket-block-means = Nobody is let in with it until you unblock it, for instance because it is said to be stolen. Who is inside already stays inside.
ticket-unblock = Unblock
ticket-mark-paid = It is paid
ticket-reissue = New code
ticket-reissue-title = Make a new code for { $who }?
ticket-reissue-means = The ticket stays the same and gets a new QR code. The old QR code stops working: whoever shows it is refused. Print or send the new one.
ticket-reissue-offline = Somebody who came in with the old code stays counted; the new one is the same ticket.
ticket-act-when = Scanners that are online know within seconds. A scanner without a network goes on as before until it has the next list.
ticket-story = The whole story
ticket-story-times = Times are those of the event's time zone.
ticket-taken-over = Taken over from a scanner's list
done-ticket-issued = The ticket is issued.
done-ticket-changed = Saved.
done-ticket-canceled = The ticket is canceled.
done-ticket-blocked = The ticket is blocked.
done-ticket-unblocked = The ticket is good again.
done-ticket-reissued = The ticket has a new code; the old one is refused.
done-ticket-paid = The ticket is paid.
done-ticket-not-paid = The ticket is not paid.
refused-ticket_canceled = The ticket is canceled, for good. Issue another one instead.
refused-foreign_code = The code is another vendor's; only the vendor can make a new one.
refused-code_unknown = This server was set up anew and does not know the ticket's code, so this cannot be changed.
refused-code_exists = A ticket of an event has this code already.
refused-event_archived = The event is archived: nothing in it can be changed.
fault-no_number = Please give a whole number.
fault-admits_out_of_range = A ticket admits 1 to { $limit } people.
fault-own_prefix = The code begins with TS1:, which is kept for codes made here.
fault-long_or_unreadable = This is too long, or holds characters that cannot be shown.

## What happened to it

act-ticket_added = Added
moment-ok = Let in
moment-reentry = Let in again
moment-override = Let in by a supervisor's decision
moment-duplicate = Let in although the ticket was used up
moment-exit = Went out
moment-exit_unmatched = Went out; was not known to be inside
moment-refused = Refused
moment-undo = A scan was taken back
moment-voided = Let through, and taken back
moment-voided-means = Does not count any more.
moment-quarantined = Kept apart: a revoked scanner logged it
moment-not_understood = Logged by a newer version; kept, not counted
moment-counted = Counted by hand
moment-noted = Acknowledged by { $who }, { $at }:
moment-not-noted = Nobody has acknowledged this yet.
moment-people = { $n } people
moment-operator = At the door: { $who }
moment-second-branch = The scanner exists twice: this may turn out not to count.
moment-about = (± { $n } s)
moment-unsure = (time unsure: between { $from } and { $until })
moment-paid = Paid.
moment-not-paid = Not paid.
verdict-invalid = It was no ticket of this event.
verdict-forged = The signature was wrong.
verdict-wrong_event = It is for another event.
verdict-canceled = The ticket was canceled.
verdict-blocked = The ticket was blocked.
verdict-unpaid = The ticket was not paid.
verdict-revoked = An old code was shown; a newer one had been made.
verdict-invalid_time = It was not valid at that time.
verdict-already_redeemed = It had been used already.
verdict-already_inside = Its people were inside already.
verdict-product = This kind of ticket was not for that gate.
verdict-rules = The rules of entry did not allow it.
verdict-stale_manifest = The scanner's list was too old to let anybody in.

## Printing

sheet-title = Tickets to print
sheet-how = Print this page with your browser (Ctrl+P). Only the tickets are printed, two in a row.
sheet-left-out = { $n ->
    [one] One ticket is left out: its code is not known here.
   *[other] { $n } tickets are left out: their codes are not known here.
}

## Importing

import = Import list
import-what = A list of tickets as CSV, as spreadsheets and ticket shops export it: the first line names the columns, every further line is a ticket. Before anything is stored you see what would become of it.
import-file = File
import-file-hint = CSV in UTF-8, at most { $n } MB. Separators: comma, semicolon or tab.
import-send = Look at it
import-kept = The list stays in the server's memory until it is imported, at most { $n } minutes after you last looked at it; nothing of it is written to a disk before.
import-no-file = Please choose a file.
import-too-large = The file is too large. On the server itself, "tickets import" takes larger ones.
import-broken = The file did not arrive completely. Please send it again.
import-no-room = Too many lists are being imported now. Please try again in some minutes.
done-import-gone = The list is not here any more: it was kept for half an hour, or the server was started anew. Please send it again.
import-columns = What the columns hold
import-columns-hint = Guessed from the first line; choose another column where the guess is wrong. In brackets: what stands in the first row.
import-nowhere = not in the list
import-nameless = Column { $n }
import-ambiguous = Several columns could be this one. Please check.
import-paid = Paid (yes or no)
import-unused = These columns are not read:
import-looks-like = perhaps { $text }?
import-existing = Tickets that are there already
import-existing-refuse = are errors: nothing is imported
import-existing-skip = stay as they are; only new ones are added
import-existing-update = take over what the list says (by their code)
import-existing-add = are added once more (only rows without a code)
import-partial = Import the good lines although there are bad ones
import-look-again = Look again
import-now = Import
import-drop = Throw the list away
import-preview = What would become of it
import-verdict = { $good ->
    [one] One line is good
   *[other] { $good } lines are good
}, { $bad ->
    [0] none is bad.
    [one] one is bad.
   *[other] { $bad } are bad.
}
import-makes-codes = The list has no codes: each ticket gets one of its own.
import-codes-made = The list had no codes: each ticket got one of its own. The list of tickets prints them.
import-line = Line
import-wrong = What is wrong
import-bad = Lines with errors
import-more-bad = and { $n } more
import-bad-csv = All errors as CSV
import-mended = Send the mended list
import-reading = Reading the list …
import-storing = Storing the tickets …
import-goes-on = The import goes on if you leave this page.
import-done = { $added ->
    [one] One ticket was added
   *[other] { $added } tickets were added
}, { $updated } changed, { $skipped } left as they were.
import-left = { $n ->
    [one] One line was left out; it stands below.
   *[other] { $n } lines were left out; they stand below.
}
import-refused = { $n ->
    [one] Nothing was imported, because one line is bad. It stands below. Correct it and send the list again, or choose to import the good lines only.
   *[other] Nothing was imported, because { $n } lines are bad. They stand below. Correct them and send the list again, or choose to import the good lines only.
}
import-archived = The event is archived; nothing was imported.
import-broke = Something broke on the server; nothing was imported. Please try again.
import-to-tickets = To the tickets
import-another = Another list
list-empty = The file is empty: its first line must name the columns.
list-no-rows = There is a first line with names, and no ticket below it.
list-one-column = The only column was not recognized ({ $text }). Choose below what it holds. If there are more: they are told apart by comma, semicolon or tab.
list-unknown-columns = None of the columns was recognized ({ $text }). Choose below what they hold.
list-utf16 = The file is "Unicode text" (UTF-16). Please save it again as "CSV UTF-8".
list-not-utf8 = The first line is not UTF-8. Please save the file again as "CSV UTF-8".
list-no-such-column = There is no column { $text }.
list-two-columns = Two columns hold the same: { $text } and { $other }.
row-columns = has { $n ->
    [one] one column
   *[other] { $n } columns
}, the first line has { $of }.
row-not-utf8 = is not UTF-8. Please save the file again as "CSV UTF-8".
row-not-csv = cannot be read as CSV.
row-no-code = has no code.
row-broken-code = has a line break in its code.
row-same-code = has the same code as line { $line }.
row-no-products = The event has no kinds of tickets.
row-no-product = There is no kind of ticket "{ $text }" in this event. There is: { $known }
row-people = "{ $text }" is no number of people.
row-paid = "{ $text }" does not say whether it is paid. Understood are: yes / no, paid / unpaid, ja / nein, bezahlt / offen, sí / no, pagado / pendiente, 1 / 0.
row-time = "{ $text }" is no time. An example: 2026-05-01 20:00
row-skipped-time = "{ $text }" does not exist in the event's time zone: clocks are put forward over it.
row-admits = It admits { $n } people; 1 to { $of } are possible.
row-window = Its validity ends before it begins.
row-long-code = Its code has { $n } bytes, more than a QR code holds.
row-text = { $text }: too long, or with characters that cannot be shown.
row-code-there = The code is in this event already.
row-holder-there = A ticket with { $text } is in this event already.
row-swallowed = It goes on for { $n } more lines: is a quotation mark missing at its end?
