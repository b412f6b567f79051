//! The headers of a ticket list: which are known, and which known one somebody may have meant.

/// Headers named in one error.
const MAX_HEADERS: usize = 12;

/// What a column can hold, with the headers it is recognized by.
pub(super) const FIELDS: &[(&str, &[&str])] = &[
    ("code", &["code", "barcode", "qr", "secret", "ticketcode", "ticket_code", "strichcode", "código"]),
    (
        "name",
        &["name", "attendee", "attendee_name", "holder", "full_name", "gast", "teilnehmer", "nombre", "asistente"],
    ),
    ("note", &["note", "notes", "comment", "remark", "notiz", "hinweis", "bemerkung", "nota", "comentario"]),
    (
        "email",
        &["email", "e-mail", "mail", "attendee_email", "email_address", "e_mail_address", "e_mail_adresse", "correo"],
    ),
    ("product", &["product", "type", "ticket_type", "category", "item", "ticketart", "kategorie", "tipo", "categoría"]),
    ("admits", &["admits", "people", "persons", "quantity", "personen", "anzahl", "personas", "cantidad"]),
    (
        "reference",
        &[
            "reference",
            "ref",
            "order",
            "order_code",
            "booking",
            "external_ref",
            "id",
            "referenz",
            "bestellnummer",
            "buchung",
            "referencia",
            "pedido",
        ],
    ),
    ("valid_from", &["valid_from", "from", "not_before", "gültig_ab", "válido_desde"]),
    ("valid_until", &["valid_until", "until", "not_after", "gültig_bis", "válido_hasta"]),
    ("paid", &["paid", "bezahlt", "pagado"]),
];

/// Headers for an error: not more than a screen of them.
pub(super) fn told(names: &[&str]) -> String {
    let short = |name: &&str| {
        let text: String = name.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{text}{}", if name.chars().count() > 40 { "…" } else { "" })
    };
    let more = names.len().saturating_sub(MAX_HEADERS);
    let shown: Vec<_> = names.iter().take(MAX_HEADERS).map(short).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// The known header that a header looks like: at most a third of its letters differ.
pub(super) fn nearest(header: &str) -> Option<&'static str> {
    let header: String = header.to_lowercase().replace([' ', '-'], "_").chars().take(40).collect();
    let known = FIELDS.iter().flat_map(|(_, known)| known.iter().copied());
    let near = known.map(|name| (distance(&header, name), name)).min()?;
    (near.0 * 3 <= header.chars().count().max(3)).then_some(near.1)
}

/// Letters to add, leave out, exchange or swap with their neighbour to make one text of the other (optimal string
/// alignment).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    let mut before = None;
    for (above, a) in one.chars().enumerate() {
        let mut row = vec![above + 1];
        for (left, b) in other.iter().enumerate() {
            let cell = |up: usize, at: usize| {
                let above = rows.len().checked_sub(up).and_then(|at| rows.get(at));
                above.and_then(|row| row.get(at)).copied().unwrap_or(usize::MAX - 1)
            };
            let beside = row.last().copied().unwrap_or_default();
            let mut least = (cell(1, left) + usize::from(a != *b)).min(cell(1, left + 1) + 1).min(beside + 1);
            let swapped = before == Some(*b) && left.checked_sub(1).and_then(|at| other.get(at)) == Some(&a);
            if swapped && above > 0 {
                least = least.min(cell(2, left - 1) + 1);
            }
            row.push(least);
        }
        before = Some(a);
        rows.push(row);
    }
    rows.pop().and_then(|row| row.last().copied()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_the_languages_of_the_pages() {
        let field = |header: &str| FIELDS.iter().find(|(_, known)| crate::tickets::columns::fits(known, header));
        for (header, meant) in [
            ("Anzahl", "admits"),
            ("Referenz", "reference"),
            ("Ticketart", "product"),
            ("Gültig ab", "valid_from"),
            ("E-Mail-Adresse", "email"),
            ("Nombre", "name"),
            ("Cantidad", "admits"),
            ("CÓDIGO", "code"),
        ] {
            assert_eq!(field(header).map(|(field, _)| *field), Some(meant), "{header}");
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_recognized_and_another_word_is_not() {
        let near: Vec<_> =
            ["Emial", "Atendee", "refrence", "E-Mail Adress", "Nmae", "Colour", "Shoe size", ""].map(nearest).into();
        let meant = [
            Some("email"),
            Some("attendee"),
            Some("reference"),
            Some("e_mail_address"),
            Some("name"),
            None,
            None,
            None,
        ];
        assert_eq!(near, meant);
    }

    #[test]
    fn ten_thousand_headers_make_no_ten_thousand_words() {
        let names: Vec<String> = (0..10_000).map(|n| format!("column {n}\u{1b}[2J")).collect();
        let text = told(&names.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(text.len() < 500 && text.ends_with("and 9988 more") && !text.contains('\u{1b}'), "{text}");
    }
}
