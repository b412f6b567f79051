# Texts of the live page. Other languages: copy this folder, translate what is right of the signs.
# Words in braces are filled in; what begins with $ must stay as it is.

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
zones = Areas
zone = Area
zone-nameless = Area { $n }

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
scanner-online = online
scanner-away = away
scanner-offline = offline
scanner-invited = not enrolled yet
scanner-revoked = revoked
scanner-disputed = exists twice: two devices sign for it
scanner-heard = heard { $time } ago
scanner-never = never heard of
scanner-queued = { $n } queued
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

## Stories of conflicts

story = { $opening }: { $first }, { $second } ({ $gap } apart); { $dark }; { $order }; { $looks }.
story-gate = gate { $n }
story-twice = Ticket let in twice
story-used = { $count ->
    [one] Ticket for { $count } person used by { $n }
   *[other] Ticket for { $count } people used by { $n }
}
story-many = { $count ->
    [one] Ticket for { $count } person let in { $n } at once: { $place }.
   *[other] Ticket for { $count } people let in { $n } at once: { $place }.
}
story-dark-same = the scanner was offline
story-dark-both = both scanners were offline
story-dark-first = the scanner at { $gate } was offline at the first
story-dark-second = the scanner at { $gate } was offline at the second
story-dark-none = no scanner was offline
story-order-certain = order certain
story-order-uncertain = order uncertain
story-looks-retry = looks like one person scanned twice
story-looks-passed_back = looks like a ticket passed back
story-looks-copy = looks like a copied ticket
story-looks-too_many = more people than the ticket admits
conflicts-count = { $n }, { $of } open
conflict-first = First
conflict-second = Then
conflict-scan = Scan
conflict-people = people: { $n }
conflict-dark = offline
conflict-acknowledge = Acknowledge
conflict-change = Change the note
conflict-note-label = What was found out or done (may stay empty)
conflict-seen = Seen by { $who }, { $at }
act-failed = That was not stored. Try again.

## Alarms

alarms-title = Alarms
alarm-venue = Whole venue
alarm-line = { $title }: up to { $n } people where { $capacity } are allowed, since { $time }
alarm-acknowledge = I have seen it
alarm-seen = Seen by { $who }, { $time }
sound-on = Sound on
sound-off = Sound off
sound-silent = Alarms are silent: the browser allows no sound until somebody clicks on this page or presses a key.
sound-none = Alarms are silent: this browser cannot make the sound.
levels-now = Alarms from { $low } % and { $high } % on
levels-warning = Warning from (%)
levels-danger = Danger from (%)
levels-save = Save
levels-saved = Saved.
levels-wrong = Both are between 1 and 100, and the warning comes before the danger.

## Forecast

forecast-label = If the last minutes go on:
forecast-full = full in { $low } to { $high } min ({ $at } to { $time })
forecast-full-open = full in { $low } min at the earliest ({ $at }), or not at all
forecast-arrived = everybody who still comes is in after { $low } to { $high } min ({ $at } to { $time })
forecast-arrived-open = everybody who still comes is in after { $low } min at the earliest ({ $at })
forecast-emptying = more people go than come.
forecast-nothing = within four hours neither full nor everybody in.
forecast-too_little = No forecast: too few people came lately.
forecast-steady = the flow is steady.
forecast-rough = only roughly: the flow goes up and down.

## Expected, idle, odd

arrivals-title = Tickets
arrivals-product = Ticket
arrivals-nameless = Product { $n }
arrivals-expected = Expected
arrivals-used = Used
gate-idle-for = idle { $time }
scanners-lists = { $n } of { $of } on list v{ $version }
scanner-on-list = list v{ $version }
scanner-pace = scans/h: { $n }, refused: { $out } ({ $percent } % let through)
odd-battery = battery almost empty
odd-clock = clock far off
odd-refused = turns away unusually many
odd-queued = is online, but { $n } entries have not got through
odd-list = has not taken the newest list for { $time }
odd-equivocation = A scanner holds a list v{ $version } that this server did not make. Somebody else signs with its keys: tell the administrator at once.
odd-strays = { $n } entries by scanners without a certificate for this event are kept apart and not counted.

## Afterwards

exports-title = For afterwards
export-entries = All entries (CSV)
export-minutes = People by minute (CSV)
report-link = Report of the evening

## Report

tab-report = Report
report-made = As of { $at }, revision { $n }
report-hint = Print this page, or save it as PDF in the print dialog.
report-refused = Refused
report-last = Last passage
report-no-alarms = None: the alarm levels were never reached.
report-place = Where
report-level = Alarm
report-people = People
report-from = From
report-to = Until
report-seen = Seen by
report-scanner = Scanner
report-passed = Let through
report-apart = Kept apart
report-audit = Administrative acts on this event
report-act = Act
report-count = How often
report-latest = Last
report-list = Ticket list in force: v{ $version }
report-digest = Digest of everything the scanners logged (equal digests mean equal states):

## Counted by hand

counts-title = Counted by hand
counts-hint = People without a ticket, such as crew, guest list or press. Nothing is deleted: whoever counted wrongly counts the other way.
counts-list = Counted lately
counts-none = Nobody was counted by hand yet.
counts-all = All hand counts
counts-cut = The latest { $n }; the export has all of them.
count-at = When
count-people = People
count-gate = Gate
count-gate-into = { $gate } (into { $zone })
count-reason = Reason
count-reason-crew = Crew
count-reason-guests = Guest list
count-reason-press = Press
count-reason-correction = Correction
count-who = Who
count-office = office
count-void = not counted
count-in = + Count in
count-out = − Count out
count-unsure = No answer came. Press once more: the same count is not counted twice.
done-count-in = { $n } counted in.
done-count-out = { $n } counted out.
fault-people = Please give a whole number from 1 to { $limit }.
fault-no_gate = Please choose a gate; this one is not there (any more).
refused-request_used = This form was sent before with something else in it, and that counts. Look at the list; to count this as well, send it once more.
refused-no_signing_key = Nothing was counted: no key of this server is valid now. Have the server's clock checked; then run "sync-server keys rotate" on it.
