//! A door evening from beginning to end: the real server, three real scanners, real QR pictures, the network taken away
//! and brought back. Ends with exit code 0 only if every outcome was the expected one.

// A demo that cannot go on says where and ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod closing;
mod evening;
mod ledger;
mod stage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use ledger::Ledger;
use stage::Stage;

/// A demo door evening on embedded SQLite; everything happens on this machine's loopback and in one folder.
#[derive(Debug, Parser)]
struct Options {
    /// Leave the server running at the end and say how to look at it
    #[arg(long)]
    stay: bool,
    /// Where to put databases and pictures; must not exist yet [default: a temporary folder, removed at the end]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
}

fn main() -> ExitCode {
    // The demo starts itself again as `scanner` and as `sync-server`: the shipping programs, in processes of their own.
    if let Some(code) = turnstone_tests::programs::dispatch() {
        return code;
    }
    let options = Options::parse();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(options))
}

async fn run(options: Options) -> ExitCode {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let folder = options.folder.unwrap_or_else(|| temporary.path().join("evening"));
    if folder.exists() {
        eprintln!("{} exists already: name a folder that does not", folder.display());
        return ExitCode::from(2);
    }
    let mut ledger = Ledger::default();
    let mut stage = Stage::set(&folder, &mut ledger).await;
    evening::doors_open(&stage, &mut ledger).await;
    evening::network_gone(&stage, &mut ledger);
    evening::network_back(&mut stage, &mut ledger).await;
    closing::report(&stage, &mut ledger).await;
    if options.stay {
        stage.stay().await;
    }
    ledger.verdict()
}
