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
times-zone = Todas las horas son las de { $zone }.
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

## Eventos: reglas

event-new = Evento nuevo
event-create = Crear el evento
events-first = Todavía no hay eventos. Cree el primero.
events-archived = Mostrar también los eventos archivados
tab-settings = Ajustes
tab-publish = Publicar
rules-when = Qué y cuándo
rules-name = Nombre del evento
rules-time-zone = Zona horaria del lugar
rules-starts = Comienza
rules-ends = Termina
rules-entry = Quién entra
rules-reentry = Se permite salir y volver
rules-max-reentries = Cuántas veces se puede volver
rules-last-entry = Última admisión
rules-capacity = Personas que caben en el recinto
rules-warning = Aviso en la página en vivo desde (%)
rules-danger = Alarma en la página en vivo desde (%)
fault-thresholds = Ambos son porcentajes, de 1 a 100, y el aviso va antes que la alarma.
rules-empty-always = Vacío: cuantas veces se quiera.
rules-empty-none = Vacío: sin límite.
rules-empty-never = Vacío: nunca.
rules-zones = Zonas
rules-zones-hint = Dónde está la gente: una sala, un balcón, los camerinos.
rules-zone-name = Zona { $n }: nombre
rules-zone-capacity = Zona { $n }: personas que caben
rules-add-zone = Zona
rules-products = Tipos de entrada
rules-products-hint = Un tipo puede abrir todas las zonas o solo algunas.
rules-product-name = Tipo { $n }: nombre
rules-product-zones = Tipo { $n }: abre
rules-none-means-all-zones = Nada marcado: todas las zonas.
rules-add-product = Tipo de entrada
rules-gates = Puertas
rules-gates-hint = Cada escáner está en una puerta.
rules-gate-name = Puerta { $n }: nombre
rules-gate-zone = Puerta { $n }: conduce a
rules-gate-from = Puerta { $n }: viene de
rules-gate-products = Puerta { $n }: solo para
rules-none-means-all-products = Nada marcado: todos los tipos.
rules-outside = la calle
rules-add-gate = Puerta
rules-remove = Quitar
rules-rare = Se cambia rara vez
rules-list-only = Admitir solo entradas que están en la lista del escáner
rules-list-only-hint = Si no, una entrada vendida tras el último contacto de un escáner pasa si su firma es correcta.
rules-stale-stop = Horas tras las que una lista caducada deja de admitir
rules-retry-window = Segundos en los que el mismo código es la misma lectura
rules-preview = Mostrar qué significa
rules-said = Qué significa
rules-said-none = En cuanto esté relleno todo lo necesario, aparece aquí en palabras sencillas.
rules-read-only = Este evento está archivado: ya no se puede cambiar nada en él.
rules-first-zone = Recinto
rules-first-gate = Entrada
rules-first-product = General
refused-product_in_use = Hay entradas de un tipo que ha quitado. Tiene que quedarse.
refused-root_key_offline = La clave raíz se guarda fuera de línea y debe firmar cada evento nuevo: créelo en el servidor con «sync-server event create --root-key ARCHIVO».
refused-changed_meanwhile = Otra persona ha cambiado este evento entretanto. Si guarda otra vez, su versión sustituye a la otra; para ver antes la otra, abra la página de nuevo.
refused-held_after_restore = No se ha publicado nada: esta base de datos se restauró y antes hay que oír a los escáneres.
refused-no_manifest_key = Ahora ninguna clave puede firmar listas. Ejecute «sync-server keys rotate» en el servidor.
fault-no_decimal = Indique un número.
fault-no_date_and_time = Indique fecha y hora.
fault-skipped_hour = Esa hora no existe ese día: los relojes se adelantan y se la saltan.
done-event-created = El evento está creado. Ahora vienen sus entradas y escáneres.
done-rules-saved = Guardado. Los escáneres lo reciben con su próxima lista.
done-event-cloned = El evento nuevo está creado. Las entradas y los escáneres no se han copiado.
done-event-archived = El evento está archivado.

## Las reglas en palabras sencillas

