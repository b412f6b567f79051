//! The end of the evening: faults stop, the network is quiet, and everything must agree.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use axum::http::Method;
use serde_json::Value;
use shared::api::{MEDIA_TYPE, path};
use shared::cose::encode;
use shared::entry::Entry;
use shared::ids::{EntryId, EventId, FeedId, ScannerId};
use shared::manifest::Revocation;
use shared::merge::Standing;
use shared::merge::reference::{Facts, State, rebuild};
use shared::time::{TimeToken, Window};
use sync_server::store::manifest::GRACE_MS;

use crate::checked::Check;
use crate::checks::Kept;
use crate::disk::Plan;
use crate::faults::{Fault, Faults};
use crate::ledger::Walk;
use crate::office::OFFICE;
use crate::people::MINUTE;
use crate::referee::{Counted, labels};
use crate::server::Call;
use crate::wire::Way;
use crate::world::World;

/// Rounds after which every scanner has told a restored server what it holds, and has given it back.
const ROUNDS_TO_TELL: u32 = 2;
/// Rounds after which the office's slips are compared with what the server holds.
const ROUNDS_TO_SETTLE: u32 = 4;
/// Rounds after which a quiet network must have converged (I6).
const QUIET_ROUNDS: u32 = 6;

impl World {
    /// Stops all faults, lets everybody talk, and checks what must hold then.
    pub async fn end(&mut self) -> Result<()> {
        self.quieten().await?;
        if !self.violations.is_empty() {
            return Ok(());
        }
        // What was refused waits this long at most before it is offered again.
        self.time.move_to(self.time.now() + 11 * MINUTE);
        self.note_published();
        for turn in 1..=QUIET_ROUNDS {
            self.quiet_round(turn).await?;
            if turn == ROUNDS_TO_TELL {
                self.publish_at_last().await?;
            }
            if turn == ROUNDS_TO_SETTLE {
                self.settle_slips().await?;
            }
        }
        let kept = self.kept()?;
        self.check_acknowledged()?;
        self.check_agreement(&kept).await?;
        self.check_rebuilt().await?;
        let state = self.check_reference(&kept).await?;
        self.check_truth(&kept, &state).await?;
        self.check_office(&kept, &state).await?;
        self.check_times(&kept);
        self.check_repeats().await?;
        self.say("the end");
        Ok(())
    }

    async fn quieten(&mut self) -> Result<()> {
        {
            let mut net = self.ether.net();
            net.faults = Faults::none();
            net.late.clear();
            net.forged_manifest = None;
            net.kill_after_next = false;
            net.ways.fill(Way::default());
        }
        (self.clerk.calm, self.clerk.set_back_next, self.race) = (true, false, None);
        self.server.disk.arm(Plan::default());
        if self.server.disk.is_dead() || !self.server.is_up() {
            self.server.stop();
            self.server.start()?;
            self.ether.connect(self.server.router());
            self.see_counts(false)?;
            self.check_acknowledged()?;
        }
        self.lying.fill(false);
        for number in 0..self.devices.len() {
            if self.devices[number].gone {
                continue;
            }
            self.devices[number].disk.arm(Plan::default());
            let device = &mut self.devices[number];
            device.asleep = false;
            if device.disk.is_dead() || !device.is_up() || device.task.is_some() {
                device.stop();
                let started = device.start().await;
                if let Err(error) = started {
                    let before = self.devices[number].disk.faults_seen();
                    self.judge_error(number, &error, before);
                    continue;
                }
            }
            self.check_shown(number)?;
        }
        if !self.server.publish(false).await.context("publishing in quiet")? {
            self.say("publishing is held back since the restore");
        }
        // A server that was restored may lack these again.
        if let Some(gadget) = self.gadget.as_mut().filter(|gadget| !gadget.revoked) {
            gadget.sent = 0;
        }
        self.send_gadget(false).await;
        Ok(())
    }

