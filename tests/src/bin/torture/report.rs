//! What is printed: figures as they come, and at the end what was skipped.

use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

/// Figures of a run.
#[derive(Debug)]
pub(crate) struct Report {
    began: Instant,
    part: Instant,
    skipped: Vec<String>,
}

impl Default for Report {
    fn default() -> Self {
        Self { began: Instant::now(), part: Instant::now(), skipped: Vec::new() }
    }
}

impl Report {
    /// A new part.
    pub(crate) fn part(&mut self, title: &str) {
        self.part = Instant::now();
        println!("\n== {title}");
    }

    /// What came of it.
    pub(crate) fn found(&self, figures: impl Display) {
        clear();
        println!("{figures}\n  took                     {:.0} s", self.part.elapsed().as_secs_f64());
    }

    /// This machine does not allow it.
    pub(crate) fn skip(&mut self, what: &str, why: impl Display) {
        clear();
        println!("  skipped: {what}: {why}");
        self.skipped.push(format!("{what}: {why}"));
    }

    /// How far it is, for people who wait.
    pub(crate) fn progress(&self, what: &str, done: u32, of: u32) {
        if std::io::stderr().is_terminal() {
            eprint!("\r\x1b[K  {what} {done} of {of}, {:.0} s", self.part.elapsed().as_secs_f64());
            drop(std::io::stderr().flush());
        }
    }

    /// The end of a run that found nothing broken: whatever is found ends the run by itself.
    pub(crate) fn end(self) -> ExitCode {
        println!("\nEvery promise was kept, in {:.0} s.", self.began.elapsed().as_secs_f64());
        for what in &self.skipped {
            println!("skipped: {what}");
        }
        ExitCode::SUCCESS
    }
}

fn clear() {
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}
