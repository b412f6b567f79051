//! Codes from a keyboard: one a line, ended by CR, LF or both, whatever the hardware scanner is set to.

use std::io::{self, BufRead};

/// Longest part of a line that is kept, in bytes. A longer line is no ticket (`shared::ticket::MAX_CODE_BYTES`) and is
/// judged as one that is too long, by its first part.
pub const MAX_LINE_BYTES: usize = 64 * 1024;

/// One line that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A code, perhaps.
    Text(String),
    /// Bytes that are not UTF-8.
    NotText,
}

/// The lines of an input with their numbers from 1, blank ones left out.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    number: u64,
    after_cr: bool,
}

impl<R: BufRead> Lines<R> {
    /// Of this input.
    pub fn new(input: R) -> Self {
        Self { input, number: 0, after_cr: false }
    }

    /// The next line's bytes, without its end and at most [`MAX_LINE_BYTES`]; `None` at the end of the input.
    fn next_bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut any = false;
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                buffer => buffer?,
            };
            if buffer.is_empty() {
                return Ok(any.then_some(line));
            }
            // The LF of a CR LF ends nothing: its CR was answered already.
            let skip = usize::from(self.after_cr && buffer[0] == b'\n');
            self.after_cr = false;
            let rest = &buffer[skip..];
            let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let part = &rest[..end.unwrap_or(rest.len())];
            let room = MAX_LINE_BYTES.saturating_sub(line.len());
            line.extend_from_slice(&part[..part.len().min(room)]);
            any |= !rest.is_empty();
            let used = skip + part.len() + usize::from(end.is_some());
            self.after_cr = end.is_some_and(|end| rest[end] == b'\r');
            self.input.consume(used);
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = (u64, io::Result<Line>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let bytes = match self.next_bytes() {
                Ok(bytes) => bytes?,
                Err(error) => return Some((self.number + 1, Err(error))),
            };
            self.number += 1;
            let cut = bytes.len() == MAX_LINE_BYTES;
            match String::from_utf8(bytes) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Some((self.number, Ok(Line::Text(without_mark(&text))))),
                // Where a long line was cut, half a character may be left at its end.
                Err(error) if cut && error.utf8_error().error_len().is_none() => {
                    let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    return Some((self.number, Ok(Line::Text(text))));
                }
                Err(_) => return Some((self.number, Ok(Line::NotText))),
            }
        }
    }
}

/// Some programs begin a text with a byte order mark.
fn without_mark(text: &str) -> String {
    text.trim_start_matches('\u{feff}').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<(u64, Line)> {
        // A buffer of three bytes, so that every end falls onto a border somewhere.
        let input = io::BufReader::with_capacity(3, bytes);
        Lines::new(input).map(|(number, line)| (number, line.unwrap())).collect()
    }

    fn text(number: u64, text: &str) -> (u64, Line) {
        (number, Line::Text(text.to_owned()))
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let expected = vec![text(1, "one"), text(2, "two"), text(3, "three"), text(4, "four")];
        assert_eq!(read(b"one\r\ntwo\nthree\rfour"), expected);
    }

    #[test]
    fn blank_lines_are_numbered_but_not_judged() {
        assert_eq!(read(b"\n  \r\n\xef\xbb\xbfa\n\n"), [text(3, "a")]);
        assert_eq!(read(b""), []);
    }

    #[test]
    fn what_is_not_text_is_named_and_the_next_line_is_read() {
        assert_eq!(read(b"\xff\xfe\nnext\n"), [(1, Line::NotText), text(2, "next")]);
    }

    #[test]
    fn a_line_without_end_does_not_fill_the_memory() {
        let mut bytes = vec![b'x'; MAX_LINE_BYTES * 3];
        bytes.extend_from_slice(b"\nnext");
        let lines = read(&bytes);
        assert_eq!(lines[0], text(1, &"x".repeat(MAX_LINE_BYTES)));
        assert_eq!(lines[1], text(2, "next"));
    }
}
