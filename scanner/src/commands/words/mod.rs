//! Every text a person reads, in one place, so that it can be translated: `verdict` at the door, `advice` after a failure,
//! `times` for clocks and durations, `checks` for `doctor`.

pub mod advice;
pub mod checks;
pub mod times;
pub mod verdict;

/// Progress of a ticket list's download.
pub const LOADING_LIST: &str = "ticket list";
/// Progress of an upload.
pub const SENDING: &str = "sending entries";
/// Progress of a download.
pub const RECEIVING: &str = "receiving entries";
/// Progress of giving a server its ticket list back.
pub const REFILLING: &str = "giving the server its ticket list back";

/// Longest foreign text on a screen, in characters.
const MAX_CHARS: usize = 200;

/// A text from outside (names, notes, codes) for a terminal: bounded, and without characters that move a cursor.
pub fn clean(text: &str) -> String {
    let mut out: String = text.chars().take(MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        out.push('…');
    }
    out
}

/// `1 person`, `4 people`.
pub fn people(count: impl Into<i64>) -> String {
    counted(count.into(), "person", "people")
}

/// `1 entry`, `4 entries`.
pub fn entries(count: u64) -> String {
    counted(i64::try_from(count).unwrap_or(i64::MAX), "entry", "entries")
}

/// A number with its noun.
pub fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{count} {}", if count.abs() == 1 { one } else { many })
}

/// The first hex digits of an id: enough for `undo --entry`.
pub fn short(id: &impl ToString) -> String {
    id.to_string().chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_move_the_cursor() {
        assert_eq!(clean("Eve\u{1b}[2J\nAda"), "Eve [2J Ada");
        assert_eq!(clean(&"x".repeat(300)).chars().count(), MAX_CHARS + 1);
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!((people(1), people(0), people(-1)), ("1 person".into(), "0 people".into(), "-1 person".into()));
    }
}
