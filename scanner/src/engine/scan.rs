//! The way of a scan: read, look up, judge, record in one commit, answer.

use rusqlite::Connection;
use shared::api::ReleaseRequest;
use shared::clock::Reading;
use shared::entry::{Basis, Direction, MAX_BODIES, MAX_OPERATOR_CHARS, MAX_REASON_CHARS, RawEntry, kind};
use shared::ids::{EventId, ProductId, TicketKey};
use shared::manifest::Record;
use shared::merge::TicketFold;
use shared::policy::Gate;
use shared::ticket::Code;
use shared::time::{Interval, Window};
use shared::verdict::{Answer, History, Hold, Question, Staleness, Verdict, judge};

use super::Engine;
use super::append::append;
use super::confirm::VerifiedConfirmation;
use super::context::{Context, Force, current};
use super::db::begin;
use super::error::{EngineError, Result};
use super::outcome::{Outcome, ScanRequest};
use super::past::past;
use super::record::find;
use super::retry::{Mark, Remembered};
use super::times::now;

impl Engine {
    /// Judges a code and records the answer. Returns only after the commit: what it says is durable (I1).
    pub fn scan(&mut self, scan: &ScanRequest) -> Result<Outcome> {
        check_texts(scan.override_reason.as_deref(), scan.operator.as_deref())?;
        let at = self.clock.read();
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let door = Door::of(&context, scan)?;
        let case = Case::read(&tx, &context, &door, scan, at)?;
        let mark = Mark::of(&context, &door, scan)?;
        if let Some(first) = mark.remembered(&tx, &door, at)? {
            return Ok(case.outcome(&context, &door, first, true));
        }
        let case = case.look_up(&tx, &context, &door)?;
        let answer = judge(&case.question(&door));
        let written =
            append(&tx, &context, at, |link| case.entry(RawEntry::new(link, kind::REFUSE, at), &door, &answer))?;
        let first = Remembered::of(&case, &answer, &written, at);
        mark.remember(&tx, &door, case.code.key(), &first)?;
        tx.commit()?;
        Ok(case.outcome(&context, &door, first, false))
    }
}

/// Refuses texts that the protocol has no room for, before anything is written.
pub(super) fn check_texts(reason: Option<&str>, operator: Option<&str>) -> Result<()> {
    let texts = [("reason", reason, MAX_REASON_CHARS), ("operator's name", operator, MAX_OPERATOR_CHARS)];
    for (what, text, most) in texts {
        if text.is_some_and(|text| text.chars().count() > most) {
            return Err(EngineError::TextTooLong { what, most });
        }
    }
    Ok(())
}

/// Where and under which rules is decided.
pub(super) struct Door<'c> {
    pub(super) event: EventId,
    pub(super) force: &'c Force,
    pub(super) gate: &'c Gate,
    pub(super) direction: Direction,
    pub(super) operator: Option<String>,
}

impl<'c> Door<'c> {
    /// From the request and the settings; refuses where this device may not decide.
    pub(super) fn of(context: &'c Context, scan: &ScanRequest) -> Result<Self> {
        let event = context.event()?;
        let force = context.force(event)?;
        if context.own_revocation().is_some() {
            return Err(EngineError::Revoked);
        }
        if let Some(people) = scan.people.map(i64::from).filter(|n| !(1..=MAX_BODIES).contains(n)) {
            return Err(EngineError::BadPeople(people));
        }
        if let Some(reason) = &scan.override_reason {
            context.me()?.may("let people in against the rules")?;
            if reason.trim().is_empty() {
                return Err(EngineError::NoReason);
            }
        }
        let operator = scan.operator.clone().or_else(|| context.settings.operator.clone());
        let direction = scan.direction.unwrap_or(context.settings.direction);
        Ok(Self { event, force, gate: context.gate(force.policy(), scan.gate)?, direction, operator })
    }
}

/// One scan with all that is known about it.
pub(super) struct Case<'s> {
    pub(super) scan: &'s ScanRequest,
    pub(super) code: Code,
    pub(super) confirmation: Option<&'s VerifiedConfirmation>,
    pub(super) now: Interval,
    pub(super) staleness: Staleness,
    pub(super) certificate_ended: Option<i64>,
    pub(super) record: Option<Record>,
    pub(super) fold: TicketFold,
    pub(super) history: History,
}

