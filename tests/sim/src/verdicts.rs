//! What a screen must never say, checked at every scan.

use scanner::engine::Outcome;
use shared::api::HOLD_MS;
use shared::entry::{Basis, Direction};
use shared::ids::TicketKey;
use shared::verdict::Verdict;

use crate::checked::Check;
use crate::people::{CodeKind, Person};
use crate::world::World;

/// What the server's hold may have run before the scan was written.
const CONFIRM_SLACK_MS: i64 = 1_000;

impl World {
    /// What a screen must never say.
    pub fn check_verdict(&mut self, number: usize, who: &Person, outcome: &Outcome) {
        let verdict = outcome.answer.verdict;
        let lets_in = verdict.passes() == Some(Direction::Entry);
        let overridden = verdict == Verdict::OkOverride;
        let name = self.devices[number].name.clone();
        if matches!(who.code, CodeKind::Forged | CodeKind::OtherDomain | CodeKind::Nonsense) {
            self.applies(Check::Forged, !overridden);
        }
        match who.code {
            CodeKind::Forged | CodeKind::OtherDomain if lets_in && !overridden => {
                self.violate("I5", format!("{name} let a code in that no ticket key signed as a ticket"));
            }
            CodeKind::Nonsense if lets_in && !overridden => {
                self.violate("verdict", format!("{name} let {:?} in with no ticket at all", who.code));
            }
            _ => {}
        }
        let facts = self.tickets[who.ticket].clone();
        // Of a database that a disk damaged, single tickets may be gone while their list is there.
        let version = if self.devices[number].spoiled { 0 } else { self.devices[number].version };
        let replaced = facts.outdated.as_ref().filter(|_| who.code == CodeKind::Outdated);
        let replaced_from = replaced.and_then(|(_, from)| *from);
        let since = facts.refused_from.into_iter().chain(replaced_from).min();
        if let Some(since) = since.filter(|_| !outcome.repeat && verdict.passes() != Some(Direction::Exit)) {
            self.applies(Check::Refused, version >= since && !overridden);
        }
        if outcome.repeat || !lets_in || overridden {
            return;
        }
        if facts.refused_from.is_some_and(|from| version >= from) {
            self.violate("I5", format!("{name} let ticket {} in, which its list refuses", who.ticket));
        }
        if replaced_from.is_some_and(|from| version >= from) {
            self.violate("I5", format!("{name} let the replaced code of ticket {} in", who.ticket));
        }
        self.check_own_count(number, facts.key, facts.admits, who, outcome);
        self.check_hold(number, facts.key, facts.admits, who, outcome);
    }

    /// Two gates that both asked the server let one ticket in once: whoever asked first holds it for the others until what
    /// came of it has arrived. Holds are forgotten when the server's process ends, and a supervisor may let somebody in
    /// although another gate holds the ticket.
    fn check_hold(&mut self, number: usize, key: TicketKey, admits: u32, who: &Person, outcome: &Outcome) {
        let since = self.server_since.max(self.time.now() - HOLD_MS + CONFIRM_SLACK_MS);
        if outcome.basis != Basis::Server || self.devices[number].gate.0 == 3 {
            return;
        }
        // A clone goes by the same name: to the server both are one scanner, which holds the ticket.
        let scanner = self.devices[number].scanner;
        let same = |other: usize| self.devices.get(other).is_some_and(|device| device.scanner == scanner);
        let other = self.ledger.walks.values().filter(|walk| {
            walk.confirmed
                && !walk.overridden
                && !same(walk.device)
                && walk.ticket == Some(key)
                && walk.bodies > 0
                && walk.at > since
                && walk.undone.is_none()
                && walk.gate.0 != 3
        });
        let inside: i64 = other.map(|walk| walk.bodies).sum();
        self.applies(Check::Hold, true);
        if inside > 0 && inside + i64::from(who.party) > i64::from(admits) {
            let name = self.devices[number].name.clone();
            self.violate(
                "verdict",
                format!("{name} and another gate let ticket {} in, both after asking the server", who.ticket),
            );
        }
    }

    /// One device never lets more people in by one ticket than it admits: it knows at least what it did itself.
    fn check_own_count(&mut self, number: usize, key: TicketKey, admits: u32, who: &Person, outcome: &Outcome) {
        let device = &self.devices[number];
        if device.gate.0 == 3 {
            return;
        }
        if device.excuse.is_some() {
            self.applies(Check::OwnCount, false);
            return;
        }
        let own = self.ledger.walks.values().filter(|walk| {
            walk.device == number
                && walk.ticket == Some(key)
                && walk.undone.is_none()
                && !walk.overridden
                && walk.gate.0 != 3
        });
        // Who came out elsewhere may come in again, as far as this device was told: then it is not judged here.
        let elsewhere = self.ledger.walks.values().any(|walk| {
            walk.device != number && walk.ticket == Some(key) && (walk.bodies < 0 || walk.undone.is_some())
        });
        let reentry = self.reentry || self.reentry_disputed;
        let inside: i64 = own.map(|walk| if reentry { walk.bodies } else { walk.bodies.max(0) }).sum();
        let party = i64::from(who.party);
        if self.applies(Check::OwnCount, !elsewhere) && inside + party > i64::from(admits) {
            let name = self.devices[number].name.clone();
            let verdict = outcome.answer.verdict;
            self.violate(
                "verdict",
                format!("{name} let {party} in ({verdict}), {inside} of {admits} were in by it already"),
            );
        }
    }
}
