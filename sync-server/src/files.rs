//! Files that hold secrets: readable by their owner only, written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{Result, Write};
use std::path::{Path, PathBuf};

/// Makes a new file that only its owner can read; fails if there is one.
pub fn create_private(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Writes a new private file and makes sure that it is on the disk; fails if there is one.
pub fn write_new_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = create_private(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Writes a private file in place of whatever has its name; what was there may have been readable by others.
pub fn replace_private(path: &Path, bytes: &[u8]) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => create_private(path)?.write_all(bytes),
    }
}

/// The file's name with something behind it: `server.db` and `-wal`.
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes a rename in `directory` durable.
pub fn sync_directory(directory: &Path) -> Result<()> {
    File::open(directory)?.sync_all()
}
