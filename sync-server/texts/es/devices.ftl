# Textos de los escáneres y del registro de actos.

## Scanners

scanners-none = Todavía no hay escáneres. Registre uno por cada aparato de las puertas.
scanner-new = Registrar escáner
scanner-new-means = Cada aparato de una puerta es un escáner propio. Después verá un código QR, que el aparato lee con su cámara; con eso es uno de los suyos.
scanner-no-events = Todavía no hay eventos. Un escáner se registra para los eventos en los que escanea.
scanner-register = Registrar
scanner-name = Nombre
scanner-name-hint = Como lo llaman en la puerta, por ejemplo «Norte 1».
scanner-same-name = Registrarlo aunque otro escáner se llame así
scanner-name-taken = Un escáner de uno de estos eventos se llama igual. Dé a este otro nombre o marque la casilla de abajo. Si sustituye a un aparato perdido, revoque antes aquel.
scanner-events = Eventos
scanner-gate = Puerta
scanner-gate-hint = Las puertas tienen números dentro de cada evento; las del mismo número aparecen juntas.
scanner-no-gate = sin puerta fija
scanner-role = Puede
scanner-role-scan = escanear entradas
scanner-role-supervisor = también buscar, decidir, deshacer y contar (aparato de un supervisor; su PIN se pone en el aparato)
scanner-may-supervisor = escanear; buscar, decidir, deshacer y contar
scanner-waiting = Esperando al aparato …
scanner-has-enrolled = El aparato se ha dado de alta.
scanner-see = Ver el escáner
scanner-qr-alt = Código QR que da de alta el aparato
scanner-scan-this = En el aparato, abra la página del escáner y ponga este código ante la cámara.
scanner-or-type = O escriba o pegue allí este texto, o ejecute «scanner enrol» con él:
scanner-or-link = Lo mismo como enlace:
scanner-good-until = Vale una vez, hasta
scanner-only-here = La dirección del servidor en este código solo vale en esta máquina. Para otros aparatos inicie el servidor con --public-url y la dirección en la que lo alcanzan.
scanner-no-invitation = El código ya no se muestra: pasaron sus 15 minutos o el servidor se reinició. Uno nuevo ocupa su lugar.
scanner-invite = Mostrar un código nuevo
scanner-change = Cambiar
scanner-move-hint = El aparato lo sabe con su próxima señal de vida, en segundos si tiene red.
scanner-facts = Qué se sabe de él
scanner-registered = Registrado
scanner-enrolled = Dado de alta
scanner-device = Aparato
scanner-certified-to = Certificado hasta
scanner-last-heard = Última señal
scanner-pending = Aún sin enviar
scanner-software = Software
scanner-power = Batería
scanner-list = Lista de entradas
scanner-acts = Qué se hizo con él
scanner-disputed-means = Este escáner existe dos veces: dos aparatos firman por él, por ejemplo porque se copiaron sus datos. Lo que registran ambos se conserva; puede que una de las dos ramas al final no cuente. Revóquelo y registre los dos aparatos de nuevo.
scanner-revoked-since = Revocado desde
scanner-revoked-means = Ya no puede hacer nada. Lo que registró antes sigue contando; lo que llegó después está apartado abajo, si hay algo.
done-scanner-registered = Registrado. Muestre ahora el código al aparato.
done-scanner-invited = Este es un código nuevo; el anterior ya no vale.
done-scanner-changed = Guardado.
done-scanner-revoked = El escáner está revocado. Los demás lo saben con su próxima lista.
done-scanner-released = Estos registros cuentan ahora.
done-scanner-kept-apart = Anotado: siguen apartados.
refused-scanner_revoked = El escáner está revocado. Registre su aparato como uno nuevo.
refused-scanner_enrolled = El escáner ya se dio de alta. Registre otro aparato como un escáner nuevo.
fault-few_events = Elija al menos un evento y como máximo { $limit }.

## Revoking

revoke-title = ¿Revocar { $who }?
revoke-deed = Revocar escáner
revoke-means = Para un aparato perdido o robado. Desde este momento no puede hacer nada: no recibe listas y el servidor no acepta nada de él. Los demás escáneres lo saben con su próxima lista, que se publica enseguida.
revoke-arrived = { $n ->
    [one] Lo que registró hasta ahora sigue contando: ha llegado aquí un registro.
   *[other] Lo que registró hasta ahora sigue contando: han llegado aquí { $n } registros.
}
revoke-told = { $n ->
    [one] De un registro más el servidor ha oído, y no ha llegado. También cuenta si otro escáner lo trae. Si aún tiene el aparato, deje que envíe primero.
   *[other] De { $n } registros más el servidor ha oído, y no han llegado. También cuentan si otro escáner los trae. Si aún tiene el aparato, deje que envíe primero.
}
revoke-later = Todo lo que registre después se aparta y no cuenta, llegue cuando llegue y diga la hora que diga. Ese es el corte: hasta aquí se confía en él, por encima no.
revoke-wrong = Si fue demasiado pronto, más tarde puede ver en esta página lo apartado y dejar que cuente hasta el registro que elija.
revoke-for-good = Revocar es para siempre. Un aparato que se encuentra de nuevo se registra como un escáner nuevo.

