//! What people do wrong, or thieves: machines that come back old or twice, stolen keys, forged manifests, other versions.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use axum::http::Method;
use serde_json::Value;
use shared::ids::{EntryId, TicketKey};

use crate::checked::Check;
use crate::faults::Fault;
use crate::ledger::Walk;
use crate::mischief::Mischief;
use crate::people::MINUTE;
use crate::world::{EVENING, Event, World};

impl World {
    /// A scanner comes back with the disk of a backup.
    pub fn restore_scanner(&mut self, number: usize) {
        let Some((made, image)) = self.devices[number].images.last().cloned() else { return };
        let device = &mut self.devices[number];
        if device.gone {
            return;
        }
        let before = device.stored().map(|stored| stored.len());
        device.stop();
        device.disk.restore(&image);
        device.excuse = Some("it was restored from a backup");
        device.version = 0;
        // One that is what it was has lost nothing.
        let after = device.stored().map(|stored| stored.len());
        let lost = before.ok().zip(after.ok()).is_none_or(|(before, after)| after < before);
        self.lives[number] += 1;
        self.tally.add(Fault::ScannerRestored, u64::from(lost));
        let (name, ago) = (self.devices[number].name.clone(), (self.time.now() - made) / MINUTE);
        self.say(format!("{name} is restored from a backup of {ago} min ago"));
        self.after(MINUTE, Event::Start { device: number });
    }

    /// A second device begins with a copy of a scanner's database: it takes the place of the next one.
    pub fn clone_scanner(&mut self, number: usize) {
        let other = (number + 1) % self.devices.len();
        let usable = |number: usize| self.devices[number].is_up() && !self.devices[number].gone;
        if other == 0 || !usable(number) || !usable(other) {
            return;
        }
        let (image, scanner) = (self.devices[number].disk.image(), self.devices[number].scanner);
        let now = self.time.now();
        let device = &mut self.devices[other];
        device.stop();
        device.excuse = Some("a copy of another scanner's database replaced its own");
        device.disk.restore_as(&image, device.folder());
        device.scanner = scanner;
        // What was revoked is the scanner whose name it no longer goes by.
        self.devices[other].revoked = self.devices[number].revoked.map(|_| now);
        self.devices[other].version = 0;
        self.devices[number].excuse = Some("a clone writes its feed, too");
        self.lives[other] += 1;
        self.tally.add(Fault::ScannerCloned, 1);
        let (of, name) = (self.devices[number].name.clone(), self.devices[other].name.clone());
        self.say(format!("{name} runs on a copy of {of}'s database now"));
        self.after(MINUTE, Event::Start { device: other });
    }

    /// A byte changes on a scanner's disk.
    pub fn flip_page(&mut self, number: usize) {
        if self.devices[number].gone {
            return;
        }
        self.devices[number].excuse = Some("a page of its database changed");
        self.devices[number].spoiled = true;
        // Its processes keep pages in memory; a start reads them anew.
        self.devices[number].stop();
        self.lives[number] += 1;
        let place = self.devices[number].disk.flip();
        let name = self.devices[number].name.clone();
        self.say(format!("{name}: a byte changed on its disk: {:?}", place.map(|(_, at)| at)));
        self.after(MINUTE, Event::Start { device: number });
    }

    /// The server is restored from a backup that does not know of a revocation; administrators revoke again later.
    pub async fn forget_revocation(&mut self, number: usize) -> Result<()> {
        let found = self.devices.iter().find(|device| device.revoked.is_some());
        let Some(at) = found.and_then(|device| device.revoked) else {
            let number = number.max(1);
            if self.time.now() > self.opens + 30 * MINUTE {
                self.revoke(number).await?;
            }
            if self.time.now() < self.opens + EVENING - 20 * MINUTE {
                let again = Mischief::Of(Fault::RevocationForgotten, number);
                self.after(15 * MINUTE, Event::Strike(again));
            }
            return Ok(());
        };
        let before = |made: i64| made < at && made > self.rotated;
        let Some(backup) = self.backups.iter().rev().find(|backup| before(backup.made)).cloned() else {
            return Ok(());
        };
        self.go_back_to(&backup, false)?;
        self.tally.add(Fault::RevocationForgotten, 1);
        self.say("the server is restored from a backup without a revocation");
        Ok(())
    }

