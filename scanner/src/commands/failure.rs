//! How a verb can fail, with the exit code, a stable name, what happened and what to do next.

use std::path::PathBuf;
use std::process::ExitCode;

use shared::api::{InvitationError, problem};

use crate::camera::PictureError;
use crate::device::FolderError;
use crate::engine::{EngineError, OpenError};
use crate::net::{NetError, SyncError};

use super::words::advice;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done; a refusal is an answer, not a failure.
    Done,
    /// Wrong arguments.
    Usage,
    /// There is no certificate yet.
    NotEnrolled,
    /// Something given, stored or answered is damaged, or was refused.
    Data,
    /// The server cannot be reached.
    NoServer,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Usage => 2,
            Self::NotEnrolled => 3,
            Self::Data => 4,
            Self::NoServer => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a verb did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The arguments make no sense together, or name something that is not there.
    #[error("{0}")]
    Usage(String),
    /// There is no scanner in the data folder.
    #[error("this device is not enrolled (no scanner in {0})")]
    NoScanner(PathBuf),
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database in it.
    #[error("{path}: {source}")]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: OpenError,
    },
    /// The enrolment code.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// A picture that could not be opened.
    #[error("{path}: {source}")]
    Picture {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PictureError,
    },
    /// A picture without a code.
    #[error("{0}: no code could be read in this picture")]
    NoCode(PathBuf),
    /// A picture for `enrol` without a code.
    #[error("{0}: no code could be read in this picture")]
    NoInvitation(PathBuf),
    /// The file of a certificate authority.
    #[error("{path}: {why}")]
    Authority {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The folder is a server's.
    #[error("{0} is the data folder of a sync-server")]
    ServersFolder(PathBuf),
    /// A folder that cannot be read.
    #[error("{path}: the folder could not be read: {source}")]
    Unlistable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder without a picture.
    #[error("{0}: there is no picture in this folder")]
    NoPictures(PathBuf),
    /// A line that is no text.
    #[error("line {0} is not UTF-8 text")]
    NotText(u64),
    /// Engine or server.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// Input could not be read.
    #[error("the input could not be read: {0}")]
    Input(#[source] std::io::Error),
    /// Output could not be written.
    #[error("the output could not be written: {0}")]
    Output(#[source] std::io::Error),
    /// The system did not give what a program needs.
    #[error("the system does not let this program work: {0}")]
    System(#[source] std::io::Error),
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::Sync(error.into())
    }
}

impl From<NetError> for Failure {
    fn from(error: NetError) -> Self {
        Self::Sync(error.into())
    }
}

impl Failure {
    /// The exit code it leads to.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::NoScanner(_) => Exit::NotEnrolled,
            Self::Sync(error) => exit_of_sync(error),
            _ => Exit::Data,
        }
    }

    /// Stable name, for scripts.
    pub fn code(&self) -> &str {
        match self {
            Self::Usage(_) => "usage",
            Self::NoScanner(_) => "not_enrolled",
            Self::Folder(_) => "data_folder",
            Self::Open { source, .. } => open_code(source),
            Self::Invitation(_) => "bad_invitation",
            Self::Picture { .. } => "unreadable_picture",
            Self::NoCode(_) | Self::NoInvitation(_) => "no_code",
            Self::Authority { .. } => "bad_authority",
            Self::ServersFolder(_) => "other_program",
            Self::Unlistable { .. } => "unreadable_folder",
            Self::NoPictures(_) => "no_pictures",
            Self::NotText(_) => "not_utf8",
            Self::Sync(error) => sync_code(error),
            Self::Input(_) => "input",
            Self::Output(_) => "output",
            Self::System(_) => "system",
        }
    }

    /// What the person should do next.
    pub fn advice(&self) -> &'static str {
        advice::on(self)
    }

    /// Nobody reads the output any more, as in `scanner log | head`.
    pub(super) fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

fn exit_of_sync(error: &SyncError) -> Exit {
    match error {
        SyncError::NotEnrolled | SyncError::Engine(EngineError::NotEnrolled) => Exit::NotEnrolled,
        SyncError::Net(NetError::Unreachable { .. }) => Exit::NoServer,
        SyncError::Net(NetError::Refused(refusal)) if refusal.is_passing() => Exit::NoServer,
        SyncError::Net(NetError::BadAddress { .. }) => Exit::Usage,
        SyncError::Engine(error) if is_usage(error) => Exit::Usage,
        _ => Exit::Data,
    }
}

/// Something else has to be chosen or said; nothing is damaged.
fn is_usage(error: &EngineError) -> bool {
    use EngineError as E;
    matches!(
        error,
        E::NoEvent
            | E::ForeignEvent(_)
            | E::NoGate(_)
            | E::UnknownGate { .. }
            | E::TextTooLong { .. }
            | E::NoReason
            | E::BadPeople(_)
            | E::UnknownEntry(_)
            | E::AlreadyUndone(_)
    )
}

fn open_code(error: &OpenError) -> &'static str {
    match error {
        OpenError::OldSqlite(_) => "old_sqlite",
        OpenError::NotADatabase => "not_a_database",
        OpenError::OtherProgram => "other_program",
        OpenError::NewerSchema { .. } => "newer_schema",
        OpenError::Store(_) => "database",
    }
}

fn sync_code(error: &SyncError) -> &str {
    match error {
        SyncError::NotEnrolled => "not_enrolled",
        SyncError::Net(NetError::BadAddress { .. }) => "bad_address",
        SyncError::Net(NetError::Unreachable { .. }) => "unreachable",
        SyncError::Net(NetError::Refused(refusal)) => &refusal.code,
        SyncError::Net(NetError::Untrusted { .. }) => "untrusted_server",
        SyncError::Net(NetError::Damaged { .. }) => "damaged_answer",
        SyncError::Engine(error) => engine_code(error),
        SyncError::Thread(_) | SyncError::Stopped => "internal",
    }
}

fn engine_code(error: &EngineError) -> &'static str {
    use EngineError as E;
    match error {
        E::NotEnrolled => "not_enrolled",
        E::Enrol(_) => "enrolment_refused",
        E::NoEvent => "no_event",
        E::ForeignEvent(_) => "foreign_event",
        E::NoManifest(_) => "no_manifest",
        E::NoGate(_) => "no_gate",
        E::UnknownGate { .. } => "unknown_gate",
        E::Revoked => problem::SCANNER_REVOKED,
        E::NotSupervisor(_) => "not_supervisor",
        E::TextTooLong { .. } => "text_too_long",
        E::NoReason => "no_reason",
        E::BadPeople(_) => "bad_people",
        E::NothingToUndo => "nothing_to_undo",
        E::AlreadyUndone(_) => "already_undone",
        E::UnknownEntry(_) => "unknown_entry",
        E::RecordNotUnderstood => "record_not_understood",
        E::BadAnswer { .. } => "bad_answer",
        E::Manifest(_) => "manifest_refused",
        E::Store(_) => "database",
    }
}
