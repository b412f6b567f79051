//! What goes wrong beside disks and messages: machines die and come back old, clocks jump, keys are stolen.

use std::collections::BTreeSet;

use anyhow::Result;
use axum::http::Method;
use serde_json::Value;
use shared::ids::{EntryId, ScannerId};
use sync_server::keys::KeyUse;
use sync_server::keys::keyset::OldKeys;

use crate::disk::Plan;
use crate::faults::Fault;
use crate::people::MINUTE;
use crate::wire::Way;
use crate::world::{Backup, EVENING, Event, World};

/// One misfortune on the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mischief {
    /// Of this kind, to this scanner where it is about one.
    Of(Fault, usize),
    /// A backup of the server is made.
    BackUpServer,
    /// A backup of a scanner is made.
    BackUpScanner(usize),
    /// Something of this kind happens to the server's disk, at this call to it.
    ServerDisk(Fault, u64),
    /// The server's disk works again.
    ServerDiskWell,
    /// A scanner's machine loses its power.
    PowerFails(usize),
    /// Administrators revoke once more what a restored server may have forgotten to be revoked.
    RevokeAgain,
    /// Somebody's session carries what a stolen scanner forged.
    CarryForged,
}

/// Misfortunes that are planned on the schedule, each with how many evenings in ten have it.
const PLANNED: &[(Fault, u64)] = &[
    (Fault::Stampede, 5),
    (Fault::OneWay, 4),
    (Fault::ClockJump, 4),
    (Fault::Suspend, 3),
    (Fault::Killed, 3),
    (Fault::Reboot, 4),
    (Fault::Dst, 2),
    (Fault::LeapSecond, 2),
    (Fault::ServerCrash, 4),
    (Fault::ServerRestored, 3),
    (Fault::RevocationForgotten, 1),
    (Fault::ScannerRestored, 2),
    (Fault::ScannerCloned, 1),
    (Fault::ScannerLost, 1),
    (Fault::KeyRotation, 4),
    (Fault::TwoManifests, 2),
    (Fault::ManifestForged, 4),
    (Fault::RevocationRace, 2),
    (Fault::StolenKey, 2),
    (Fault::UndoFirst, 3),
    (Fault::StuckClock, 3),
    (Fault::UnknownKinds, 3),
    (Fault::LyingSync, 2),
    (Fault::FlippedPage, 1),
    (Fault::OfficeSetBack, 2),
    (Fault::CertificateWithdrawn, 2),
    (Fault::TooMany, 4),
];

/// What can go wrong with the server's disk.
const DISK_FAULTS: &[Fault] = &[Fault::Crash, Fault::IoError, Fault::DiskFull, Fault::Busy, Fault::ShortRead];
/// How often an evening something does.
const SERVER_DISK_FAULTS: u32 = 3;

impl World {
    /// Draws this evening's misfortunes.
    pub fn plan_mischief(&mut self) {
        let (opens, many) = (self.opens, self.devices.len());
        for (fault, in_ten) in PLANNED {
            // The dice fall whether or not the fault is switched on: switching one off leaves the others alone.
            let mut dice = crate::dice::Dice::new(self.setting.seed, fault.name());
            let strikes = dice.below(10) < *in_ten;
            let (at, device) = (opens + dice.between(5 * MINUTE, EVENING - 20 * MINUTE), dice.index(many));
            if strikes && self.setting.faults.has(*fault) {
                self.at(at, Event::Strike(Mischief::Of(*fault, device)));
            }
        }
        for part in 1..5 {
            let at = opens + part * 25 * MINUTE;
            self.at(at, Event::Strike(Mischief::BackUpServer));
        }
        for device in 0..many {
            let mut dice = crate::dice::Dice::new(self.setting.seed, &format!("backup {device}"));
            self.at(opens + dice.between(0, EVENING / 2), Event::Strike(Mischief::BackUpScanner(device)));
        }
        let mut dice = crate::dice::Dice::new(self.setting.seed, "the server's disk");
        for _ in 0..SERVER_DISK_FAULTS {
            let at = opens + dice.between(0, EVENING);
            let (fault, call) = (*dice.pick(DISK_FAULTS), 1 + dice.below(120));
            if self.setting.faults.has(fault) {
                self.at(at, Event::Strike(Mischief::ServerDisk(fault, call)));
            }
        }
    }

