# Textos de las entradas.

tab-tickets = Entradas
any = todas
find = Buscar
first-page = Primera página
previous-page = Página anterior
next-page = Página siguiente
yes = sí
no = no
refresh = Actualizar

## The list

tickets-search = Buscar
tickets-search-hint = Parte de un nombre, correo o referencia, el comienzo del número de la entrada o un código completo (también con un lector de mano).
tickets-none = Todavía no hay entradas. Importe una lista o emita una.
tickets-none-found = No hay ninguna entrada así.
tickets-all = Mostrar todas
tickets-print-this = Para imprimir
tickets-print-chosen = Imprimir las marcadas
tickets-print-page = Imprimir esta página

## One ticket

ticket-new = Nueva entrada
ticket-issue = Emitir entrada
ticket-edit = Cambiar
ticket-edit-title = Cambiar: { $who }
ticket-product = Tipo de entrada
ticket-name = Nombre
ticket-name-hint = Se muestra en la puerta al escanear la entrada.
ticket-reference = Referencia
ticket-reference-hint = El número propio del vendedor, como el del pedido.
ticket-note = Nota para la puerta
ticket-note-hint = Se muestra al escanear, por ejemplo «silla de ruedas».
ticket-admits = Personas
ticket-valid-from = Válida desde
ticket-valid-until = Válida hasta
ticket-code = Código
ticket-code-hint = Solo para una entrada que otro vendedor ya ha impreso. Si queda vacío, se crea un código propio.
ticket-not-paid-yet = Aún sin pagar (no se deja pasar hasta entonces)
ticket-state = Estado
ticket-valid = válida
ticket-canceled = anulada
ticket-blocked = bloqueada
ticket-unpaid = sin pagar
ticket-facts = Datos
ticket-origin = De dónde viene su código
ticket-origin-issued = hecho aquí
ticket-origin-imported = de otro vendedor
ticket-origin-refilled = tomado de un escáner
ticket-generation = Generación del código
ticket-lists = La lista de los escáneres
ticket-listed-not-yet = Aún en ninguna lista: se publica en segundos.
ticket-listed = Conocida desde la lista { $version }.
ticket-listed-older = Como era antes: conocida desde la lista { $version }. El cambio se publica en segundos.
ticket-code-unknown = Este servidor se instaló de nuevo y no conoce el código de la entrada. Está en una copia de seguridad; la entrada en sí vale.
ticket-code-no-key = Ninguna clave de este evento puede firmar códigos ahora. En el servidor, «keys rotate» crea una.
ticket-qr = Código QR
ticket-qr-alt = El código QR de la entrada
ticket-qr-not-good = Con este código no se deja pasar a nadie ahora.
ticket-qr-careful = Quien tiene esta imagen tiene la entrada.
ticket-print = Imprimir
ticket-reason = Motivo
ticket-reason-hint = Para sus compañeros; queda en el registro.
ticket-cancel = Anular entrada
ticket-cancel-title = ¿Anular la entrada de { $who }?
ticket-cancel-means = Fue devuelta: nadie más pasa con ella, para siempre. Si al final hace falta, emita otra.
ticket-block = Bloquear
ticket-block-title = ¿Bloquear la entrada de { $who }?
ticket-block-means = Nadie pasa con ella hasta que la desbloquee, por ejemplo porque se dice que es robada. Quien ya está dentro se queda dentro.
ticket-unblock = Desbloquear
ticket-mark-paid = Está pagada
ticket-reissue = Nuevo código
ticket-reissue-title = ¿Crear un nuevo código para { $who }?
ticket-reissue-means = La entrada sigue siendo la misma y recibe un nuevo código QR. El código QR anterior deja de valer: a quien lo muestre se le rechaza. Imprima o envíe el nuevo.
ticket-reissue-offline = Quien entró con el código anterior sigue contado; el nuevo es la misma entrada.
ticket-act-when = Los escáneres con red lo saben en segundos. Un escáner sin red sigue como antes hasta que tenga la próxima lista.
ticket-story = La historia completa
ticket-story-times = Las horas son de la zona horaria del evento.
ticket-taken-over = Tomada de la lista de un escáner
done-ticket-issued = La entrada está emitida.
done-ticket-changed = Guardado.
done-ticket-canceled = La entrada está anulada.
done-ticket-blocked = La entrada está bloqueada.
done-ticket-unblocked = La entrada vuelve a valer.
done-ticket-reissued = La entrada tiene un nuevo código; el anterior se rechaza.
done-ticket-paid = La entrada está pagada.
done-ticket-not-paid = La entrada no está pagada.
refused-ticket_canceled = La entrada está anulada, para siempre. Emita otra en su lugar.
refused-foreign_code = El código es de otro vendedor; solo él puede crear uno nuevo.
refused-code_unknown = Este servidor se instaló de nuevo y no conoce el código de la entrada, así que esto no se puede cambiar.
refused-code_exists = Una entrada de un evento ya tiene este código.
refused-event_archived = El evento está archivado: nada en él se puede cambiar.
fault-no_number = Indique un número entero.
fault-admits_out_of_range = Una entrada admite de 1 a { $limit } personas.
fault-own_prefix = El código empieza por TS1:, reservado para los códigos hechos aquí.
fault-long_or_unreadable = Es demasiado largo o contiene caracteres que no se pueden mostrar.

