//! Torture of the real processes: `kill -9` at random moments, disks that fill up, turn read-only or fail, networks that
//! lose, delay and cut off, and a long evening of all of it. Ends with exit code 0 only if every promise was kept
//! (I1, I2, I4, I6, I7 of PROTOCOL.md section 1). What this machine does not allow is skipped by name.

// A torture that finds something says what, and ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Real time is measured here; the product's own clocks are parameters.
#![allow(clippy::disallowed_methods)]

mod disk;
mod evening;
mod kills;
mod report;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use turnstone_tests::harness::dice::{self, Dice};

use report::Report;

/// Kills, starves and cuts off the real scanner and server processes, and checks that nothing is lost
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// How often the scanner, and how often the server, is killed
    #[arg(long, default_value_t = 1000, value_name = "N")]
    kills: u32,
    /// Repeats the choices of a run (the moments still differ, as processes do)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// A form of at most a minute: few kills, short weather, no long evening
    #[arg(long)]
    short: bool,
    /// How long the long evening takes
    #[arg(long, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    minutes: u64,
    /// Only these parts
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    only: Vec<Part>,
}

/// Parts of the torture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// kill -9
    Kills,
    /// Disks that fill up or fail
    Disk,
    /// Networks that lose, delay and cut off
    Network,
    /// A long evening of everything
    Soak,
}

fn main() -> ExitCode {
    // It starts itself again as `scanner` and as `sync-server`: the shipping programs, in processes of their own.
    if let Some(code) = turnstone_tests::programs::dispatch() {
        return code;
    }
    let options = Options::parse();
    let seed = options.seed.unwrap_or_else(dice::any_seed);
    println!("torture --seed {seed}");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(&options, Dice::of(seed)))
}

async fn run(options: &Options, mut dice: Dice) -> ExitCode {
    let mut report = Report::default();
    let wanted = |part| options.only.is_empty() || options.only.contains(&part);
    if wanted(Part::Kills) {
        kills::run(options, dice.another(), &mut report).await;
    }
    if wanted(Part::Disk) {
        disk::run(options, dice.another(), &mut report).await;
    }
    if wanted(Part::Network) {
        evening::network::run(options, dice.another(), &mut report).await;
    }
    if wanted(Part::Soak) && !options.short {
        evening::soak::run(options, dice.another(), &mut report).await;
    }
    report.end()
}
