# Todos los textos de las páginas del promotor.

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
trouble-title = No ha funcionado
trouble-busy = El servidor está ocupado. Pruebe otra vez en un momento.
trouble-internal = Algo falló en el servidor; su registro dice qué.

## Eventos

events = Eventos
events-none = Todavía no se le ha concedido ningún evento. Puede hacerlo un administrador.
tickets = { $count ->
    [one] { $count } entrada
   *[other] { $count } entradas
}

## Página en directo

wall = Pantalla mural
no-script = Esta página necesita JavaScript para estar al día.
inside = Dentro ahora
inside-range = { $low } – { $high }
inside-about = ≈ { $n }
causes-label = Por qué no es un solo número
cause-silent = { $who } en silencio desde hace { $time }
cause-silent-queued = { $who } en silencio desde hace { $time }, { $n } en cola
cause-queued = { $who }: { $n } sin enviar
cause-never = { $who } aún sin noticias
cause-quarantined = { $n } de escáneres revocados, no contados
cause-second-branch = { $n } de un escáner que existe dos veces, contados
capacity = Aforo
capacity-none = sin límite
fill = { $percent } % de { $capacity }
fill-ok = Hay sitio
fill-warn = ▲ Se va llenando
fill-danger = ■ Casi lleno
fill-over = ■ AFORO SUPERADO
remaining = Sitio libre
in = Entran
out = Salen
peak = Máximo
peak-at = { $n } ({ $time })
arrived = Entradas usadas
arrived-of = { $n } de { $of }
gates = Puertas
gate = Puerta
gate-nameless = Puerta { $n }
gate-idle = inactiva
per-minute = por min
zones = Zonas
zone = Zona
zone-nameless = Zona { $n }

reach-connecting = Conectando …
reach-live = En directo
reach-lost = Reconectando …
age-live = último cambio hace { $time }
age-lost = cifras de las { $at }, hace { $time }

conflicts = Conflictos
conflicts-none = Ninguno: ninguna entrada se admitió de más.
conflicts-new = Conflicto nuevo: { $text }
conflicts-older = y { $n } anteriores
conflict-retry = escaneada dos veces
conflict-passed_back = pasada a otro
conflict-copy = copia
conflict-too_many = demasiadas personas
conflict-note = { $who }, { $at }: { $text }

scanners = Escáneres
scanners-online = { $n } de { $of } en línea
scanners-lists = { $n } de { $of } con la lista más reciente
scanner-online = en línea
scanner-away = ausente
scanner-offline = sin conexión
scanner-invited = aún sin registrar
scanner-revoked = revocado
scanner-disputed = existe dos veces: dos aparatos firman por él
scanner-heard = noticias hace { $time }
scanner-never = nunca dio señales
scanner-queued = { $n } en cola
scanner-list-newest = lista más reciente
scanner-list-older = lista anterior
scanner-list-none = sin lista
scanner-clock = reloj { $n } s
scanner-battery = batería { $n } %
span-seconds = { $n } s
span-minutes = { $n } min
span-hours = { $n } h
span-days = { $n } d

course = Transcurso de la noche
course-none = Todavía no ha entrado nadie.
chart-inside = Personas dentro
chart-moves = Entradas y salidas
chart-label = { $title }: { $n } como máximo, de { $at } a { $time }
chart-moves-value = { $at }: { $in } entran, { $out } salen
chart-inside-value = { $at }: { $n } dentro
as-table = Lo mismo como tabla
from = Desde
inside-then = Dentro entonces
