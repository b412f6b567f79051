//! Why a verb failed: for people a text and what to do next, for scripts an exit code, a stable name and one JSON object
//! (docs/CLI.md, the same for both programs).

use serde_json::{Value, json};

use crate::keys::export::ExportError;
use crate::keys::root_file::RootFileError;
use crate::server::ServerError;
use crate::store::StoreError;
use crate::tickets::fault::LineError;
use crate::tickets::list::MAX_REPORTED;

/// A refusal in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable name, for scripts.
    pub code: &'static str,
    /// What happened.
    pub message: String,
    /// What to do next; empty where the message says it.
    pub advice: String,
    /// Bad lines of a list.
    pub lines: Vec<LineError>,
}

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The arguments make no sense together.
    #[error("{0}")]
    Usage(String),
    /// What was given is bad, or is refused because of what is there.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// Something cannot be reached: the port is in use.
    #[error("{0}")]
    Unreachable(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server failed.
    #[error(transparent)]
    Server(ServerError),
    /// A file cannot be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something broke here.
    #[error("internal error: {0}")]
    Internal(String),
}

impl CommandError {
    /// Bad or refused data.
    pub fn refused(text: impl Into<String>) -> Self {
        Self::named("refused", text, "")
    }

    /// Bad or refused data, with a stable name and the next step.
    pub fn named(code: &'static str, message: impl Into<String>, advice: impl Into<String>) -> Self {
        let (message, advice) = (message.into(), advice.into());
        Self::Refused(Box::new(Refusal { code, message, advice, lines: vec![] }))
    }

    /// The same with the bad lines of a list.
    pub fn lines(
        code: &'static str,
        message: impl Into<String>,
        advice: impl Into<String>,
        lines: Vec<LineError>,
    ) -> Self {
        let (message, advice) = (message.into(), advice.into());
        Self::Refused(Box::new(Refusal { code, message, advice, lines }))
    }

    /// A file cannot be read or written.
    pub fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        Self::File { path: path.display().to_string(), source }
    }

    /// Something broke here.
    pub fn internal(source: impl std::fmt::Display) -> Self {
        Self::Internal(source.to_string())
    }

    /// 2 usage, 4 bad or refused data, 5 unreachable or port in use, 1 anything else.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Refused(_)
            | Self::File { .. }
            | Self::Store(
                StoreError::NotOurs(_)
                | StoreError::Damaged(_)
                | StoreError::Newer { .. }
                | StoreError::Directory { .. },
            ) => 4,
            Self::Unreachable(_) => 5,
            Self::Store(_) | Self::Server(_) | Self::Internal(_) => 1,
        }
    }

    /// Stable name, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Usage(_) => "usage",
            Self::Refused(refusal) => refusal.code,
            Self::Unreachable(_) => "unreachable",
            Self::Store(StoreError::NotOurs(_)) => "not_a_database",
            Self::Store(StoreError::Newer { .. }) => "newer_schema",
            Self::Store(StoreError::OldSqlite(_)) => "old_sqlite",
            Self::Store(StoreError::Directory { .. }) => "data_folder",
            Self::Store(StoreError::Full) => "disk_full",
            Self::Store(_) => "database",
            Self::File { .. } => "file",
            Self::Server(_) | Self::Internal(_) => "internal",
        }
    }

    /// What the person should do next; empty where the message says it.
    pub fn advice(&self) -> String {
        match self {
            Self::Usage(_) => "`sync-server --help`, and --help behind a verb, show what can be said.".into(),
            Self::Refused(refusal) => refusal.advice.clone(),
            Self::Store(StoreError::NotOurs(_)) => {
                "Nothing was changed. Choose another data folder with --data; `init` makes a new one.".into()
            }
            Self::Store(StoreError::Directory { .. }) => "Choose a folder that this user may write to (--data).".into(),
            Self::File { .. } => "Check the name and the permissions.".into(),
            Self::Store(StoreError::Full) => "Make room and try again.".into(),
            _ => String::new(),
        }
    }

    /// The object on stdout with `--json`, of the same shape as the scanner's.
    pub fn to_json(&self) -> Value {
        let mut object = json!({
            "kind": "error", "code": self.code(), "exit": self.exit_code(), "message": self.to_string(),
            "advice": self.advice(),
        });
        if let Self::Refused(refusal) = self
            && !refusal.lines.is_empty()
        {
            object["failed"] = json!(refusal.lines.len());
            object["errors"] = json!(refusal.lines.iter().take(MAX_REPORTED).collect::<Vec<_>>());
        }
        object
    }
}

impl From<ServerError> for CommandError {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::Store(error) => Self::Store(error),
            ServerError::Listen { .. } | ServerError::Running(_) => Self::Unreachable(error.to_string()),
            ServerError::Ended(_) => Self::Server(error),
        }
    }
}

impl From<ExportError> for CommandError {
    fn from(error: ExportError) -> Self {
        Self::refused(error.to_string())
    }
}

impl From<RootFileError> for CommandError {
    fn from(error: RootFileError) -> Self {
        Self::refused(error.to_string())
    }
}
