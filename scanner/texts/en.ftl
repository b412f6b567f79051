# Every text of the door's screen. Other languages: copy this file, translate what is right of the signs.
# Words in braces are filled in; what begins with $ must stay as it is.

-product = Turnstone

## The word on the screen, and the reason in words a guest accepts

word-admit = ADMIT
word-exit = OUT
word-already = ALREADY IN
word-used = ALREADY USED
word-refused = NO ENTRY
word-unread = NOT READ
people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}

reason-ok = Welcome.
reason-ok_reentry = Welcome back.
reason-ok_unlisted = Welcome. Genuine ticket, newer than this scanner's list.
reason-ok_override = Let in by a supervisor.
reason-ok_exit = Goodbye.
reason-ok_exit_unmatched = Goodbye. This ticket was not known to be inside.
reason-invalid = This is not a ticket of this event.
reason-invalid-damaged = The code is incomplete. Please show the whole code again.
reason-invalid-too-long = This is not a ticket: the code is far too long.
reason-invalid-unknown-key = This ticket is from another organizer, or newer than this scanner's keys.
reason-invalid-not-listed = This ticket is genuine, but it is not on the list of this event.
reason-forged = This code was not issued by the organizer: its signature is wrong.
reason-wrong_event = This ticket is for another event.
reason-wrong_event-named = This ticket is for another event: { $event }.
reason-canceled = This ticket was canceled.
reason-blocked = This ticket was blocked by the organizer.
reason-unpaid = This ticket has not been paid yet.
reason-revoked = This ticket was replaced by a newer one. Please show the newest code.
reason-invalid_time = This ticket is not valid at this time.
reason-invalid_time-from = This ticket is valid from { $time } on.
reason-invalid_time-until = This ticket was valid until { $time }.
reason-already_redeemed = This ticket was already used.
reason-already_redeemed-before = This ticket was already used: { $ago } at gate { $gate } ({ $time }).
reason-already_redeemed-held = This ticket was already used: it is being let in at gate { $gate } at this moment.
reason-already_inside = This ticket is already inside.
reason-already_inside-before = This ticket came in { $ago } at gate { $gate } ({ $time }).
reason-already_inside-held = This ticket is already inside: it is being let in at gate { $gate } at this moment.
reason-product = This ticket is not valid at gate { $gate } ({ $zone }).
reason-product-named = A “{ $product }” ticket is not valid at gate { $gate } ({ $zone }).
reason-rules = The rules of this event do not allow it.
reason-rules-last-entry = Last entry was at { $time }.
reason-rules-reentries = This ticket has come in again { $most ->
    [one] once
   *[other] { $most } times
} already; that is as often as allowed.
reason-rules-people = This ticket has room for { people } more, not for { $asked }.
reason-stale_manifest = This scanner's ticket list is too old to admit with: it must be connected first.
reason-unread = No code could be read. Try again, closer or with less glare.

