//! Ticket lists as CSV (RFC 4180): which column means what, and what is wrong in which line.

use std::collections::HashMap;

use shared::policy::Policy;

use super::columns::{Columns, Mapping};
use super::draft::Draft;
use super::fault::{LineError, RowFault};

/// Lines with errors that are reported; the rest is counted.
pub const MAX_REPORTED: usize = 100;

/// The list cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// No header.
    #[error("the file is empty: the first line must name the columns")]
    Empty,
    /// A header and nothing below it.
    #[error("the file holds no rows: there is a header line, and no ticket below it")]
    NoRows,
    /// None of the columns is known.
    #[error(
        "no column is recognized in \"{0}\"; name them with --column FIELD=COLUMN, or use headers such as code, name, email, product"
    )]
    UnknownColumns(String),
    /// Two bytes a character.
    #[error("the file is UTF-16 (\"Unicode text\"): save it again as \"CSV UTF-8\"")]
    Utf16,
    /// A mapping names a column that is not there.
    #[error("there is no column \"{0}\"; the file has {1}")]
    NoSuchColumn(String, String),
    /// Two columns for one field.
    #[error("two columns hold the {0}: \"{1}\" and \"{2}\"")]
    TwoColumns(&'static str, String, String),
    /// Bytes that are not UTF-8 in the header.
    #[error("the file is not UTF-8 (line 1): save it again as \"CSV UTF-8\"")]
    NotUtf8,
}

/// A column nobody reads.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Unused {
    /// Its header.
    pub column: String,
    /// The known header it looks like.
    pub did_you_mean: Option<&'static str>,
}

/// A list, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct List {
    /// Columns nobody reads; those that look like a known one come first.
    pub unused: Vec<Unused>,
    /// Whether there is a column of codes; without one, codes are made here.
    pub coded: bool,
    /// Good lines, each with its number.
    pub rows: Vec<(u64, Draft)>,
    /// Bad lines.
    pub errors: Vec<LineError>,
}

/// Reads a list. `;` and tabs are accepted as separators, too, as spreadsheets write them. `progress` hears how many
/// bytes have been read.
pub fn read(
    bytes: &[u8],
    mapping: &[Mapping],
    policy: &Policy,
    mut progress: impl FnMut(u64),
) -> Result<List, ListError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if is_utf16(bytes) {
        return Err(ListError::Utf16);
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(bytes)).flexible(true).from_reader(bytes);
    let header = reader.byte_headers().map_err(|_| ListError::Empty)?.clone();
    let columns = Columns::find(&header, mapping)?;
    let mut seen = HashMap::new();
    let mut list = List { unused: columns.unused(&header), coded: columns.hold("code"), ..List::default() };
    let mut record = csv::ByteRecord::new();
    let mut lines = Lines { bytes, at: 0, line: 1 };
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                list.errors.push(LineError::new(line, RowFault::NotCsv));
                break;
            }
        }
        let begins = record.position().map_or(0, csv::Position::byte);
        let line = lines.of(begins);
        progress(begins);
        match columns.draft(&record, header.len(), policy).and_then(|draft| unique(draft, line, &mut seen)) {
            Ok(draft) => list.rows.push((line, draft)),
            Err(fault) => list.errors.push(LineError { line, fault, swallowed: breaks(&record) }),
        }
    }
    if list.rows.is_empty() && list.errors.is_empty() { Err(ListError::NoRows) } else { Ok(list) }
}

/// A byte order mark of UTF-16, or half of the bytes in the beginning are zero as in UTF-16 of Latin letters.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    let start = bytes.get(..bytes.len().min(256)).unwrap_or_default();
    let zeros: usize = start.iter().map(|byte| usize::from(*byte == 0)).sum();
    start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || (zeros > 1 && zeros * 3 > start.len())
}

/// Counts lines as an editor does; the reader's own count is one off behind CR LF and empty lines.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that begins at or after `byte`; bytes must be asked for in rising order.
    fn of(&mut self, byte: u64) -> u64 {
        let begins = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(byte) = self.bytes.get(self.at) {
            if self.at >= begins && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// Line breaks within a record.
fn breaks(record: &csv::ByteRecord) -> usize {
    record.iter().flatten().filter(|byte| **byte == b'\n').count()
}

fn unique(draft: Draft, line: u64, seen: &mut HashMap<String, u64>) -> Result<Draft, RowFault> {
    if let Some(code) = &draft.code
        && let Some(first) = seen.insert(code.clone(), line)
    {
        seen.insert(code.clone(), first);
        return Err(RowFault::SameCode(first));
    }
    Ok(draft)
}

/// The separator that is most frequent in the header.
pub(super) fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| header.split(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
