//! Ticket lists as CSV (RFC 4180): which column means what, and what is wrong in which line.

use std::collections::{HashMap, HashSet};

use shared::ids::ProductId;
use shared::policy::Policy;

use super::draft::Draft;
use super::headers::{FIELDS, nearest, told};

/// Lines with errors that are reported; the rest is counted.
pub const MAX_REPORTED: usize = 100;

/// Which column holds a field: `field=header`, over what the headers say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// One of the names in the documentation of `tickets import`.
    pub field: String,
    /// Header of the column.
    pub column: String,
}

impl std::str::FromStr for Mapping {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (field, column) = text.split_once('=').ok_or("is written FIELD=COLUMN, as name=\"Guest name\"")?;
        let field = field.trim().to_lowercase();
        if !FIELDS.iter().any(|(name, _)| *name == field) {
            let names: Vec<_> = FIELDS.iter().map(|(name, _)| *name).collect();
            return Err(format!("there is no field \"{field}\"; there are {}", names.join(", ")));
        }
        Ok(Self { field, column: column.trim().to_owned() })
    }
}

/// What is wrong in one line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct LineError {
    /// Line of the file, from 1; the header is a line, too.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

impl LineError {
    fn new(line: u64, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

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
    let mut list = List { unused: columns.unused(&header), coded: columns.0.contains_key("code"), ..List::default() };
    let mut record = csv::ByteRecord::new();
    let mut lines = Lines { bytes, at: 0, line: 1 };
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                list.errors.push(LineError::new(line, "cannot be read as CSV"));
                break;
            }
        }
        let begins = record.position().map_or(0, csv::Position::byte);
        let line = lines.of(begins);
        progress(begins);
        match columns.draft(&record, header.len(), policy).and_then(|draft| unique(draft, line, &mut seen)) {
            Ok(draft) => list.rows.push((line, draft)),
            Err(message) => list.errors.push(LineError { line, message: message + &swallowed(&record) }),
        }
    }
    if list.rows.is_empty() && list.errors.is_empty() { Err(ListError::NoRows) } else { Ok(list) }
}

