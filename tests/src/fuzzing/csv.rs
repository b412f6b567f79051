//! Ticket lists that somebody exported from somewhere.

use std::sync::Mutex;

use shared::clock::Entropy;
use sync_server::tickets::list::read;

use super::world::world;
use crate::golden::vectors;

/// Lines that are made into tickets for one input: each costs a sealed attendee.
const MOST: usize = 50;

struct Counting(Mutex<u8>);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        let mut next = self.0.lock().expect("nobody panics while counting");
        *next = next.wrapping_add(1);
        buffer.fill(*next);
    }
}

/// A file: read, and its good lines made into tickets. Each line has one answer.
pub(super) fn list(input: &[u8]) {
    let world = world();
    let Ok(list) = read(input, &[], &world.header.policy, |_| {}) else { return };
    let lines = input.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    assert!(list.rows.len() + list.errors.len() <= lines, "more answers than lines");
    let entropy = Counting(Mutex::new(0));
    for (line, draft) in list.rows.into_iter().take(MOST) {
        let made = draft.make(world.event, &world.header.policy, &entropy);
        made.unwrap_or_else(|error| panic!("line {line} was checked and then refused: {error}"));
    }
}

/// Lists with golden codes, in the shapes that spreadsheets write.
pub(super) fn corpus() -> Vec<Vec<u8>> {
    let texts: Vec<String> = vectors("tickets", None, 10, 30)
        .iter()
        .map(|vector| vector.json.at("text").str())
        .filter(|text| text.len() < 200)
        .collect();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let lines = |separator: &str, end: &str| {
        let head =
            ["code", "name", "email", "product", "admits", "valid_from", "valid_until", "paid", "note", "reference"];
        let mut all = head.join(separator) + end;
        for (n, text) in texts.iter().enumerate() {
            let row = [
                quoted(text),
                format!("Ada {n}"),
                "a@b.example".into(),
                "7".into(),
                (n % 5).to_string(),
                "2026-06-20 18:00".into(),
                "2026-06-21T01:00:00Z".into(),
                if n % 2 == 0 { "yes".into() } else { "no".into() },
                quoted("=cmd|' /C calc'!A0"),
                format!("R{n}"),
            ];
            all += &(row.join(separator) + end);
        }
        all.into_bytes()
    };
    let mut corpus = vec![lines(",", "\n"), lines(";", "\r\n"), lines("\t", "\n")];
    corpus.push([b"\xef\xbb\xbf".as_slice(), &corpus[0]].concat());
    corpus.push(b"name\nAda\n\"Bob\n".to_vec());
    corpus.push(b"barcode;quantity\r\n1;2\r\n;3\r\n1;2\r\n".to_vec());
    corpus
}
