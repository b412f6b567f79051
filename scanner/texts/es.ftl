# Todos los textos de la pantalla de la puerta.

-product = Turnstone

## La palabra en la pantalla y el motivo, en palabras para el invitado

word-admit = PASE
word-exit = SALIDA
word-already = YA DENTRO
word-used = YA USADA
word-refused = NO ENTRA
word-unread = NO LEÍDO
people = { $count ->
    [one] { $count } persona
   *[other] { $count } personas
}

reason-ok = Bienvenido.
reason-ok_reentry = Bienvenido de nuevo.
reason-ok_unlisted = Bienvenido. La entrada es auténtica y más reciente que la lista de este escáner.
reason-ok_override = Admitido por la supervisión.
reason-ok_exit = Hasta luego.
reason-ok_exit_unmatched = Hasta luego. No constaba que esta entrada estuviera dentro.
reason-invalid = Esto no es una entrada de este evento.
reason-invalid-damaged = El código está incompleto. Muestre otra vez el código entero.
reason-invalid-too-long = Esto no es una entrada: el código es demasiado largo.
reason-invalid-unknown-key = Esta entrada es de otro organizador o más reciente que las claves de este escáner.
reason-invalid-not-listed = Esta entrada es auténtica, pero no está en la lista de este evento.
reason-forged = Este código no lo emitió el organizador: su firma es falsa.
reason-wrong_event = Esta entrada es de otro evento.
reason-wrong_event-named = Esta entrada es de otro evento: { $event }.
reason-canceled = Esta entrada fue anulada.
reason-blocked = Esta entrada fue bloqueada por el organizador.
reason-unpaid = Esta entrada aún no está pagada.
reason-revoked = Esta entrada fue sustituida por otra más reciente. Muestre el código más reciente.
reason-invalid_time = Esta entrada no es válida a esta hora.
reason-invalid_time-from = Esta entrada es válida a partir de { $time }.
reason-invalid_time-until = Esta entrada fue válida hasta { $time }.
reason-already_redeemed = Esta entrada ya fue usada.
reason-already_redeemed-before = Esta entrada ya fue usada: { $ago } en la puerta { $gate } ({ $time }).
reason-already_redeemed-held = Esta entrada ya fue usada: en este momento la admiten en la puerta { $gate }.
reason-already_inside = Esta entrada ya está dentro.
reason-already_inside-before = Esta entrada pasó { $ago } por la puerta { $gate } ({ $time }).
reason-already_inside-held = Esta entrada ya está dentro: en este momento la admiten en la puerta { $gate }.
reason-product = Esta entrada no vale en la puerta { $gate } ({ $zone }).
reason-product-named = Una entrada «{ $product }» no vale en la puerta { $gate } ({ $zone }).
reason-rules = Las reglas de este evento no lo permiten.
reason-rules-last-entry = El último acceso fue a las { $time }.
reason-rules-reentries = Con esta entrada ya se volvió a entrar { $most ->
    [one] una vez
   *[other] { $most } veces
}; no se permite más.
reason-rules-people = En esta entrada caben aún { people }, no { $asked }.
reason-stale_manifest = La lista de este escáner es demasiado antigua para admitir: antes hay que conectarlo.
reason-unread = No se pudo leer ningún código. Pruebe otra vez, más cerca o con menos reflejo.

ago-now = ahora mismo
ago-seconds = { $n ->
    [one] hace { $n } segundo
   *[other] hace { $n } segundos
}
ago-minutes = { $n ->
    [one] hace { $n } minuto
   *[other] hace { $n } minutos
}
ago-hours = { $n ->
    [one] hace { $n } hora
   *[other] hace { $n } horas
}
ago-days = { $n ->
    [one] hace { $n } día
   *[other] hace { $n } días
}
span-seconds = { $n ->
    [one] { $n } segundo
   *[other] { $n } segundos
}
span-minutes = { $n ->
    [one] { $n } minuto
   *[other] { $n } minutos
}
span-hours = { $n ->
    [one] { $n } hora
   *[other] { $n } horas
}
span-days = { $n ->
    [one] { $n } día
   *[other] { $n } días
}
time-uncertain = { $time } (según el reloj de este aparato)

fact-inside = { $inside } de { $admits } dentro
fact-local = decidido por este escáner
fact-lan = comprobado con otros escáneres
fact-server = comprobado con el servidor
fact-note = Nota: { $note }
note-repeat = La misma lectura de hace un momento; no se anotó nada nuevo.
note-server-missed = El servidor no respondió a tiempo.
note-codes = { $count } códigos a la vista; se comprobó el más centrado.
note-stale = La lista de entradas ha caducado: conecte este escáner cuando pueda.
note-early = { $event } empieza { $when }. Este escaneo cuenta igualmente.
note-clock = La hora es la de este aparato; aún no se ha comparado con el servidor.
note-certificate = El certificado de este escáner ha caducado: avise a la administración.
note-attendee = El nombre no se puede abrir con esta entrada.

## La pantalla alrededor

