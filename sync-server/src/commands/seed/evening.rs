//! Who comes when and where, and what goes wrong.

use shared::entry::{Basis, Direction, kind};
use shared::ids::{EntryId, EventId};
use shared::policy::Policy;
use shared::verdict::Verdict;

use super::Guest;
use super::chance::Chance;
use super::crew::Member;

/// Guests come from so long before the event's start (ms) …
const DOORS_BEFORE_MS: i64 = 60 * 60 * 1000;

/// … for so long.
const ARRIVING_MS: u64 = 3 * 60 * 60 * 1000;

/// What happens at a door.
#[derive(Debug, Clone, Copy)]
struct Step {
    at: i64,
    member: usize,
    guest: Guest,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Entry,
    Again,
    Exit,
    Refusal,
}

/// Writes about `scans` entries into the crew's feeds, in order of time.
pub(super) fn scan(
    crew: &mut [Member],
    event: EventId,
    policy: &Policy,
    guests: &[Guest],
    scans: u32,
    chance: &mut Chance,
) {
    for member in &mut *crew {
        let up = member.booted;
        member.start(up);
    }
    let doors = policy.starts - DOORS_BEFORE_MS;
    let mut steps = plan(crew, policy, guests, scans, doors, chance);
    steps.sort_by_key(|step| step.at);
    let mut last: Option<EntryId> = None;
    for step in steps {
        let Some(member) = crew.get_mut(step.member) else { continue };
        if let Some(id) = write(member, event, policy, step) {
            // Once in a while somebody is let in by mistake and sent back.
            let undone = last.filter(|_| step.what == What::Entry && chance.one_in(200));
            last = (step.what == What::Entry).then_some(id);
            if let Some(mut raw) = undone.and_then(|_| member.blank(kind::UNDO, step.at + 5_000)) {
                raw.event = Some(event);
                raw.target = Some(id);
                raw.ticket = Some(step.guest.ticket);
                member.write(&raw);
            }
        }
    }
}

/// Gates that lead in from outside come first in a crew; inner ones see only some.
fn plan(crew: &[Member], policy: &Policy, guests: &[Guest], scans: u32, doors: i64, chance: &mut Chance) -> Vec<Step> {
    let outer: Vec<usize> =
        (0..crew.len()).filter(|at| policy.gate(crew[*at].gate).is_some_and(|gate| gate.from.is_none())).collect();
    let wanted = usize::try_from(scans).unwrap_or(usize::MAX);
    let mut steps: Vec<Step> = vec![];
    let ms = |span: u64| i64::try_from(span).unwrap_or(0);
    for guest in guests.iter().cycle() {
        let (Some(member), true) = (chance.pick(&outer).copied(), steps.len() < wanted) else { break };
        let at = doors + ms(chance.bell(ARRIVING_MS));
        let second = steps.len() >= guests.len();
        steps.push(Step { at, member, guest: *guest, what: if second { What::Again } else { What::Entry } });
        if chance.one_in(60) {
            // The same code at another gate soon after.
            let member = chance.pick(&outer).copied().unwrap_or(member);
            steps.push(Step { at: at + ms(chance.below(600_000)), member, guest: *guest, what: What::Again });
        }
        if chance.one_in(8) {
            let out = at + 600_000 + ms(chance.below(3_600_000));
            steps.push(Step { at: out, member, guest: *guest, what: What::Exit });
            steps.push(Step { at: out + 300_000, member, guest: *guest, what: What::Entry });
        }
        if chance.one_in(40) {
            steps.push(Step { at: at + 3_000, member, guest: *guest, what: What::Refusal });
        }
    }
    steps.truncate(wanted);
    steps
}

fn write(member: &mut Member, event: EventId, policy: &Policy, step: Step) -> Option<EntryId> {
    let (kind, verdict) = match step.what {
        What::Entry | What::Again => (kind::ENTRY, Verdict::Ok),
        What::Exit => (kind::EXIT, Verdict::OkExit),
        What::Refusal => (kind::REFUSE, Verdict::AlreadyInside),
    };
    let mut raw = member.blank(kind, step.at)?;
    let gate = policy.gate(member.gate)?;
    raw.event = Some(event);
    raw.gate = Some(gate.id);
    raw.zone = Some(gate.zone);
    raw.from = gate.from;
    raw.ticket = Some(step.guest.ticket);
    raw.verdict = Some(verdict.number());
    raw.basis = Some(Basis::Local);
    if step.what == What::Refusal {
        raw.direction = Some(Direction::Entry);
    } else {
        raw.bodies = Some(i64::from(step.guest.admits));
        raw.admits = Some(step.guest.admits);
        raw.reentry = Some(policy.reentry);
    }
    Some(member.write(&raw))
}