impl<'s> Case<'s> {
    /// Reads code, time and record; the past is empty until [`Case::look_up`].
    pub(super) fn read(
        conn: &Connection,
        context: &Context,
        door: &Door<'_>,
        scan: &'s ScanRequest,
        at: Reading,
    ) -> Result<Self> {
        let me = context.me()?;
        let code = Code::read(&scan.text, door.event, me.trust.keyset());
        let policy = door.force.policy();
        let now = now(conn, context, at, Some(Window::of(policy)))?;
        // A warning, so the device's own clock is enough where nothing vouches for another time.
        let latest = if now.uncertain { now.lo.max(at.wall_ms) } else { now.lo };
        let key = code.key();
        Ok(Self {
            scan,
            confirmation: scan.confirmation.as_ref().filter(|confirmation| Some(confirmation.ticket) == key),
            now,
            staleness: Staleness::of(door.force.header.expires, policy, now, now.uncertain.then_some(at.wall_ms)),
            certificate_ended: Some(me.certificate.not_after).filter(|ends| latest > *ends),
            record: key.map(|key| find(conn, door.force, key)).transpose()?.flatten(),
            fold: TicketFold::default(),
            history: History::default(),
            code,
        })
    }

    /// Adds what is known of the ticket's past.
    pub(super) fn look_up(mut self, conn: &Connection, context: &Context, door: &Door<'_>) -> Result<Self> {
        self.fold = past(conn, context, self.code.key(), self.confirmation)?;
        self.history = self.fold.at(door.gate);
        Ok(self)
    }

    pub(super) fn question<'a>(&'a self, door: &Door<'a>) -> Question<'a> {
        let held = self.confirmation.filter(|word| !word.granted).and_then(|word| word.held_at);
        Question {
            code: &self.code,
            record: self.record.as_ref(),
            history: &self.history,
            policy: door.force.policy(),
            gate: door.gate,
            direction: door.direction,
            people: self.scan.people,
            now: self.now,
            staleness: self.staleness,
            held: held.map(|gate| Hold { gate }),
            by_override: self.scan.override_reason.is_some(),
        }
    }

    pub(super) fn basis(&self) -> Basis {
        if self.confirmation.is_some() { Basis::Server } else { Basis::Local }
    }

    /// Fills in what the answer means for the log.
    fn entry(&self, raw: RawEntry, door: &Door<'_>, answer: &Answer) -> RawEntry {
        let passes = answer.verdict.passes();
        let generation = match &self.code {
            Code::Ticket { ticket, .. } => Some(ticket.generation),
            _ => None,
        };
        let by_override = answer.verdict == Verdict::OkOverride;
        RawEntry {
            kind: match passes {
                Some(Direction::Entry) => kind::ENTRY,
                Some(Direction::Exit) => kind::EXIT,
                None => kind::REFUSE,
            },
            event: Some(door.event),
            gate: Some(door.gate.id),
            zone: Some(door.gate.zone),
            from: door.gate.from,
            direction: Some(door.direction),
            ticket: self.code.key(),
            bodies: passes.map(|_| i64::from(answer.people)),
            admits: passes.map(|_| answer.admits),
            reentry: passes.map(|_| door.force.policy().reentry),
            verdict: Some(answer.verdict.number()),
            reason: self.scan.override_reason.clone().filter(|_| by_override),
            operator: door.operator.clone(),
            manifest_version: Some(door.force.header.version),
            manifest_digest: Some(door.force.digest),
            basis: Some(self.basis()),
            saw: Some(self.fold.frontier.clone()).filter(|saw| !saw.is_empty()),
            generation,
            ..raw
        }
    }

    /// What was sold, by the list's word or else the code's.
    pub(super) fn product(&self) -> Option<ProductId> {
        match (&self.record, &self.code) {
            (Some(record), _) => Some(record.product),
            (None, Code::Ticket { ticket, .. }) => Some(ticket.product),
            _ => None,
        }
    }

    /// A reservation that was not used.
    pub(super) fn release(&self, event: EventId, answer: &Answer, repeat: bool) -> Option<ReleaseRequest> {
        let unused = repeat || answer.verdict.passes() != Some(Direction::Entry);
        let granted = self.confirmation.is_some_and(|word| word.granted);
        self.code.key().filter(|_| unused && granted).map(|ticket: TicketKey| ReleaseRequest { event, ticket })
    }
}
