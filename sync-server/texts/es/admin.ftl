# Textos de la instalación, las personas, las cuentas y los ajustes de los eventos.

## Su cuenta

account-password = Contraseña
account-current = Contraseña actual
account-wrong-password = Esta no es su contraseña actual.
account-change-password = Cambiar la contraseña
account-password-ends = Con ello terminan todas sus sesiones, también esta: inicie sesión con la contraseña nueva.
done-password = Su contraseña ha cambiado. Inicie sesión con la nueva.

## Primer inicio

setup = Instalar este servidor
setup-hint = Aquí todavía no puede entrar nadie. Quien ha iniciado el servidor crea la organización y la primera cuenta de administración.
setup-code = Código de instalación
setup-code-hint = El servidor lo mostró al iniciarse (en su terminal o registro). Cada inicio crea otro.
setup-wrong-code = Este no es el código de instalación. Está en el terminal o registro del servidor, tras «setup code:», del último inicio.
setup-organization = Nombre de la organización
setup-name = Su nombre
setup-again = Contraseña otra vez
setup-deed = Instalar
setup-root = La clave raíz, que avala a todas las demás, se guarda en la base de datos del servidor. Para guardarla fuera de línea, cierre esta página y ejecute «sync-server init --root-key-out ARCHIVO» en el servidor.
setup-done = Este servidor ya está instalado
setup-done-hint = Ya hay una organización. Quien deba trabajar aquí recibe una cuenta de sus administradores.
done-setup = La organización está creada y usted ha iniciado sesión. Lo siguiente: su primer evento.

## Personas

people = Personas
people-you = usted
people-add = Añadir a alguien
people-add-deed = Añadir
people-email-hint = Con ella se inicia sesión. No se envía ningún correo.
people-events = Eventos
people-events-hint = Lo que puede ver un promotor. La administración ve todos los eventos.
people-sees-all = todos
people-sees = { $count ->
    [0] ninguno
    [one] { $count } evento
   *[other] { $count } eventos
}
role-promoter-can = Promotor: ve los eventos elegidos abajo, no cambia nada
role-admin-can = Administración: ve y cambia todo
people-password-how = Su contraseña
people-password-made = Crear una y mostrármela una vez
people-password-chosen = La elijo yo:
people-password-hint = Solo si la elige usted. Al menos 10 caracteres.
people-password-shown = La contraseña
people-password-once = Comuníquela ahora: solo se muestra esta vez. Se puede cambiar en «Su cuenta».
people-password-noted = Ya la he comunicado
people-new-password = Contraseña nueva
people-password-ends = La contraseña anterior deja de valer y todas sus sesiones terminan.
people-password-deed = Poner la contraseña
people-remove-title = ¿Quitar a { $who }?
people-remove-says = { $email } ya no podrá iniciar sesión, y todas sus sesiones terminan al momento.
people-remove-keeps = Lo que hizo queda en el registro. No se borra nada más.
people-remove-deed = Quitar
refused-email_in_use = Alguien inicia sesión ya con esta dirección de correo.
refused-last_admin = Es la última cuenta de administración: no quedaría nadie para administrar la organización. Dé antes esa función a otra persona.
done-person-added = La cuenta está creada.
done-person-changed = Guardado.
done-person-password = La contraseña está puesta y sus sesiones han terminado.
done-person-removed = Quitado. Sus sesiones han terminado.

## Sesiones

sessions = Sesiones
sessions-hint = Cada navegador y cada programa que ha iniciado sesión con su cuenta.
sessions-none = Ninguna sesión abierta.
sessions-end-all = Terminar todas las sesiones
sessions-end-hint = Puede volver a iniciar sesión con su contraseña.
sessions-end-others = Terminar todas menos esta
session-end = Terminar
session-created = Desde
session-address = Dirección
session-address-unknown = desconocida
session-kind = Cómo
session-browser = Navegador
session-script = Programa (token)
session-expires = Termina sola
session-this = esta
done-sessions = { $count ->
    [one] { $count } sesión terminada.
   *[other] { $count } sesiones terminadas.
}
done-own-sessions = Todas sus sesiones han terminado, también esta.
