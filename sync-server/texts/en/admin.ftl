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