title = { -product } puerta
skip = Ir a la respuesta
direction-entry = Entrada
direction-exit = Salida
direction-label = Sentido
gate-label = Puerta
event-label = Evento
inside-label = Dentro
inside-hint = personas, según sabe este escáner
state-online = En línea
state-offline = Sin red
server-label = Servidor
state-connecting = Probando…
pending-label = Por enviar
list-label = Lista
list-none = aún ninguna
synced-label = Contacto
synced-never = nunca
age-now = ahora
battery-label = Batería
start = Empezar a escanear
start-hint = Abre la cámara y activa el sonido.
camera-label = Cámara
camera-picture = Imagen de la cámara
camera-denied = La cámara no está permitida. Toque el candado o la cámara en la barra de direcciones, permita la cámara y recargue esta página. Los lectores de mano y el teclado funcionan sin ella.
camera-missing = No se encontró ninguna cámara. Los lectores de mano, las imágenes y el teclado funcionan sin ella.
camera-busy = Otro programa usa la cámara. Ciérrelo y toque «Empezar a escanear».
camera-insecure = El navegador solo da la cámara a páginas de este mismo aparato. Abra esta página como http://localhost.
torch = Linterna
type-label = Código, tal como está impreso bajo la imagen
type-go = Comprobar
type-open = Escribir un código
picture-open = Imagen de un archivo
close = Cerrar
dismiss = Toque para seguir
menu = Menú
lost-title = El programa del escáner no responde
lost-body = Se reinicia solo o lo reinicia quien atiende este aparato. Nada de lo que se mostró como admitido se ha perdido. Esta página sigue en cuanto responda.
busy = Un momento…
sound-off = El sonido está apagado. Toque para encenderlo.
language-label = Idioma
theme-label = Pantalla
theme-dark = oscura
theme-light = clara
theme-device = como el aparato
last-label = Última respuesta

warn-stale = La lista de entradas ha caducado. Conecte pronto este escáner.
warn-list-old = La lista de entradas tiene { $hours } horas. Conecte este escáner cuando pueda.
warn-no-list = Aún no hay lista de entradas. Conecte este escáner antes de abrir.
warn-clock = El reloj no se ha comparado con el servidor desde que se encendió este aparato. Conéctelo una vez.
warn-clock-off = El reloj de este aparato está mal por { $minutes } minutos. Se sigue escaneando; las anotaciones se corrigen.
warn-certificate = El certificado de este escáner caduca pronto. Conéctelo.
warn-revoked = Este escáner fue revocado. No lo use; pregunte a la administración.
warn-battery = La batería está baja.
warn-gate = No hay puerta elegida. Elija una en el menú.
warn-event = No hay evento elegido. Elija uno en el menú.
warn-trouble = Algunas anotaciones no se pudieron enviar. Vea «¿Listo para abrir?» en el menú.
warn-early = Las puertas abren { $when }. Lo que se escanea ahora cuenta.

## Convertir este aparato en escáner

enrol-title = Convertir este aparato en escáner
enrol-body = Muestre a la cámara el código de alta de la administración o pegue su texto.
enrol-label = Texto del alta
enrol-open = Pegar el texto
enrol-go = Dar de alta
enrol-done = Este es ahora el escáner { $name } de { $organization }.
enrol-failed = No funcionó: { $why }

## ¿Listo para abrir?

