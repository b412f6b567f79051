//! Codes from picture files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::camera::{self, Effort};
use crate::commands::failure::Failure;

/// What was read in one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureCodes {
    /// The code nearest the middle: the one that is meant.
    pub judged: String,
    /// How many codes there are.
    pub count: usize,
}

/// The file itself, or the pictures of a folder in order of their names (not those of folders in it).
pub fn pictures_in(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let unlistable = |source| Failure::Unlistable { path: path.to_owned(), source };
    let entries: Result<Vec<_>, _> = fs::read_dir(path).map_err(unlistable)?.collect();
    let files = entries.map_err(unlistable)?.into_iter().map(|entry| entry.path());
    let mut pictures: Vec<PathBuf> = files.filter(|file| camera::is_picture(file) && file.is_file()).collect();
    pictures.sort();
    if pictures.is_empty() { Err(Failure::NoPictures(path.to_owned())) } else { Ok(pictures) }
}

/// Opens a picture and reads its codes. Takes up to a second for a large one without a code.
pub fn read_codes(path: &Path) -> Result<PictureCodes, Failure> {
    let picture = camera::open(path).map_err(|source| Failure::Picture { path: path.to_owned(), source })?;
    let readings = camera::read(&picture, Effort::Still);
    let judged = readings.to_judge().ok_or_else(|| Failure::NoCode(path.to_owned()))?;
    Ok(PictureCodes { judged: judged.text.clone(), count: readings.all.len() })
}