ago-now = just now
ago-seconds = { $n ->
    [one] { $n } second ago
   *[other] { $n } seconds ago
}
ago-minutes = { $n ->
    [one] { $n } minute ago
   *[other] { $n } minutes ago
}
ago-hours = { $n ->
    [one] { $n } hour ago
   *[other] { $n } hours ago
}
ago-days = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}
span-seconds = { $n ->
    [one] { $n } second
   *[other] { $n } seconds
}
span-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
span-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
span-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
time-uncertain = { $time } (by this device's own clock)

fact-inside = { $inside } of { $admits } inside
fact-local = decided by this scanner
fact-lan = checked with other scanners
fact-server = checked with the server
fact-note = Note: { $note }
note-repeat = The same scan as a moment ago; nothing new was recorded.
note-server-missed = The server did not answer in time.
note-codes = { $count } codes in view; the one nearest the middle was judged.
note-stale = The ticket list has expired: connect this scanner when you can.
note-early = { $event } begins { $when }. This scan counts all the same.
note-clock = The time is this device's own; it has not been compared with the server yet.
note-certificate = This scanner's certificate has ended: tell the administrator.
note-attendee = The holder's name cannot be opened with this ticket.

## The screen around it

title = { -product } door
skip = Skip to the answer
direction-entry = Entry
direction-exit = Exit
direction-label = Direction
gate-label = Gate
event-label = Event
inside-label = Inside
inside-hint = people, as far as this scanner knows
state-online = Online
state-offline = Offline
server-label = Server
state-connecting = Trying…
pending-label = To send
list-label = List
list-none = none yet
synced-label = Contact
synced-never = never
age-now = now
battery-label = Battery
start = Start scanning
start-hint = Opens the camera and switches the sound on.
camera-label = Camera
camera-picture = The camera's picture
camera-denied = The camera is not allowed. Tap the lock or camera sign in the address bar, allow the camera and load this page again. Hardware scanners and typing work without it.
camera-missing = No camera was found. Hardware scanners, pictures and typing work without it.
camera-busy = The camera is in use by another program. Close that program and tap “Start scanning”.
camera-insecure = The browser gives the camera only to pages of this very device. Open this page as http://localhost instead.
torch = Torch
type-label = Code, as printed below the picture
type-go = Check
type-open = Type a code
picture-open = Picture from file
close = Close
dismiss = Tap to go on
menu = Menu
lost-title = The scanner program does not answer
lost-body = It is started again by itself or by whoever runs this device. Nothing that was shown as admitted is lost. This page goes on as soon as it answers.
busy = One moment…
sound-off = Sound is off. Tap to switch it on.
language-label = Language
theme-label = Screen
theme-dark = dark
theme-light = light
theme-device = as the device
last-label = Last answer

warn-stale = The ticket list has expired. Connect this scanner soon.
warn-list-old = The ticket list is { $hours } hours old. Connect this scanner when you can.
warn-no-list = There is no ticket list yet. Connect this scanner before doors open.
warn-clock = The clock has not been compared with the server since this device was switched on. Connect it once.
warn-clock-off = This device's clock is wrong by { $minutes } minutes. Scanning goes on; entries are corrected.
warn-certificate = This scanner's certificate ends soon. Connect it.
warn-revoked = This scanner was revoked. Do not use it; ask the administrator.
warn-battery = The battery is low.
warn-gate = No gate is chosen. Choose one in the menu.
warn-event = No event is chosen. Choose one in the menu.
warn-trouble = Some entries could not be sent. See “Ready for doors?” in the menu.
warn-early = Doors open { $when }. What is scanned now counts.

## Making this device a scanner

enrol-title = Make this device a scanner
enrol-body = Show the administrator's enrolment code to the camera, or paste its text.
enrol-label = Enrolment text
enrol-open = Paste the text
enrol-go = Enrol
enrol-done = This is now scanner { $name } of { $organization }.
enrol-failed = It did not work: { $why }

## Ready for doors?

doctor-open = Ready for doors?
doctor-ok = Ready
doctor-warn = Ready, with warnings
doctor-fail = Not ready
mark-ok = ok
mark-warn = mind
mark-fail = wrong
check-enrolled = Scanner
check-not-revoked = Trusted
check-certificate = Certificate
check-event-and-gate = Event and gate
check-ticket-list = Ticket list
check-start = Start
check-clock = Clock
check-queue = To send
check-entries = Log
check-disk = Storage
check-database = Database
check-battery = Battery
check-server = Server
found-not_enrolled = this device is not a scanner yet
found-enrolled = { $name } of { $organization }
found-not_revoked = yes
found-revoked = revoked since { $time }
found-certificate_ended = ended { $time }
found-certificate_ends = ends in { $span }
found-certificate_early = valid only from { $time } on, by this device's time
found-certificate_valid = valid until { $time }
found-no_event = no event is chosen
found-place_awaited = known once the ticket list is here
found-no_gate = no gate is chosen
found-gate_number = gate { $gate }
found-place = { $event }, gate { $gate }
found-gate_missing = { $event } has no gate { $gate }
found-no_list = none has arrived yet
found-event_over = the event ended { $span } ago
found-list = { $tickets ->
    [one] { $tickets } ticket
   *[other] { $tickets } tickets
}, published { $span } ago (version { $version })
found-list_old = { found-list }
found-list_empty = { found-list }
found-list_expired = { found-list }; expired { $expired } ago
found-list_arriving = { found-list }; a newer one is arriving, { $have } of { $total } parts
found-early = { $event } starts in { $span }
found-clock_unknown = not compared with the server since this device was switched on
found-clock = { $offset } ms off the server's (± { $error } ms)
found-clock_behind = { $span } behind the server's; entries are corrected
found-clock_ahead = { $span } ahead of the server's; entries are corrected
found-queue_empty = nothing waits
found-queue_revoked = { $entries ->
    [one] { $entries } entry on this device only
   *[other] { $entries } entries on this device only
}
found-queue = { $entries ->
    [one] { $entries } entry waits
   *[other] { $entries } entries wait
} for the server
found-entries_in_trouble = { $entries } refused or damaged, { $logs } logs in dispute
found-disk_untold = this system does not tell how much is free
found-disk = { $mib } MiB free
found-database = sound, { $kib } KiB
found-database_damaged = damaged: { $why }
found-battery = { $percent } %
found-server = { $server } answers ({ $ms } ms)
found-server_refused = it refuses this scanner: { $why }
found-no_server = { $why }
do-not_enrolled = Show the administrator's enrolment code to the camera.
do-revoked = Do not use it at a door; ask the administrator.
do-certificate_ended = Connect this device and wait a minute; if that does not renew it, ask the administrator.
do-certificate_ends = Connect this device before it ends.
do-certificate_early = Connect this device once: it compares its clock by itself.
do-no_event = Choose one in the menu.
do-place_awaited = Connect this device and wait a minute.
do-no_gate = Choose one in the menu.
do-gate_missing = Choose another one in the menu.
do-no_list = Connect this device and wait a minute.
do-event_over = Choose another event in the menu if this one is over.
do-list_old = Connect this device; it admits until then.
do-list_empty = Ask the administrator for this event's tickets.
do-list_expired = Connect this device; it admits until then.
do-list_arriving = Stay connected until it is here.
do-early = What is scanned now counts. To practise, choose an event of its own in the menu.
do-clock_unknown = Connect this device once.
do-clock_behind = Nothing is wrong with the entries; set the device's clock when you can.
do-clock_ahead = Nothing is wrong with the entries; set the device's clock when you can.
do-queue = Connect this device; nothing is lost until then.
do-queue_revoked = The server takes nothing from this device any more: hand it to the administrator.
do-entries_in_trouble = Stay connected for a minute; if it stays, tell the administrator.
do-disk = Delete other files: without space nobody can be admitted.
do-database_damaged = Connect this device to save what can be sent, then take another one and tell the administrator.
do-battery = Plug it in.
do-server_refused = Ask the administrator.
do-no_server = Scanning works without it; check the network so that others see this gate.

## Supervisor

supervisor-open = Supervisor
supervisor-title = Supervisor
supervisor-none = This device is registered without supervisor rights. The administrator can register it with them.
pin-label = PIN
pin-go = Unlock
pin-lock = Lock
pin-missing = No PIN has been set on this device. Set one with: scanner pin
pin-wrong = That PIN is wrong. { $left ->
    [one] One more try.
   *[other] { $left } more tries.
}
pin-wait = Too many wrong PINs. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
search-label = Name, e-mail or reference
search-go = Search
search-none = Nobody was found.
search-offline = Searching needs the server: this scanner carries no names.
state-valid = valid
state-canceled = canceled
state-blocked = blocked
state-unpaid = unpaid
state-unknown = not admitted; update this scanner to see why
override-go = Let in anyway
override-reason = Reason for letting them in
override-cancel = Do not let them in
undo-title = Last scans
undo-go = Undo
undo-done = Undone.
undo-reason = Reason
undone = undone
log-empty = Nothing was recorded yet.
count-title = People without a ticket
count-in = In
count-out = Out
count-people = How many
count-reason = Why
count-done = Counted.

## What went wrong

problem-not-enrolled = This device is not a scanner yet.
problem-revoked = This scanner was revoked. Do not use it; ask the administrator.
problem-no-gate = No gate is chosen. Choose one in the menu.
problem-no-event = No event is chosen. Choose one in the menu.
problem-no-list = There is no ticket list yet. Connect this scanner first.
problem-no-server = The server cannot be reached.
problem-locked = A supervisor has to unlock this first.
problem-forgotten = That scan is too long ago. Scan the ticket again.
problem-picture = This file is not a picture this scanner can open.
problem-other = It did not work: { $why }
no-answer = The scanner program did not answer. Try again.
