//! Why an entry is a duplicate, for the person who has to explain it.

use serde::{Deserialize, Serialize};

use crate::entry::{Basis, Passage};
use crate::ids::{EntryId, FeedId, GateId, TicketKey, ZoneId};
use crate::merge::{Item, Standing};
use crate::time::Interval;

/// Twice at one gate within this (ms) looks like one person scanned twice.
pub const RETRY_MS: u64 = 15_000;
/// Twice into one zone within this (ms) looks like a ticket handed back over the fence.
pub const PASSED_BACK_MS: u64 = 10 * 60 * 1000;

/// From one gate to another nobody carries a ticket faster than this (ms).
pub const WALK_MS: u64 = 60_000;

/// An entry labelled duplicate, and its story.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The duplicate.
    pub entry: EntryId,
    /// What happened.
    pub story: Story,
}

/// One passage in a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// Its entry.
    pub entry: EntryId,
    /// Feed of the scanner.
    pub feed: FeedId,
    /// Where.
    pub gate: GateId,
    /// Into which zone.
    pub zone: ZoneId,
    /// When.
    pub time: Interval,
    /// People let in.
    pub people: u32,
    /// On what knowledge.
    pub basis: Basis,
    /// Whether the scanner decided alone and without having seen the other admission.
    pub dark: bool,
}

/// What a duplicate looks like. A guess from gates and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LooksLike {
    /// The same person scanned twice: same gate, at most [`RETRY_MS`].
    Retry,
    /// Handed back to somebody outside: same zone, at most [`PASSED_BACK_MS`], at another gate not before [`WALK_MS`].
    PassedBack,
    /// Two tickets with one code.
    Copy,
    /// No admission before: more people at once than the ticket admits.
    TooMany,
}

/// How a ticket came to be let in once too often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Story {
    /// Which ticket.
    pub ticket: TicketKey,
    /// The admission that used the ticket: the first since its people were last all out, else the first ever.
    pub first: Option<Admission>,
    /// The duplicate.
    pub second: Admission,
    /// People the ticket admits.
    pub admits: u32,
    /// People it stands for now: inside where re-entry is allowed, else ever admitted; the duplicate included.
    pub people: u32,
    /// Time between the two (ms).
    pub gap_ms: u64,
    /// Whether it is certain which came first: the second knew the first, or their intervals are disjoint.
    pub order_certain: bool,
    /// A guess.
    pub looks_like: LooksLike,
}

/// One side of a story, as the fold knows it.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) item: &'a Item<'a>,
    pub(super) passage: &'a Passage,
}

impl Side<'_> {
    fn admission(self, dark: bool) -> Admission {
        Admission {
            entry: self.item.entry.id,
            feed: self.item.entry.raw.feed,
            gate: self.passage.movement.gate,
            zone: self.passage.movement.zone,
            time: self.item.time,
            people: people_of(self.passage),
            basis: self.passage.basis,
            dark: dark && self.passage.basis == Basis::Local,
        }
    }
}

/// People who passed, in either direction.
pub(super) fn people_of(passage: &Passage) -> u32 {
    u32::try_from(passage.movement.bodies.unsigned_abs()).unwrap_or(u32::MAX)
}

impl Story {
    /// `knew` says whether the second scanner had seen the first admission, directly or through others.
    pub(super) fn of(ticket: TicketKey, first: Option<Side<'_>>, second: Side<'_>, knew: bool, people: u32) -> Self {
        let first_admission = first.map(|side| side.admission(true));
        let second_admission = second.admission(!knew);
        let forked = [first, Some(second)].iter().flatten().any(|side| side.item.standing == Standing::SecondBranch);
        let disjoint = first.is_some_and(|side| side.item.time.surely_before(&second.item.time));
        let gap_ms = first.map_or(0, |side| side.item.time.at.abs_diff(second.item.time.at));
        Self {
            ticket,
            first: first_admission,
            second: second_admission,
            admits: second.passage.admits,
            people,
            gap_ms,
            order_certain: disjoint || (knew && !forked),
            looks_like: guess(first_admission.as_ref(), &second_admission, gap_ms),
        }
    }

    /// The story in one English sentence. The caller says what a gate is called and how a time (ms) is written.
    pub fn tell(&self, gate: impl Fn(GateId) -> String, time: impl Fn(i64) -> String) -> String {
        let place = |admission: &Admission| format!("{} {}", gate(admission.gate), time(admission.time.at));
        let second = place(&self.second);
        let Some(first) = &self.first else {
            return format!("Ticket for {} let in {} at once: {second}.", count(self.admits), self.second.people);
        };
        let opening = if self.admits == 1 && self.people == 2 {
            "Ticket let in twice".to_owned()
        } else {
            format!("Ticket for {} used by {}", count(self.admits), self.people)
        };
        let apart = span(self.gap_ms);
        let dark = self.tell_darkness(first, &gate);
        let order = if self.order_certain { "order certain" } else { "order uncertain" };
        let looks = match self.looks_like {
            LooksLike::Retry => "looks like one person scanned twice",
            LooksLike::PassedBack => "looks like a ticket passed back",
            LooksLike::Copy => "looks like a copied ticket",
            LooksLike::TooMany => "more people than the ticket admits",
        };
        format!("{opening}: {}, {second} ({apart} apart); {dark}; {order}; {looks}.", place(first))
    }

    fn tell_darkness(&self, first: &Admission, gate: impl Fn(GateId) -> String) -> String {
        match (first.dark, self.second.dark) {
            (true, true) if first.feed == self.second.feed => "the scanner was offline".to_owned(),
            (true, true) => "both scanners were offline".to_owned(),
            (true, false) => format!("the scanner at {} was offline at the first", gate(first.gate)),
            (false, true) => format!("the scanner at {} was offline at the second", gate(self.second.gate)),
            (false, false) => "no scanner was offline".to_owned(),
        }
    }
}

fn guess(first: Option<&Admission>, second: &Admission, gap_ms: u64) -> LooksLike {
    match first {
        None => LooksLike::TooMany,
        Some(first) if first.gate == second.gate && gap_ms <= RETRY_MS => LooksLike::Retry,
        Some(first) if first.gate != second.gate && gap_ms < WALK_MS => LooksLike::Copy,
        Some(first) if first.zone == second.zone && gap_ms <= PASSED_BACK_MS => LooksLike::PassedBack,
        Some(_) => LooksLike::Copy,
    }
}

fn count(people: u32) -> String {
    if people == 1 { "1 person".to_owned() } else { format!("{people} people") }
}

/// A time span as people say it: seconds up to two minutes, minutes up to two hours.
fn span(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
#[path = "story_tests.rs"]
mod tests;
