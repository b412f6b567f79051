# Textos de la instalación, las personas, las cuentas y los ajustes de los eventos.

## Su cuenta

account-password = Contraseña
account-current = Contraseña actual
account-wrong-password = Esta no es su contraseña actual.
account-change-password = Cambiar la contraseña
account-password-ends = Con ello terminan todas sus sesiones, también esta: inicie sesión con la contraseña nueva.
done-password = Su contraseña ha cambiado. Inicie sesión con la nueva.