/// A byte order mark of UTF-16, or half of the bytes in the beginning are zero as in UTF-16 of Latin letters.
fn is_utf16(bytes: &[u8]) -> bool {
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

/// A quotation mark that is never closed makes one record of all lines below it: whoever reads the error should know.
fn swallowed(record: &csv::ByteRecord) -> String {
    match record.iter().flatten().filter(|byte| **byte == b'\n').count() {
        0 => String::new(),
        breaks => format!("; it goes on for {breaks} more lines: is a quotation mark missing at its end?"),
    }
}

fn unique(draft: Draft, line: u64, seen: &mut HashMap<String, u64>) -> Result<Draft, String> {
    if let Some(code) = &draft.code
        && let Some(first) = seen.insert(code.clone(), line)
    {
        seen.insert(code.clone(), first);
        return Err(format!("has the same code as line {first}"));
    }
    Ok(draft)
}

/// The separator that is most frequent in the header.
fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: u8| header.split(|byte| *byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// Where each field is.
#[derive(Debug, Default)]
struct Columns(HashMap<&'static str, usize>);

impl Columns {
    fn find(header: &csv::ByteRecord, mapping: &[Mapping]) -> Result<Self, ListError> {
        let names: Option<Vec<&str>> =
            header.iter().map(|name| std::str::from_utf8(name).ok().map(str::trim)).collect();
        let names = names.ok_or(ListError::NotUtf8)?;
        if names.iter().all(|name| name.is_empty()) {
            return Err(ListError::Empty);
        }
        let mut columns = Self::default();
        for (field, known) in FIELDS {
            let mapped = mapping.iter().find(|mapping| mapping.field == *field);
            let fits = |name: &str| known.contains(&name.to_lowercase().replace([' ', '-'], "_").as_str());
            let taken = |name: &str| mapping.iter().any(|mapping| mapping.column.eq_ignore_ascii_case(name));
            let mut found = names.iter().enumerate().filter(|(_, name)| match mapped {
                Some(mapping) => mapping.column.eq_ignore_ascii_case(name),
                None => !taken(name) && (fits(name) || known.contains(&name.to_lowercase().as_str())),
            });
            match (found.next(), found.next(), mapped) {
                (Some((_, first)), Some((_, second)), _) => {
                    return Err(ListError::TwoColumns(field, (*first).into(), (*second).into()));
                }
                (Some((at, _)), None, _) => drop(columns.0.insert(field, at)),
                (None, _, Some(mapping)) => {
                    return Err(ListError::NoSuchColumn(mapping.column.clone(), told(&names)));
                }
                (None, _, None) => {}
            }
        }
        if columns.0.is_empty() { Err(ListError::UnknownColumns(told(&names))) } else { Ok(columns) }
    }

    /// Columns with a header that nobody reads.
    fn unused(&self, header: &csv::ByteRecord) -> Vec<Unused> {
        let read: HashSet<usize> = self.0.values().copied().collect();
        let names = header.iter().enumerate().filter(|(at, _)| !read.contains(at));
        let names =
            names.map(|(_, name)| String::from_utf8_lossy(name).trim().to_owned()).filter(|name| !name.is_empty());
        let mut unused: Vec<_> = names.map(|column| Unused { did_you_mean: nearest(&column), column }).collect();
        unused.sort_by_key(|unused| unused.did_you_mean.is_none());
        unused
    }

    fn draft(&self, record: &csv::ByteRecord, width: usize, policy: &Policy) -> Result<Draft, String> {
        if record.len() != width {
            return Err(format!("has {} columns, the header has {width}", record.len()));
        }
        let field = |name: &str| -> Result<Option<&str>, String> {
            let bytes = self.0.get(name).and_then(|at| record.get(*at)).unwrap_or_default();
            let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8: save the file again as \"CSV UTF-8\"")?;
            Ok(Some(text.trim()).filter(|text| !text.is_empty()))
        };
        let owned = |name: &str| field(name).map(|text| text.map(str::to_owned));
        let code = owned("code")?;
        if self.0.contains_key("code") && code.is_none() {
            return Err("has no code".into());
        }
        if code.as_ref().is_some_and(|code| code.contains(['\n', '\r'])) {
            return Err("has a line break in its code".into());
        }
        let draft = Draft {
            code,
            product: product(field("product")?, policy)?,
            admits: admits(field("admits")?)?,
            not_before: time(field("valid_from")?, policy)?,
            not_after: time(field("valid_until")?, policy)?,
            attendee: owned("name")?,
            note: owned("note")?,
            email: owned("email")?,
            reference: owned("reference")?,
            unpaid: !paid(field("paid")?)?,
        };
        draft.check(policy).map_err(|error| error.to_string())?;
        Ok(draft)
    }
}

/// By name or number; without one, the event's first.
fn product(text: Option<&str>, policy: &Policy) -> Result<ProductId, String> {
    let Some(text) = text else {
        return policy.products.first().map(|product| product.id).ok_or_else(|| "the event has no product".into());
    };
    let by_name = policy.products.iter().find(|product| product.name.to_lowercase() == text.to_lowercase());
    let by_number = || text.parse().ok().and_then(|id| policy.product(id));
    by_name.or_else(by_number).map(|product| product.id).ok_or_else(|| {
        let names: Vec<_> = policy.products.iter().take(10).map(|product| product.name.as_str()).collect();
        format!("the event has no product \"{text}\"; it has {}", names.join(", "))
    })
}

fn admits(text: Option<&str>) -> Result<u32, String> {
    text.map_or(Ok(1), |text| text.parse().map_err(|_| format!("\"{text}\" is not a number of people")))
}

fn paid(text: Option<&str>) -> Result<bool, String> {
    match text.map(str::to_lowercase).as_deref() {
        None | Some("yes" | "true" | "1" | "paid" | "y") => Ok(true),
        Some("no" | "false" | "0" | "unpaid" | "n") => Ok(false),
        Some(other) => Err(format!("\"{other}\" is neither yes nor no")),
    }
}

/// RFC 3339, or a date and time in the event's time zone; in seconds.
fn time(text: Option<&str>, policy: &Policy) -> Result<Option<i64>, String> {
    let Some(text) = text else { return Ok(None) };
    let local = || {
        let at: jiff::civil::DateTime = text.parse().ok()?;
        let zone = jiff::tz::TimeZone::get(&policy.time_zone).ok()?;
        Some(at.to_zoned(zone).ok()?.timestamp())
    };
    let at = text.parse::<jiff::Timestamp>().ok().or_else(local);
    at.map(|at| Some(at.as_second())).ok_or_else(|| format!("\"{text}\" is not a time (2026-05-01 20:00)"))
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
