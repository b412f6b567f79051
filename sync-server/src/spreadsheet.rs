//! CSV files that people open with a spreadsheet.

/// What a spreadsheet takes for the beginning of a formula, also as a wide character and behind white space that it drops.
const BEGINNINGS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Free text that a spreadsheet would take for a formula, with an apostrophe in front (CWE-1236); other text as it is.
pub fn harmless(text: &str) -> String {
    let control = text.starts_with(['\t', '\r', '\n']);
    let formula = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').starts_with(BEGINNINGS);
    if control || formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_become_text_and_text_stays_as_it_is() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u{feff}=1", "＝1", "\u{a0}@x"]
        {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for text in ["", "Ada", "a=b", "1-2", "O'Neil", "TS1:ABC+/"] {
            assert_eq!(harmless(text), text);
        }
    }
}
