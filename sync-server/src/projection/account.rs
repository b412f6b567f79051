//! What one entry adds to the numbers people look at, and how the numbers change when that changes.

use std::collections::BTreeMap;

use shared::entry::Entry;
use shared::merge::{Label, Standing};
use shared::occupancy::{Contribution, Sums};
use shared::time::Interval;

/// Stands for "no gate" in tallies.
pub const NO_GATE: i64 = -1;

/// What is known of an entry at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// When it happened.
    pub time: Interval,
    /// Whether it counts.
    pub standing: Standing,
    /// Whether an undo takes its movement back.
    pub voided: bool,
    /// What it is.
    pub label: Label,
}

impl Account {
    /// What it adds to the sums of its event.
    pub fn contribution(&self, entry: &Entry) -> Option<Contribution> {
        Contribution::of(entry, self.time, self.standing, self.voided)
    }
}

/// Which counter an entry is counted in: scanner, gate and label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// The store's number of the scanner.
    pub scanner: i64,
    /// Gate, or [`NO_GATE`].
    pub gate: i64,
    /// Label.
    pub label: Label,
}

/// What changes in the numbers of one event.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Differences of the sums.
    pub sums: Sums,
    /// Differences of the counters.
    pub tallies: BTreeMap<Tally, i64>,
    /// Difference of the tickets with somebody inside.
    pub tickets_inside: i64,
    /// Difference of the tickets ever let in.
    pub tickets_used: i64,
}

impl Changes {
    /// An entry turned from `old` (`None`: new) to `new`.
    pub fn turn(&mut self, entry: &Entry, scanner: i64, old: Option<&Account>, new: &Account) {
        let before = old.and_then(|old| old.contribution(entry));
        let after = new.contribution(entry);
        let difference = Sums::difference(before.as_ref(), after.as_ref());
        if !difference.is_empty() {
            self.sums.merge(&difference);
        }
        if old.map(|old| old.label) != Some(new.label) {
            let gate = entry.raw.gate.map_or(NO_GATE, |gate| i64::from(gate.0));
            if let Some(old) = old {
                self.count(Tally { scanner, gate, label: old.label }, -1);
            }
            self.count(Tally { scanner, gate, label: new.label }, 1);
        }
    }

    /// An entry that was counted as `old` is not counted any more.
    pub fn forget(&mut self, entry: &Entry, scanner: i64, old: &Account) {
        let before = old.contribution(entry);
        let difference = Sums::difference(before.as_ref(), None);
        if !difference.is_empty() {
            self.sums.merge(&difference);
        }
        let gate = entry.raw.gate.map_or(NO_GATE, |gate| i64::from(gate.0));
        self.count(Tally { scanner, gate, label: old.label }, -1);
    }

    fn count(&mut self, tally: Tally, by: i64) {
        let count = self.tallies.entry(tally).or_default();
        *count += by;
        if *count == 0 {
            self.tallies.remove(&tally);
        }
    }
}
