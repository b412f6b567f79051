//! The office: somebody counts people without tickets at the server, on slips of paper first, while everything around it
//! goes wrong. A slip is a truth about people; what the log makes of it is checked slip by slip.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use axum::http::Method;
use serde_json::{Value, json};
use shared::entry::{Entry, RawEntry, kind};
use shared::ids::{EntryId, FeedId, GateId, ScannerId, to_hex};

use crate::checked::Check;
use crate::checks::Kept;
use crate::dice::Dice;
use crate::disk::Plan;
use crate::faults::Fault;
use crate::ledger::Walk;
use crate::people::MINUTE;
use crate::server::Call;
use crate::world::{Event, World};

/// The office among those that let people pass.
pub const OFFICE: usize = usize::MAX - 1;

/// People somebody counted by hand, on paper.
#[derive(Debug, Clone)]
pub struct Slip {
    /// Sent again under the same one, it counts once.
    request: String,
    gate: GateId,
    people: i64,
    /// Which slip this one puts right; itself if it is none of those.
    rights: usize,
    /// Its entries, as far as they are known: one, unless the server was set back.
    entries: Vec<EntryId>,
    /// It was sent, and nobody knows what became of it.
    in_doubt: bool,
    sent_at: i64,
}

/// Somebody at the office.
#[derive(Debug)]
pub struct Clerk {
    dice: Dice,
    slips: Vec<Slip>,
    /// Slips whose request the server's database has counted.
    pub known: BTreeSet<usize>,
    /// Entries the clerk was told of by that database.
    pub told: BTreeSet<EntryId>,
    /// Entries that a set-back server has forgotten, and the scanners that held each by then.
    pub forgotten: BTreeMap<EntryId, BTreeSet<usize>>,
    /// Whose the office's feeds are.
    pub feeds: BTreeMap<FeedId, ScannerId>,
    /// After the next count the server is set back to a backup from before it.
    pub set_back_next: bool,
    /// Nothing goes wrong any more.
    pub calm: bool,
}

/// What goes wrong with one sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mishap {
    None,
    /// On the way.
    Way(Fault),
    /// With the server's disk.
    Disk(Fault),
}

impl Clerk {
    /// With dice of their own.
    pub fn new(seed: u64) -> Self {
        let (known, told) = (BTreeSet::new(), BTreeSet::new());
        let (forgotten, feeds) = (BTreeMap::new(), BTreeMap::new());
        let dice = Dice::new(seed, "office");
        Self { dice, slips: vec![], known, told, forgotten, feeds, set_back_next: false, calm: false }
    }

    /// Whether somebody waits for an answer about people who are in.
    pub fn is_in_doubt(&self) -> bool {
        self.slips.iter().any(|slip| slip.in_doubt)
    }

    /// How many slips were written.
    pub fn slips(&self) -> usize {
        self.slips.len()
    }

    fn write_slip(&mut self, gate: GateId, people: i64, rights: Option<usize>) -> usize {
        let mut request = [0; 16];
        self.dice.fill(&mut request);
        let (number, request) = (self.slips.len(), to_hex(&request));
        let rights = rights.unwrap_or(number);
        self.slips.push(Slip { request, gate, people, rights, entries: vec![], in_doubt: false, sent_at: 0 });
        number
    }

    /// What an entry says it is about; every count at the office names its slip.
    fn slip_of(&self, raw: &RawEntry) -> Option<usize> {
        let number: usize = raw.reason.as_deref()?.strip_prefix("slip ")?.parse().ok()?;
        let slip = self.slips.get(number)?;
        (raw.kind == kind::COUNT && raw.gate == Some(slip.gate) && raw.bodies == Some(slip.people)).then_some(number)
    }
}

impl World {
    /// Somebody counts, and hands it in.
    pub async fn count_at_office(&mut self) -> Result<()> {
        let dice = &mut self.clerk.dice;
        let gate = GateId(u32::try_from(dice.between(1, 3))?);
        let people = dice.between(1, 6) * if dice.one_in(4) { -1 } else { 1 };
        let slip = self.clerk.write_slip(gate, people, None);
        self.say(format!("office: slip {slip}, {people} at gate {gate}"));
        self.hand_in(slip).await
    }