    async fn quiet_round(&mut self, turn: u32) -> Result<()> {
        for number in 0..self.devices.len() {
            let device = &self.devices[number];
            let Some(link) = device.link.clone().filter(|_| !device.gone) else { continue };
            // Soon after each other: once a minute at most a scanner writes a better time sample, which the others lack then.
            self.time.move_to(self.time.now() + 2_000);
            let device = &self.devices[number];
            device.wire.parker.hurry();
            let report = scanner::net::round(&link, &|_| ()).await;
            device.wire.parker.calm();
            let name = device.name.clone();
            let before = device.disk.faults_seen();
            match report {
                Ok(report) => self.say(format!("{name} quiet round {turn}: left {}", report.exchange.pending)),
                Err(error) => {
                    self.say(format!("{name} quiet round {turn}: {error}"));
                    self.judge_error(number, &error, before);
                    let expected = self.devices[number].revoked.is_some() || self.devices[number].gone;
                    if !expected && turn == QUIET_ROUNDS {
                        self.violate("I6", format!("{name} cannot talk to the server in quiet: {error}"));
                    }
                }
            }
            self.look_at_list(number).await;
        }
        Ok(())
    }

    /// Every scanner that is still in use has told what it holds: a restored server may publish now. Only what a scanner
    /// showed and never gave back before it was lost, or set back, can hold it back for ever; then the administrators force it.
    async fn publish_at_last(&mut self) -> Result<()> {
        if self.server.publish(false).await? {
            self.checked.add(Check::Publishes, u64::from(self.restored.is_some()), 0);
            return Ok(());
        }
        // One of another version never tells what it holds: for that one the server waits so long and no longer.
        self.time.move_to(self.time.now() + GRACE_MS);
        if self.server.publish(false).await? {
            self.applies(Check::Publishes, true);
            return Ok(());
        }
        let all_there = self.in_use().len() == self.devices.len();
        if self.applies(Check::Publishes, all_there && self.devices.iter().all(|device| device.excuse.is_none())) {
            self.violate("I6", "publishing is still held back, though all scanners told what they hold");
        }
        ensure!(self.server.publish(true).await?, "a forced publication is held back");
        self.say("the administrators force a publication");
        Ok(())
    }

    /// Devices that are still in use.
    fn in_use(&self) -> Vec<usize> {
        let used = self.devices.iter().filter(|device| !device.gone && device.revoked.is_none() && device.is_up());
        used.map(|device| device.number).collect()
    }

    /// I6: all devices and the server hold the same entries and the same list, and nothing waits.
    async fn check_agreement(&mut self, kept: &[Kept]) -> Result<()> {
        let at_server: BTreeSet<EntryId> = kept.iter().map(|entry| entry.id).collect();
        let newest = self.published_version().await;
        for number in self.in_use() {
            let name = self.devices[number].name.clone();
            let Ok(status) = self.devices[number].ask(scanner::engine::Engine::status).await else { continue };
            if status.pending.entries > 0 {
                if self.devices[number].spoiled && self.says_damaged(number).await {
                    // Rows that a lost or changed page hides cannot be sent; whoever asks the device is told why.
                    self.say(format!("{name} says that its database is damaged, and keeps {}", status.pending.entries));
                    continue;
                }
                self.violate("I6", format!("{name} still has {} entries to send", status.pending.entries));
            }
            self.applies(Check::SameList, true);
            let version = status.manifests.first().map(|list| list.version);
            if version != newest {
                self.violate("I6", format!("{name} has list {version:?}, the server {newest:?}"));
            }
            let digest = status.manifests.first().map(|list| list.digest);
            if version == newest && digest != self.in_force()?.map(|(_, digest)| digest) {
                self.violate("I6", format!("{name} has another list {version:?} than the server"));
            }
            let stored = match self.devices[number].stored() {
                // What a changed page made unreadable says nothing about the others.
                Err(error) if self.devices[number].spoiled => {
                    self.applies(Check::SameEntries, false);
                    self.say(format!("unreadable: {error}"));
                    continue;
                }
                stored => stored?,
            };
            let held: BTreeSet<EntryId> = stored.iter().map(|entry| entry.id).collect();
            let (more, less) = (held.difference(&at_server).count(), at_server.difference(&held).count());
            if self.applies(Check::SameEntries, self.devices[number].excuse.is_none()) && more + less > 0 {
                let lacking = kept.iter().find(|entry| !held.contains(&entry.id));
                let first = lacking.map_or(String::new(), |entry| {
                    let twins = kept.iter().filter(|other| (other.feed, other.seq) == (entry.feed, entry.seq)).count();
                    format!("; the first is seq {} of feed {}, of {twins} there", entry.seq, entry.feed)
                });
                let what = format!("{name} holds {more} entries the server lacks, and lacks {less} of it{first}");
                self.violate("I6", what);
            }
        }
        Ok(())
    }