## What happened to it

act-ticket_added = Añadida
moment-ok = Pasó
moment-reentry = Volvió a pasar
moment-override = Pasó por decisión de un supervisor
moment-duplicate = Pasó aunque la entrada estaba agotada
moment-exit = Salió
moment-exit_unmatched = Salió; no constaba que estuviera dentro
moment-refused = Rechazada
moment-undo = Se retiró un escaneo
moment-voided = Pasó, y se retiró
moment-voided-means = Ya no cuenta.
moment-quarantined = Apartado: lo registró un escáner revocado
moment-not_understood = Registrado por una versión más nueva; se guarda, no cuenta
moment-counted = Contado a mano
moment-noted = Visto por { $who }, { $at }:
moment-not-noted = Nadie lo ha dado por visto todavía.
moment-people = { $n } personas
moment-operator = En la puerta: { $who }
moment-second-branch = El escáner existe dos veces: puede que esto al final no cuente.
moment-about = (± { $n } s)
moment-unsure = (hora insegura: entre { $from } y { $until })
moment-paid = Pagada.
moment-not-paid = Sin pagar.
verdict-invalid = No era una entrada de este evento.
verdict-forged = La firma era falsa.
verdict-wrong_event = Es para otro evento.
verdict-canceled = La entrada estaba anulada.
verdict-blocked = La entrada estaba bloqueada.
verdict-unpaid = La entrada no estaba pagada.
verdict-revoked = Se mostró un código antiguo; ya había uno más nuevo.
verdict-invalid_time = No era válida a esa hora.
verdict-already_redeemed = Ya se había usado.
verdict-already_inside = Sus personas ya estaban dentro.
verdict-product = Este tipo de entrada no era para esa puerta.
verdict-rules = Las reglas de entrada no lo permitían.
verdict-stale_manifest = La lista del escáner era demasiado antigua para dejar pasar a nadie.

## Printing

sheet-title = Entradas para imprimir
sheet-how = Imprima esta página con el navegador (Ctrl+P). Solo se imprimen las entradas, dos por fila.
sheet-left-out = { $n ->
    [one] Falta una entrada: su código no se conoce aquí.
   *[other] Faltan { $n } entradas: sus códigos no se conocen aquí.
}

## Importing

