# Textos de la página en vivo.

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
scanner-online = en línea
scanner-away = ausente
scanner-offline = sin conexión
scanner-invited = aún sin registrar
scanner-revoked = revocado
scanner-disputed = existe dos veces: dos aparatos firman por él
scanner-heard = noticias hace { $time }
scanner-never = nunca dio señales
scanner-queued = { $n } en cola
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

## Historias de los conflictos

story = { $opening }: { $first }, { $second } (con { $gap } de diferencia); { $dark }; { $order }; { $looks }.
story-gate = puerta { $n }
story-twice = Entrada admitida dos veces
story-used = { $count ->
    [one] Entrada para { $count } persona usada por { $n }
   *[other] Entrada para { $count } personas usada por { $n }
}
story-many = { $count ->
    [one] Con una entrada para { $count } persona pasaron { $n } a la vez: { $place }.
   *[other] Con una entrada para { $count } personas pasaron { $n } a la vez: { $place }.
}
story-dark-same = el escáner estaba sin conexión
story-dark-both = ambos escáneres estaban sin conexión
story-dark-first = la primera vez, el escáner de { $gate } estaba sin conexión
story-dark-second = la segunda vez, el escáner de { $gate } estaba sin conexión
story-dark-none = ningún escáner estaba sin conexión
story-order-certain = orden seguro
story-order-uncertain = orden inseguro
story-looks-retry = parece una persona escaneada dos veces
story-looks-passed_back = parece una entrada devuelta a alguien de fuera
story-looks-copy = parece una entrada copiada
story-looks-too_many = más personas de las que admite la entrada
conflicts-count = { $n }, { $of } sin revisar
conflict-first = Primero
conflict-second = Después
conflict-scan = Escaneo
conflict-people = personas: { $n }
conflict-dark = sin conexión
conflict-acknowledge = Marcar como visto
conflict-change = Cambiar la nota
conflict-note-label = Qué se averiguó o se hizo (puede quedar vacío)
conflict-seen = Visto por { $who }, { $at }
act-failed = No se ha guardado. Inténtelo de nuevo.

## Alarmas

alarms-title = Alarmas
alarm-venue = Todo el recinto
alarm-line = { $title }: hasta { $n } personas donde se permiten { $capacity }, desde las { $time }
alarm-acknowledge = Lo he visto
alarm-seen = Visto por { $who }, { $time }
sound-on = Sonido activado
sound-off = Sonido desactivado
sound-silent = Las alarmas no suenan: el navegador no permite sonido hasta que alguien haga clic en esta página o pulse una tecla.
sound-none = Las alarmas no suenan: este navegador no puede producir el sonido.
levels-now = Alarmas desde { $low } % y { $high } %
levels-warning = Aviso desde (%)
levels-danger = Peligro desde (%)
levels-save = Guardar
levels-saved = Guardado.
levels-wrong = Ambos están entre 1 y 100, y el aviso va antes que el peligro.

## Previsión

forecast-label = Si los últimos minutos continúan así:
forecast-full = lleno en { $low } a { $high } min (de { $at } a { $time })
forecast-full-open = lleno como pronto en { $low } min ({ $at }), o nunca
forecast-arrived = quienes aún vienen habrán entrado en { $low } a { $high } min (de { $at } a { $time })
forecast-arrived-open = quienes aún vienen habrán entrado como pronto en { $low } min ({ $at })
forecast-emptying = salen más personas de las que entran.
forecast-nothing = en cuatro horas ni lleno ni todos dentro.
forecast-too_little = Sin previsión: últimamente ha venido muy poca gente.
forecast-steady = el flujo es constante.
forecast-rough = solo aproximado: el flujo sube y baja.

## Esperados, parados, llamativos

arrivals-title = Entradas
arrivals-product = Entrada
arrivals-nameless = Tipo { $n }
arrivals-expected = Esperadas
arrivals-used = Usadas
gate-idle-for = inactiva desde hace { $time }
scanners-lists = { $n } de { $of } con la lista v{ $version }
scanner-on-list = lista v{ $version }
scanner-pace = escaneos/h: { $n }, rechazados: { $out } ({ $percent } % admitidos)
odd-battery = batería casi agotada
odd-clock = reloj muy desajustado
odd-refused = rechaza a demasiada gente
odd-queued = está en línea, pero { $n } registros no llegan
odd-list = no ha recogido la lista más nueva desde hace { $time }
odd-equivocation = Un escáner tiene una lista v{ $version } que este servidor no hizo. Alguien más firma con sus claves: avise de inmediato a la administración.
odd-strays = { $n } registros de escáneres sin certificado para este evento se guardan aparte y no cuentan.

## Después

exports-title = Para después
export-entries = Todos los registros (CSV)
export-minutes = Personas por minuto (CSV)
report-link = Informe de la noche

## Informe

tab-report = Informe
report-made = A fecha de { $at }, revisión { $n }
report-hint = Imprima esta página o guárdela como PDF en el cuadro de impresión.
report-refused = Rechazados
report-last = Último paso
report-no-alarms = Ninguna: nunca se alcanzaron los umbrales de alarma.
report-place = Dónde
report-level = Alarma
report-people = Personas
report-from = Desde
report-to = Hasta
report-seen = Visto por
report-scanner = Escáner
report-passed = Admitidos
report-apart = Apartados
report-audit = Actos administrativos sobre este evento
report-act = Acto
report-count = Cuántas veces
report-latest = Último
report-list = Lista de entradas en vigor: v{ $version }
report-digest = Resumen criptográfico de todo lo que registraron los escáneres (igual resumen, igual estado):

## Contado a mano

counts-title = Contado a mano
counts-hint = Personas sin entrada, como equipo, lista de invitados o prensa. No se borra nada: quien se equivoca cuenta en el otro sentido.
counts-list = Contado últimamente
counts-none = Todavía no se ha contado a nadie a mano.
counts-all = Todo lo contado a mano
counts-cut = Los últimos { $n }; la exportación los contiene todos.
count-at = Cuándo
count-people = Personas
count-gate = Puerta
count-gate-into = { $gate } (hacia { $zone })
count-reason = Motivo
count-reason-crew = Equipo
count-reason-guests = Lista de invitados
count-reason-press = Prensa
count-reason-correction = Corrección
count-who = Quién
count-office = oficina
count-void = no cuenta
count-in = + Contar entrada
count-out = − Contar salida
count-unsure = No llegó respuesta. Pulse otra vez: el mismo recuento no se cuenta dos veces.
done-count-in = { $n } contados de entrada.
done-count-out = { $n } contados de salida.
fault-people = Indique un número entero de 1 a { $limit }.
fault-no_gate = Elija una puerta; esta no existe (o ya no).
refused-request_used = Este formulario ya se envió con otro contenido, y aquello cuenta. Mire la lista; si esto también debe contar, envíelo otra vez.
refused-no_signing_key = No se contó nada: ninguna clave de este servidor es válida ahora. Hay que revisar el reloj del servidor y ejecutar en él «sync-server keys rotate».