    /// Whether a scanner that is asked how it is (`doctor`) tells of damage.
    async fn says_damaged(&self, number: usize) -> bool {
        let health = self.devices[number].ask(scanner::engine::Engine::health).await;
        health.map_or(true, |health| !health.damage.is_empty())
    }

    /// I3: the digest the server answers is the one that the rules alone give for its entries.
    async fn check_reference(&mut self, kept: &[Kept]) -> Result<State> {
        let entries: Vec<Entry> = kept.iter().filter_map(|entry| Entry::read(&entry.bytes).ok()).collect();
        let scanners = self.owners(&entries);
        let revocations = self.revocations()?;
        let (starts, ends) = (self.opens, self.opens + 6 * 60 * MINUTE);
        let windows: BTreeMap<EventId, Window> = BTreeMap::from([(self.server.event, Window { starts, ends })]);
        let time = |token: &[u8]| shared::cose::peek::<TimeToken>(token).map(|token| token.server_ms);
        let state = rebuild(&entries, &Facts { scanners, revocations, windows, time: &time });
        let expected = state.digest(self.server.event).to_string();
        let path = format!("/events/{}/state-digest", self.server.event);
        let answer = self.server.admin(Method::GET, &path, &Value::Null).await?;
        let said = answer["digest"].as_str().unwrap_or_default().to_owned();
        self.applies(Check::Reference, true);
        if said != expected {
            self.violate("I3", format!("the server's digest is {said}, the rules give {expected}"));
        }
        self.say(format!("digest {said}, {} entries", entries.len()));
        self.check_labels(&entries, kept, &state);
        Ok(state)
    }

    /// I3: the labels are those of PROTOCOL.md section 10, computed by a second, naive implementation.
    fn check_labels(&mut self, entries: &[Entry], kept: &[Kept], state: &State) {
        let counted: Vec<Counted<'_>> = entries
            .iter()
            .filter(|entry| entry.raw.event == Some(self.server.event))
            .filter_map(|entry| Some((entry, state.entries.get(&entry.id)?)))
            .filter(|(_, judged)| judged.standing != Standing::Quarantined)
            .map(|(entry, judged)| Counted { entry, at: judged.time.at })
            .collect();
        // Where two entries stand at one place their feed is forked; they come in order of feed and place.
        let twins = kept.windows(2).filter(|two| (two[0].feed, two[0].seq) == (two[1].feed, two[1].seq));
        let forked: BTreeSet<FeedId> = twins.map(|two| two[0].feed).collect();
        let (all, sound) = (labels(&counted, &BTreeSet::new()).len(), labels(&counted, &forked));
        let (all, ran) = (u64::try_from(all).unwrap_or(0), u64::try_from(sound.len()).unwrap_or(0));
        self.checked.add(Check::Labels, ran, all - ran);
        for (id, expected) in sound {
            let said = state.entries.get(&id).map(|judged| judged.label);
            if said != Some(expected) {
                self.violate(
                    "I3",
                    format!("entry {id} is labelled {said:?}, by the text of the protocol {expected:?}"),
                );
                return;
            }
        }
    }