    /// The administrators notice.
    pub async fn revoke_again(&mut self) {
        if !self.server.is_up() {
            self.after(MINUTE, Event::Strike(Mischief::RevokeAgain));
            return;
        }
        let revoked = self.devices.iter().filter(|device| device.revoked.is_some()).map(|device| device.scanner);
        let stolen = self.gadget.iter().filter(|gadget| gadget.revoked).map(|gadget| gadget.scanner);
        let all: Vec<_> = revoked.chain(stolen).collect();
        for scanner in all {
            let done = self.revoke_scanner(scanner).await;
            self.say(format!("{scanner} is revoked again: {done}"));
        }
    }

    /// A scanner of another version writes what this one does not know.
    pub async fn write_unknown(&mut self) -> Result<()> {
        let number = 70 + u32::try_from(self.dice.below(20))?;
        let people = self.dice.between(1, 4);
        let Some(gadget) = self.gadget.as_mut().filter(|gadget| !gadget.revoked) else { return Ok(()) };
        gadget.novelty(number);
        let id = gadget.admit(None, people);
        let seq = u64::try_from(gadget.len())?;
        self.note_gadget(id, seq, people, None, None);
        self.tally.add(Fault::UnknownKinds, 1);
        self.say(format!("another version writes kind {number}, then lets {people} in"));
        self.send_gadget(false).await;
        Ok(())
    }

    /// Another version lets more people in by a ticket than it admits. Where nobody came by it before, nothing else tells that
    /// something is wrong.
    pub async fn let_too_many_in(&mut self) -> Result<()> {
        let used: BTreeSet<TicketKey> = self.ledger.walks.values().filter_map(|walk| walk.ticket).collect();
        let fresh = self.tickets.iter().filter(|ticket| !used.contains(&ticket.key));
        let fresh: Vec<(TicketKey, u32)> = fresh.map(|ticket| (ticket.key, ticket.admits)).collect();
        let any = &self.tickets[self.dice.index(self.tickets.len())];
        let (key, admits) = if fresh.is_empty() { (any.key, any.admits) } else { *self.dice.pick(&fresh) };
        let people = i64::from(admits) + self.dice.between(1, 2);
        if !self.server_is_well() {
            return Ok(());
        }
        let Some(gadget) = self.gadget.as_mut().filter(|gadget| !gadget.revoked) else { return Ok(()) };
        // With a time of its own an entry is folded as it arrives.
        let Ok(boot) = gadget.take_time(&self.server, &mut self.dice).await else { return Ok(()) };
        self.send_gadget(false).await;
        let Some(gadget) = &mut self.gadget else { return Ok(()) };
        let id = gadget.admit_party(Some(key), people, admits);
        gadget.boot_as(boot);
        let seq = u64::try_from(gadget.len())?;
        self.note_gadget(id, seq, people, Some(key), None);
        self.tally.add(Fault::TooMany, 1);
        self.say(format!("another version lets {people} in by a ticket for {admits}"));
        let arrived = self.send_gadget(false).await && self.server_is_well();
        if self.applies(Check::TooMany, arrived) {
            let path = format!("/events/{}/conflicts?ticket={key}&limit=1000", self.server.event);
            let list = self.server.admin(Method::GET, &path, &Value::Null).await?;
            let listed = list["conflicts"].as_array().context("the list of conflicts")?;
            if !listed.iter().any(|conflict| conflict["id"] == id.to_string()) {
                let what = format!("{people} people came in by a ticket for {admits}, and that is no conflict");
                self.violate("verdict", what);
            }
        }
        Ok(())
    }

