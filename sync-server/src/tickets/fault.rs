//! What can be wrong with a line of a ticket list. The texts are those of API and command line; pages have their own.

use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use super::draft::DraftError;

/// What is wrong in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// Line of the file, from 1; the header is a line, too.
    pub line: u64,
    /// What is wrong.
    pub fault: RowFault,
    /// Lines below it that belong to the same record: a quotation mark that is never closed makes one record of all lines
    /// below it, and whoever reads the error should know.
    pub swallowed: usize,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowFault {
    /// More or fewer fields than the header.
    #[error("has {found} columns, the header has {expected}")]
    Columns {
        /// In this line.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// Bytes of another encoding.
    #[error("is not UTF-8: save the file again as \"CSV UTF-8\"")]
    NotUtf8,
    /// No CSV at all.
    #[error("cannot be read as CSV")]
    NotCsv,
    /// The column of codes is empty here.
    #[error("has no code")]
    NoCode,
    /// No QR code holds one.
    #[error("has a line break in its code")]
    BrokenCode,
    /// A line above has it.
    #[error("has the same code as line {0}")]
    SameCode(u64),
    /// The event sells nothing.
    #[error("the event has no product")]
    NoProducts,
    /// The event does not sell this.
    #[error("the event has no product \"{wanted}\"; it has {known}")]
    NoProduct {
        /// As written.
        wanted: String,
        /// Those it has.
        known: String,
    },
    /// Not a number.
    #[error("\"{0}\" is not a number of people")]
    People(String),
    /// Neither paid nor unpaid.
    #[error(
        "\"{0}\" does not say whether it is paid: write yes or no, paid or unpaid, ja or nein, bezahlt or offen, sí or no, pagado or pendiente, 1 or 0"
    )]
    Paid(String),
    /// No time.
    #[error("\"{0}\" is not a time (2026-05-01 20:00)")]
    Time(String),
    /// A local time that clocks skip.
    #[error("\"{0}\" does not exist in the event's time zone: clocks are put forward over it")]
    SkippedTime(String),
    /// The ticket would make no sense.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// A ticket of the event has this code.
    #[error("the code is in this event already")]
    CodeThere,
    /// A ticket of the event says the same of its holder.
    #[error("a ticket with the {} is in this event already", facts(.reference.as_deref(), .name.as_deref(), .email.as_deref()))]
    HolderThere {
        /// The seller's number.
        reference: Option<String>,
        /// Name on it.
        name: Option<String>,
        /// E-mail address.
        email: Option<String>,
    },
}

fn facts(reference: Option<&str>, name: Option<&str>, email: Option<&str>) -> String {
    let facts = [("reference", reference), ("name", name), ("e-mail address", email)];
    let told: Vec<_> = facts.iter().filter_map(|(what, text)| text.map(|text| format!("{what} \"{text}\""))).collect();
    told.join(", ")
}

impl LineError {
    /// In one line only.
    pub(super) fn new(line: u64, fault: RowFault) -> Self {
        Self { line, fault, swallowed: 0 }
    }

    /// What is wrong, in English.
    pub fn message(&self) -> String {
        match self.swallowed {
            0 => self.fault.to_string(),
            breaks => {
                format!("{}; it goes on for {breaks} more lines: is a quotation mark missing at its end?", self.fault)
            }
        }
    }
}

/// As API and command line tell it: line and message.
impl Serialize for LineError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut told = serializer.serialize_struct("LineError", 2)?;
        told.serialize_field("line", &self.line)?;
        told.serialize_field("message", &self.message())?;
        told.end()
    }
}
