//! The scoreboard: what the product promises of speed and size, measured in one run and printed as one table.
//!
//! Every figure is a ratio against a limit or against a peer that is measured in the same run, in turns with it, so that
//! a busy machine slows both. A goal that is missed is marked and never hidden; the program fails only where something
//! broke. `docs/PROOF.md` holds a table measured with it.

// A benchmark that cannot go on says where and ends; it measures real time; figures are shown with three digits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod board;
mod catch_up;
mod crowd;
#[path = "../decode-bench/drawing.rs"]
mod drawing;
mod feeder;
mod house;
mod ingest;
mod live;
mod machine;
mod manifest;
mod picture;
#[path = "../decode-bench/scenes.rs"]
#[expect(dead_code, reason = "frames without a code are measured by decode-bench only")]
mod scenes;
mod site;
mod spread;
mod start;
mod stats;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;

use board::Board;
use clap::{Parser, ValueEnum};
use site::Yard;

/// A group of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Row {
    /// Code text to durable verdict, against a bare commit
    Verdict,
    /// Picture to text, against zxing-cpp
    Picture,
    /// Ticket lists on the wire, against the plain size of the same data
    Manifest,
    /// Entries over HTTP, against a bare bulk insert
    Ingest,
    /// Many scanners come back after an evening offline
    CatchUp,
    /// What dashboards ask for
    Stats,
    /// A thousand open dashboards: how soon they hear of news, and what they cost the scanners
    Live,
    /// From process start to the first answer; memory
    Start,
}

/// Measures the product against limits and peers, and prints one table.
#[derive(Debug, Parser)]
struct Options {
    /// What to measure; everything if absent
    #[arg(long, value_enum, value_delimiter = ',')]
    rows: Vec<Row>,
    /// Small sizes, at most a minute in all: shows that everything works, not how fast it is
    #[arg(long)]
    short: bool,
    /// One JSON object instead of a Markdown table
    #[arg(long)]
    json: bool,
    /// Where the measured databases are made; the disk below it is what is measured
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Lengths of the ticket lists that verdicts are measured with
    #[arg(long, value_delimiter = ',')]
    tickets: Vec<u32>,
    /// Entries a server holds for what is measured with many
    #[arg(long)]
    entries: Option<u64>,
    /// Python that has zxing-cpp and numpy; without it pictures are not measured
    #[arg(long)]
    zxing: Option<PathBuf>,
    /// Folders with pictures and their texts (`N.png` or `N.jpg` and `N.txt`), besides the drawn scenes
    #[arg(long)]
    pictures: Vec<PathBuf>,
    /// Scans measured with each list
    #[arg(long)]
    scans: Option<u32>,
}

impl Options {
    /// The full size, or that of the short form.
    fn size<T>(&self, full: T, short: T) -> T {
        if self.short { short } else { full }
    }

    /// A folder that vanishes with its databases.
    fn scratch(&self) -> tempfile::TempDir {
        let made = match &self.folder {
            Some(folder) => tempfile::tempdir_in(folder),
            None => tempfile::tempdir(),
        };
        made.expect("a temporary folder")
    }
}

fn main() -> ExitCode {
    // It starts itself again as `scanner` and as `sync-server`: the shipping programs, in processes of their own.
    if let Some(code) = turnstone_tests::programs::dispatch() {
        return code;
    }
    let options = Options::parse();
    let rows = if options.rows.is_empty() { Row::value_variants() } else { &options.rows };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut board = Board::default();
    let mut yard = Yard::new(&options);
    for row in rows {
        board.section(|board| match row {
            Row::Verdict => verdict::measure(&options, board),
            Row::Picture => picture::measure(&options, board),
            Row::Manifest => runtime.block_on(manifest::measure(&options, board)),
            Row::Ingest => runtime.block_on(ingest::measure(&options, board, &mut yard)),
            Row::CatchUp => runtime.block_on(catch_up::measure(&options, board)),
            Row::Stats => runtime.block_on(stats::measure(&options, board, &mut yard)),
            Row::Live => runtime.block_on(live::measure(&options, board)),
            Row::Start => runtime.block_on(start::measure(&options, board, &mut yard)),
        });
    }
    if options.json {
        println!("{}", board.to_json());
    } else {
        print!("{board}");
    }
    ExitCode::SUCCESS
}