    fn slip_call(&self, slip: usize) -> Call {
        let Slip { request, gate, people, .. } = &self.clerk.slips[slip];
        let reason = format!("slip {slip}");
        let body = json!({ "request": request, "gate": gate, "people": people, "reason": reason });
        self.server.call(Method::POST, &format!("/events/{}/counts", self.server.event), &body)
    }

    /// What goes wrong this time; switched off, it does not.
    fn mishap(&mut self) -> Mishap {
        let mishap = match self.clerk.dice.below(20) {
            0..=3 => Mishap::Way(Fault::OfficeCrash),
            4..=7 => Mishap::Way(Fault::OfficeAnswerLost),
            8..=11 => Mishap::Way(Fault::OfficeTwice),
            12 | 13 => Mishap::Disk(Fault::Crash),
            14 => Mishap::Disk(Fault::IoError),
            15 => Mishap::Disk(Fault::DiskFull),
            16 => Mishap::Disk(Fault::Busy),
            17 => Mishap::Disk(Fault::ShortRead),
            _ => Mishap::None,
        };
        match mishap {
            _ if self.clerk.calm => Mishap::None,
            Mishap::Way(fault) | Mishap::Disk(fault) if !self.setting.faults.has(fault) => Mishap::None,
            Mishap::Disk(_) if self.server.disk.is_armed() => Mishap::None,
            mishap => mishap,
        }
    }

    fn arm_for_count(&mut self, fault: Fault) {
        let n = 1 + self.clerk.dice.below(60);
        let mut plan = Plan::default();
        match fault {
            Fault::Crash => plan.crash_in = Some(n),
            Fault::IoError => plan.io_error_in = Some(n),
            Fault::DiskFull => plan.full_in = Some(1 + n / 8),
            Fault::Busy => plan.busy = u32::MAX,
            _ => plan.short_read_in = Some(1 + n / 20),
        }
        self.server.disk.arm(plan);
    }

    /// Sends a slip, as often as it takes until an answer came.
    pub async fn hand_in(&mut self, slip: usize) -> Result<()> {
        let again = self.clerk.dice.between(5_000, 3 * MINUTE);
        if !self.server.is_up() {
            self.after(again, Event::HandIn { slip });
            return Ok(());
        }
        let mishap = self.mishap();
        if let Mishap::Disk(fault) = mishap {
            self.arm_for_count(fault);
        }
        (self.clerk.slips[slip].in_doubt, self.clerk.slips[slip].sent_at) = (true, self.time.now());
        let (call, known) = (self.slip_call(slip), self.clerk.slips[slip].entries.len());
        let answer = self.server.ask(call).await?;
        if self.server.disk.is_dead() {
            self.say(format!("office: the server died over slip {slip}"));
            self.after(again, Event::HandIn { slip });
            return Ok(());
        }
        if let Mishap::Disk(_) = mishap {
            self.server.disk.arm(Plan::default());
        }
        self.see_counts(true)?;
        if answer.status != 201 {
            self.say(format!("office: slip {slip} was answered with {}", answer.status));
            if answer.status < 500 {
                let text = String::from_utf8_lossy(&answer.bytes).into_owned();
                self.violate("I8", format!("a count at the office was refused: {text}"));
            }
            self.after(again, Event::HandIn { slip });
            return Ok(());
        }
        let counted_now = self.clerk.slips[slip].entries.len() > known;
        match mishap {
            Mishap::Way(Fault::OfficeCrash) if counted_now => {
                self.tally.add(Fault::OfficeCrash, 1);
                self.server_dies();
            }
            Mishap::Way(Fault::OfficeAnswerLost) => self.tally.add(Fault::OfficeAnswerLost, 1),
            _ => {
                if mishap == Mishap::Way(Fault::OfficeTwice) {
                    let late = self.clerk.dice.between(1, 15 * MINUTE);
                    self.after(late, Event::HandInTwice { slip });
                }
                self.hear_count(slip, &answer.bytes)?;
                return self.set_back_after_count();
            }
        }
        self.say(format!("office: the answer to slip {slip} never came"));
        self.after(again, Event::HandIn { slip });
        Ok(())
    }

    fn hear_count(&mut self, slip: usize, answer: &[u8]) -> Result<()> {
        let body: Value = serde_json::from_slice(answer).context("a count's answer")?;
        let id: EntryId = body["id"].as_str().context("a count's entry")?.parse()?;
        self.clerk.slips[slip].in_doubt = false;
        self.clerk.told.insert(id);
        if !self.clerk.slips[slip].entries.contains(&id) {
            self.violate("I4", format!("the answer to slip {slip} names entry {id}, which is another one"));
        }
        self.say(format!("office: slip {slip} is entry {id}"));
        Ok(())
    }

