//! The answer to a scan, as a person and as a script see it.

use std::path::Path;

use serde::Serialize;
use shared::entry::{Basis, Direction};
use shared::ids::{EntryId, EventId, FeedId, GateId, TicketKey, ZoneId};
use shared::manifest::Attendee;
use shared::time::Interval;
use shared::verdict::{Because, Verdict};

use crate::commands::printer::{Ink, Said};
use crate::commands::words::verdict::{self as words, Word};
use crate::commands::words::{people, times};
use crate::engine::{Before, Named, Outcome, Warning};
use crate::net::Decided;

/// Where a code came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Source {
    /// The command line.
    Argument {
        /// From 1.
        number: u64,
    },
    /// Standard input.
    Line {
        /// From 1, blank lines counted.
        number: u64,
    },
    /// A picture.
    Picture {
        /// Its file.
        file: String,
        /// Codes found in it.
        codes: usize,
    },
}

impl Source {
    /// A picture file in which this many codes were found.
    pub fn picture(file: &Path, codes: usize) -> Self {
        Self::Picture { file: file.display().to_string(), codes }
    }
}

/// A moment, for scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// The one time to sort and show by (ms since 1970 UTC).
    pub ms: i64,
    /// The same as text (RFC 3339, UTC).
    pub time: Option<String>,
    /// Not before (ms).
    pub lo: i64,
    /// Not after (ms).
    pub hi: i64,
    /// Only this device's own clock says so.
    pub uncertain: bool,
}

impl From<Interval> for Moment {
    fn from(at: Interval) -> Self {
        Self { ms: at.at, time: times::rfc3339(at.at), lo: at.lo, hi: at.hi, uncertain: at.uncertain }
    }
}

/// One answer. Members are only ever added (docs/CLI.md).
#[derive(Debug, Clone, Serialize)]
pub struct ScanShown {
    kind: &'static str,
    source: Source,
    word: &'static str,
    /// The verdict.
    pub verdict: Verdict,
    passes: bool,
    reason: String,
    because: Because,
    people: u32,
    admits: u32,
    inside: u32,
    repeat: bool,
    direction: Direction,
    event: Named<EventId>,
    gate: Named<GateId>,
    zone: Named<ZoneId>,
    ticket: Option<TicketKey>,
    product: Option<String>,
    attendee: Option<Attendee>,
    before: Option<Before>,
    held_at: Option<Named<GateId>>,
    other_event: Option<String>,
    at: Moment,
    basis: Basis,
    server_missed: bool,
    warnings: Vec<Warning>,
    entry: EntryId,
    feed: FeedId,
    seq: u64,
    #[serde(skip)]
    outcome: Outcome,
}

impl ScanShown {
    /// Of a judged scan.
    pub fn new(source: Source, decided: Decided) -> Self {
        let Decided { outcome, server_missed } = decided;
        let verdict = outcome.answer.verdict;
        let full = outcome.clone();
        Self {
            kind: "scan",
            source,
            word: Word::of(verdict).text(),
            verdict,
            passes: verdict.passes().is_some(),
            reason: words::reason(&outcome),
            because: outcome.answer.because,
            people: outcome.answer.people,
            admits: outcome.answer.admits,
            inside: outcome.inside,
            repeat: outcome.repeat,
            direction: outcome.direction,
            event: outcome.event,
            gate: outcome.gate,
            zone: outcome.zone,
            ticket: outcome.ticket,
            product: outcome.product,
            attendee: outcome.attendee,
            before: outcome.before,
            held_at: outcome.held_at,
            other_event: outcome.other_event,
            at: outcome.at.into(),
            basis: outcome.basis,
            server_missed,
            warnings: outcome.warnings,
            entry: outcome.entry,
            feed: outcome.feed,
            seq: outcome.seq,
            outcome: full,
        }
    }

    fn headline(&self, ink: Ink) -> String {
        let word = format!(" {} ", Word::of(self.verdict).text());
        let painted = match Word::of(self.verdict) {
            Word::Admit => ink.good(&word),
            Word::Exit => ink.calm(&word),
            Word::Refused if matches!(self.verdict, Verdict::AlreadyRedeemed | Verdict::AlreadyInside) => {
                ink.warn(&word)
            }
            Word::Refused => ink.bad(&word),
        };
        // Without colour the word stands at the very left.
        let painted = if ink == Ink::PLAIN { word.trim().to_owned() } else { painted };
        if self.passes { format!("{painted}  {}", ink.strong(&people(self.people))) } else { painted }
    }
}

impl Said for ScanShown {
    fn text(&self, ink: Ink) -> String {
        let mut lines = vec![self.headline(ink), format!("  {}", self.reason)];
        lines.extend(words::holder(&self.outcome).map(|holder| format!("  {holder}")));
        lines.push(format!("  {}", words::facts(&self.outcome)));
        if self.repeat {
            lines.push(format!("  {}", words::REPEAT));
        }
        if self.server_missed {
            lines.push(format!("  ! {}", words::SERVER_MISSED));
        }
        if let Source::Picture { file, codes } = &self.source {
            lines.push(format!("  {file}"));
            if *codes > 1 {
                lines.push(format!("  ! {}", words::several(*codes)));
            }
        }
        lines.extend(self.warnings.iter().map(|warning| format!("  ! {}", words::warning(warning, &self.outcome))));
        lines.join("\n")
    }
}
