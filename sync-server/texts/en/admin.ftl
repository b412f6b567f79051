# Texts of setting up, people, accounts and the settings of events. Other languages: copy this folder, translate what is right of the signs.
# Words in braces are filled in; what begins with $ must stay as it is.

## Your account

account-password = Password
account-current = Current password
account-wrong-password = This is not your current password.
account-change-password = Change password
account-password-ends = All your sessions end then, this one too: sign in with the new password.
done-password = Your password was changed. Sign in with the new one.
