//! The invariants of docs/PROTOCOL.md that are looked at while the evening runs.

use std::collections::BTreeSet;

use anyhow::{Context, Result};
use axum::http::Method;
use rusqlite::OptionalExtension as _;
use serde_json::Value;
use shared::entry::{Action, Entry};
use shared::ids::{EntryId, FeedId, ManifestDigest, ZoneId};
use sync_server::store::TruthStore as _;

use crate::checked::Check;
use crate::device::{Device, Stored};
use crate::ledger::Walk;
use crate::world::World;

/// An entry as the server's database holds it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its feed.
    pub feed: FeedId,
    /// Its place there.
    pub seq: u64,
    /// Its id.
    pub id: EntryId,
    /// Exact bytes.
    pub bytes: Vec<u8>,
    /// When it happened, as the server computed it: from, to, and whether that is uncertain.
    pub time: (i64, i64, bool),
    /// It counts.
    pub trusted: bool,
}

impl World {
    /// The version of the manifest in force at the server.
    pub async fn published_version(&self) -> Option<u64> {
        let path = format!("/events/{}/stats", self.server.event);
        self.server.admin(Method::GET, &path, &Value::Null).await.ok()?["manifest"]["version"].as_u64()
    }

    /// I1, after a start: what a screen showed is there. And what nobody saw, but is there, is taken into the truth: door
    /// people look into the scanner's log.
    pub fn check_shown(&mut self, number: usize) -> Result<()> {
        let stored = match self.devices[number].stored() {
            Ok(stored) => stored,
            Err(error) if self.devices[number].spoiled => {
                self.applies(Check::Shown, false);
                self.say(format!("unreadable: {error}"));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let held: BTreeSet<EntryId> = stored.iter().map(|entry| entry.id).collect();
        if self.applies(Check::Shown, self.devices[number].excuse.is_none()) {
            let missing: Vec<String> = self
                .ledger
                .walks
                .iter()
                .filter(|(_, walk)| walk.device == number)
                .flat_map(|(id, walk)| [Some((id, walk.seq)), walk.undone.as_ref().map(|undo| (undo, walk.seq))])
                .flatten()
                .filter(|(id, _)| !held.contains(*id))
                .map(|(id, seq)| format!("{id} (seq {seq}, or its undo)"))
                .collect();
            if !missing.is_empty() {
                let name = self.devices[number].name.clone();
                self.violate("I1", format!("{name} showed yes and lost {}", missing.join(", ")));
            }
        }
        let new = |entry: &&Stored| entry.own && !self.ledger.walks.contains_key(&entry.id);
        let unseen: Vec<Vec<u8>> = stored.iter().filter(new).map(|entry| entry.bytes.clone()).collect();
        for bytes in unseen {
            self.take_in(number, &bytes)?;
        }
        self.doubts.remove(&number);
        Ok(())
    }

    /// An entry that moves people and that nobody saw written: right after a crash that is a scan whose answer was not
    /// shown. At any other time nobody asked for it.
    fn take_in(&mut self, number: usize, bytes: &[u8]) -> Result<()> {
        let entry = Entry::read(bytes).context("an entry of our own is readable")?;
        if let Action::Undo { target, .. } = &entry.action {
            if let Some(walk) = self.ledger.walks.get_mut(target) {
                walk.undone.get_or_insert(entry.id);
            }
            return Ok(());
        }
        let Some(movement) = entry.movement() else { return Ok(()) };
        let doubts = self.doubts.entry(number).or_default();
        let found = doubts.iter().position(|ticket| *ticket == entry.ticket() || entry.ticket().is_none());
        if let Some(at) = found {
            doubts.remove(at);
        } else {
            if self.devices[number].excuse.is_none() {
                let name = self.devices[number].name.clone();
                self.violate("I1", format!("{name} holds entry {} that nobody asked for", entry.id));
            }
            return Ok(());
        }
        let walk = Walk {
            device: number,
            feed: entry.raw.feed,
            seq: entry.raw.seq,
            gate: entry.raw.gate.unwrap_or_default(),
            bodies: movement.bodies,
            at: 0,
            ticket: entry.ticket(),
            undone: None,
            shown: false,
            overridden: true,
            confirmed: false,
        };
        let name = self.devices[number].name.clone();
        self.say(format!("{name} holds seq {} that nobody saw: they walked in", walk.seq));
        self.ledger.walks.insert(entry.id, walk);
        Ok(())
    }

    /// All entries of the server's database.
    pub fn kept(&self) -> Result<Vec<Kept>> {
        self.kept_where("1")
    }

    /// Those of its entries that a condition holds for.
    pub fn kept_where(&self, condition: &str) -> Result<Vec<Kept>> {
        let sql = "SELECT f.feed, e.seq, e.entry_id, e.bytes, e.lo, e.hi, e.uncertain, e.standing FROM entries e \
                   JOIN feeds f ON f.id = e.feed WHERE";
        let sql = format!("{sql} {condition} ORDER BY f.feed, e.seq, e.branch");
        let row = |row: &rusqlite::Row<'_>| {
            Ok(Kept {
                feed: FeedId(row.get(0)?),
                seq: row.get::<_, i64>(1)?.unsigned_abs(),
                id: EntryId(row.get(2)?),
                bytes: row.get(3)?,
                time: (row.get(4)?, row.get(5)?, row.get(6)?),
                trusted: row.get::<_, i64>(7)? < 2,
            })
        };
        self.server.look(|conn| Ok(conn.prepare(&sql)?.query_map([], row)?.collect::<Result<_, _>>()?))
    }

    /// I2: what was acknowledged is there.
    pub fn check_acknowledged(&mut self) -> Result<()> {
        let kept = self.kept()?;
        let held: BTreeSet<(FeedId, u64)> = kept.iter().map(|entry| (entry.feed, entry.seq)).collect();
        let ids: BTreeSet<EntryId> = kept.iter().map(|entry| entry.id).collect();
        let acked = self.ether.net().acked.clone();
        let many = acked.len() + self.clerk.told.len();
        self.checked.add(Check::Acknowledged, u64::try_from(many)?, 0);
        for (feed, (contiguous, id)) in acked {
            let gap = (1..=contiguous).find(|seq| !held.contains(&(feed, *seq)));
            if gap.is_some() || !ids.contains(&id) {
                self.violate("I2", format!("acknowledged {feed} up to {contiguous}, but {gap:?} is not there"));
            }
        }
        if let Some(id) = self.clerk.told.iter().find(|id| !ids.contains(id)).copied() {
            self.violate("I2", format!("count {id} of the office was answered, but is not there"));
        }
        Ok(())
    }

    /// While the evening runs: I3 (kept = rebuilt), I5 (versions rise), I7 (the range holds the truth).
    pub async fn look(&mut self) -> Result<()> {
        for number in 0..self.devices.len() {
            self.look_at_list(number).await;
        }
        if self.server.is_up() && !self.server.disk.is_armed() {
            self.note_published();
            self.see_counts(false)?;
            self.check_acknowledged()?;
            self.check_rebuilt().await?;
            self.check_arrived().await?;
            if self.applies(Check::Range, self.all_reported()) {
                self.check_range().await?;
            }
        }
        self.say("looked");
        Ok(())
    }

    /// I5: no number is used for two lists, whatever the server has forgotten.
    pub fn note_published(&mut self) {
        let Ok(Some((version, digest))) = self.in_force() else { return };
        let other = *self.published.entry(version).or_insert(digest) != digest;
        if self.applies(Check::ListOnce, !self.loot.doubled_lists.contains(&version)) && other {
            self.violate("I5", format!("the server has two lists {version}"));
        }
    }

    /// Version and digest of the list in force at the server.
    pub fn in_force(&self) -> Result<Option<(u64, ManifestDigest)>> {
        let sql = "SELECT version, header FROM manifests";
        let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, Vec<u8>>(1)?));
        let found = self.server.look(|conn| Ok(conn.query_row(sql, [], row).optional()?))?;
        Ok(found.map(|(version, header)| (version, shared::manifest::digest(&header))))
    }

    /// I5: the version in force on a scanner never falls.
    pub async fn look_at_list(&mut self, number: usize) {
        let device = &self.devices[number];
        if !device.is_up() {
            return;
        }
        let Ok(status) = device.ask(scanner::engine::Engine::status).await else { return };
        let version = status.manifests.first().map_or(0, |list| list.version);
        let (name, before) = (device.name.clone(), device.version);
        let digest = status.manifests.first().map(|list| list.digest);
        let another = digest != device.digest && device.digest.is_some();
        if self.applies(Check::ListRises, self.devices[number].excuse.is_none()) {
            if version < before {
                self.violate("I5", format!("{name} went back from list {before} to {version}"));
            }
            if version == before && another {
                self.violate("I5", format!("{name} took another list {version} in place of the one it had"));
            }
        }
        if digest.is_some_and(|digest| self.loot.forged_lists.contains(&(version, digest))) {
            self.violate("I5", format!("{name} took list {version}, which is forged"));
        }
        self.devices[number].version = version;
        self.devices[number].digest = digest;
    }

    /// I3: what the server keeps step by step is what a rebuild from the entries gives.
    pub async fn check_rebuilt(&mut self) -> Result<()> {
        self.applies(Check::Rebuilt, true);
        let verified = self.server.store()?.verify(self.server.organization).await?;
        if !verified.differences.is_empty() {
            self.violate("I3", format!("kept and rebuilt differ: {:?}", verified.differences));
        }
        Ok(())
    }

    /// Whether everybody has told what happened at their door, and nothing was lost.
    fn all_reported(&self) -> bool {
        let said = |device: &Device| !device.unsaid && !device.gone && device.revoked.is_none();
        let sent = self.gadget.as_ref().is_none_or(|gadget| gadget.sent == gadget.len());
        let seen = !self.clerk.is_in_doubt() && self.doubts.values().all(Vec::is_empty);
        let honest = self.devices.iter().all(|device| said(device) && device.excuse.is_none());
        honest && sent && seen && self.restored.is_none()
    }

    /// I7 after a round: now everything may be reported.
    pub async fn look_at_range(&mut self) -> Result<()> {
        if self.all_reported() && self.server_is_well() {
            self.applies(Check::Range, true);
            self.check_range().await?;
        }
        Ok(())
    }

    /// I7 whatever is missing: of what has arrived and is believed everything counts, once.
    async fn check_arrived(&mut self) -> Result<()> {
        let believed: Vec<Kept> = self.kept()?.into_iter().filter(|entry| entry.trusted).collect();
        let walks = &self.ledger.walks;
        let known = |entry: &Kept| match Entry::read(&entry.bytes).map(|read| (read.movement().is_some(), read.action))
        {
            Ok((true, _)) => walks.contains_key(&entry.id),
            Ok((_, Action::Undo { target, .. })) => walks.get(&target).is_none_or(|walk| walk.undone.is_some()),
            _ => true,
        };
        let all_known = believed.iter().all(known);
        if !self.applies(Check::Arrived, all_known) {
            return Ok(());
        }
        let believed: BTreeSet<EntryId> = believed.into_iter().map(|entry| entry.id).collect();
        let truth: i64 = self.ledger.zones(|id| believed.contains(id)).values().sum();
        let counted = self.occupancy().await?["total"]["counted"].as_i64();
        if counted != Some(truth) {
            self.violate("I7", format!("{truth} people came in by what has arrived, the server counts {counted:?}"));
        }
        Ok(())
    }

    /// I7: the range of the venue holds the truth.
    async fn check_range(&mut self) -> Result<()> {
        let truth = self.ledger.zones(|_| true);
        let truth: i64 = truth.values().sum();
        let answer = self.occupancy().await?;
        let number = |name: &str| answer["total"][name].as_i64().unwrap_or(i64::MIN);
        let (low, counted, high) = (number("low"), number("counted"), number("high"));
        if counted != truth || low > truth || high < truth {
            self.violate("I7", format!("{truth} people are inside, the server says {counted} ({low} to {high})"));
        }
        Ok(())
    }

    /// The server's occupancy.
    pub async fn occupancy(&self) -> Result<Value> {
        self.server.admin(Method::GET, &format!("/events/{}/occupancy", self.server.event), &Value::Null).await
    }

    /// People by zone, as the server says.
    pub fn zones_of(answer: &Value) -> Vec<(ZoneId, i64)> {
        let zones = answer["zones"].as_array().cloned().unwrap_or_default();
        let one = |zone: &Value| {
            let id = zone["zone"].as_u64().and_then(|id| u32::try_from(id).ok()).unwrap_or(u32::MAX);
            (ZoneId(id), zone["people"]["counted"].as_i64().unwrap_or(i64::MIN))
        };
        zones.iter().map(one).collect()
    }
}
