//! A failing evening made small: faults and people that the failure does not need are left out, then what is left is told.

use std::fmt::Write as _;

use anyhow::Result;

use crate::faults::{Fault, Faults};
use crate::run::{Outcome, run};
use crate::world::Setting;

/// Most runs spent on making a story small.
const MAX_RUNS: usize = 60;
/// Most lines told; the last ones say most.
const MAX_LINES: usize = 120;

/// The smallest setting found that fails in the same invariant, and its run.
pub async fn shrink(setting: Setting, first: Outcome) -> Result<(Setting, Outcome)> {
    let Some(invariant) = first.violations.first().map(|violation| violation.invariant) else {
        return Ok((setting, first));
    };
    let (mut best, mut told) = (setting, first);
    let mut runs = 0;
    let unused: Vec<Fault> = best.faults.iter().filter(|fault| told.tally.of(*fault) == 0).collect();
    let mut candidates: Vec<Change> = vec![Change::WithoutAll(unused)];
    candidates.extend(best.faults.iter().map(|fault| Change::WithoutAll(vec![fault])));
    candidates.extend((0..8).map(Change::FewerPeople));
    for change in candidates {
        if runs == MAX_RUNS {
            break;
        }
        let Some(smaller) = change.apply(&best, told.people) else { continue };
        runs += 1;
        // A run that breaks off for another reason is no smaller story of this one.
        let Ok(outcome) = run(smaller.clone()).await else { continue };
        if outcome.violations.first().is_some_and(|violation| violation.invariant == invariant) {
            (best, told) = (smaller, outcome);
        }
    }
    Ok((best, told))
}

enum Change {
    WithoutAll(Vec<Fault>),
    /// Without the n-th eighth of the people.
    FewerPeople(usize),
}

impl Change {
    fn apply(&self, setting: &Setting, people: usize) -> Option<Setting> {
        let mut smaller = setting.clone();
        match self {
            Self::WithoutAll(faults) => {
                for fault in faults {
                    smaller.faults = smaller.faults.without(*fault);
                }
            }
            Self::FewerPeople(part) => {
                let all = setting.people.clone().unwrap_or_else(|| (0..people).collect());
                let kept = all.iter().copied().filter(|person| person * 8 / people.max(1) != *part).collect();
                smaller.people = Some(kept);
            }
        }
        (smaller.faults != setting.faults || smaller.people != setting.people).then_some(smaller)
    }
}

/// The command that runs this setting again.
pub fn command(setting: &Setting) -> String {
    let mut command = format!("cargo run --bin sim -- --seed {} --trace", setting.seed);
    let list = |faults: &mut dyn Iterator<Item = Fault>| faults.map(Fault::name).collect::<Vec<_>>().join(",");
    if setting.faults != Faults::all() {
        let named = list(&mut setting.faults.iter());
        let _ = write!(command, " --only {}", if named.is_empty() { "none" } else { &named });
    }
    if let Some(people) = &setting.people {
        let people: Vec<String> = people.iter().map(ToString::to_string).collect();
        let _ = write!(command, " --people {}", if people.is_empty() { "none".into() } else { people.join(",") });
    }
    command
}

/// The lines of a failing run that matter, for people.
pub fn tell(setting: &Setting, outcome: &Outcome) -> String {
    let mut text = String::new();
    for violation in &outcome.violations {
        let _ = writeln!(text, "{} does not hold: {}", violation.invariant, violation.what);
    }
    let idle = |line: &&String| line.ends_with("looked") || line.ends_with("checkpoint");
    let lines: Vec<&String> = outcome.lines.iter().filter(|line| !idle(line)).collect();
    let hidden = lines.len().saturating_sub(MAX_LINES);
    if hidden > 0 {
        let _ = writeln!(text, "  … {hidden} lines before; --trace shows all");
    }
    for line in &lines[hidden..] {
        let _ = writeln!(text, "  {line}");
    }
    text + "replay: " + &command(setting) + "\n"
}