    /// It happens.
    pub async fn strike(&mut self, mischief: Mischief) -> Result<()> {
        match mischief {
            Mischief::BackUpServer => {
                let (made, image) = (self.time.now(), self.server.disk.image());
                self.backups.push(Backup { made, image, slips: self.clerk.known.clone() });
            }
            Mischief::BackUpScanner(number) => {
                let image = self.devices[number].disk.image();
                self.devices[number].images.push((self.time.now(), image));
            }
            Mischief::ServerDiskWell => {
                if !self.server.disk.is_dead() {
                    self.server.disk.arm(Plan::default());
                }
            }
            Mischief::RevokeAgain => self.revoke_again().await,
            Mischief::CarryForged => self.carry_forged().await?,
            Mischief::ServerDisk(fault, call) => self.arm_server(fault, call),
            Mischief::PowerFails(number) => {
                if self.devices[number].is_up() && !self.devices[number].gone {
                    self.lose_power(number);
                }
            }
            Mischief::Of(fault, number) => self.misfortune(fault, number).await?,
        }
        Ok(())
    }

    /// It runs and nothing is going to go wrong with its disk.
    pub fn server_is_well(&self) -> bool {
        self.server.is_up() && !self.server.disk.is_dead() && !self.server.disk.is_armed()
    }

    fn arm_server(&mut self, fault: Fault, call: u64) {
        let mut plan = Plan::default();
        match fault {
            Fault::Crash => plan.crash_in = Some(call),
            Fault::IoError => plan.io_error_in = Some(call),
            Fault::DiskFull => plan.full_in = Some(call),
            Fault::Busy => plan.busy = 3,
            _ => plan.short_read_in = Some(call / 10 + 1),
        }
        if self.server.is_up() {
            self.say(format!("the server's disk: {fault} at call {call}"));
            self.server.disk.arm(plan);
            self.after(8 * MINUTE, Event::Strike(Mischief::ServerDiskWell));
        }
    }

    async fn misfortune(&mut self, fault: Fault, number: usize) -> Result<()> {
        match fault {
            Fault::Stampede => self.everybody_dark(),
            Fault::OneWay => self.weather(number, Way { one_way: true, dark: false }),
            Fault::ClockJump | Fault::Dst | Fault::LeapSecond => self.clocks_go_wrong(fault, number),
            Fault::Suspend | Fault::Killed | Fault::Reboot => self.power(fault, number),
            Fault::ServerCrash => self.ether.net().kill_after_next = true,
            Fault::ServerRestored => self.restore_server()?,
            Fault::ScannerLost => self.lose(number),
            Fault::KeyRotation => self.rotate_keys().await?,
            Fault::RevocationRace => self.plan_race(number).await?,
            Fault::LyingSync => {
                self.lying[number] = true;
                self.devices[number].excuse = Some("its disk lies about syncs");
                self.devices[number].spoiled = true;
                self.devices[number].disk.arm(Plan { lying: true, ..Plan::default() });
                let pause = self.dice.between(5 * MINUTE, 40 * MINUTE);
                self.after(pause, Event::Strike(Mischief::PowerFails(number)));
            }
            Fault::RevocationForgotten => self.forget_revocation(number).await?,
            Fault::ScannerRestored => self.restore_scanner(number),
            Fault::ScannerCloned => self.clone_scanner(number),
            Fault::FlippedPage => self.flip_page(number),
            Fault::TwoManifests => self.sign_another_manifest()?,
            Fault::ManifestForged => self.forge_manifest()?,
            Fault::StolenKey => self.steal().await?,
            Fault::OfficeSetBack => self.clerk.set_back_next = true,
            Fault::CertificateWithdrawn => self.withdraw_certificates().await?,
            Fault::OfficeKeyStolen => self.count_for_ended_office().await?,
            Fault::TooMany => self.let_too_many_in().await?,
            Fault::UndoFirst => self.undo_first().await?,
            Fault::StuckClock => self.stick_clock().await?,
            Fault::UnknownKinds => self.write_unknown().await?,
            _ => {}
        }
        Ok(())
    }

    fn everybody_dark(&mut self) {
        let until = self.dice.between(20 * MINUTE, 60 * MINUTE);
        for number in 0..self.devices.len() {
            self.ether.net().ways[number].dark = true;
        }
        self.after(until, Event::Return);
        self.say("the network of all scanners is gone");
    }

