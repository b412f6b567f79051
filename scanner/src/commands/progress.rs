//! Progress bars for long transfers, on a terminal only.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressStyle};

use crate::net::Step;

use super::printer::Printer;
use super::words;

/// A bar on stderr that shows itself with the first long step and clears itself at the end.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// Hidden with `--json` and where stderr is no terminal.
    pub(super) fn new(printer: Printer) -> Self {
        let shown = !printer.is_json() && io::stderr().is_terminal();
        Self { bar: if shown { ProgressBar::no_length() } else { ProgressBar::hidden() } }
    }

    /// Shows how far it is.
    pub(super) fn show(&self, step: Step) {
        match step {
            Step::Connected => {}
            Step::Manifest { have, total } => self.fill(words::LOADING_LIST, have.into(), total.into()),
            Step::Exchange { acknowledged, pending, .. } if pending > 0 => {
                self.fill(words::SENDING, acknowledged, acknowledged + pending);
            }
            Step::Exchange { received, .. } if received > 0 => self.fill(words::RECEIVING, received, received),
            Step::Exchange { .. } => self.bar.reset(),
            Step::Refill { wanted } => self.fill(words::REFILLING, 0, wanted as u64),
        }
    }

    /// Takes it off the screen.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Prints around it.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    fn fill(&self, what: &'static str, done: u64, total: u64) {
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} ({eta})") {
            self.bar.set_style(style);
        }
        self.bar.set_message(what);
        self.bar.set_length(total);
        self.bar.set_position(done);
    }
}