    /// Who writes which feed: as the first entry of each boot says, and of the stolen scanner in any case (a server that was
    /// restored may hold what it forged and not what it wrote before).
    fn owners(&self, entries: &[Entry]) -> BTreeMap<FeedId, ScannerId> {
        let boots = entries.iter().filter_map(|entry| Some((entry.raw.feed, entry.raw.scanner?)));
        let offices = self.clerk.feeds.iter().map(|(feed, office)| (*feed, *office));
        offices.chain(boots).chain(self.gadget.iter().map(|gadget| (gadget.feed(), gadget.scanner))).collect()
    }

    /// What the newest manifest says of revoked scanners.
    fn revocations(&self) -> Result<Vec<Revocation>> {
        Ok(self.header_in_force()?.revocations)
    }

    /// I7: occupancy equals the people who walked, by zone and by gate.
    async fn check_truth(&mut self, kept: &[Kept], state: &State) -> Result<()> {
        let at_server: BTreeSet<EntryId> = kept.iter().map(|entry| entry.id).collect();
        let lost: Vec<(EntryId, usize)> = self
            .ledger
            .walks
            .iter()
            .flat_map(|(id, walk)| [Some(*id), walk.undone].into_iter().flatten().map(|id| (id, walk.device)))
            .filter(|(id, _)| !at_server.contains(id))
            .collect();
        for (id, device) in &lost {
            // The stolen scanner is not there to send again what a restored server lost.
            let stolen = *device == usize::MAX && self.restored.is_some();
            let excused = stolen
                || self.is_lost_count(id)
                || self.devices.get(*device).is_some_and(|d| d.excuse.is_some() || d.revoked.is_some());
            if !excused {
                self.violate("I7", format!("entry {id} of scanner-{device} never arrived"));
            }
        }
        let trusted =
            |id: &EntryId| state.entries.get(id).is_some_and(|judged| judged.standing != Standing::Quarantined);
        self.check_cuts(&trusted);
        let truth = self.ledger.zones(trusted);
        let flows = self.ledger.gates(trusted);
        self.applies(Check::People, true);
        let answer = self.occupancy().await?;
        let said: BTreeMap<_, _> = Self::zones_of(&answer).into_iter().collect();
        if truth != said {
            self.violate("I7", format!("people by zone are {truth:?}, the server says {said:?}"));
        }
        for gate in answer["gates"].as_array().cloned().unwrap_or_default() {
            let id = shared::ids::GateId(u32::try_from(gate["gate"].as_u64().unwrap_or(0))?);
            let said = (gate["in"].as_i64().unwrap_or(-1), gate["out"].as_i64().unwrap_or(-1));
            let true_flow = flows.get(&id).copied().unwrap_or_default();
            // A count out of the venue lowers "out" of nobody: it goes through the gate like people do.
            if said != true_flow {
                self.violate("I7", format!("gate {id}: {true_flow:?} walked, the server says {said:?}"));
            }
        }
        self.say(format!("people {truth:?}, {} walks, {} lost", self.ledger.walks.len(), lost.len()));
        Ok(())
    }

    /// What had arrived from a scanner before it was revoked counts, what it wrote afterwards does not.
    fn check_cuts(&mut self, trusted: &dyn Fn(&EntryId) -> bool) {
        // A restored server may have forgotten the revocation and what had arrived: another one is made later.
        let since = self.restored;
        let lasting = |at: i64| since.is_none_or(|restored| at > restored);
        let arrived = std::mem::take(&mut self.arrived_before_cut);
        for (at, id) in arrived {
            if self.applies(Check::BeforeCut, lasting(at)) && !trusted(&id) {
                self.violate(
                    "I7",
                    format!("entry {id} had arrived before its scanner was revoked, and does not count"),
                );
            }
        }
        let revoked = |walk: &Walk| self.devices.get(walk.device).and_then(|device| device.revoked);
        let after = self.ledger.walks.iter().filter_map(|(id, walk)| Some((*id, walk.device, walk.at, revoked(walk)?)));
        let after: Vec<_> = after.filter(|(.., at, revoked)| at > revoked).collect();
        for (id, device, _, revoked) in after {
            if self.applies(Check::AfterCut, lasting(revoked)) && trusted(&id) {
                let what = format!("entry {id} of scanner-{device} counts, though written after its revocation");
                self.violate("I7", what);
            }
        }
    }

