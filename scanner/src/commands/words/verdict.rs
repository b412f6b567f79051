//! What is said at the door: one big word, a reason that a guest accepts, the facts that a door person needs.

use shared::entry::{Basis, Direction};
use shared::verdict::{Because, Verdict};

use crate::engine::{Outcome, Warning};

use super::{clean, people, times};

/// The word that is seen first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Let them in.
    Admit,
    /// Let them out.
    Exit,
    /// Do not let them in.
    Refused,
}

impl Word {
    /// Of this verdict.
    pub fn of(verdict: Verdict) -> Self {
        match verdict.passes() {
            Some(Direction::Entry) => Self::Admit,
            Some(Direction::Exit) => Self::Exit,
            None => Self::Refused,
        }
    }

    /// As shown.
    pub fn text(self) -> &'static str {
        match self {
            Self::Admit => "ADMIT",
            Self::Exit => "EXIT",
            Self::Refused => "REFUSED",
        }
    }
}

/// The reason, in words a guest accepts.
pub fn reason(outcome: &Outcome) -> String {
    match outcome.answer.verdict {
        Verdict::Ok => "Welcome.".into(),
        Verdict::OkReentry => "Welcome back.".into(),
        Verdict::OkUnlisted => "Welcome. Genuine ticket, newer than this scanner's list.".into(),
        Verdict::OkOverride => "Let in by a supervisor.".into(),
        Verdict::OkExit => "Goodbye.".into(),
        Verdict::OkExitUnmatched => "Goodbye. This ticket was not known to be inside.".into(),
        Verdict::Invalid => invalid(&outcome.answer.because).into(),
        Verdict::Forged => "This code was not issued by the organizer: its signature is wrong.".into(),
        Verdict::WrongEvent => wrong_event(outcome),
        Verdict::Canceled => "This ticket was canceled.".into(),
        Verdict::Blocked => "This ticket was blocked by the organizer.".into(),
        Verdict::Unpaid => "This ticket has not been paid yet.".into(),
        Verdict::Revoked => "This ticket was replaced by a newer one. Please show the newest code.".into(),
        Verdict::InvalidTime => window(outcome),
        Verdict::AlreadyRedeemed => format!("This ticket was already used{}.", earlier(outcome)),
        Verdict::AlreadyInside => format!("This ticket is already inside{}.", earlier(outcome)),
        Verdict::Product => product(outcome),
        Verdict::Rules => rule(outcome),
        Verdict::StaleManifest => {
            "This scanner's ticket list is too old to admit with: it must be connected first.".into()
        }
    }
}

fn invalid(because: &Because) -> &'static str {
    match because {
        Because::Damaged => "The code is incomplete. Please show the whole code again.",
        Because::TooLong { .. } => "This is not a ticket: the code is far too long.",
        Because::UnknownKey => "This ticket is from another organizer, or newer than this scanner's keys.",
        Because::NotListed => "This ticket is genuine, but it is not on the list of this event.",
        _ => "This is not a ticket of this event.",
    }
}

fn wrong_event(outcome: &Outcome) -> String {
    match &outcome.other_event {
        Some(name) => format!("This ticket is for another event: {}.", clean(name)),
        None => "This ticket is for another event.".into(),
    }
}

fn window(outcome: &Outcome) -> String {
    let Because::Window { from, until } = &outcome.answer.because else {
        return "This ticket is not valid at this time.".into();
    };
    let (now, zone) = (outcome.at.at, outcome.time_zone.as_str());
    let at = |seconds: i64| times::at(seconds.saturating_mul(1000), now, zone);
    match (from, until) {
        (Some(from), _) if from.saturating_mul(1000) > now => format!("This ticket is valid from {} on.", at(*from)),
        (_, Some(until)) => format!("This ticket was valid until {}.", at(*until)),
        _ => "This ticket is not valid at this time.".into(),
    }
}

/// ` 12 minutes ago at gate North (20:51:07)`, as far as it is known.
fn earlier(outcome: &Outcome) -> String {
    if let Some(gate) = &outcome.held_at {
        return format!(": it is being let in at gate {} at this moment", clean(&gate.name));
    }
    let Some(before) = &outcome.before else { return String::new() };
    let time = times::when(before.at, outcome.at.at, &outcome.time_zone);
    format!(", {} at gate {} ({time})", times::ago(before.ago_ms), clean(&before.gate.name))
}

fn product(outcome: &Outcome) -> String {
    let (gate, zone) = (clean(&outcome.gate.name), clean(&outcome.zone.name));
    match &outcome.product {
        Some(product) => format!("A {:?} ticket is not valid at gate {gate} ({zone}).", clean(product)),
        None => format!("This ticket is not valid at gate {gate} ({zone})."),
    }
}

fn rule(outcome: &Outcome) -> String {
    match &outcome.answer.because {
        Because::LastEntry { at } => {
            format!("Last entry was at {}.", times::at(*at, outcome.at.at, &outcome.time_zone))
        }
        Because::Reentries { most: 1 } => {
            "This ticket has come in again once already; that is as often as allowed.".into()
        }
        Because::Reentries { most } => {
            format!("This ticket has come in again {most} times already; that is as often as allowed.")
        }
        Because::People { asked, left } => {
            format!("This ticket has room for {} more, not for {asked}.", people(*left))
        }
        _ => "The rules of this event do not allow it.".into(),
    }
}

