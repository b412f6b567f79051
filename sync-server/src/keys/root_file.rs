//! The file of a root key that is kept offline.

use std::path::Path;

use shared::ids::{from_hex, to_hex};
use zeroize::Zeroizing;

use super::Seed;
use crate::files;

/// First line of the file.
const HEAD: &str = "Turnstone root key - keep it offline and secret";

/// The file is none, or cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RootFileError {
    /// Input or output.
    #[error("cannot use the root key file {path}: {source}")]
    Io {
        /// Which file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something else is in it.
    #[error("{0} is not a root key file")]
    NotOne(String),
}

/// Writes a new file that only its owner can read. An existing file is never overwritten.
pub fn write(path: &Path, seed: &Seed) -> Result<(), RootFileError> {
    let failed = |source| RootFileError::Io { path: path.display().to_string(), source };
    let text = Zeroizing::new(format!("{HEAD}\n{}\n", to_hex(&seed.0)));
    files::write_new_private(path, text.as_bytes()).map_err(failed)
}

/// Reads a file that [`write()`] made.
pub fn read(path: &Path) -> Result<Seed, RootFileError> {
    let failed = |source| RootFileError::Io { path: path.display().to_string(), source };
    let text = Zeroizing::new(std::fs::read(path).map_err(failed)?);
    let not_one = || RootFileError::NotOne(path.display().to_string());
    let text = std::str::from_utf8(&text).map_err(|_| not_one())?;
    let digits = text.strip_prefix(HEAD).ok_or_else(not_one)?.trim();
    let bytes = Zeroizing::new(from_hex(digits).ok_or_else(not_one)?);
    bytes.as_slice().try_into().map(Seed).map_err(|_| not_one())
}
