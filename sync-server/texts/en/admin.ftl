# Texts of setting up, people, accounts and the settings of events. Other languages: copy this folder, translate what is right of the signs.
# Words in braces are filled in; what begins with $ must stay as it is.

## Your account

account-password = Password
account-current = Current password
account-wrong-password = This is not your current password.
account-change-password = Change password
account-password-ends = All your sessions end then, this one too: sign in with the new password.
done-password = Your password was changed. Sign in with the new one.

## First start

setup = Set up this server
setup-hint = Nobody can sign in here yet. Whoever started the server makes the organization and the first administrator.
setup-code = Setup code
setup-code-hint = The server printed it when it was started (in its terminal or log). Another start makes another code.
setup-wrong-code = This is not the setup code. It stands in the server's terminal or log, behind "setup code:", of its latest start.
setup-organization = Name of the organization
setup-name = Your name
setup-again = Password once more
setup-deed = Set up
setup-root = The root key, which vouches for all others, is kept in the server's database. To keep it offline instead, close this page and run "sync-server init --root-key-out FILE" on the server.
setup-done = This server is set up
setup-done-hint = There is an organization already. Who is to work here gets an account from its administrators.
done-setup = The organization was made, and you are signed in. Next: your first event.

## People

people = People
people-you = you
people-add = Add somebody
people-add-deed = Add
people-email-hint = They sign in with it. No mail is sent.
people-events = Events
people-events-hint = What a promoter may see. Administrators see all events.
people-sees-all = all
people-sees = { $count ->
    [0] none
    [one] { $count } event
   *[other] { $count } events
}
role-promoter-can = Promoter: sees the events chosen below, changes nothing
role-admin-can = Administrator: sees and changes everything
people-password-how = Their password
people-password-made = Make one, and show it to me once
people-password-chosen = I choose one:
people-password-hint = Only if you choose one. At least 10 characters.
people-password-shown = Their password
people-password-once = Pass it on now: it is shown this once and nowhere else. They can change it under "Your account".
people-password-noted = I have passed it on
people-new-password = New password
people-password-ends = The old password stops working, and all their sessions end.
people-password-deed = Set the password
people-remove-title = Remove { $who }?
people-remove-says = { $email } can no longer sign in, and all their sessions end at once.
people-remove-keeps = What they did stays in the audit log. Nothing else is deleted.
people-remove-deed = Remove
refused-email_in_use = Somebody signs in with this e-mail address already.
refused-last_admin = This is the last administrator: nobody would be left to administer the organization. Make somebody else an administrator first.
done-person-added = The account was made.
done-person-changed = Saved.
done-person-password = The password was set, and their sessions ended.
done-person-removed = Removed. Their sessions have ended.

## Sessions

sessions = Sessions
sessions-hint = Every browser and every script that is signed in with your account.
sessions-none = Not signed in anywhere.
times-zone = All times are those of { $zone }.
sessions-end-all = End all sessions
sessions-end-hint = They can sign in again with their password.
sessions-end-others = End all but this one
session-end = End
session-created = Since
session-address = From address
session-address-unknown = not known
session-kind = How
session-browser = Browser
session-script = Script (token)
session-expires = Ends by itself
session-this = this one
done-sessions = { $count ->
    [one] { $count } session ended.
   *[other] { $count } sessions ended.
}
done-own-sessions = All your sessions ended, this one too.

## Events: rules

event-new = New event
event-create = Make the event
events-first = There is no event yet. Make the first one.
events-archived = Show archived events as well
tab-settings = Settings
tab-publish = Publish
rules-when = What and when
rules-name = Name of the event
rules-time-zone = Time zone of the venue
rules-starts = Starts
rules-ends = Ends
rules-entry = Who gets in
rules-reentry = Leaving and coming back is allowed
rules-max-reentries = How often somebody may come back
rules-last-entry = Last admission
rules-capacity = People the venue may hold
rules-warning = Warning on the live page from (%)
rules-danger = Alarm on the live page from (%)
fault-thresholds = Both are per cent, 1 to 100, and the warning comes before the alarm.
rules-empty-always = Empty: as often as they like.
rules-empty-none = Empty: no limit.
rules-empty-never = Empty: it never stops.
rules-zones = Areas
rules-zones-hint = Where people are inside of: a hall, a balcony, a backstage.
rules-zone-name = Area { $n }: name
rules-zone-capacity = Area { $n }: people it may hold
rules-add-zone = Area
rules-products = Kinds of tickets
rules-products-hint = A kind can open all areas or only some.
rules-product-name = Kind { $n }: name
rules-product-zones = Kind { $n }: opens
rules-none-means-all-zones = Nothing ticked: all areas.
rules-add-product = Kind of ticket
rules-gates = Gates
rules-gates-hint = Every scanner stands at a gate.
rules-gate-name = Gate { $n }: name
rules-gate-zone = Gate { $n }: leads into
rules-gate-from = Gate { $n }: comes from
rules-gate-products = Gate { $n }: only for
rules-none-means-all-products = Nothing ticked: all kinds.
rules-outside = outside
rules-add-gate = Gate
rules-remove = Remove
rules-rare = Rarely changed
rules-list-only = Let in only tickets that are on the scanner's list
rules-list-only-hint = Otherwise a ticket sold after a scanner's last contact is let in if its signature is right.
rules-stale-stop = Hours after which an expired list stops letting people in
rules-retry-window = Seconds within which the same code is the same scan
rules-preview = Show what it means
rules-said = What it means
rules-said-none = As soon as everything needed is filled in, it stands here in plain words.
rules-read-only = This event is archived: nothing in it can be changed any more.
rules-first-zone = Venue
rules-first-gate = Entrance
rules-first-product = Standard
refused-product_in_use = There are tickets of a kind that you removed. It has to stay.
refused-root_key_offline = The root key is kept offline and must sign every new event: make it on the server with "sync-server event create --root-key FILE".
refused-changed_meanwhile = Somebody else changed this event meanwhile. Saving once more puts your version in place of theirs; to look at theirs first, open the page anew.
refused-held_after_restore = Nothing was published: this database was restored, and scanners must be heard first.
refused-no_manifest_key = No key may sign lists now. Run "sync-server keys rotate" on the server.
fault-no_decimal = Please give a number.
fault-no_date_and_time = Please give date and time.
fault-skipped_hour = This time does not exist on that day: clocks are put forward over it.
done-event-created = The event was made. Its tickets and scanners come next.
done-rules-saved = Saved. Scanners take it over with their next list.
done-event-cloned = The new event was made. Tickets and scanners were not taken along.
done-event-archived = The event was archived.