said-when = Desde { $from } hasta { $to } ({ $zone }).
said-once = Una entrada deja pasar a sus personas una vez. Quien sale no puede volver.
said-reentry = Una entrada deja pasar a sus personas. Se permite salir y volver cuantas veces se quiera.
said-reentry-none = Una entrada deja pasar a sus personas. Las salidas se cuentan, pero nadie puede volver.
said-reentry-most = { $count ->
    [one] Una entrada deja pasar a sus personas. Se permite salir y volver una vez.
   *[other] Una entrada deja pasar a sus personas. Se permite salir y volver { $count } veces.
}
said-last-entry = Después de { $at } ya no entra nadie, tampoco quien vuelve.
said-no-last-entry = No hay última admisión: las puertas dejan pasar a cualquier hora.
said-capacity = { $count ->
    [one] En el recinto cabe { $count } persona. La página en vivo avisa a tiempo; los escáneres no rechazan a nadie por ello.
   *[other] En el recinto caben { $count } personas. La página en vivo avisa a tiempo; los escáneres no rechazan a nadie por ello.
}
said-no-capacity = No hay límite de personas.
said-zone-capacity = En { $zone } caben { $count }.
said-gate = Puerta { $gate }: de la calle a { $zone }, { $whom }.
said-gate-between = Puerta { $gate }: de { $from } a { $zone }, { $whom }.
said-for-all = todos los tipos de entrada
said-for-some = solo { $products }
said-for-none = pero para ninguno de los tipos de entrada que hay
said-opens-nothing = { $product } no abre ninguna puerta: con ella no entra nadie.
said-no-gate = No hay ninguna puerta: no puede entrar nadie.
said-list-only = Solo pasan las entradas que están en la lista del escáner. Una vendida tras su último contacto se rechaza.
said-unlisted = Una entrada vendida tras el último contacto del escáner pasa si su firma es correcta; los códigos de otro vendedor deben estar en la lista.
said-stale-never = Un escáner con la lista caducada lo dice y sigue admitiendo.
said-stale-stop = Un escáner con la lista caducada lo dice y deja de admitir { $n } h después.
said-retry = El mismo código en { $n } segundos en un escáner es una sola lectura.

## Archivar, copiar

archive-title = ¿Archivar { $event }?
archive-says = El evento queda en solo lectura y sale de la lista de eventos.
archive-scanners = Ya no se hacen listas nuevas para sus escáneres. Lo que aún tengan se acepta igualmente.
archive-keeps = No se borra nada: entradas, lecturas y cifras se quedan. En esta página no se puede deshacer.
archive-deed = Archivar
clone = Copiar este evento
clone-says = El evento nuevo tiene las mismas zonas, puertas, tipos de entrada y reglas. Todavía no tiene entradas ni escáneres.
clone-lasts = Este: { $from } – { $to }
clone-starts-hint = El final y la última admisión se desplazan igual.
clone-deed = Crear el evento nuevo

## La lista de los escáneres

publish-in-force = Lo que tienen los escáneres
publish-none-yet = Todavía no se ha publicado ninguna lista: los escáneres no pueden admitir a nadie.
publish-by-itself = Los cambios se publican solos en unos instantes, salvo que el servidor se iniciara de otro modo. Los escáneres toman una lista nueva en su próximo contacto.
publish-version = Versión
publish-made = Del
publish-tickets = Entradas
publish-scanners = Escáneres que la tienen
publish-holders = { $n } de { $of }
publish-next = Qué cambia la próxima lista
publish-nothing = Nada: diría lo mismo.
publish-gone = Deja de valer
publish-new = Vale desde entonces
publish-edited = { $count ->
    [one] { $count } entrada se ha cambiado o añadido.
   *[other] { $count } entradas se han cambiado o añadido.
}
publish-other = Han cambiado nombres, escáneres o sus permisos.
publish-held = La publicación está retenida porque esta base de datos se restauró: los escáneres pueden conocer cambios que ella ha olvidado, y una lista sin ellos los desharía.
publish-held-newer = Un escáner tiene una lista más nueva y la devuelve en su próximo contacto.
publish-held-over = Termina ahora.
publish-held-waiting = Aún no se sabe nada de: { $names }.
publish-held-limit = A los demás se los espera { $n } minutos como máximo.
publish-force = Publicar de todos modos. Lo que se cambió después de la copia y no está aquí se pierde: las entradas anuladas y bloqueadas vuelven a valer y se vuelve a confiar en escáneres revocados.
publish-deed = Publicar ahora
done-published = La versión { $n } está publicada: { $count } entradas, { $changed } de ellas cambiadas. Los escáneres la toman en su próximo contacto.
