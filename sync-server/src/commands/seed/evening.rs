//! Who comes when and where, and what goes wrong: some gates are without a network for a while, a few tickets are copied,
//! groups come in parts, people go out and come back. What the doors answer is decided by the scanners' own rules
//! (`shared::verdict`) from what each of them can know at that moment.

use shared::entry::{Basis, Direction, RawEntry, kind};
use shared::ids::{EventId, KeyId, TicketKey};
use shared::policy::{Gate, Policy};
use shared::ticket::Code;
use shared::time::Interval;
use shared::verdict::{Answer, Question, Staleness, judge};

use super::Guest;
use super::chance::Chance;
use super::crew::Member;
use super::known::{Known, Move};

/// Minute, in ms.
const MINUTE_MS: i64 = 60_000;

/// Guests come from so long before the event's start (ms) …
const DOORS_BEFORE_MS: i64 = 60 * MINUTE_MS;

/// … for so long.
const ARRIVING_MS: i64 = 180 * MINUTE_MS;

/// After this long (ms) most are in, and some go out for a breath.
const BREAK_MS: i64 = 120 * MINUTE_MS;

/// Half the width of a connected scanner's estimate of the time (ms).
const CLOCK_ERROR_MS: i64 = 40;

/// What somebody wants at a door.
#[derive(Debug, Clone)]
struct Step {
    at: i64,
    member: usize,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// In, so many people; `None` means all the ticket has left.
    Entry(Guest, Option<u32>),
    Exit(Guest),
    /// A code nobody knows.
    Unknown(TicketKey),
    /// A code with a wrong signature.
    Forged,
}

/// The evening and who works it.
pub(super) struct Evening<'a> {
    pub(super) event: EventId,
    pub(super) policy: &'a Policy,
    pub(super) crew: &'a mut [Member],
    pub(super) chance: &'a mut Chance,
    /// Nothing happens from here on (ms).
    pub(super) until: i64,
}

