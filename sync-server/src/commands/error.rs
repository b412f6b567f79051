//! Why a verb failed, and the exit code that says so to scripts.

use crate::keys::export::ExportError;
use crate::keys::root_file::RootFileError;
use crate::server::ServerError;
use crate::store::StoreError;

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The arguments make no sense together.
    #[error("{0}")]
    Usage(String),
    /// What was given is bad, or is refused because of what is there.
    #[error("{0}")]
    Refused(String),
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
        Self::Refused(text.into())
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
        Self::Refused(error.to_string())
    }
}

impl From<RootFileError> for CommandError {
    fn from(error: RootFileError) -> Self {
        Self::Refused(error.to_string())
    }
}