import = Importar lista
import-what = Una lista de entradas en CSV, como la exportan las hojas de cálculo y las tiendas: la primera línea nombra las columnas y cada línea siguiente es una entrada. Antes de guardar nada verá qué saldría de ella.
import-file = Archivo
import-file-hint = CSV en UTF-8, como máximo { $n } MB. Separadores: coma, punto y coma o tabulador.
import-send = Verla
import-kept = La lista queda en la memoria del servidor hasta que se importe, como máximo { $n } minutos después de que la mire por última vez; antes no se escribe nada en ningún disco.
import-no-file = Elija un archivo.
import-too-large = El archivo es demasiado grande. En el propio servidor, «tickets import» admite mayores.
import-broken = El archivo no llegó completo. Envíelo de nuevo.
import-no-room = Se están importando demasiadas listas. Inténtelo de nuevo en unos minutos.
done-import-gone = La lista ya no está: se guardó media hora, o el servidor se reinició. Envíela de nuevo.
import-columns = Qué hay en las columnas
import-columns-hint = Deducido de la primera línea; elija otra columna donde no sea correcto. Entre paréntesis: lo que hay en la primera fila.
import-nowhere = no está en la lista
import-nameless = Columna { $n }
import-ambiguous = Podrían ser varias columnas. Compruébelo.
import-paid = Pagada (sí o no: yes, no)
import-unused = Estas columnas no se leen:
import-looks-like = ¿quizás { $text }?
import-existing = Las entradas que ya existen
import-existing-refuse = son errores: no se importa nada
import-existing-skip = se quedan como están; solo se añaden las nuevas
import-existing-update = toman lo que dice la lista (por su código)
import-existing-add = se añaden otra vez (solo filas sin código)
import-partial = Importar las líneas buenas aunque haya malas
import-look-again = Ver de nuevo
import-now = Importar
import-drop = Desechar la lista
import-preview = Qué saldría de ella
import-verdict = { $good ->
    [one] Una línea es buena
   *[other] { $good } líneas son buenas
}, { $bad ->
    [0] ninguna es mala.
    [one] una es mala.
   *[other] { $bad } son malas.
}
import-makes-codes = La lista no tiene códigos: cada entrada recibe uno propio.
import-codes-made = La lista no tenía códigos: cada entrada recibió uno propio. La lista de entradas los imprime.
import-line = Línea
import-wrong = Qué está mal
import-bad = Líneas con errores
import-more-bad = y { $n } más
import-bad-csv = Todos los errores en CSV
import-mended = Enviar la lista corregida
import-reading = Leyendo la lista …
import-storing = Guardando las entradas …
import-goes-on = La importación continúa aunque deje esta página.
import-done = { $added ->
    [one] Se añadió una entrada
   *[other] Se añadieron { $added } entradas
}, { $updated } cambiadas, { $skipped } se quedaron como estaban.
import-left = { $n ->
    [one] Se omitió una línea; está abajo.
   *[other] Se omitieron { $n } líneas; están abajo.
}
import-refused = { $n ->
    [one] No se importó nada, porque una línea es mala. Está abajo. Corríjala y envíe la lista de nuevo, o elija importar solo las líneas buenas.
   *[other] No se importó nada, porque { $n } líneas son malas. Están abajo. Corríjalas y envíe la lista de nuevo, o elija importar solo las líneas buenas.
}
import-archived = El evento está archivado; no se importó nada.
import-broke = Algo falló en el servidor; no se importó nada. Inténtelo de nuevo.
import-to-tickets = A las entradas
import-another = Otra lista
list-empty = El archivo está vacío: la primera línea debe nombrar las columnas.
list-no-rows = Hay una primera línea con nombres y ninguna entrada debajo.
list-one-column = No se reconoció la única columna ({ $text }). Elija abajo qué contiene. Si hay más: se separan con coma, punto y coma o tabulador.
list-unknown-columns = No se reconoció ninguna columna ({ $text }). Elija abajo qué contienen.
list-utf16 = El archivo es «texto Unicode» (UTF-16). Guárdelo de nuevo como «CSV UTF-8».
list-not-utf8 = La primera línea no es UTF-8. Guarde el archivo de nuevo como «CSV UTF-8».
list-no-such-column = No hay ninguna columna { $text }.
list-two-columns = Dos columnas contienen lo mismo: { $text } y { $other }.
row-columns = tiene { $n ->
    [one] una columna
   *[other] { $n } columnas
}, la primera línea tiene { $of }.
row-not-utf8 = no es UTF-8. Guarde el archivo de nuevo como «CSV UTF-8».
row-not-csv = no se puede leer como CSV.
row-no-code = no tiene código.
row-broken-code = tiene un salto de línea en el código.
row-same-code = tiene el mismo código que la línea { $line }.
row-no-products = El evento no tiene tipos de entrada.
row-no-product = No hay ningún tipo de entrada «{ $text }» en este evento. Hay: { $known }
row-people = «{ $text }» no es un número de personas.
row-paid = «{ $text }» no dice si está pagado. Se entiende: sí / no, pagado / pendiente, yes / no, paid / unpaid, ja / nein, bezahlt / offen, 1 / 0.
row-time = «{ $text }» no es una hora. Un ejemplo: 2026-05-01 20:00
row-skipped-time = «{ $text }» no existe en la zona horaria del evento: los relojes se adelantan por encima de esa hora.
row-admits = Admite { $n } personas; son posibles de 1 a { $of }.
row-window = Su validez termina antes de empezar.
row-long-code = Su código tiene { $n } bytes, más de lo que cabe en un código QR.
row-text = { $text }: demasiado largo o con caracteres que no se pueden mostrar.
row-code-there = El código ya está en este evento.
row-holder-there = Una entrada con { $text } ya está en este evento.
row-swallowed = Sigue { $n } líneas más: ¿falta una comilla al final?