impl Evening<'_> {
    /// Writes about `scans` entries into the crew's feeds, in order of time.
    pub(super) fn happen(&mut self, guests: &[Guest], scans: u32) {
        let doors = self.policy.starts - DOORS_BEFORE_MS;
        self.darken(doors);
        self.crew.iter_mut().for_each(Member::start);
        self.count_staff(doors);
        let mut steps = self.plan(guests, usize::try_from(scans).unwrap_or(usize::MAX), doors);
        steps.sort_by_key(|step| step.at);
        let mut known = Known::default();
        for step in steps {
            self.carry_out(&mut known, step);
        }
    }

    /// Of four gates one has no network for an hour, and one from the rush on until it sends everything at the end.
    fn darken(&mut self, doors: i64) {
        for (number, member) in self.crew.iter_mut().enumerate() {
            member.dark = match number % 4 {
                1 => Some(doors + 50 * MINUTE_MS..doors + 130 * MINUTE_MS),
                2 => Some(doors + 70 * MINUTE_MS..i64::MAX),
                _ => None,
            };
        }
    }

    /// The supervisor counts the crew in, who have no tickets.
    fn count_staff(&mut self, doors: i64) {
        let Some(member) = self.crew.first_mut() else { return };
        let Some(mut raw) = member.blank(kind::COUNT, doors - 30 * MINUTE_MS) else { return };
        place(&mut raw, self.event, self.policy.gate(member.gate));
        (raw.bodies, raw.reason) = (Some(12), Some("bar and stage crew".into()));
        member.write(&raw);
    }

    /// What people want to do, in no order.
    fn plan(&mut self, guests: &[Guest], wanted: usize, doors: i64) -> Vec<Step> {
        let inner = |at: &usize| self.policy.gate(self.crew[*at].gate).is_some_and(|gate| gate.from.is_some());
        let (inside, outside): (Vec<usize>, Vec<usize>) = (0..self.crew.len()).partition(inner);
        let mut steps: Vec<Step> = vec![];
        for (number, guest) in guests.iter().cycle().enumerate() {
            let (Some(door), true) = (self.chance.pick(&outside).copied(), steps.len() < wanted) else { break };
            if number < guests.len() {
                self.arrive(&mut steps, guest, door, doors, (&outside, &inside));
            } else {
                // Everybody is in; from now on people go out and come back.
                let out = doors + BREAK_MS + self.within(50 * MINUTE_MS);
                steps.push(Step { at: out, member: door, what: What::Exit(guest.clone()) });
                let back = out + MINUTE_MS + self.within(6 * MINUTE_MS);
                steps.push(Step { at: back, member: door, what: What::Entry(guest.clone(), None) });
            }
        }
        steps.truncate(wanted);
        steps.retain(|step| step.at < self.until);
        steps
    }

    fn arrive(&mut self, steps: &mut Vec<Step>, guest: &Guest, door: usize, doors: i64, gates: (&[usize], &[usize])) {
        let at = doors + self.bell(ARRIVING_MS);
        let mut add = |at, member, what| steps.push(Step { at, member, what });
        // A family sometimes comes in two parts.
        let part = (guest.record.admits > 1 && self.chance.one_in(3)).then_some(2);
        add(at, door, What::Entry(guest.clone(), part));
        if part.is_some() {
            add(at + 12 * MINUTE_MS, door, What::Entry(guest.clone(), None));
        }
        if self.chance.one_in(40) {
            // A copy of the same code, mostly at another gate.
            let other = self.chance.pick(gates.0).copied().unwrap_or(door);
            add(at + 20_000 + self.within(10 * MINUTE_MS), other, What::Entry(guest.clone(), None));
        }
        if self.chance.one_in(8) {
            let out = at + 10 * MINUTE_MS + self.within(50 * MINUTE_MS);
            add(out, door, What::Exit(guest.clone()));
            add(out + 5 * MINUTE_MS, door, What::Entry(guest.clone(), None));
        }
        if let Some(stairs) = self.chance.pick(gates.1).copied().filter(|_| self.chance.one_in(5)) {
            add(at + 15 * MINUTE_MS + self.within(30 * MINUTE_MS), stairs, What::Entry(guest.clone(), None));
        }
        if self.chance.one_in(150) {
            add(at + 2_000, door, What::Unknown(TicketKey(self.chance.bytes())));
        }
        if self.chance.one_in(300) {
            add(at + 4_000, door, What::Forged);
        }
    }

    fn within(&mut self, span: i64) -> i64 {
        i64::try_from(self.chance.below(u64::try_from(span).unwrap_or(0))).unwrap_or(0)
    }

    fn bell(&mut self, span: i64) -> i64 {
        i64::try_from(self.chance.bell(u64::try_from(span).unwrap_or(0))).unwrap_or(0)
    }

    fn carry_out(&mut self, known: &mut Known, step: Step) {
        let (policy, event) = (self.policy, self.event);
        let Some(member) = self.crew.get_mut(step.member) else { return };
        let Some(gate) = policy.gate(member.gate) else { return };
        let (code, guest, direction, people) = match step.what {
            What::Entry(guest, people) => (Code::Opaque(guest.record.key), Some(guest), Direction::Entry, people),
            What::Exit(guest) => (Code::Opaque(guest.record.key), Some(guest), Direction::Exit, None),
            What::Unknown(key) => (Code::Opaque(key), None, Direction::Entry, None),
            What::Forged => (Code::Forged(KeyId([7; 8])), None, Direction::Entry, None),
        };
        let past = known.to(step.member, member, gate, code.key(), step.at);
        let question = Question {
            code: &code,
            record: guest.as_ref().map(|guest| &guest.record),
            history: &past.history,
            policy,
            gate,
            direction,
            people,
            now: Interval::new(step.at - CLOCK_ERROR_MS, step.at + CLOCK_ERROR_MS),
            staleness: Staleness::Fresh,
            held: None,
            by_override: false,
        };
        let answer = judge(&question);
        let Some(mut raw) = member.blank(kind::REFUSE, step.at) else { return };
        place(&mut raw, event, Some(gate));
        fill(&mut raw, &answer, direction, policy.reentry);
        raw.ticket = code.key();
        raw.saw = (!past.saw.is_empty()).then(|| past.saw.clone());
        raw.basis = Some(if member.is_dark(step.at) { Basis::Local } else { Basis::Server });
        let id = member.write(&raw);
        let (Some(passes), Some(ticket)) = (answer.verdict.passes(), code.key()) else { return };
        // Once in a while somebody is let in by mistake and sent back.
        if passes == Direction::Entry && self.chance.one_in(200) {
            if let Some(mut undo) = member.blank(kind::UNDO, step.at + 900) {
                undo.event = Some(event);
                (undo.target, undo.ticket, undo.reason) = (Some(id), Some(ticket), Some("wrong queue".into()));
                member.write(&undo);
            }
            return;
        }
        let tells = member.tells(step.at);
        known.note(
            gate,
            ticket,
            Move { member: step.member, tells, at: step.at, passes, people: answer.people, id, past },
        );
    }
}

/// Where it happens.
fn place(raw: &mut RawEntry, event: EventId, gate: Option<&Gate>) {
    raw.event = Some(event);
    raw.gate = gate.map(|gate| gate.id);
    raw.zone = gate.map(|gate| gate.zone);
    raw.from = gate.and_then(|gate| gate.from);
}

/// What was decided.
fn fill(raw: &mut RawEntry, answer: &Answer, direction: Direction, reentry: bool) {
    raw.verdict = Some(answer.verdict.number());
    let Some(passes) = answer.verdict.passes() else {
        raw.direction = Some(direction);
        return;
    };
    raw.kind = if passes == Direction::Entry { kind::ENTRY } else { kind::EXIT };
    raw.bodies = Some(i64::from(answer.people.max(1)));
    raw.admits = Some(answer.admits);
    raw.reentry = Some(reentry);
}
