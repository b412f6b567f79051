//! What was expected and what came.

use std::fmt::Display;
use std::process::ExitCode;

/// Prints every outcome beside what was expected, and remembers what differed.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    checked: u32,
    wrong: Vec<String>,
}

impl Ledger {
    /// A new scene.
    pub(crate) fn scene(title: &str) {
        println!("\n── {title} ──");
    }

    /// Something worth knowing.
    pub(crate) fn note(text: impl Display) {
        println!("   {text}");
    }

    /// An outcome and what it had to be.
    pub(crate) fn expect(&mut self, what: &str, expected: impl Display, got: impl Display) {
        let (expected, got) = (expected.to_string(), got.to_string());
        self.checked += 1;
        if expected == got {
            println!(" ✓ {what}: {got}");
        } else {
            println!(" ✗ {what}: {got}  (expected {expected})");
            self.wrong.push(format!("{what}: expected {expected}, got {got}"));
        }
    }

    /// The end.
    pub(crate) fn verdict(self) -> ExitCode {
        println!();
        if self.wrong.is_empty() {
            println!("All {} outcomes were the expected ones.", self.checked);
            return ExitCode::SUCCESS;
        }
        println!("{} of {} outcomes were wrong:", self.wrong.len(), self.checked);
        for wrong in &self.wrong {
            println!("   {wrong}");
        }
        ExitCode::FAILURE
    }
}
