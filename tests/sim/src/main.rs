//! `sim`: simulates door evenings and says what did not hold.

mod args;
mod bugs;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser as _;
use turnstone_sim::batch::{Batch, Sum};
use turnstone_sim::checked::Check;
use turnstone_sim::faults::Fault;
use turnstone_sim::run::runtime;
use turnstone_sim::story::{shrink, tell};
use turnstone_sim::world::Setting;

use args::Args;

fn main() -> Result<ExitCode> {
    let args = Args::parse();
    if let Some(verb) = args.command {
        return bugs::planted(&verb);
    }
    let batch = args.batch();
    let trace = args.trace;
    let sum = batch.run(|outcome| {
        if trace {
            outcome.lines.iter().for_each(|line| println!("{line}"));
        }
        if trace || args.digests {
            println!("seed {} trace {}", outcome.seed, outcome.digest);
        }
    })?;
    if let Some(failed) = sum.failed.clone() {
        if args.brief {
            let violation = failed.violations.first().map_or("", |violation| violation.invariant);
            println!("caught {} {violation}", failed.seed);
            failed.violations.iter().for_each(|violation| println!("{}", violation.what));
            return Ok(ExitCode::FAILURE);
        }
        println!("seed {} failed; making its story small", failed.seed);
        let setting = Setting { seed: failed.seed, faults: batch.faults.clone(), people: batch.people.clone() };
        let (setting, outcome) = runtime()?.block_on(shrink(setting, failed))?;
        println!("{}", tell(&setting, &outcome));
        return Ok(ExitCode::FAILURE);
    }
    if !args.brief {
        print_table(&sum);
        let idle: Vec<&str> = batch.idle_faults(&sum).into_iter().map(Fault::name).collect();
        let unseen: Vec<&str> = batch.idle_checks(&sum).into_iter().map(Check::name).collect();
        for (what, names) in [("never happened", &idle), ("never checked", &unseen)] {
            if !names.is_empty() {
                println!("{what} in {} seeds: {}", sum.seeds, names.join(", "));
            }
        }
        if !(idle.is_empty() && unseen.is_empty()) {
            return Ok(ExitCode::FAILURE);
        }
    }
    println!("all invariants held in {} seeds", sum.seeds);
    Ok(ExitCode::SUCCESS)
}

fn print_table(sum: &Sum) {
    println!("{:<26}{:>10}", "fault", "happened");
    for fault in Fault::ALL {
        println!("{:<26}{:>10}", fault.name(), sum.tally.of(*fault));
    }
    println!("{:<26}{:>10}{:>14}", "check", "ran", "stepped aside");
    for check in Check::ALL {
        let (ran, aside) = sum.checked.of(*check);
        println!("{:<26}{ran:>10}{aside:>14}", check.name());
    }
    let minutes = sum.simulated_ms / 60_000;
    let (hours, seconds) = (f64::from(u32::try_from(minutes).unwrap_or(u32::MAX)) / 60.0, sum.took.as_secs_f64());
    let cpu = cpu_seconds().unwrap_or(seconds);
    println!("{} seeds, {hours:.0} simulated hours in {seconds:.1} s ({cpu:.1} s of processor)", sum.seeds);
    println!("{:.0} simulated hours a processor hour", hours / (cpu / 3600.0));
}

/// Processor time of this process so far, from the kernel's account of it.
fn cpu_seconds() -> Option<f64> {
    /// Ticks a second, as Linux fixes them for user programs.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit(") ").next()?.split_ascii_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some((user + system) / TICKS)
}

impl Args {
    fn batch(&self) -> Batch {
        let (from, many) = self.seed.map_or((self.from, self.seeds), |seed| (seed, 1));
        Batch {
            from,
            many,
            jobs: self.jobs,
            faults: self.faults(),
            people: self.people.as_ref().map(|people| people.0.clone()),
        }
    }
}