/// One line of facts under the reason.
pub fn facts(outcome: &Outcome) -> String {
    let mut facts = vec![times::when(outcome.at, outcome.at.at, &outcome.time_zone)];
    facts.push(format!("gate {}", clean(&outcome.gate.name)));
    if outcome.answer.verdict.passes().is_some() || outcome.answer.admits > 1 {
        facts.push(format!("{} of {} inside", outcome.inside, outcome.answer.admits));
    }
    facts.push(basis(outcome.basis).to_owned());
    facts.join(" · ")
}

/// Who and what, where the ticket tells.
pub fn holder(outcome: &Outcome) -> Option<String> {
    let product = outcome.product.as_deref().map(clean);
    let attendee = outcome.attendee.as_ref().map(|attendee| match &attendee.note {
        Some(note) => format!("{} — note: {}", clean(&attendee.name), clean(note)),
        None => clean(&attendee.name),
    });
    let parts: Vec<String> = product.into_iter().chain(attendee).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Local => "decided by this scanner",
        Basis::Lan => "checked with other scanners",
        Basis::Server => "checked with the server",
    }
}

/// What else to say, beside the answer.
pub fn warning(warning: &Warning, outcome: &Outcome) -> String {
    let since = |ms: i64| times::at(ms, outcome.at.at, &outcome.time_zone);
    match warning {
        Warning::StaleManifest { expired } => {
            format!("The ticket list expired at {}: connect this scanner when you can.", since(*expired))
        }
        Warning::BeforeEvent { starts } => {
            let left = times::duration(starts - outcome.at.at);
            format!(
                "{} starts in {left}; this scan counts all the same. To practise, use an event of its own.",
                clean(&outcome.event.name)
            )
        }
        Warning::ClockUncertain => {
            "The time is this device's own; it has not been compared with the server yet.".into()
        }
        Warning::CertificateExpired { ended } => {
            format!("This scanner's certificate ended at {}: tell the administrator.", since(*ended))
        }
        Warning::AttendeeUnreadable => "The holder's name cannot be opened with this ticket.".into(),
    }
}

/// The same code again within some seconds.
pub const REPEAT: &str = "The same scan as a moment ago; nothing new was recorded.";
/// The server was asked and did not answer.
pub const SERVER_MISSED: &str = "The server did not answer in time.";

/// Several codes in one picture.
pub fn several(count: usize) -> String {
    format!("{count} codes in this picture; the one nearest the middle was judged.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::{EntryId, EventId, FeedId, GateId, ZoneId};
    use shared::time::Interval;
    use shared::verdict::Answer;

    use crate::engine::{Before, Named};

    fn outcome(verdict: Verdict, because: Because) -> Outcome {
        Outcome {
            answer: Answer { verdict, because, people: 0, admits: 1 },
            repeat: false,
            entry: EntryId([0; 32]),
            feed: FeedId([0; 16]),
            seq: 1,
            at: Interval::new(1_796_413_867_000, 1_796_413_867_000),
            basis: Basis::Local,
            event: Named { id: EventId([0; 16]), name: "Friday".into() },
            gate: Named { id: GateId(1), name: "North".into() },
            zone: Named { id: ZoneId(1), name: "Hall".into() },
            direction: Direction::Entry,
            ticket: None,
            product: None,
            attendee: None,
            before: None,
            held_at: None,
            other_event: None,
            inside: 0,
            time_zone: "UTC".into(),
            warnings: vec![],
            release: None,
        }
    }

    #[test]
    fn an_earlier_admission_is_told_with_where_and_how_long_ago() {
        let mut used = outcome(Verdict::AlreadyRedeemed, Because::Plain);
        let at = Interval::new(1_796_413_147_000, 1_796_413_147_000);
        used.before = Some(Before { gate: Named { id: GateId(2), name: "South".into() }, at, ago_ms: 720_000 });
        assert_eq!(reason(&used), "This ticket was already used, 12 minutes ago at gate South (19:39:07).");
        used.held_at = Some(Named { id: GateId(3), name: "East".into() });
        assert_eq!(reason(&used), "This ticket was already used: it is being let in at gate East at this moment.");
    }

    #[test]
    fn every_verdict_has_a_reason_and_a_word() {
        for verdict in Verdict::ALL {
            assert!(reason(&outcome(*verdict, Because::Plain)).ends_with('.'), "{verdict}");
        }
        assert_eq!(Word::of(Verdict::OkExitUnmatched), Word::Exit);
        assert_eq!(Word::of(Verdict::Forged), Word::Refused);
    }

    #[test]
    fn a_window_says_the_end_that_matters() {
        let now_s = 1_796_413_867;
        let early =
            outcome(Verdict::InvalidTime, Because::Window { from: Some(now_s + 600), until: Some(now_s + 900) });
        assert_eq!(reason(&early), "This ticket is valid from 20:01:07 on.");
        let late = outcome(Verdict::InvalidTime, Because::Window { from: None, until: Some(now_s - 600) });
        assert_eq!(reason(&late), "This ticket was valid until 19:41:07.");
    }
}