    /// PROTOCOL.md section 9: the interval of an entry whose boot has a time sample holds the true time.
    fn check_times(&mut self, kept: &[Kept]) {
        // Clocks are read in whole ms; a repeated second makes the server's samples wrong by so much.
        let slack = if self.tally.of(Fault::LeapSecond) > 0 { 1_002 } else { 2 };
        let mut wrong = vec![];
        for entry in kept {
            let Some(walk) = self.ledger.walks.get(&entry.id).filter(|walk| walk.shown) else { continue };
            let (low, high, uncertain) = entry.time;
            self.checked.add(Check::Times, u64::from(!uncertain), u64::from(uncertain));
            if !uncertain && !(low - slack..=high + slack).contains(&walk.at) {
                wrong.push(format!("{} at {} is said to be {low} to {high}", entry.id, walk.at));
            }
        }
        if let Some(first) = wrong.first().cloned() {
            self.violate("time", format!("{} entries, the first: {first}", wrong.len()));
        }
    }

    /// I4, I6, I7 for the office: what it was told to count counts, slip by slip, once; its feeds have no forks, whatever
    /// database the server began with.
    async fn check_office(&mut self, kept: &[Kept], state: &State) -> Result<()> {
        self.checked.add(Check::Slips, u64::try_from(self.clerk.slips())?, 0);
        for (slip, missing) in self.wrong_slips().await? {
            self.violate("I7", format!("slip {slip} of the office counts {missing} people too few at the end"));
        }
        let quarantined =
            |id: &EntryId| state.entries.get(id).is_some_and(|judged| judged.standing == Standing::Quarantined);
        if let Some(id) = self.clerk.told.iter().find(|id| quarantined(id)).copied() {
            self.violate(
                "I7",
                format!("count {id} of the office was there before the office ended, and does not count"),
            );
        }
        let mut places = BTreeMap::new();
        for entry in kept {
            let other = places.insert((entry.feed, entry.seq), entry.id);
            let own = self.ledger.walks.get(&entry.id).is_some_and(|walk| walk.device == OFFICE);
            if own && other.is_some() {
                self.violate("I7", format!("the office wrote place {} of feed {} twice", entry.seq, entry.feed));
            }
        }
        Ok(())
    }

    /// I4: everything once more changes nothing.
    async fn check_repeats(&mut self) -> Result<()> {
        let digest = format!("/events/{}/state-digest", self.server.event);
        let before = self.server.admin(Method::GET, &digest, &Value::Null).await?;
        let people = self.occupancy().await?["total"].clone();
        // By whoever is signed in: what entries are believed for is in them.
        let (token, uploads) = {
            let net = self.ether.net();
            (net.token.clone(), net.uploads.clone())
        };
        for mut request in uploads {
            request.have.clear();
            let body = Some((MEDIA_TYPE, encode(&request)));
            let call = Call { method: Method::POST, path: path::LOGS.into(), token: token.clone(), body };
            let status = self.ether.deliver(call).await.map_or(0, |answer| answer.status);
            // Nobody is left who could sign in.
            let applies = !self.in_use().is_empty();
            if self.applies(Check::Repeats, applies) && status != 200 {
                self.violate("I4", format!("an upload that was taken before is answered with {status} now"));
            }
        }
        self.repeat_slips().await?;
        let after = self.server.admin(Method::GET, &digest, &Value::Null).await?;
        let again = self.occupancy().await?["total"].clone();
        if before["digest"] != after["digest"] || people["counted"] != again["counted"] {
            self.violate("I4", format!("sent again: {before} {people} became {after} {again}"));
        }
        Ok(())
    }
}
