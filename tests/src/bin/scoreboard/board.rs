//! The table: figures with their raw values, their peers and their goals.

use serde::Serialize;
use serde_json::json;

use crate::machine::{Machine, load};
use crate::spread::Spread;

/// What a ratio must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// Not above.
    AtMost(f64),
    /// Not below.
    AtLeast(f64),
    /// Only shown.
    None,
}

impl Goal {
    fn met(self, ratio: f64) -> Option<bool> {
        match self {
            Self::AtMost(most) => Some(ratio <= most),
            Self::AtLeast(least) => Some(ratio >= least),
            Self::None => None,
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// Group of figures.
    pub(crate) row: &'static str,
    /// What was measured.
    pub(crate) what: String,
    /// Raw values, with their unit.
    pub(crate) ours: String,
    /// What it is compared with, raw.
    pub(crate) against: String,
    /// Ours divided by that.
    pub(crate) ratio: Spread,
    /// What the ratio must be.
    pub(crate) goal: Goal,
}

impl Figure {
    fn mark(&self) -> &'static str {
        match self.goal.met(self.ratio.p50) {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        }
    }

    fn line(&self) -> String {
        let Spread { p50, p10, p90, count, .. } = self.ratio;
        let spread = if count > 1 { format!("{} ({}–{})", short(p50), short(p10), short(p90)) } else { short(p50) };
        let goal = match self.goal {
            Goal::AtMost(most) => format!("≤ {}", short(most)),
            Goal::AtLeast(least) => format!("≥ {}", short(least)),
            Goal::None => String::new(),
        };
        let Self { row, what, ours, against, .. } = self;
        format!("| {row} | {what} | {ours} | {against} | {spread} | {goal} | {} |", self.mark())
    }
}

/// All figures of a run.
#[derive(Debug, Default)]
pub(crate) struct Board {
    figures: Vec<Figure>,
    skipped: Vec<String>,
}

impl Board {
    /// Measures a group; the machine's load then is shown while waiting.
    pub(crate) fn section(&mut self, measure: impl FnOnce(&mut Self)) {
        let before = load();
        measure(self);
        eprintln!("  load average before {before:.1}, after {:.1}", load());
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, figure: Figure) {
        eprintln!("{}", figure.line());
        self.figures.push(figure);
    }

    /// What this machine does not allow to be measured.
    pub(crate) fn skip(&mut self, what: &str) {
        eprintln!("  skipped: {what}");
        self.skipped.push(what.to_owned());
    }

    pub(crate) fn to_json(&self) -> String {
        let figures: Vec<_> = self
            .figures
            .iter()
            .map(|figure| {
                let mut value = json!(figure);
                value["met"] = json!(figure.goal.met(figure.ratio.p50));
                value
            })
            .collect();
        json!({ "machine": Machine::this(), "figures": figures, "skipped": self.skipped }).to_string()
    }
}

impl std::fmt::Display for Board {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}.\n", Machine::this())?;
        writeln!(f, "| row | measured | ours | against | ratio (p10–p90) | goal | |")?;
        writeln!(f, "|---|---|---|---|---|---|---|")?;
        for figure in &self.figures {
            writeln!(f, "{}", figure.line())?;
        }
        for what in &self.skipped {
            writeln!(f, "skipped: {what}")?;
        }
        Ok(())
    }
}

/// Three digits, or what is left of them.
pub(crate) fn short(value: f64) -> String {
    match value.abs() {
        0.0..0.1 => format!("{value:.4}"),
        0.1..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        100.0.. => format!("{value:.0}"),
        _ => "?".into(),
    }
}

/// A whole number with separators.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
