//! An answer in the reader's words: one big word, a reason that a guest accepts, the facts that a door person needs.

use fluent_templates::fluent_bundle::FluentValue;
use serde::Serialize;
use shared::entry::Basis;
use shared::time::Interval;
use shared::verdict::{Because, Verdict};

use crate::commands::words::{clean, times};
use crate::engine::{Outcome, Warning};
use crate::net::Decided;

use super::texts::Language;

/// How long an admission stays on the screen by itself, in ms. A refusal stays until somebody touches it.
const ADMIT_STAYS_MS: u32 = 1_200;

/// What an answer looks and sounds like. Never told by colour alone: each has its own shape, word, sound and vibration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Look {
    /// Green, a tick.
    Admit,
    /// Blue, an arrow out.
    Exit,
    /// Amber, two people: already inside or already used.
    Already,
    /// Red, a cross.
    Refused,
    /// Grey, a question mark: nothing was read. Says nothing about the ticket.
    Unread,
}

/// An answer as the screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    look: Look,
    word: String,
    /// How many people pass; absent for refusals.
    people: Option<String>,
    reason: String,
    holder: Option<String>,
    facts: String,
    notes: Vec<String>,
    /// Ms until it goes away by itself; absent: it stays until touched.
    stays_ms: Option<u32>,
    /// The entry that records it (hex); absent where nothing was read.
    entry: Option<String>,
    /// A supervisor may let them in anyway.
    overridable: bool,
    /// When it was decided (ms).
    at: i64,
}

impl Look {
    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::OkExit | Verdict::OkExitUnmatched => Self::Exit,
            Verdict::AlreadyInside | Verdict::AlreadyRedeemed => Self::Already,
            verdict if verdict.passes().is_some() => Self::Admit,
            _ => Self::Refused,
        }
    }

    fn word(verdict: Verdict) -> &'static str {
        match (Self::of(verdict), verdict) {
            (Self::Admit, _) => "word-admit",
            (Self::Exit, _) => "word-exit",
            (_, Verdict::AlreadyInside) => "word-already",
            (_, Verdict::AlreadyRedeemed) => "word-used",
            _ => "word-refused",
        }
    }
}

impl Shown {
    /// Of a judged scan; `codes` were in view.
    pub(super) fn of(decided: &Decided, codes: usize, language: Language) -> Self {
        let outcome = &decided.outcome;
        let verdict = outcome.answer.verdict;
        let passes = verdict.passes().is_some();
        Self {
            look: Look::of(verdict),
            word: language.text(Look::word(verdict)),
            people: passes.then(|| people(outcome.answer.people, language)),
            reason: reason(outcome, language),
            holder: holder(outcome, language),
            facts: facts(outcome, language),
            notes: notes(decided, codes, language),
            stays_ms: passes.then_some(ADMIT_STAYS_MS),
            entry: Some(outcome.entry.to_string()),
            overridable: !passes && outcome.ticket.is_some(),
            at: outcome.at.at,
        }
    }

    /// A picture without a code that could be read.
    pub(super) fn unread(now_ms: i64, language: Language) -> Self {
        Self {
            look: Look::Unread,
            word: language.text("word-unread"),
            people: None,
            reason: language.text("reason-unread"),
            holder: None,
            facts: String::new(),
            notes: Vec::new(),
            stays_ms: None,
            entry: None,
            overridable: false,
            at: now_ms,
        }
    }
}

/// `4 people`.
fn people(count: u32, language: Language) -> String {
    language.fill("people", [("count", i64::from(count).into())])
}

/// `12 minutes ago`.
pub(super) fn ago(ms: i64, language: Language) -> String {
    let seconds = ms.max(0) / 1_000;
    let (name, n) = match seconds {
        0 => return language.text("ago-now"),
        1..60 => ("ago-seconds", seconds),
        60..3_600 => ("ago-minutes", seconds / 60),
        3_600..86_400 => ("ago-hours", seconds / 3_600),
        _ => ("ago-days", seconds / 86_400),
    };
    language.fill(name, [("n", n.into())])
}

/// `12 minutes`.
pub(super) fn span(ms: i64, language: Language) -> String {
    let seconds = ms.max(0) / 1_000;
    let (name, n) = match seconds {
        0..60 => ("span-seconds", seconds),
        60..3_600 => ("span-minutes", seconds / 60),
        3_600..86_400 => ("span-hours", seconds / 3_600),
        _ => ("span-days", seconds / 86_400),
    };
    language.fill(name, [("n", n.into())])
}

/// A clock time; says so where only this device's clock vouches for it.
fn when(at: Interval, outcome: &Outcome, language: Language) -> String {
    let time = times::at(at.at, outcome.at.at, &outcome.time_zone);
    if at.uncertain { language.fill("time-uncertain", [("time", time.into())]) } else { time }
}