## Entries kept apart

apart-title = Apartado
apart-means = Este escáner registró esto y no cuenta. Nada se ha perdido: deje que cuente o déjelo apartado.
apart-when = Cuándo
apart-what = Qué dice
apart-ticket = Entrada
apart-why = Por qué no cuenta
apart-entry = { $n ->
    [one] entra una persona
   *[other] entran { $n } personas
}
apart-exit = { $n ->
    [one] sale una persona
   *[other] salen { $n } personas
}
apart-count = contado: { $n }
apart-other = otro
apart-revoked = registrado después de revocar el escáner
apart-not-certified = el escáner nunca estuvo autorizado para este evento
apart-release = Contar hasta aquí
apart-release-all = Contarlos todos …
apart-keep = Dejarlos apartados
apart-certify = Autorizarlo para este evento y contarlos:
release-title = ¿Dejar que cuenten registros de { $who }?
release-deed = Dejar que cuenten
release-means = { $n ->
    [one] Entonces cuenta un registro apartado: entran { $in } personas, salen { $out }. Quién está dentro se cuenta de nuevo, y los conflictos también.
   *[other] Entonces cuentan { $n } registros apartados: entran { $in } personas, salen { $out }. Quién está dentro se cuenta de nuevo, y los conflictos también.
}
release-when = Hágalo si sabe que el aparato seguía en sus manos. Lo que registró más tarde sigue apartado.
release-forked = Este registro tiene dos ramas, porque el escáner existe dos veces. Entonces solo cuenta la rama de este registro; los de la otra que cuentan ahora se apartan.
release-back = Más tarde puede elegir otro lugar.

## Audit log

audit = Registro
audit-csv = En CSV
audit-when = Cuándo (UTC)
audit-who = Quién
audit-what = Qué
audit-event = Evento
audit-from = Desde (UTC)
audit-until = Hasta (UTC)
audit-all-of = todo:
audit-subject = A qué
audit-detail = Detalles
audit-address = Desde dónde
audit-none = No se hizo nada de eso.
audit-show-all = Mostrar todo
audit-newer = Más recientes
audit-older = Anteriores
act-area_session = Inicios de sesión
act-area_organization = Organización
act-area_user = Personas
act-area_event = Eventos
act-area_tickets = Listas de entradas
act-area_ticket = Entradas sueltas
act-area_scanner = Escáneres
act-area_conflict = Conflictos
act-area_alarm = Alarmas
act-area_keys = Claves
act-area_database = Base de datos
act-session_open = Inició sesión
act-session_close = Cerró sesión
act-session_revoke = Sesiones terminadas
act-organization_found = Organización creada
act-organization_rename = Organización renombrada
act-user_add = Persona añadida
act-user_change = Persona cambiada
act-user_remove = Persona eliminada
act-event_create = Evento creado
act-event_change = Evento cambiado
act-event_alarms = Límites de alarma cambiados
act-event_archive = Evento archivado
act-event_publish = Lista publicada
act-event_refill = Lista recuperada de los escáneres
act-event_count = Personas contadas a mano
act-tickets_add = Entradas añadidas
act-tickets_print = Códigos dibujados para imprimir
act-ticket_edit = Entrada cambiada
act-ticket_block = Entrada bloqueada
act-ticket_unblock = Entrada desbloqueada
act-ticket_cancel = Entrada anulada
act-ticket_reissue = Nuevo código para una entrada
act-ticket_paid = Pago de una entrada
act-scanner_register = Escáner registrado
act-scanner_invite = Escáner invitado otra vez
act-scanner_enrol = Escáner dado de alta
act-scanner_change = Escáner cambiado
act-scanner_revoke = Escáner revocado
act-scanner_cut = Corte de un escáner revocado movido
act-scanner_keep_apart = Registros dejados apartados
act-conflict_note = Conflicto dado por visto
act-alarm_acknowledge = Alarma dada por vista
act-keys_rotate = Claves nuevas
act-keys_export = Claves exportadas
act-keys_import = Claves importadas
act-database_backup = Copia de seguridad escrita
act-database_restore = Restaurado de una copia de seguridad
detail-sessions = sesiones
detail-tickets = entradas
detail-reason = motivo
detail-name = nombre
detail-email = correo
detail-role = rol
detail-gate = puerta
detail-events = eventos
detail-event = evento
detail-note = nota
detail-device = aparato
detail-added = nuevas
detail-updated = cambiadas
detail-skipped = sin tocar
detail-version = versión
detail-kind = tipo
detail-password = contraseña
detail-entries = registros
detail-people = personas
detail-entry = registro
detail-keys = claves
detail-product = tipo de entrada
detail-admits = personas
detail-paid = pagada
