# Every text of the promoter's pages. Other languages: copy this file, translate what is right of the signs.
# Words in braces are filled in; what begins with $ must stay as it is.

product = Turnstone
skip = To the content
language-label = Language
you = Your account
to-start = To the start

## Signing in

sign-in = Sign in
sign-in-hint = Live figures of your events: who is inside, what happens at the doors.
sign-out = Sign out
email = E-mail address
password = Password
programs-label = For programs and operators
link-docs = The API
link-health = Is it running?
link-ready = Can it store?
wrong-credentials = E-mail address or password is wrong.
too-many-attempts = Too many attempts. Try again in { $n } s.
form-incomplete = Fill in both e-mail address and password.
foreign-form = This form came from another site, and nothing was done. Open the page again and try once more.

## Messages

not-found-title = Not found
not-found = There is no such event, or it was not granted to you.
trouble-title = That did not work
trouble-busy = The server is busy. Try again in a moment.
trouble-internal = Something broke on the server; its log says what.

## Events

events = Events
events-none = No event was granted to you yet. An administrator can do that.
tickets = { $count ->
    [one] { $count } ticket
   *[other] { $count } tickets
}

## Live page

wall = Wall display
no-script = This page needs JavaScript to stay up to date.
inside = Inside now
inside-range = { $low } – { $high }
inside-about = ≈ { $n }
causes-label = Why this is not one number
cause-silent = { $who } silent for { $time }
cause-silent-queued = { $who } silent for { $time }, { $n } queued
cause-queued = { $who }: { $n } not sent yet
cause-never = { $who } not heard of yet
cause-quarantined = { $n } by revoked scanners, not counted
cause-second-branch = { $n } by a scanner that exists twice, counted
capacity = Capacity
capacity-none = no limit
fill = { $percent } % of { $capacity }
fill-ok = Room
fill-warn = ▲ Filling up
fill-danger = ■ Almost full
fill-over = ■ OVER CAPACITY
remaining = Room left
in = In
out = Out
peak = Peak
peak-at = { $n } ({ $time })
arrived = Tickets used
arrived-of = { $n } of { $of }
gates = Gates
gate = Gate
gate-nameless = Gate { $n }
gate-idle = idle
per-minute = per min
zones = Zones
zone = Zone
zone-nameless = Zone { $n }

reach-connecting = Connecting …
reach-live = Live
reach-lost = Reconnecting …
age-live = last change { $time } ago
age-lost = figures of { $at }, { $time } old

conflicts = Conflicts
conflicts-none = None: no ticket was let in too often.
conflicts-new = New conflict: { $text }
conflicts-older = and { $n } older
conflict-retry = scanned twice
conflict-passed_back = passed back
conflict-copy = copy
conflict-too_many = too many people
conflict-note = { $who }, { $at }: { $text }

scanners = Scanners
scanners-online = { $n } of { $of } online
scanners-lists = { $n } of { $of } on the newest list
scanner-online = online
scanner-away = away
scanner-offline = offline
scanner-invited = not enrolled yet
scanner-revoked = revoked
scanner-disputed = exists twice: two devices sign for it
scanner-heard = heard { $time } ago
scanner-never = never heard of
scanner-queued = { $n } queued
scanner-list-newest = newest list
scanner-list-older = older list
scanner-list-none = no list
scanner-clock = clock { $n } s
scanner-battery = battery { $n } %
span-seconds = { $n } s
span-minutes = { $n } min
span-hours = { $n } h
span-days = { $n } d

course = Course of the evening
course-none = Nobody has come in yet.
chart-inside = People inside
chart-moves = In and out
chart-label = { $title }: { $n } at most, from { $at } to { $time }
chart-moves-value = { $at }: { $in } in, { $out } out
chart-inside-value = { $at }: { $n } inside
as-table = The same as a table
from = From
inside-then = Inside then
