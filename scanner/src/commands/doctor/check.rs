//! What `doctor` says of one thing it looked at, and in the end.

use serde::Serialize;

use crate::commands::printer::{Ink, Said};
use crate::commands::words::checks::ready;

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Well.
    Ok,
    /// It can be used, but a person should know.
    Warn,
    /// Not ready.
    Fail,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    kind: &'static str,
    /// Stable name.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// Stable name of what was found.
    pub code: &'static str,
    says: String,
    #[serde(rename = "do")]
    advice: &'static str,
    /// What `says` fills in, for the screen's own words.
    #[serde(skip)]
    pub facts: Vec<(&'static str, Fact)>,
}

/// Something filled into a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A name, or what another program said.
    Text(String),
    /// A count.
    Number(i64),
    /// A length of time, in ms.
    Span(i64),
    /// A moment, in ms since 1970 UTC.
    Moment(i64),
}

/// The last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ready {
    kind: &'static str,
    /// The worst of all checks.
    pub state: State,
    /// `ready`, `ready_with_warnings` or `not_ready`.
    #[serde(rename = "ready")]
    name: &'static str,
    #[serde(skip)]
    says: &'static str,
}

pub(super) fn ok(check: &'static str, code: &'static str, says: String) -> Check {
    Check { kind: "check", check, state: State::Ok, code, says, advice: "", facts: Vec::new() }
}

pub(super) fn warn(check: &'static str, code: &'static str, says: String, advice: &'static str) -> Check {
    Check { state: State::Warn, advice, ..ok(check, code, says) }
}

pub(super) fn fail(check: &'static str, code: &'static str, says: String, advice: &'static str) -> Check {
    Check { state: State::Fail, advice, ..ok(check, code, says) }
}

impl Check {
    pub(super) fn with(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.push((name, fact));
        self
    }
}

impl Ready {
    pub(super) fn of(state: State) -> Self {
        let (name, says) = match state {
            State::Ok => ("ready", ready::READY),
            State::Warn => ("ready_with_warnings", ready::WITH_WARNINGS),
            State::Fail => ("not_ready", ready::NOT_READY),
        };
        Self { kind: "doctor", state, name, says }
    }
}

impl Said for Check {
    fn text(&self, ink: Ink) -> String {
        let state = match self.state {
            State::Ok => "ok  ".to_owned(),
            State::Warn => ink.warn("warn"),
            State::Fail => ink.bad("FAIL"),
        };
        let advice = if self.advice.is_empty() { String::new() } else { format!("\n      → {}", self.advice) };
        format!("{state}  {}: {}{advice}", self.check, self.says)
    }
}

impl Said for Ready {
    fn text(&self, ink: Ink) -> String {
        match self.state {
            State::Ok => ink.good(self.says),
            State::Warn => ink.warn(self.says),
            State::Fail => ink.bad(self.says),
        }
    }
}
