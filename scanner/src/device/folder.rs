//! The data folder: readable by the scanner's user only, because it holds the scanner's private key.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It could not be made.
    #[error("the data folder {path} cannot be created: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something else has this name.
    #[error("{0} is not a folder")]
    NotAFolder(PathBuf),
    /// The database file in it could not be made.
    #[error("the file {path} cannot be opened for writing: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Makes the folder (mode 0700) and an empty file `name` in it (mode 0600) where they are missing, and gives the file's
/// path. SQLite gives its side files the mode of the database. What is there keeps its mode.
pub fn prepare(folder: &Path, name: &str) -> Result<PathBuf, FolderError> {
    if folder.exists() && !folder.is_dir() {
        return Err(FolderError::NotAFolder(folder.to_owned()));
    }
    let mut make = DirBuilder::new();
    make.recursive(true);
    private_folder(&mut make);
    make.create(folder).map_err(|source| FolderError::Folder { path: folder.to_owned(), source })?;
    let path = folder.join(name);
    let mut open = OpenOptions::new();
    open.append(true).create(true);
    private_file(&mut open);
    open.open(&path).map_err(|source| FolderError::File { path: path.clone(), source })?;
    Ok(path)
}

/// Replaces a small file as a whole (mode 0600): whoever reads it sees the old content or the new.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut open = OpenOptions::new();
    open.write(true).create(true).truncate(true);
    private_file(&mut open);
    open.open(&beside)?.write_all(content)?;
    fs::rename(&beside, path)
}

#[cfg(unix)]
fn private_folder(make: &mut DirBuilder) {
    std::os::unix::fs::DirBuilderExt::mode(make, 0o700);
}

#[cfg(unix)]
fn private_file(open: &mut OpenOptions) {
    std::os::unix::fs::OpenOptionsExt::mode(open, 0o600);
}

#[cfg(not(unix))]
fn private_folder(_make: &mut DirBuilder) {}

#[cfg(not(unix))]
fn private_file(_open: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a").join("data");
        let file = prepare(&data, "scanner.db").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&data), mode(&file)), (0o700, 0o600));
        assert_eq!(prepare(&data, "scanner.db").unwrap(), file);
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        std::fs::write(&path, "").unwrap();
        assert!(matches!(prepare(&path, "scanner.db"), Err(FolderError::NotAFolder(_))));
    }
}
