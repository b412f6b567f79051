//! What is wrong with a list or a line of it, in the reader's language.

use super::super::texts::Language;
use crate::tickets::DraftError;
use crate::tickets::draft::MAX_ADMITS;
use crate::tickets::fault::{LineError, RowFault};
use crate::tickets::list::ListError;

/// Longest piece of a list that is said again, in characters.
const QUOTED: usize = 80;

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(QUOTED).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > QUOTED { short + "…" } else { short }
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What is wrong with a line.
pub(in crate::desk) fn row_fault(language: Language, error: &LineError) -> String {
    let text = fault(language, &error.fault);
    match error.swallowed {
        0 => text,
        breaks => format!("{text} {}", language.fill("row-swallowed", [("n", number(breaks).into())])),
    }
}

fn fault(language: Language, fault: &RowFault) -> String {
    let with = |name: &str, text: &str| language.fill(name, [("text", quoted(text).into())]);
    match fault {
        RowFault::Columns { found, expected } => {
            language.fill("row-columns", [("n", number(*found).into()), ("of", number(*expected).into())])
        }
        RowFault::NotUtf8 => language.text("row-not-utf8"),
        RowFault::NotCsv => language.text("row-not-csv"),
        RowFault::NoCode => language.text("row-no-code"),
        RowFault::BrokenCode => language.text("row-broken-code"),
        RowFault::SameCode(line) => language.fill("row-same-code", [("line", line.to_string().into())]),
        RowFault::NoProducts => language.text("row-no-products"),
        RowFault::NoProduct { wanted, known } => {
            language.fill("row-no-product", [("text", quoted(wanted).into()), ("known", known.clone().into())])
        }
        RowFault::People(text) => with("row-people", text),
        RowFault::Paid(text) => with("row-paid", text),
        RowFault::Time(text) => with("row-time", text),
        RowFault::SkippedTime(text) => with("row-skipped-time", text),
        RowFault::Draft(error) => draft(language, error),
        RowFault::CodeThere => language.text("row-code-there"),
        RowFault::HolderThere { reference, name, email } => {
            let said: Vec<_> = [reference, name, email].into_iter().flatten().map(|text| quoted(text)).collect();
            language.fill("row-holder-there", [("text", said.join(", ").into())])
        }
    }
}

fn draft(language: Language, error: &DraftError) -> String {
    match error {
        DraftError::UnknownProduct(product) => {
            language.fill("row-no-product", [("text", product.to_string().into()), ("known", String::new().into())])
        }
        DraftError::Admits(n) => {
            language.fill("row-admits", [("n", n.to_string().into()), ("of", MAX_ADMITS.to_string().into())])
        }
        DraftError::Window => language.text("row-window"),
        DraftError::EmptyCode => language.text("row-no-code"),
        DraftError::LongCode(n) => language.fill("row-long-code", [("n", n.to_string().into())]),
        DraftError::OwnPrefix => language.text("fault-own_prefix"),
        DraftError::Text(field) => {
            let field = match *field {
                "name" => language.text("ticket-name"),
                "note" => language.text("ticket-note"),
                "reference" => language.text("ticket-reference"),
                _ => language.text("email"),
            };
            language.fill("row-text", [("text", field.into())])
        }
    }
}

/// Why a list cannot be read at all.
pub(super) fn list_fault(language: Language, error: &ListError) -> String {
    match error {
        ListError::Empty => language.text("list-empty"),
        ListError::NoRows => language.text("list-no-rows"),
        // Nobody sells tickets by one column alone that is called like this: it is a list with other separators.
        ListError::UnknownColumns(names) if !names.contains(", ") => {
            language.fill("list-one-column", [("text", names.clone().into())])
        }
        ListError::UnknownColumns(names) => language.fill("list-unknown-columns", [("text", names.clone().into())]),
        ListError::Utf16 => language.text("list-utf16"),
        ListError::NoSuchColumn(name, _) => language.fill("list-no-such-column", [("text", quoted(name).into())]),
        ListError::TwoColumns(_, one, other) => {
            language.fill("list-two-columns", [("text", quoted(one).into()), ("other", quoted(other).into())])
        }
        ListError::NotUtf8 => language.text("list-not-utf8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_other_separators_is_told_which_there_are() {
        let told = |names: &str| list_fault(Language::En, &ListError::UnknownColumns(names.to_owned()));
        assert!(told("reference|name").contains("comma, semicolon or tab"));
        assert!(!told("foo, bar").contains("comma, semicolon or tab"));
    }
}