    /// A copy of a request arrives. Nobody hears the answer, which must be what it was.
    pub async fn hand_in_twice(&mut self, slip: usize) -> Result<()> {
        if self.server_is_well() && self.clerk.known.contains(&slip) {
            let answer = self.server.ask(self.slip_call(slip)).await?;
            self.say(format!("office: slip {slip} arrives again ({})", answer.status));
            self.tally.add(Fault::OfficeTwice, u64::from(answer.status == 201));
            self.see_counts(true)?;
            if answer.status == 201 {
                self.hear_count(slip, &answer.bytes)?;
            }
        }
        Ok(())
    }

    /// Takes into the truth what the office's slips became in the server's log; right after a start (`seen` is false)
    /// nobody knows exactly when. One slip is one entry, unless the server forgot the first.
    pub fn see_counts(&mut self, seen: bool) -> Result<()> {
        // Counts, and the beginnings of feeds.
        let kept = self.kept_where("e.kind = 5 OR e.seq = 1")?;
        for entry in &kept {
            if self.ledger.walks.contains_key(&entry.id) {
                continue;
            }
            let Ok(read) = Entry::read(&entry.bytes) else { continue };
            let Some(number) = self.clerk.slip_of(&read.raw) else { continue };
            if let Some(owner) = owner(&kept, entry.feed) {
                self.clerk.feeds.insert(entry.feed, owner);
            }
            let twice = !self.clerk.known.insert(number);
            let slip = &mut self.clerk.slips[number];
            slip.entries.push(entry.id);
            let walk = Walk {
                device: OFFICE,
                feed: entry.feed,
                seq: entry.seq,
                gate: slip.gate,
                bodies: slip.people,
                at: slip.sent_at,
                ticket: None,
                undone: None,
                shown: seen,
                overridden: true,
                confirmed: false,
            };
            self.ledger.walks.insert(entry.id, walk);
            if twice {
                self.violate("I4", format!("slip {number} of the office was sent again and counts twice"));
            }
        }
        Ok(())
    }

    /// The server was set back to what it holds now. Counts that are not in it live on with the scanners that hold them;
    /// those that nobody holds are gone, until whoever counted sees that in the list and counts them again.
    pub fn forget_counts(&mut self, known: BTreeSet<usize>) -> Result<()> {
        self.clerk.known = known;
        self.see_counts(false)?;
        let left: BTreeSet<EntryId> = self.kept()?.iter().map(|entry| entry.id).collect();
        let mut held: BTreeMap<EntryId, BTreeSet<usize>> = BTreeMap::new();
        for device in self.devices.iter().filter(|device| !device.gone) {
            for entry in device.stored().unwrap_or_default() {
                held.entry(entry.id).or_default().insert(device.number);
            }
        }
        let lost = self.ledger.walks.iter().filter(|(id, walk)| walk.device == OFFICE && !left.contains(*id));
        self.clerk.forgotten = lost.map(|(id, _)| (*id, held.remove(id).unwrap_or_default())).collect();
        self.clerk.told.retain(|id| left.contains(id));
        let many = u64::try_from(self.clerk.forgotten.len())?;
        if many > 0 {
            self.say(format!("office: the server has forgotten {many} counts"));
            self.after(10 * MINUTE, Event::Recount);
        }
        Ok(())
    }

    /// Whether nobody is left who could give back a count that is not there.
    pub fn is_lost_count(&self, id: &EntryId) -> bool {
        let able = |number: &usize| {
            let device = self.devices.get(*number);
            device.is_some_and(|device| !device.gone && device.excuse.is_none() && device.revoked.is_none())
        };
        self.clerk.forgotten.get(id).is_some_and(|held| !held.iter().any(able))
    }