doctor-open = ¿Listo para abrir?
doctor-ok = Listo
doctor-warn = Listo, con avisos
doctor-fail = No está listo
mark-ok = bien
mark-warn = atención
mark-fail = mal
check-enrolled = Escáner
check-not-revoked = De confianza
check-certificate = Certificado
check-event-and-gate = Evento y puerta
check-ticket-list = Lista de entradas
check-start = Comienzo
check-clock = Reloj
check-queue = Por enviar
check-entries = Registro
check-disk = Espacio
check-database = Base de datos
check-battery = Batería
check-server = Servidor
found-not_enrolled = este aparato aún no es un escáner
found-enrolled = { $name } de { $organization }
found-not_revoked = sí
found-revoked = revocado desde { $time }
found-certificate_ended = caducó el { $time }
found-certificate_ends = caduca en { $span }
found-certificate_early = válido solo desde { $time }, según el reloj de este aparato
found-certificate_valid = válido hasta { $time }
found-no_event = no hay evento elegido
found-place_awaited = se sabrá cuando llegue la lista de entradas
found-no_gate = no hay puerta elegida
found-gate_number = puerta { $gate }
found-place = { $event }, puerta { $gate }
found-gate_missing = { $event } no tiene puerta { $gate }
found-no_list = aún no ha llegado ninguna
found-event_over = el evento terminó hace { $span }
found-list = { $tickets ->
    [one] { $tickets } entrada
   *[other] { $tickets } entradas
}, publicada hace { $span } (versión { $version })
found-list_old = { found-list }
found-list_empty = { found-list }
found-list_expired = { found-list }; caducó hace { $expired }
found-list_arriving = { found-list }; está llegando una más nueva, { $have } de { $total } partes
found-early = { $event } empieza en { $span }
found-clock_unknown = no se ha comparado con el servidor desde que se encendió
found-clock = a { $offset } ms del servidor (± { $error } ms)
found-clock_behind = { $span } por detrás del servidor; las anotaciones se corrigen
found-clock_ahead = { $span } por delante del servidor; las anotaciones se corrigen
found-queue_empty = nada espera
found-queue_revoked = { $entries ->
    [one] { $entries } registro solo en este aparato
   *[other] { $entries } registros solo en este aparato
}
found-queue = { $entries ->
    [one] { $entries } anotación espera
   *[other] { $entries } anotaciones esperan
} al servidor
found-entries_in_trouble = { $entries } rechazadas o dañadas, { $logs } registros en disputa
found-disk_untold = este sistema no dice cuánto queda libre
found-disk = { $mib } MiB libres
found-database = sana, { $kib } KiB
found-database_damaged = dañada: { $why }
found-battery = { $percent } %
found-server = { $server } responde ({ $ms } ms)
found-server_refused = rechaza este escáner: { $why }
found-no_server = { $why }
do-not_enrolled = Muestre a la cámara el código de alta de la administración.
do-revoked = No lo use en una puerta; pregunte a la administración.
do-certificate_ended = Conecte este aparato y espere un minuto; si no se renueva, pregunte a la administración.
do-certificate_ends = Conecte este aparato antes.
do-certificate_early = Conecte este aparato una vez: compara su reloj solo.
do-no_event = Elija uno en el menú.
do-place_awaited = Conecte este aparato y espere un minuto.
do-no_gate = Elija una en el menú.
do-gate_missing = Elija otra en el menú.
do-no_list = Conecte este aparato y espere un minuto.
do-event_over = Elija otro evento en el menú si este ya terminó.
do-list_old = Conecte este aparato; hasta entonces sigue admitiendo.
do-list_empty = Pida a la administración las entradas de este evento.
do-list_expired = Conecte este aparato; hasta entonces sigue admitiendo.
do-list_arriving = Siga conectado hasta que llegue.
do-early = Lo que se escanea ahora cuenta. Para practicar, elija en el menú un evento aparte.
do-clock_unknown = Conecte este aparato una vez.
do-clock_behind = Las anotaciones están bien; ponga el reloj en hora cuando pueda.
do-clock_ahead = Las anotaciones están bien; ponga el reloj en hora cuando pueda.
do-queue = Conecte este aparato; hasta entonces no se pierde nada.
do-queue_revoked = El servidor ya no acepta nada de este aparato: entréguelo a la administración.
do-entries_in_trouble = Siga conectado un minuto; si continúa, avise a la administración.
do-disk = Borre otros archivos: sin espacio no se puede admitir a nadie.
do-database_damaged = Conecte este aparato para salvar lo que se pueda enviar; después tome otro y avise a la administración.
do-battery = Enchúfelo.
do-server_refused = Pregunte a la administración.
do-no_server = Se puede escanear sin él; revise la red para que otros vean esta puerta.

## Supervisión

supervisor-open = Supervisión
supervisor-title = Supervisión
supervisor-none = Este aparato está dado de alta sin derechos de supervisión. La administración puede darlo de alta con ellos.
pin-label = PIN
pin-go = Desbloquear
pin-lock = Bloquear
pin-missing = No hay PIN en este aparato. Póngalo con: scanner pin
pin-wrong = Ese PIN es incorrecto. { $left ->
    [one] Queda un intento.
   *[other] Quedan { $left } intentos.
}
pin-wait = Demasiados PIN incorrectos. Pruebe otra vez en { $seconds ->
    [one] { $seconds } segundo
   *[other] { $seconds } segundos
}.
search-label = Nombre, correo o referencia
search-go = Buscar
search-none = No se encontró a nadie.
search-offline = Para buscar hace falta el servidor: este escáner no lleva nombres.
state-valid = válida
state-canceled = anulada
state-blocked = bloqueada
state-unpaid = sin pagar
state-unknown = no se admite; actualice este escáner para ver por qué
override-go = Dejar entrar igualmente
override-reason = Motivo para dejar entrar
override-cancel = No dejar entrar
undo-title = Últimas lecturas
undo-go = Deshacer
undo-done = Deshecho.
undo-reason = Motivo
undone = deshecho
log-empty = Aún no se anotó nada.
count-title = Personas sin entrada
count-in = Entran
count-out = Salen
count-people = Cuántas
count-reason = Por qué
count-done = Contado.

## Lo que no funcionó

problem-not-enrolled = Este aparato aún no es un escáner.
problem-revoked = Este escáner fue revocado. No lo use; pregunte a la administración.
problem-no-gate = No hay puerta elegida. Elija una en el menú.
problem-no-event = No hay evento elegido. Elija uno en el menú.
problem-no-list = Aún no hay lista de entradas. Conecte antes este escáner.
problem-no-server = No se llega al servidor.
problem-locked = Antes tiene que desbloquear la supervisión.
problem-forgotten = Esa lectura es de hace demasiado. Escanee otra vez la entrada.
problem-picture = Este archivo no es una imagen que este escáner pueda abrir.
problem-other = No funcionó: { $why }
no-answer = El programa del escáner no respondió. Pruebe otra vez.
