//! Facts in, answer out: the order of checks is PROTOCOL.md section 7.

use crate::entry::{Direction, MAX_BODIES};
use crate::ids::{GateId, ProductId};
use crate::manifest::{Record, TicketState};
use crate::policy::{Gate, Policy};
use crate::ticket::Code;
use crate::time::Interval;
use crate::verdict::{Answer, Because, Verdict};

/// What is known of a ticket's past at gates of one kind: trusted entries that are not voided. A gate between two zones
/// asks for another past than one from outside: see [`TicketFold::at`](crate::merge::TicketFold::at).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Its people inside now.
    pub inside: u32,
    /// People ever admitted with it.
    pub admitted: u32,
    /// Times it came in again after somebody had gone out.
    pub reentries: u32,
    /// Whether anybody went out with it.
    pub went_out: bool,
    /// Gate and time of the latest admission.
    pub last_admission: Option<(GateId, Interval)>,
}

/// Whether the list is fresh enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Staleness {
    /// Not past its expiry.
    Fresh,
    /// Expired, but the policy still admits.
    Stale {
        /// Expiry (ms).
        expired: i64,
    },
    /// Expired for longer than the policy allows.
    Stopped {
        /// Expiry (ms).
        expired: i64,
    },
}

impl Staleness {
    /// From the manifest's expiry, the policy and the time; `wall` is what the device's own clock says while nothing
    /// vouches for another time. It is enough for a label; doors close only by the earliest time it can be, so that a
    /// doubtful clock alone does not close them.
    pub fn of(expires: i64, policy: &Policy, now: Interval, wall: Option<i64>) -> Self {
        if wall.map_or(now.lo, |wall| wall.max(now.lo)) <= expires {
            return Self::Fresh;
        }
        let stop = policy.stale_stop.and_then(|s| i64::try_from(s).ok()).map(|s| s.saturating_mul(1000));
        match stop {
            Some(ms) if now.lo > expires.saturating_add(ms) => Self::Stopped { expired: expires },
            _ => Self::Stale { expired: expires },
        }
    }
}

/// Another connected scanner is admitting this ticket at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// Its gate.
    pub gate: GateId,
}

/// Everything a decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What was scanned.
    pub code: &'a Code,
    /// What the list says of it.
    pub record: Option<&'a Record>,
    /// What is known of its past.
    pub history: &'a History,
    /// The event's rules.
    pub policy: &'a Policy,
    /// This gate.
    pub gate: &'a Gate,
    /// Which way.
    pub direction: Direction,
    /// How many people; `None` means all the ticket has left (or inside, on exit), at most [`MAX_BODIES`].
    pub people: Option<u32>,
    /// The time, as well as the device knows it.
    pub now: Interval,
    /// Is the list fresh.
    pub staleness: Staleness,
    /// A connected scanner's claim.
    pub held: Option<Hold>,
    /// A supervisor lets them in whatever the rules say.
    pub by_override: bool,
}

/// Decides. Pure: the same question always has the same answer.
pub fn judge(q: &Question<'_>) -> Answer {
    let facts = TicketFacts::of(q.code, q.record);
    match q.direction {
        Direction::Exit => judge_exit(q, facts.admits),
        Direction::Entry => {
            let ruled = judge_entry(q, &facts);
            if q.by_override && ruled.verdict.passes().is_none() {
                let people = q.people.unwrap_or(1).clamp(1, most_at_once());
                return Answer { verdict: Verdict::OkOverride, people, ..ruled };
            }
            ruled
        }
    }
}

/// The list's word where there is one, else the code's.
struct TicketFacts {
    generation: u32,
    product: ProductId,
    admits: u32,
    not_before: Option<i64>,
    not_after: Option<i64>,
}

impl TicketFacts {
    fn of(code: &Code, record: Option<&Record>) -> Self {
        let coded = match code {
            Code::Ticket { ticket, .. } => Self {
                generation: ticket.generation,
                product: ticket.product,
                admits: ticket.people(),
                not_before: ticket.not_before,
                not_after: ticket.not_after,
            },
            _ => Self { generation: 0, product: ProductId(0), admits: 1, not_before: None, not_after: None },
        };
        let Some(record) = record else { return coded };
        let windowed = record.not_before.is_some() || record.not_after.is_some();
        Self {
            generation: if matches!(code, Code::Ticket { .. }) { coded.generation } else { record.generation },
            product: record.product,
            admits: record.admits,
            not_before: if windowed { record.not_before } else { coded.not_before },
            not_after: if windowed { record.not_after } else { coded.not_after },
        }
    }
}

fn judge_exit(q: &Question<'_>, admits: u32) -> Answer {
    let inside = q.history.inside;
    let people = q.people.unwrap_or(inside).clamp(1, most_at_once());
    let verdict = if inside >= people { Verdict::OkExit } else { Verdict::OkExitUnmatched };
    Answer { verdict, because: Because::Plain, people, admits }
}

