//! How many codes `scanner::camera` reads, and how long it takes: drawn scenes at a door, pictures of a folder, and
//! frames without a code. Prints one Markdown table; `docs/DECODING.md` holds a measured one.
//!
//! Each picture is read in four rotations. It counts as read only if the code to judge has exactly the right text.

// Drawing computes with coordinates and grey levels: pictures are far smaller than what the casts could lose.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "drawing changes between pixels and fractions of them, far below 2^24"
)]

mod drawing;
mod measure;
mod scenes;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use measure::Table;
use scanner::camera::{Effort, is_picture, open};
use scenes::Case;

/// Measures the reading of QR codes.
#[derive(Debug, Parser)]
struct Options {
    /// Folders with pictures and their texts (`N.png` or `N.jpg` and `N.txt`), each with its subfolders.
    folders: Vec<PathBuf>,
    /// Drawn scenes of each kind.
    #[arg(long, default_value_t = 40)]
    scenes: u64,
    /// Frames without a code of each kind.
    #[arg(long, default_value_t = 40)]
    frames: u64,
    /// How often each picture is read; the fastest time counts, so that other programs' work does not.
    #[arg(long, default_value_t = 3)]
    repeats: u32,
    /// Also writes the drawn scenes into this folder, for measuring other readers.
    #[arg(long)]
    save: Option<PathBuf>,
}

fn main() -> Result<()> {
    let options = Options::parse();
    ensure!(options.repeats > 0, "--repeats must be at least 1");
    let mut table = Table::new(options.repeats);
    for kind in scenes::KINDS {
        let cases: Vec<Case> = (1..=options.scenes).map(|seed| kind.scene(seed)).collect();
        if let Some(folder) = &options.save {
            save(&folder.join(kind.name.replace(' ', "-")), &cases)?;
        }
        table.rate(kind.name, &cases);
    }
    for folder in &options.folders {
        for (name, cases) in photographs(folder)? {
            table.rate(&name, &cases);
        }
    }
    for (name, frames) in scenes::without_code(options.frames) {
        table.cost(name, &frames, Effort::Frame);
    }
    table.print();
    Ok(())
}

fn save(folder: &Path, cases: &[Case]) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for (at, case) in cases.iter().enumerate() {
        case.picture.save(folder.join(format!("{at}.png")))?;
        std::fs::write(folder.join(format!("{at}.txt")), &case.text)?;
    }
    Ok(())
}

/// The pictures that have a text beside them, one set for each folder, in the order of their names.
fn photographs(folder: &Path) -> Result<Vec<(String, Vec<Case>)>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    let mut sets = Vec::new();
    let mut cases = Vec::new();
    for path in &paths {
        let text = path.with_extension("txt");
        if path.is_dir() {
            sets.extend(photographs(path)?);
        } else if is_picture(path) && text.is_file() {
            let picture = open(path).with_context(|| path.display().to_string())?;
            cases.push(Case { picture, text: std::fs::read_to_string(text)? });
        }
    }
    if !cases.is_empty() {
        let name = folder.file_name().map_or_else(|| "folder".into(), |name| name.to_string_lossy().into_owned());
        sets.push((name, cases));
    }
    Ok(sets)
}