    /// An undo reaches the server before what it voids.
    pub async fn undo_first(&mut self) -> Result<()> {
        let ticket = self.tickets[self.dice.index(self.tickets.len())].key;
        let Some(gadget) = self.gadget.as_mut().filter(|gadget| !gadget.revoked) else { return Ok(()) };
        let id = gadget.admit(Some(ticket), 1);
        let seq = u64::try_from(gadget.len())?;
        let undo = gadget.undo(id, Some(ticket));
        self.note_gadget(id, seq, 1, Some(ticket), Some(undo));
        self.say("an undo goes up before what it voids");
        let first = self.send_gadget(true).await;
        self.tally.add(Fault::UndoFirst, u64::from(first));
        Ok(())
    }

    /// A scanner whose clocks stand still lets somebody in, out and in again; then, hours behind, somebody out whom another
    /// scanner let in. Times say nothing of the order then: the place in the feed does, and what had been seen.
    pub async fn stick_clock(&mut self) -> Result<()> {
        let ticket = self.tickets[self.dice.index(self.tickets.len())].key;
        let others = self.ledger.walks.iter().filter(|(_, walk)| {
            walk.device != usize::MAX
                && walk.bodies > 0
                && walk.gate.0 != 3
                && walk.ticket.is_some()
                && walk.undone.is_none()
        });
        let others: Vec<_> = others.map(|(id, walk)| (*id, walk.ticket, walk.bodies)).collect();
        let back = -self.dice.between(60, 300) * MINUTE;
        let Some(gadget) = self.gadget.as_mut().filter(|gadget| !gadget.revoked) else { return Ok(()) };
        let before = u64::try_from(gadget.len())?;
        let ids = [gadget.admit(Some(ticket), 1), gadget.let_out(ticket, 1, vec![]), gadget.admit(Some(ticket), 1)];
        for ((id, seq), bodies) in ids.into_iter().zip(before + 1..).zip([1, -1, 1]) {
            self.note_gadget(id, seq, bodies, Some(ticket), None);
        }
        if let (Some((seen, Some(ticket), bodies)), Some(gadget)) = (others.last().copied(), &mut self.gadget) {
            let honest = std::mem::replace(&mut gadget.offset, back);
            let id = gadget.let_out(ticket, bodies, vec![seen]);
            gadget.offset = honest;
            self.note_gadget(id, before + 4, -bodies, Some(ticket), None);
        }
        self.tally.add(Fault::StuckClock, 1);
        self.say("the other version's clocks stand still");
        self.send_gadget(false).await;
        Ok(())
    }

    fn note_gadget(&mut self, id: EntryId, seq: u64, bodies: i64, ticket: Option<TicketKey>, undone: Option<EntryId>) {
        let Some(gadget) = &self.gadget else { return };
        let walk = Walk {
            device: usize::MAX,
            feed: gadget.feed(),
            seq,
            gate: shared::ids::GateId(1),
            bodies,
            at: self.time.now(),
            ticket,
            undone,
            shown: true,
            overridden: true,
            confirmed: false,
        };
        self.ledger.walks.insert(id, walk);
    }

    /// Gives the server what it lacks of the other version's feed; the last entry alone and first if `backwards`. Whether
    /// all of it arrived, and in that order.
    pub async fn send_gadget(&mut self, backwards: bool) -> bool {
        let Some(gadget) = &self.gadget else { return false };
        let (sent, all) = (gadget.sent, gadget.len());
        if sent == all || !self.server.is_up() {
            return false;
        }
        let turned = backwards && all > sent + 1;
        let batches = if turned {
            vec![gadget.batch(all, all), gadget.batch(sent + 1, all - 1)]
        } else {
            vec![gadget.batch(sent + 1, all)]
        };
        let mut done = true;
        for batch in batches {
            done &= gadget.send(&self.server, vec![batch]).await.is_ok_and(|answer| answer.problems.is_empty());
        }
        if let Some(gadget) = self.gadget.as_mut().filter(|_| done) {
            gadget.sent = all;
        }
        self.say(format!("the other version sent up to {all}: {done}"));
        done && turned == backwards
    }
}