    fn weather(&mut self, number: usize, way: Way) {
        self.ether.net().ways[number] = way;
        let until = self.dice.between(10 * MINUTE, 40 * MINUTE);
        self.after(until, Event::Calm { device: number });
        let name = self.devices[number].name.clone();
        self.say(format!("{name} hears no answers: {way:?}"));
    }

    fn clocks_go_wrong(&mut self, fault: Fault, number: usize) {
        let sign = if self.dice.one_in(2) { 1 } else { -1 };
        let ms = match fault {
            Fault::ClockJump => sign * self.dice.between(60, 300) * MINUTE,
            Fault::Dst => sign * 60 * MINUTE,
            _ => -1_000,
        };
        if fault != Fault::LeapSecond && self.devices[number].gone {
            return;
        }
        if fault == Fault::LeapSecond {
            self.server.clock.jump(ms);
        } else {
            self.devices[number].clock.jump(ms);
        }
        self.tally.add(fault, 1);
        self.say(format!("{fault}: {ms} ms ({number})"));
    }

    fn power(&mut self, fault: Fault, number: usize) {
        let device = &mut self.devices[number];
        if device.gone || !device.is_up() {
            return;
        }
        let name = device.name.clone();
        let (pause, then) = match fault {
            Fault::Reboot => {
                device.lose_power();
                // Counted once it lets somebody pass without a sample.
                device.unsampled = true;
                device.no_sample_before = self.time.now() + 20 * MINUTE;
                (self.dice.between(20_000, 3 * MINUTE), Event::Start { device: number })
            }
            Fault::Killed => {
                device.stop();
                (self.dice.between(5_000, 2 * MINUTE), Event::Restart { device: number })
            }
            _ => {
                device.asleep = true;
                (self.dice.between(5 * MINUTE, 30 * MINUTE), Event::Wake { device: number })
            }
        };
        // Who sleeps goes on where it was.
        self.lives[number] += u64::from(fault != Fault::Suspend);
        self.tally.add(fault, u64::from(fault != Fault::Reboot));
        self.say(format!("{name}: {fault}"));
        self.after(pause, then);
    }

    fn restore_server(&mut self) -> Result<()> {
        // Not one of before a rotation: without the new keys nobody would believe it, and administrators import those first.
        let Some(backup) = self.backups.iter().find(|backup| backup.made > self.rotated).cloned() else {
            return Ok(());
        };
        let by_hand = self.may_go_back_by_hand() && self.dice.one_in(3);
        // One that is what it was has lost nothing.
        let lost = self.go_back_to(&backup, by_hand)?;
        self.tally.add(Fault::ServerRestored, u64::from(lost));
        let ago = (self.time.now() - backup.made) / MINUTE;
        let how = if by_hand { "by hand" } else { "by `restore`" };
        self.say(format!("the server is restored from a backup of {ago} min ago, {how}"));
        Ok(())
    }

    /// A file that is put back by hand is no way to forget a revocation: the server does not know that it was restored then.
    pub fn may_go_back_by_hand(&self) -> bool {
        let revoked = self.devices.iter().any(|device| device.revoked.is_some());
        !revoked && self.gadget.as_ref().is_none_or(|gadget| !gadget.revoked)
    }

    /// What a restored server may lack: its entries, and the number of its list.
    fn server_holds(&self) -> Result<(BTreeSet<EntryId>, u64)> {
        let entries = self.kept()?.into_iter().map(|entry| entry.id).collect();
        Ok((entries, self.in_force()?.map_or(0, |(version, _)| version)))
    }

    /// The server starts again on a backup; what it acknowledged since and what administrators did since is forgotten. Says
    /// whether there was any of that.
    pub fn go_back_to(&mut self, backup: &Backup, by_hand: bool) -> Result<bool> {
        let before = self.server_holds();
        self.ether.connect(None);
        self.server.stop();
        self.server.restore(&backup.image, by_hand)?;
        let (entries, list) = self.server_holds()?;
        let lost = before.map_or(true, |(had, newest)| !had.is_subset(&entries) || newest > list);
        self.forget_counts(backup.slips.clone())?;
        self.restored = Some(self.time.now());
        {
            // Sent once more, these are no repeats any longer.
            let mut net = self.ether.net();
            net.acked.clear();
            net.uploads.clear();
        }
        for ticket in &mut self.tickets {
            // Perhaps forgotten, perhaps given back.
            ticket.refused_from = None;
            if let Some((_, from)) = &mut ticket.outdated {
                *from = None;
            }
        }
        self.after(30_000, Event::StartServer);
        // Administrators do again what they remember, before any scanner was heard of.
        for n in 1..=i64::try_from(self.dice.below(4))? {
            self.after(30_000 + n, Event::Administer);
        }
        self.after(5 * MINUTE, Event::Strike(Mischief::RevokeAgain));
        Ok(lost)
    }

