# Textos de todas las páginas: marco, inicio de sesión, eventos, mensajes, formularios.

product = Turnstone
skip = Al contenido
language-label = Idioma
you = Su cuenta
to-start = Al inicio

## Entrar

sign-in = Iniciar sesión
sign-in-hint = Las cifras de sus eventos en directo: quién está dentro y qué pasa en las puertas.
sign-out = Cerrar sesión
email = Correo electrónico
password = Contraseña
programs-label = Para programas y operadores
link-docs = La API
link-health = ¿Funciona?
link-ready = ¿Puede guardar?
wrong-credentials = El correo o la contraseña no son correctos.
too-many-attempts = Demasiados intentos. Pruebe otra vez en { $n } s.
form-incomplete = Rellene el correo y la contraseña.
foreign-form = Este formulario venía de otro sitio y no se hizo nada. Abra la página de nuevo e inténtelo otra vez.

## Mensajes

not-found-title = No encontrado
not-found = Ese evento no existe o no se le ha concedido.
not-found-ticket = No hay ninguna entrada así en este evento.
not-found-scanner = No hay ningún escáner así, o nada parecido de él.
not-found-page = No hay ninguna página en esta dirección.
trouble-title = No ha funcionado
trouble-busy = El servidor está ocupado. Pruebe otra vez en un momento.
trouble-internal = Algo falló en el servidor; su registro dice qué.
trouble-too-large = Es más de lo que esta página acepta de una vez. No se hizo nada.
trouble-form = Este formulario no se pudo leer y no se hizo nada. Abra la página de nuevo e inténtelo otra vez.
trouble-timeout = Tardó demasiado y no se sabe si se hizo. Compruébelo antes de intentarlo otra vez.
enrol-link = Este enlace es para un escáner
enrol-link-means = Convierte un dispositivo en escáner, una sola vez. En ese dispositivo abra la página del escáner y elija «Pegar el texto»; o ejecute «scanner enrol» con el enlace.

## Eventos

events = Eventos
events-none = Todavía no se le ha concedido ningún evento. Puede hacerlo un administrador.
tickets = { $count ->
    [one] { $count } entrada
   *[other] { $count } entradas
}

## Marco de las páginas de quien ha iniciado sesión

places = Partes del sitio
account = Su cuenta
event-pages = Páginas de este evento
event-archived = archivado
tab-live = En vivo
forbidden = Esta página es para administradores. Su cuenta no puede abrirla.

## Formularios

cancel = Cancelar
save = Guardar
name = Nombre
role = Función
role-admin = Administración
role-promoter = Promotor
new-password = Contraseña nueva
new-password-again = Contraseña nueva otra vez
password-hint = Al menos 10 caracteres. Una frase que recuerde es mejor que una palabra con signos.
form-errors = Todavía no se ha guardado nada. Revise lo siguiente:
fault-empty = Rellene este campo.
fault-too_long = Son { $n } caracteres; el máximo es { $limit }.
fault-control_characters = Contiene caracteres que no se pueden mostrar (como un tabulador o un salto de línea).
fault-too_many = El máximo es { $limit }.
fault-implausible_time = Indique la fecha y la hora completas.
fault-ends_before_start = El final debe ser posterior al comienzo.
fault-event_too_long = Un evento puede durar { $n } días como máximo. ¿Es correcto el año?
fault-unknown_time_zone = Esta zona horaria no existe. Un ejemplo: Europe/Madrid
fault-retry_window_too_long = El máximo es { $n } segundos.
fault-stale_stop_too_long = El máximo es { $n } horas. Déjelo vacío para «nunca».
fault-no_capacity = Indique al menos 1, o déjelo vacío si no hay límite.
fault-number_twice = Este número está dos veces.
fault-number_spent = Este número perteneció antes a otra cosa y hay registros que aún lo nombran. Quítelo y añádalo de nuevo: recibirá el número { $next }.
fault-out_of_range = Indique de { $low } a { $high }.
fault-no_zone = Hace falta al menos una zona.
fault-no_product = Hace falta al menos un tipo de entrada.
fault-unknown_zone = Esta zona no existe (o ya no).
fault-unknown_product = Este tipo de entrada no existe (o ya no).
fault-gate_in_a_circle = Elija otra zona: esta es aquella a la que conduce.
fault-no_email_address = No es una dirección de correo. Un ejemplo: nombre@example.org
fault-password_too_short = La contraseña es demasiado corta: al menos { $n } caracteres.
fault-password_too_long = La contraseña es demasiado larga.
fault-passwords-differ = Las dos contraseñas son distintas.
kept-hint = Se cerró su sesión. Lo que rellenó no se ha perdido: inicie sesión y se le mostrará de nuevo. Las contraseñas hay que escribirlas otra vez.
kept-title = Ha iniciado sesión de nuevo
kept-says = Todavía no se ha guardado nada. Lo que había rellenado sigue aquí y puede mostrarse de nuevo en su formulario, para revisarlo y enviarlo.
kept-show = Mostrar lo que rellené
kept-leave = Descartarlo
refused-signed_in_anew = Su sesión se había cerrado. Revíselo y envíelo otra vez.
fault-unknown_event = Este evento no existe (o ya no).
