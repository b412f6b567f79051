# Texts of every page: frame, signing in, events, messages, forms. Other languages: copy this folder, translate what is right of the signs.
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
not-found-ticket = There is no such ticket in this event.
not-found-scanner = There is no such scanner, or nothing of it like that.
not-found-page = There is no page at this address.
trouble-title = That did not work
trouble-busy = The server is busy. Try again in a moment.
trouble-internal = Something broke on the server; its log says what.
trouble-too-large = That is more than this page takes at once. Nothing was done.
trouble-form = This form could not be read, and nothing was done. Open the page again and try once more.
trouble-timeout = It took too long, and nobody knows whether it was done. Look before you try again.
enrol-link = This link is for a scanner
enrol-link-means = It makes a device a scanner, once. On that device open the scanner's page and choose "Paste the text" there; or run "scanner enrol" with the link.

## Events

events = Events
events-none = No event was granted to you yet. An administrator can do that.
tickets = { $count ->
    [one] { $count } ticket
   *[other] { $count } tickets
}

## Frame of the pages of those who are signed in

places = Parts of the site
account = Your account
event-pages = Pages of this event
event-archived = archived
tab-live = Live
forbidden = This page is for administrators. Your account may not open it.

## Forms

cancel = Cancel
save = Save
name = Name
role = Role
role-admin = Administrator
role-promoter = Promoter
new-password = New password
new-password-again = New password once more
password-hint = At least 10 characters. A sentence you remember is better than a word with signs in it.
form-errors = Nothing was saved yet. Please look at this again:
fault-empty = Please fill this in.
fault-too_long = That is { $n } characters long; at most { $limit } are possible.
fault-control_characters = There are characters in it that cannot be shown (such as a tab or a line break).
fault-too_many = At most { $limit } are possible.
fault-implausible_time = Please give date and time in full.
fault-ends_before_start = The end must be after the start.
fault-event_too_long = An event can last { $n } days at most. Is the year right?
fault-unknown_time_zone = This time zone is not known. An example: Europe/Berlin
fault-retry_window_too_long = At most { $n } seconds are possible.
fault-stale_stop_too_long = At most { $n } hours are possible. Leave it empty for "never".
fault-no_capacity = Please give at least 1, or leave it empty for no limit.
fault-number_twice = This number is there twice.
fault-number_spent = This number belonged to something else before, and entries still name it. Please remove it and add it again: it then gets number { $next }.
fault-out_of_range = Please give { $low } to { $high }.
fault-no_zone = At least one area is needed.
fault-no_product = At least one kind of ticket is needed.
fault-unknown_zone = This area is not there (any more).
fault-unknown_product = This kind of ticket is not there (any more).
fault-gate_in_a_circle = Please choose another area: this is the one it leads into.
fault-no_email_address = That is no e-mail address. An example: name@example.org
fault-password_too_short = The password is too short: at least { $n } characters.
fault-password_too_long = The password is too long.
fault-passwords-differ = The two passwords differ.
kept-hint = You were signed out. What you filled in is not lost: sign in, and it is shown to you again. Passwords have to be typed anew.
kept-title = You are signed in again
kept-says = Nothing was saved yet. What you had filled in is here and can be shown in its form again, to be looked over and sent.
kept-show = Show what I filled in
kept-leave = Discard it
refused-signed_in_anew = You had been signed out. Please look it over and send it again.
fault-unknown_event = This event is not there (any more).