    fn set_back_after_count(&mut self) -> Result<()> {
        if !self.clerk.set_back_next || !self.server_is_well() {
            return Ok(());
        }
        let Some(backup) = self.backups.iter().rev().find(|backup| backup.made > self.rotated).cloned() else {
            return Ok(());
        };
        self.clerk.set_back_next = false;
        let by_hand = self.may_go_back_by_hand() && self.clerk.dice.one_in(2);
        self.go_back_to(&backup, by_hand)?;
        self.tally.add(Fault::OfficeSetBack, 1);
        let ago = (self.time.now() - backup.made) / MINUTE;
        self.say(format!("the server is set back by {ago} min, right after a count, by hand: {by_hand}"));
        Ok(())
    }

    /// By slip, how many people the server counts for it.
    async fn counted_by_slip(&self) -> Result<BTreeMap<usize, i64>> {
        let path = format!("/events/{}/counts", self.server.event);
        let list = self.server.admin(Method::GET, &path, &Value::Null).await?;
        let mut sums = BTreeMap::new();
        for count in list["counts"].as_array().context("the list of counts")? {
            let number = count["reason"].as_str().and_then(|reason| reason.strip_prefix("slip ")?.parse().ok());
            let Some(slip) = number.and_then(|number: usize| self.clerk.slips.get(number)) else { continue };
            let people = if count["counted"] == true { count["people"].as_i64().unwrap_or(0) } else { 0 };
            *sums.entry(slip.rights).or_insert(0) += people;
        }
        Ok(sums)
    }

    /// Whoever counted looks into the list after a restore, and hands in again what is not there.
    pub async fn recount(&mut self) -> Result<()> {
        if !self.server_is_well() {
            self.after(2 * MINUTE, Event::Recount);
            return Ok(());
        }
        let Ok(sums) = self.counted_by_slip().await else { return Ok(()) };
        for slip in 0..self.clerk.slips.len() {
            let Slip { rights, in_doubt, .. } = self.clerk.slips[slip];
            if !in_doubt && rights == slip && !sums.contains_key(&slip) {
                self.say(format!("office: slip {slip} is not in the list any more"));
                self.hand_in(slip).await?;
            }
        }
        Ok(())
    }

    /// At the end of the evening everything is handed in, and whoever counted compares slips and list. Only a set-back
    /// server, or an office that ended, can have made more or less of a slip than stands on it: that is put right.
    pub async fn settle_slips(&mut self) -> Result<()> {
        for slip in 0..self.clerk.slips.len() {
            if self.clerk.slips[slip].in_doubt {
                self.hand_in(slip).await?;
            }
        }
        let unaided = self.applies(Check::Unaided, self.restored.is_none());
        for (slip, missing) in self.wrong_slips().await? {
            // A scanner whose disk lies may take another's entry for its own, and undo it.
            let mut entries = self.clerk.slips[slip].entries.iter().filter_map(|id| self.ledger.walks.get(id));
            if unaided && !entries.any(|walk| walk.undone.is_some()) {
                self.violate("I7", format!("slip {slip} of the office counts {missing} people too few"));
            }
            let right = self.clerk.write_slip(self.clerk.slips[slip].gate, missing, Some(slip));
            self.say(format!("office: slip {slip} lacks {missing}, slip {right} puts it right"));
            self.hand_in(right).await?;
        }
        Ok(())
    }

    /// Slips of which the server does not count what stands on them, with how many people are missing.
    pub async fn wrong_slips(&self) -> Result<Vec<(usize, i64)>> {
        let sums = self.counted_by_slip().await?;
        let slips = self.clerk.slips.iter().enumerate().filter(|(number, slip)| slip.rights == *number);
        let missing = slips.map(|(number, slip)| (number, slip.people - sums.get(&number).copied().unwrap_or(0)));
        Ok(missing.filter(|(_, missing)| *missing != 0).collect())
    }

    /// Sends every slip once more whose request the server knows; the log must not change.
    pub async fn repeat_slips(&mut self) -> Result<()> {
        for slip in 0..self.clerk.slips.len() {
            if self.clerk.known.contains(&slip) {
                self.applies(Check::CountRepeats, true);
                let answer = self.server.ask(self.slip_call(slip)).await?;
                if answer.status != 201 {
                    self.violate("I4", format!("slip {slip}, sent once more, was answered with {}", answer.status));
                }
            }
        }
        Ok(())
    }
}

/// Whose a feed is, as its first entry says.
fn owner(kept: &[Kept], feed: FeedId) -> Option<ScannerId> {
    let first = kept.iter().find(|entry| entry.feed == feed && entry.seq == 1)?;
    Entry::read(&first.bytes).ok()?.raw.scanner
}