    fn lose(&mut self, number: usize) {
        // The supervisor's is kept, so that there is one.
        if number == 0 || self.devices[number].gone {
            return;
        }
        let device = &mut self.devices[number];
        device.stop();
        device.gone = true;
        device.excuse = Some("it was lost");
        self.lives[number] += 1;
        self.tally.add(Fault::ScannerLost, 1);
        let name = self.devices[number].name.clone();
        self.say(format!("{name} is lost"));
    }

    /// A device that is not to be used any more; what only it had is gone.
    pub fn retire(&mut self, number: usize) {
        let device = &mut self.devices[number];
        device.stop();
        device.gone = true;
        self.lives[number] += 1;
        let name = device.name.clone();
        self.say(format!("{name} says that its database is damaged, and is put away"));
    }

    async fn rotate_keys(&mut self) -> Result<()> {
        if !self.server_is_well() {
            return Ok(());
        }
        let uses = [KeyUse::Manifest, KeyUse::Certificate, KeyUse::Server, KeyUse::Ticket(self.server.event)];
        let rotated = self.server.rotate(&uses, OldKeys::Retire).await;
        if rotated.is_ok() {
            self.tally.add(Fault::KeyRotation, 1);
            self.rotated = self.time.now();
            self.keys = self.server.stolen_keys().await?;
            for at in 0..self.tickets.len() {
                self.tickets[at].text = self.server.code(self.tickets[at].key).await?;
            }
            drop(self.server.publish(false).await);
        }
        self.say(format!("keys rotated: {}", rotated.is_ok()));
        Ok(())
    }

    /// The scanner begins a round, so that there is something to race with.
    async fn plan_race(&mut self, number: usize) -> Result<()> {
        if number > 0 {
            self.race = Some(number);
            self.begin_round(number).await?;
        }
        Ok(())
    }

    /// Its entries are on their way, or the server's word on them is on the way back: now it is revoked.
    pub(crate) async fn revoke_in_flight(&mut self, number: usize) -> Result<()> {
        if self.race != Some(number) || !self.ether.net().carrying[number] || !self.server_is_well() {
            return Ok(());
        }
        self.race = None;
        self.revoke(number).await?;
        self.tally.add(Fault::RevocationRace, u64::from(self.devices[number].revoked.is_some()));
        if self.dice.one_in(2) {
            // It does not hear of it: its door goes on, and what it writes from now on must not count.
            self.weather(number, Way { one_way: false, dark: true });
        }
        Ok(())
    }

    pub(crate) async fn revoke(&mut self, number: usize) -> Result<()> {
        if number == 0 || !self.server_is_well() {
            return Ok(());
        }
        let scanner = self.devices[number].scanner;
        let arrived = self.kept().unwrap_or_default();
        if self.revoke_scanner(scanner).await {
            let feeds: Vec<_> =
                self.ledger.walks.values().filter(|walk| walk.device == number).map(|walk| walk.feed).collect();
            let now = self.time.now();
            let own = arrived.iter().filter(|entry| feeds.contains(&entry.feed)).map(|entry| (now, entry.id));
            self.arrived_before_cut.extend(own);
            // A clone goes by the same name.
            self.devices.iter_mut().filter(|device| device.scanner == scanner).for_each(|d| d.revoked = Some(now));
            let name = self.devices[number].name.clone();
            self.say(format!("{name} is revoked"));
        }
        Ok(())
    }

    /// An administrator revokes a scanner; whether that worked.
    pub async fn revoke_scanner(&mut self, scanner: ScannerId) -> bool {
        self.server.admin(Method::DELETE, &format!("/scanners/{scanner}"), &Value::Null).await.is_ok()
    }
}