fn judge_entry(q: &Question<'_>, facts: &TicketFacts) -> Answer {
    let refusal =
        by_code(q).or_else(|| by_list(q, facts)).or_else(|| by_rules(q, facts)).or_else(|| by_history(q, facts));
    if let Some((verdict, because)) = refusal {
        return Answer { verdict, because, people: 0, admits: facts.admits };
    }
    let verdict = match q.record {
        _ if q.policy.reentry && q.history.went_out => Verdict::OkReentry,
        None => Verdict::OkUnlisted,
        Some(_) => Verdict::Ok,
    };
    Answer { verdict, because: Because::Plain, people: asked(q, facts), admits: facts.admits }
}

type Refusal = Option<(Verdict, Because)>;

fn by_code(q: &Question<'_>) -> Refusal {
    match q.code {
        Code::TooLong(bytes) => Some((Verdict::Invalid, Because::TooLong { bytes: *bytes })),
        Code::Damaged => Some((Verdict::Invalid, Because::Damaged)),
        Code::UnknownKey(_) => Some((Verdict::Invalid, Because::UnknownKey)),
        Code::Forged(_) => Some((Verdict::Forged, Because::Plain)),
        Code::OtherEvent(event) => Some((Verdict::WrongEvent, Because::Event { event: *event })),
        Code::Opaque(_) if q.record.is_none() => Some((Verdict::Invalid, Because::UnknownCode)),
        Code::Ticket { .. } if q.record.is_none() && q.policy.list_only => Some((Verdict::Invalid, Because::NotListed)),
        Code::Opaque(_) | Code::Ticket { .. } => None,
    }
}

fn by_list(q: &Question<'_>, facts: &TicketFacts) -> Refusal {
    if let Staleness::Stopped { expired } = q.staleness {
        return Some((Verdict::StaleManifest, Because::Expired { at: expired }));
    }
    let record = q.record?;
    let verdict = match record.state {
        TicketState::Valid => None,
        TicketState::Canceled => Some(Verdict::Canceled),
        // What this version does not know, it does not admit.
        TicketState::Blocked | TicketState::Unknown(_) => Some(Verdict::Blocked),
        TicketState::Unpaid => Some(Verdict::Unpaid),
    };
    if let Some(verdict) = verdict {
        return Some((verdict, Because::Plain));
    }
    (facts.generation < record.generation)
        .then_some((Verdict::Revoked, Because::Generation { presented: facts.generation, current: record.generation }))
}

fn by_rules(q: &Question<'_>, facts: &TicketFacts) -> Refusal {
    let starts = facts.not_before.map(|s| s.saturating_mul(1000));
    let ends = facts.not_after.map(|s| s.saturating_mul(1000).saturating_add(999));
    if starts.is_some_and(|at| q.now.hi < at) || ends.is_some_and(|at| q.now.lo > at) {
        return Some((Verdict::InvalidTime, Because::Window { from: facts.not_before, until: facts.not_after }));
    }
    if !q.policy.allows(facts.product, q.gate) {
        return Some((Verdict::Product, Because::Product { product: facts.product }));
    }
    q.policy.last_entry.filter(|at| q.now.lo > *at).map(|at| (Verdict::Rules, Because::LastEntry { at }))
}

fn by_history(q: &Question<'_>, facts: &TicketFacts) -> Refusal {
    let history = q.history;
    let asked = asked(q, facts);
    let taken = if q.policy.reentry { history.inside } else { history.admitted };
    let before = history.last_admission.map_or(Because::Plain, |(gate, at)| Because::Before { gate, at });
    if let Some(hold) = q.held {
        let verdict = if q.policy.reentry { Verdict::AlreadyInside } else { Verdict::AlreadyRedeemed };
        return Some((verdict, Because::Held { gate: hold.gate }));
    }
    let left = facts.admits.saturating_sub(taken);
    if asked > left.min(most_at_once()) {
        return Some(match (left, taken, q.policy.reentry) {
            (0, 1.., true) => (Verdict::AlreadyInside, before),
            (0, 1.., false) => (Verdict::AlreadyRedeemed, before),
            _ => (Verdict::Rules, Because::People { asked, left: left.min(most_at_once()) }),
        });
    }
    match q.policy.max_reentries {
        Some(most) if q.policy.reentry && history.went_out && history.reentries >= most => {
            Some((Verdict::Rules, Because::Reentries { most }))
        }
        _ => None,
    }
}

/// People asked for; without a number, all that are left and that one entry may move, at least one.
fn asked(q: &Question<'_>, facts: &TicketFacts) -> u32 {
    let taken = if q.policy.reentry { q.history.inside } else { q.history.admitted };
    q.people.unwrap_or(facts.admits.saturating_sub(taken).min(most_at_once())).max(1)
}

/// [`MAX_BODIES`]: more could not be recorded in one entry.
fn most_at_once() -> u32 {
    u32::try_from(MAX_BODIES).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