## Rules in plain words

said-when = From { $from } to { $to } ({ $zone }).
said-once = A ticket lets in the people it is for, once. Whoever leaves cannot come back.
said-reentry = A ticket lets in the people it is for. Leaving and coming back is allowed, as often as they like.
said-reentry-none = A ticket lets in the people it is for. Leaving is counted, but nobody may come back.
said-reentry-most = { $count ->
    [one] A ticket lets in the people it is for. Leaving and coming back is allowed once.
   *[other] A ticket lets in the people it is for. Leaving and coming back is allowed { $count } times.
}
said-last-entry = After { $at } nobody is let in any more, not even those coming back.
said-no-last-entry = There is no last admission: gates let people in at any hour.
said-capacity = { $count ->
    [one] The venue holds { $count } person. The live page warns in time; scanners refuse nobody for it.
   *[other] The venue holds { $count } people. The live page warns in time; scanners refuse nobody for it.
}
said-no-capacity = There is no limit of people.
said-zone-capacity = { $zone } holds { $count }.
said-gate = Gate { $gate }: from outside into { $zone }, { $whom }.
said-gate-between = Gate { $gate }: from { $from } into { $zone }, { $whom }.
said-for-all = all kinds of tickets
said-for-some = only { $products }
said-for-none = but none of the kinds of tickets there are
said-opens-nothing = { $product } opens no gate: nobody gets in with it.
said-no-gate = There is no gate: nobody can be let in.
said-list-only = Only tickets on the scanner's list are let in. One that was sold after the scanner's last contact is refused.
said-unlisted = A ticket that was sold after the scanner's last contact is let in if its signature is right; codes of another vendor must be on the list.
said-stale-never = A scanner whose list has expired says so and goes on letting people in.
said-stale-stop = A scanner whose list has expired says so, and stops letting people in { $n } h later.
said-retry = The same code within { $n } seconds at one scanner is one scan.

## Archiving, cloning

archive-title = Archive { $event }?
archive-says = The event becomes read-only and leaves the list of events.
archive-scanners = No new lists are made for its scanners. What they still hold is taken in all the same.
archive-keeps = Nothing is deleted: tickets, entries and figures stay. It cannot be undone on this page.
archive-deed = Archive
clone = Clone this event
clone-says = The new event has the same areas, gates, kinds of tickets and rules. It has no tickets and no scanners yet.
clone-lasts = This one: { $from } – { $to }
clone-starts-hint = End and last admission move along.
clone-deed = Make the new event

## The list that scanners have

publish-in-force = What scanners have
publish-none-yet = No list was published yet: scanners cannot let anybody in.
publish-by-itself = Changes are published by themselves within moments, unless the server was told otherwise. Scanners take a new list at their next contact.
publish-version = Version
publish-made = Made
publish-tickets = Tickets
publish-scanners = Scanners with it
publish-holders = { $n } of { $of }
publish-next = What the next list changes
publish-nothing = Nothing: it would say the same.
publish-gone = No longer holds
publish-new = Holds from then on
publish-edited = { $count ->
    [one] { $count } ticket was changed or added.
   *[other] { $count } tickets were changed or added.
}
publish-other = Names, scanners or their rights changed.
publish-held = Publishing is held back because this database was restored: scanners may know of changes that it has forgotten, and a list without them would undo them.
publish-held-newer = A scanner holds a newer list and gives it back at its next contact.
publish-held-over = It ends now.
publish-held-waiting = Not heard of yet: { $names }.
publish-held-limit = The others are waited for at most { $n } minutes.
publish-force = Publish all the same. What was changed after the backup and is not here is lost for good: canceled and blocked tickets are good again, revoked scanners are trusted again.
publish-deed = Publish now
done-published = Version { $n } was published: { $count } tickets in it, { $changed } of them changed. Scanners take it at their next contact.