fn reason(outcome: &Outcome, language: Language) -> String {
    let name = format!("reason-{}", outcome.answer.verdict.name());
    let with = |variant: &str| format!("{name}-{variant}");
    let at = |ms: i64| FluentValue::from(times::at(ms, outcome.at.at, &outcome.time_zone));
    match (outcome.answer.verdict, &outcome.answer.because) {
        (Verdict::AlreadyRedeemed | Verdict::AlreadyInside, _) => already(outcome, language, &name),
        (Verdict::Product, _) => product(outcome, language, &name),
        (Verdict::WrongEvent, _) => match &outcome.other_event {
            Some(event) => language.fill(&with("named"), [("event", clean(event).into())]),
            None => language.text(&name),
        },
        (_, Because::Damaged) => language.text(&with("damaged")),
        (_, Because::TooLong { .. }) => language.text(&with("too-long")),
        (_, Because::UnknownKey) => language.text(&with("unknown-key")),
        (_, Because::NotListed) => language.text(&with("not-listed")),
        (_, Because::Window { from: Some(from), .. }) if from.saturating_mul(1_000) > outcome.at.at => {
            language.fill(&with("from"), [("time", at(from.saturating_mul(1_000)))])
        }
        (_, Because::Window { until: Some(until), .. }) => {
            language.fill(&with("until"), [("time", at(until.saturating_mul(1_000)))])
        }
        (_, Because::LastEntry { at: last }) => language.fill(&with("last-entry"), [("time", at(*last))]),
        (_, Because::Reentries { most }) => language.fill(&with("reentries"), [("most", i64::from(*most).into())]),
        (_, Because::People { asked, left }) => {
            let room = people(*left, language);
            language.fill(&with("people"), [("people", room.into()), ("asked", i64::from(*asked).into())])
        }
        _ => language.text(&name),
    }
}

fn already(outcome: &Outcome, language: Language, name: &str) -> String {
    if let Some(gate) = &outcome.held_at {
        return language.fill(&format!("{name}-held"), [("gate", clean(&gate.name).into())]);
    }
    let Some(before) = &outcome.before else { return language.text(name) };
    language.fill(
        &format!("{name}-before"),
        [
            ("ago", ago(before.ago_ms, language).into()),
            ("gate", clean(&before.gate.name).into()),
            ("time", when(before.at, outcome, language).into()),
        ],
    )
}

fn product(outcome: &Outcome, language: Language, name: &str) -> String {
    let (gate, zone) = (clean(&outcome.gate.name), clean(&outcome.zone.name));
    match &outcome.product {
        Some(product) => language.fill(
            &format!("{name}-named"),
            [("product", clean(product).into()), ("gate", gate.into()), ("zone", zone.into())],
        ),
        None => language.fill(name, [("gate", gate.into()), ("zone", zone.into())]),
    }
}

fn holder(outcome: &Outcome, language: Language) -> Option<String> {
    let product = outcome.product.as_deref().map(clean);
    let attendee = outcome.attendee.as_ref();
    let name = attendee.map(|attendee| clean(&attendee.name));
    let note = attendee.and_then(|attendee| attendee.note.as_deref());
    let note = note.map(|note| language.fill("fact-note", [("note", clean(note).into())]));
    let parts: Vec<String> = [product, name, note].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn facts(outcome: &Outcome, language: Language) -> String {
    let mut facts = vec![when(outcome.at, outcome, language), clean(&outcome.gate.name)];
    if outcome.answer.verdict.passes().is_some() || outcome.answer.admits > 1 {
        let (inside, admits) = (i64::from(outcome.inside), i64::from(outcome.answer.admits));
        facts.push(language.fill("fact-inside", [("inside", inside.into()), ("admits", admits.into())]));
    }
    facts.push(language.text(match outcome.basis {
        Basis::Local => "fact-local",
        Basis::Lan => "fact-lan",
        Basis::Server => "fact-server",
    }));
    facts.join(" · ")
}

fn notes(decided: &Decided, codes: usize, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    if decided.outcome.repeat {
        notes.push(language.text("note-repeat"));
    }
    if decided.server_missed {
        notes.push(language.text("note-server-missed"));
    }
    if codes > 1 {
        let count = i64::try_from(codes).unwrap_or(i64::MAX);
        notes.push(language.fill("note-codes", [("count", count.into())]));
    }
    notes.extend(decided.outcome.warnings.iter().map(|warning| note(warning, &decided.outcome, language)));
    notes
}

fn note(warning: &Warning, outcome: &Outcome, language: Language) -> String {
    match warning {
        Warning::StaleManifest { .. } => language.text("note-stale"),
        Warning::BeforeEvent { starts } => {
            let when = times::full(*starts, &outcome.time_zone);
            let event = clean(&outcome.event.name);
            language.fill("note-early", [("event", event.into()), ("when", when.into())])
        }
        Warning::ClockUncertain => language.text("note-clock"),
        Warning::CertificateExpired { .. } => language.text("note-certificate"),
        Warning::AttendeeUnreadable => language.text("note-attendee"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_a_reason_in_every_language() {
        for language in Language::ALL {
            for verdict in Verdict::ALL {
                // A text whose words to fill in are missing is not said at all.
                let words = [("gate", "A".into()), ("zone", "B".into())];
                let reason = language.fill(&format!("reason-{}", verdict.name()), words);
                assert!(!reason.starts_with("Unknown"), "{}: {verdict}", language.tag());
                assert!(!language.text(Look::word(*verdict)).starts_with("Unknown"));
            }
        }
    }

    #[test]
    fn no_refusal_looks_like_an_admission() {
        for verdict in Verdict::ALL {
            let green = matches!(Look::of(*verdict), Look::Admit | Look::Exit);
            assert_eq!(green, verdict.passes().is_some(), "{verdict}");
        }
    }
}
