# Texts of scanners and the audit log. Other languages: copy this folder, translate what is right of the signs.
# Words in braces are filled in; what begins with $ must stay as it is.

## Scanners

scanners-none = There are no scanners yet. Register one for each device at the doors.
scanner-new = Register scanner
scanner-new-means = Each device at a door is a scanner of its own. After this you see a QR code, which the device scans with its camera; that makes it one of yours.
scanner-no-events = There is no event yet. A scanner is registered for the events it scans for.
scanner-register = Register
scanner-name = Name
scanner-name-hint = What people at the door call it, such as "North 1".
scanner-same-name = Register it although another scanner has this name
scanner-name-taken = A scanner of one of these events is called the same. Give this one another name, or tick the box below. If it takes the place of a lost device, revoke that one first.
scanner-events = Events
scanner-gate = Gate
scanner-gate-hint = Gates have numbers within each event; gates with the same number stand together.
scanner-no-gate = no fixed gate
scanner-role = May
scanner-role-scan = scan tickets
scanner-role-supervisor = also search, override, undo and count (a supervisor's device; its PIN is set on the device)
scanner-may-supervisor = scan; search, override, undo and count
scanner-waiting = Waiting for the device …
scanner-has-enrolled = The device has enrolled.
scanner-see = See the scanner
scanner-qr-alt = QR code that enrols the device
scanner-scan-this = On the device, open the scanner's page and hold this code before its camera.
scanner-or-type = Or type or paste this text there, or run "scanner enrol" with it:
scanner-or-link = The same as a link:
scanner-good-until = Good once, until
scanner-only-here = The server's address in this code is good on this machine only. For other devices start the server with --public-url and the address they reach it at.
scanner-no-invitation = The code is not shown any more: its 15 minutes are over, or the server was started anew. A new one takes its place.
scanner-invite = Show a new code
scanner-change = Change
scanner-move-hint = The device learns of it with its next sign of life, within seconds if it is online.
scanner-facts = What is known of it
scanner-registered = Registered
scanner-enrolled = Enrolled
scanner-device = Device
scanner-certified-to = Certificate until
scanner-last-heard = Last heard of
scanner-pending = Not sent yet
scanner-software = Software
scanner-power = Battery
scanner-list = Ticket list
scanner-acts = What was done with it
scanner-disputed-means = This scanner exists twice: two devices sign as it, for instance because its data was copied. What both log is kept; one of the two branches may turn out not to count. Revoke it, and register both devices anew.
scanner-revoked-since = Revoked since
scanner-revoked-means = It may do nothing any more. What it logged before still counts; what came later is kept apart below, if there is any.
done-scanner-registered = Registered. Now show the code to the device.
done-scanner-invited = This is a new code; the one before is good no longer.
done-scanner-changed = Saved.
done-scanner-revoked = The scanner is revoked. The others hear of it with their next list.
done-scanner-released = These entries count now.
done-scanner-kept-apart = Noted: they stay apart.
refused-scanner_revoked = The scanner is revoked. Register its device as a new one.
refused-scanner_enrolled = The scanner has enrolled already. Register another device as a new scanner.
fault-few_events = Please choose at least one event, and at most { $limit }.

## Revoking

revoke-title = Revoke { $who }?
revoke-deed = Revoke scanner
revoke-means = For a lost or stolen device. From this moment it may do nothing any more: it gets no lists, and the server takes nothing from it. The other scanners hear of it with their next list, which is published at once.
revoke-arrived = { $n ->
    [one] What it logged so far still counts: one entry has arrived here.
   *[other] What it logged so far still counts: { $n } entries have arrived here.
}
revoke-told = { $n ->
    [one] Of one more entry the server has heard, and it has not arrived. It counts, too, should another scanner bring it. If you still have the device, let it send first.
   *[other] Of { $n } more entries the server has heard, and they have not arrived. They count, too, should another scanner bring them. If you still have the device, let it send first.
}
revoke-later = Everything it logs after this is kept apart and does not count, whenever it arrives and whatever time it claims. That is the cut: up to here it is trusted, above it is not.
revoke-wrong = If that was too early, you can look at what is kept apart on this page later, and let it count up to an entry you choose.
revoke-for-good = Revoking is for good. A device that is found again is registered as a new scanner.

## Entries kept apart

apart-title = Kept apart
apart-means = These entries were logged by this scanner and do not count. Nothing of them is lost: let them count, or leave them apart.
apart-when = When
apart-what = What it says
apart-ticket = Ticket
apart-why = Why it does not count
apart-entry = { $n ->
    [one] one person in
   *[other] { $n } people in
}
apart-exit = { $n ->
    [one] one person out
   *[other] { $n } people out
}
apart-count = counted { $n }
apart-other = other
apart-revoked = logged after the scanner was revoked
apart-not-certified = the scanner was never certified for this event
apart-release = Count up to here
apart-release-all = Count all of them …
apart-keep = Leave them apart
apart-certify = Certify it for this event, and count them:
release-title = Let entries of { $who } count?
release-deed = Let them count
release-means = { $n ->
    [one] One entry that is kept apart counts then: { $in } people in, { $out } out. Who is inside is counted anew, and so are conflicts.
   *[other] { $n } entries that are kept apart count then: { $in } people in, { $out } out. Who is inside is counted anew, and so are conflicts.
}
release-when = Do this if you know that the device was still in your hands then. What it logged later stays apart.
release-forked = This log has two branches, because the scanner exists twice. Only the branch of this entry counts then; entries of the other one that count now are kept apart.
release-back = You can choose another place later.

## Audit log

audit = Audit log
audit-csv = As CSV
audit-when = When (UTC)
audit-who = Who
audit-what = What
audit-event = Event
audit-from = From (UTC)
audit-until = Until (UTC)
audit-all-of = all:
audit-subject = To what
audit-detail = Details
audit-address = From where
audit-none = Nothing of that kind was done.
audit-show-all = Show all
audit-newer = Newer
audit-older = Older
act-area_session = Signing in
act-area_organization = Organization
act-area_user = People
act-area_event = Events
act-area_tickets = Ticket lists
act-area_ticket = Single tickets
act-area_scanner = Scanners
act-area_conflict = Conflicts
act-area_alarm = Alarms
act-area_keys = Keys
act-area_database = Database
act-session_open = Signed in
act-session_close = Signed out
act-session_revoke = Sessions ended
act-organization_found = Organization set up
act-organization_rename = Organization renamed
act-user_add = Person added
act-user_change = Person changed
act-user_remove = Person removed
act-event_create = Event made
act-event_change = Event changed
act-event_alarms = Alarm limits changed
act-event_archive = Event archived
act-event_publish = List published
act-event_refill = List taken back from scanners
act-event_count = People counted by hand
act-tickets_add = Tickets added
act-tickets_print = Codes drawn for printing
act-ticket_edit = Ticket changed
act-ticket_block = Ticket blocked
act-ticket_unblock = Ticket unblocked
act-ticket_cancel = Ticket canceled
act-ticket_reissue = New code for a ticket
act-ticket_paid = Payment of a ticket
act-scanner_register = Scanner registered
act-scanner_invite = Scanner invited once more
act-scanner_enrol = Scanner enrolled
act-scanner_change = Scanner changed
act-scanner_revoke = Scanner revoked
act-scanner_cut = Cut of a revoked scanner moved
act-scanner_keep_apart = Entries left apart
act-conflict_note = Conflict acknowledged
act-alarm_acknowledge = Alarm acknowledged
act-keys_rotate = New keys
act-keys_export = Keys exported
act-keys_import = Keys imported
act-database_backup = Backup written
act-database_restore = Restored from a backup
detail-sessions = sessions
detail-tickets = tickets
detail-reason = reason
detail-name = name
detail-email = e-mail
detail-role = role
detail-gate = gate
detail-events = events
detail-event = event
detail-note = note
detail-device = device
detail-added = added
detail-updated = changed
detail-skipped = left
detail-version = version
detail-kind = kind
detail-password = password
detail-entries = entries
detail-people = people
detail-entry = entry
detail-keys = keys
detail-product = kind of ticket
detail-admits = people
detail-paid = paid
