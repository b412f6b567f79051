//! What can break, each with a text for the person in front of the device.

use rusqlite::ErrorCode;
use shared::ids::{EntryId, EventId, GateId};
use shared::manifest::ManifestError;
use shared::trust::TrustError;

/// The database did not do its work. What was committed before is still there; nothing is half-written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room for another page.
    #[error("the disk is full: nothing was recorded; free some space and scan again")]
    Full,
    /// Another process holds the database for longer than [`super::BUSY_TIMEOUT`].
    #[error("another program keeps the scanner's database locked: close it and try again")]
    Busy,
    /// The file is damaged.
    #[error(
        "the scanner's database is damaged ({0}): keep the file, enrol again in an empty folder, and send the file in"
    )]
    Damaged(String),
    /// The folder or file may not be written.
    #[error("the scanner's database cannot be written: check the permissions of the data folder")]
    ReadOnly,
    /// The disk does not answer as it should.
    #[error("the disk failed while the scanner's database was used: {0}")]
    Disk(String),
    /// Anything else; a defect of this program.
    #[error("the scanner's database refused a statement: {0}")]
    Other(#[source] rusqlite::Error),
}

/// Extended code of an I/O error while growing the shared memory of the write-ahead log: no space left.
const IOERR_SHMSIZE: i32 = 4874;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(_) if error.sqlite_error().is_some_and(|inner| inner.extended_code == IOERR_SHMSIZE) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            // No statement here counts on being refused: rows that contradict each other were written by a disk that lied.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation) => {
                Self::Damaged(text)
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => Self::Disk(text),
            _ => Self::Other(error),
        }
    }
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The SQLite in this program has a known defect in WAL.
    #[error("SQLite {0} is too old: 3.51.3 or newer is needed (older ones can damage the database)")]
    OldSqlite(&'static str),
    /// The file is something else.
    #[error("this file is not a scanner database: choose another data folder")]
    NotADatabase,
    /// An SQLite file of another program.
    #[error("this file is a database of another program: choose another data folder")]
    OtherProgram,
    /// Written by a newer version of this program.
    #[error(
        "the database was written by a newer scanner (schema {found}, this one knows {known}): update this scanner"
    )]
    NewerSchema {
        /// In the file.
        found: u32,
        /// Known here.
        known: u32,
    },
    /// The database broke while it was opened or brought up to date.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            _ => Self::Store(error.into()),
        }
    }
}

/// Why an enrolment answer was not taken. The device stays what it was.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// Root, keyset or certificate do not fit what the invitation pins.
    #[error("the server's answer does not fit the enrolment code: {0}")]
    Trust(#[from] TrustError),
    /// The certificate was made for another key.
    #[error("the server certified another device's key: ask for a new enrolment code")]
    OtherKey,
    /// There is no key that waits to be certified.
    #[error("this device has not asked to be enrolled")]
    NotAsked,
}

/// Why something asked of the engine was not done. Nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// There is no certificate yet.
    #[error("this scanner is not enrolled: run `scanner enrol` with the code from the administrator")]
    NotEnrolled,
    /// Enrolment failed.
    #[error(transparent)]
    Enrol(#[from] EnrolError),
    /// The certificate names several events, or none, and none was chosen.
    #[error("no event is chosen: choose one of this scanner's events")]
    NoEvent,
    /// The certificate does not name this event.
    #[error("this scanner is not registered for event {0}")]
    ForeignEvent(EventId),
    /// No list of tickets has arrived yet.
    #[error("there is no ticket list for event {0} yet: connect once and run `scanner sync`")]
    NoManifest(EventId),
    /// No gate was chosen and the event has several.
    #[error("no gate is chosen; the event has: {0}")]
    NoGate(String),
    /// The event has no such gate.
    #[error("the event has no gate {asked}; it has: {known}")]
    UnknownGate {
        /// Asked for.
        asked: GateId,
        /// Numbers and names of those there are.
        known: String,
    },
    /// A manifest in force names this scanner as revoked: nothing it admits would count.
    #[error("this scanner was revoked: it must not be used at a door; ask the administrator")]
    Revoked,
    /// Only a supervisor's scanner may do this.
    #[error("only a supervisor's scanner may {0}")]
    NotSupervisor(&'static str),
    /// Text beyond the protocol's limit.
    #[error("the {what} is longer than {most} characters")]
    TextTooLong {
        /// Which text.
        what: &'static str,
        /// The limit, in characters.
        most: usize,
    },
    /// A reason is needed.
    #[error("a reason is needed: say why")]
    NoReason,
    /// More people than one entry can move, or none.
    #[error("{0} is not a number of people between 1 and 1000")]
    BadPeople(i64),
    /// There is nothing (left) to undo.
    #[error("there is nothing to undo")]
    NothingToUndo,
    /// Another undo voids it already.
    #[error("entry {0} is undone already")]
    AlreadyUndone(EntryId),
    /// No such entry here, or one that cannot be undone.
    #[error("entry {0} is not known here, or moved nobody")]
    UnknownEntry(String),
    /// The ticket list holds something this version cannot read, for this ticket.
    #[error("the list's record of this ticket is not understood: update this scanner, and ask a supervisor now")]
    RecordNotUnderstood,
    /// A signed answer of the server does not hold what was asked, or is not trusted.
    #[error("the server's {what} is not accepted: {why}")]
    BadAnswer {
        /// Which answer.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// The manifest was refused; the one in force stays.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl EngineError {
    pub(super) fn answer(what: &'static str, why: &impl ToString) -> Self {
        Self::BadAnswer { what, why: why.to_string() }
    }
}

impl From<rusqlite::Error> for EngineError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Shorthand within the engine.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;
