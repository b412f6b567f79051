//! A first look at a list: which columns it has, what stands in them, and which field each is taken for.

use super::columns::{Column, Mapping, fits};
use super::headers::{FIELDS, nearest};
use super::list::{ListError, delimiter, is_utf16};

/// Most columns somebody chooses among; a ticket list with more is none.
pub const MAX_COLUMNS: usize = 200;

/// Longest header or sample kept for showing, in characters.
const SHOWN: usize = 60;

/// A column as somebody sees it who is to say what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its header.
    pub header: String,
    /// What stands in it in the first row.
    pub sample: String,
    /// The field whose known header it looks like, where nothing took it.
    pub looks_like: Option<&'static str>,
}

/// What a list looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Its columns, from left to right.
    pub columns: Vec<Seen>,
    /// Which field is where, as far as the headers say; every field is in it.
    pub guess: Vec<Mapping>,
    /// Fields that several columns could be: the first of them was taken.
    pub ambiguous: Vec<&'static str>,
}

/// Looks at the header and the first row.
pub fn look(bytes: &[u8]) -> Result<Look, ListError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if is_utf16(bytes) {
        return Err(ListError::Utf16);
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(bytes)).flexible(true).from_reader(bytes);
    let header = reader.byte_headers().map_err(|_| ListError::Empty)?.clone();
    let names: Option<Vec<&str>> = header.iter().map(|name| std::str::from_utf8(name).ok().map(str::trim)).collect();
    let names = names.ok_or(ListError::NotUtf8)?;
    if names.iter().all(|name| name.is_empty()) {
        return Err(ListError::Empty);
    }
    let mut first = csv::ByteRecord::new();
    let has_rows = reader.read_byte_record(&mut first).unwrap_or(false);
    if !has_rows {
        return Err(ListError::NoRows);
    }
    let mut look = Look { columns: vec![], guess: vec![], ambiguous: vec![] };
    let mut taken = vec![];
    for (field, known) in FIELDS {
        let mut fitting = names.iter().enumerate().take(MAX_COLUMNS).filter(|(_, name)| fits(known, name));
        let column = fitting.next().map_or(Column::Nowhere, |(at, _)| Column::At(at));
        if fitting.next().is_some() {
            look.ambiguous.push(field);
        }
        taken.extend(if let Column::At(at) = column { Some(at) } else { None });
        look.guess.push(Mapping { field, column });
    }
    for (at, name) in names.iter().enumerate().take(MAX_COLUMNS) {
        let sample = first.get(at).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
        let looks_like = if taken.contains(&at) { None } else { nearest(name).and_then(field_of) };
        look.columns.push(Seen { header: shown(name), sample: shown(&sample), looks_like });
    }
    Ok(look)
}

/// The field that is recognized by this header.
fn field_of(header: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(_, known)| known.contains(&header)).map(|(field, _)| *field)
}

/// As much of a text as there is room for, on one line.
fn shown(text: &str) -> String {
    let short: String = text.trim().chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.trim().chars().count() > SHOWN { short + "…" } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(look: &Look, field: &str) -> Column {
        look.guess.iter().find(|mapping| mapping.field == field).unwrap().column.clone()
    }

    #[test]
    fn columns_are_guessed_shown_with_a_sample_and_two_alike_are_told() {
        let look = look("Order;Emial;Ticket type;Guest name;id\nA1;a@b.example;VIP;Ada;7\n".as_bytes()).unwrap();
        assert_eq!(at(&look, "reference"), Column::At(0));
        assert_eq!(look.ambiguous, ["reference"], "an order and an id");
        assert_eq!((at(&look, "product"), at(&look, "email")), (Column::At(2), Column::Nowhere));
        let second = &look.columns[1];
        assert_eq!((second.sample.as_str(), second.looks_like), ("a@b.example", Some("email")));
        assert_eq!(look.columns[0].looks_like, None);
    }

    #[test]
    fn what_is_no_list_says_why() {
        assert_eq!(look(b""), Err(ListError::Empty));
        assert_eq!(look(b"name\n"), Err(ListError::NoRows));
        assert_eq!(look(b"\xff\xfen\0a\0"), Err(ListError::Utf16));
        assert_eq!(look(b"n\xe4me\nx\n"), Err(ListError::NotUtf8));
    }

    #[test]
    fn long_cells_and_control_characters_do_not_reach_the_page() {
        let look = look(format!("name\n\"{}\u{7}\"\n", "x".repeat(500)).as_bytes()).unwrap();
        assert_eq!(look.columns[0].sample.chars().count(), 61);
    }
}
