//! One simulated evening: its machines, its people, its schedule. Events happen one after the other; each is carried out
//! wholly before the next, except that a round with the server stands still while its messages travel.

mod opening;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use shared::hash::Hasher;
use shared::ids::{ManifestDigest, TicketKey, to_hex};
use tempfile::TempDir;

use crate::checked::{Check, Checked};
use crate::clock::TrueTime;
use crate::device::Device;
use crate::dice::Dice;
use crate::disk::{Disk, shelf};
use crate::faults::{Fault, Faults, Tally};
use crate::gadget::Gadget;
use crate::ledger::Ledger;
use crate::mischief::Mischief;
use crate::office::Clerk;
use crate::people::{MINUTE, Person};
use crate::server::Server;
use crate::thefts::Loot;
use crate::wire::Ether;
use opening::{make_device, make_server};

/// An ordinary evening opens its doors at 2027-05-01 18:00 UTC.
const ORDINARY_MS: i64 = 1_809_194_400_000;
/// The one on which 32-bit seconds end: 2038-01-19 03:14:08 UTC is in its middle.
const Y2038_MS: i64 = 2_147_483_648_000 - 60 * MINUTE;
/// How long doors are open (ms).
pub const EVENING: i64 = 140 * MINUTE;

/// What is to be simulated.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Chooses everything.
    pub seed: u64,
    /// What may go wrong.
    pub faults: Faults,
    /// Only these people come; `None`: all.
    pub people: Option<Vec<usize>>,
}

/// An invariant of docs/PROTOCOL.md that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Its name: `I1` … `I8`, or `verdict`.
    pub invariant: &'static str,
    /// What was found.
    pub what: String,
}

/// Something on the schedule.
#[derive(Debug, Clone)]
pub enum Event {
    /// Somebody comes to a door; how often they were sent back to wait.
    Visit { person: usize, visit: usize, tries: u32 },
    /// The same code is scanned once more.
    Again { device: usize, person: usize, visit: usize },
    /// A scanner begins a round with the server.
    Round { device: usize },
    /// A round goes on.
    Resume { device: usize, life: u64 },
    /// A scanner's program starts.
    Start { device: usize },
    /// The same, without the machine having been off.
    Restart { device: usize },
    /// A sleeping scanner wakes.
    Wake { device: usize },
    /// The server starts.
    StartServer,
    /// A message arrives late, or once more.
    Late,
    /// The server's checkpoint runs.
    Checkpoint,
    /// Administrators change a ticket and publish.
    Administer,
    /// A supervisor undoes or counts.
    Supervise,
    /// Somebody counts at the office.
    Count,
    /// They send a slip, once more if need be.
    HandIn { slip: usize },
    /// A copy of that request arrives.
    HandInTwice { slip: usize },
    /// They look whether all slips are in the list.
    Recount,
    /// The networks of all scanners are well again, and all begin a round.
    Return,
    /// Something goes wrong.
    Strike(Mischief),
    /// The network of a scanner is well again.
    Calm { device: usize },
    /// Invariants are looked at.
    Look,
}

/// What is to happen.
#[derive(Debug, Default)]
struct Schedule {
    /// By time, and by when it was put there.
    events: BTreeMap<(i64, u64), Event>,
    /// How many were ever put there.
    put: u64,
    /// When the first and the last event happened.
    span: Option<(i64, i64)>,
}

/// A ticket of the evening.
#[derive(Debug, Clone)]
pub struct TicketFacts {
    /// What devices know it by.
    pub key: TicketKey,
    /// The code's text.
    pub text: String,
    /// The one before, and since which manifest version it is refused (unknown: its list was held back or lost).
    pub outdated: Option<(String, Option<u64>)>,
    /// People it admits.
    pub admits: u32,
    /// Since which manifest version it is refused: canceled or blocked.
    pub refused_from: Option<u64>,
}

/// A backup of the server.
#[derive(Debug, Clone)]
pub struct Backup {
    /// When it was made.
    pub made: i64,
    /// Its disk.
    pub image: crate::disk::Image,
    /// Slips of the office whose requests its database has counted.
    pub slips: BTreeSet<usize>,
}

/// One evening.
pub struct World {
    /// What was asked for.
    pub setting: Setting,
    /// True time.
    pub time: TrueTime,
    /// When doors open.
    pub opens: i64,
    /// Re-entry is allowed.
    pub reentry: bool,
    /// Somebody signed a list that says the opposite of that: who has it follows it.
    pub reentry_disputed: bool,
    /// The network.
    pub ether: Arc<Ether>,
    /// The server.
    pub server: Server,
    /// Its backups.
    pub backups: Vec<Backup>,
    /// Somebody at the office.
    pub clerk: Clerk,
    /// The scanners.
    pub devices: Vec<Device>,
    /// A scanner of another version that writes its feed by its own rules.
    pub gadget: Option<Gadget>,
    /// The people.
    pub people: Vec<Person>,
    /// Whether each person's party is inside a zone: (venue, lounge).
    pub inside: Vec<(bool, bool)>,
    /// Everything the organization signs with, as a thief would have it.
    pub keys: Vec<sync_server::keys::StoredKey>,
    /// Whose disk says that it synced and does not.
    pub lying: Vec<bool>,
    /// The tickets.
    pub tickets: Vec<TicketFacts>,
    /// Every list the server ever had in force, also before it was set back.
    pub published: BTreeMap<u64, ManifestDigest>,
    /// Since when the server's process runs.
    pub server_since: i64,
    /// The ground truth.
    pub ledger: Ledger,
    /// Scans whose outcome nobody saw: by scanner, the tickets.
    pub doubts: BTreeMap<usize, Vec<Option<TicketKey>>>,
    /// Dice for everything that has none of its own.
    pub dice: Dice,
    /// What happened.
    pub tally: Tally,
    /// What was checked.
    pub checked: Checked,
    /// Invariants that did not hold.
    pub violations: Vec<Violation>,
    /// The story so far.
    pub lines: Vec<String>,
    /// When the server last lost something it had acknowledged, by being restored.
    pub restored: Option<i64>,
    /// When the keys were last rotated.
    pub rotated: i64,
    /// Entries of scanners that were revoked which had arrived by then, with when that was.
    pub arrived_before_cut: Vec<(i64, shared::ids::EntryId)>,
    /// What thieves have and did.
    pub loot: Loot,
    /// A scanner that is to be revoked as soon as its entries are on their way.
    pub race: Option<usize>,
    /// Rises whenever a scanner's program ends: what was planned for it before is void.
    pub lives: Vec<u64>,
    /// A [`Event::Late`] is on the schedule.
    pub late_is_scheduled: bool,
    schedule: Schedule,
    trace: Hasher,
    folders: Vec<String>,
    _folder: TempDir,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("seed", &self.setting.seed).finish_non_exhaustive()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Ok(shelf) = shelf() {
            for folder in &self.folders {
                shelf.remove(folder);
            }
        }
    }
}

impl World {
    /// Everything is set up, everybody enrolled and up to date, before doors open. Nothing goes wrong until then.
    pub async fn new(setting: Setting) -> Result<Self> {
        let shelf = shelf().map_err(|code| anyhow::anyhow!("SQLite does not take the file system: {code}"))?;
        let folder = tempfile::tempdir()?;
        let seed = setting.seed;
        let mut dice = Dice::new(seed, "world");
        let late_year = setting.faults.has(Fault::Year2038) && dice.one_in(8);
        let opens = if late_year { Y2038_MS } else { ORDINARY_MS };
        let time = TrueTime::at(opens - 60 * MINUTE);
        let (mut folders, mut devices) = (vec![], vec![]);
        let mut disk = |name: &str| -> Result<(PathBuf, Arc<Disk>)> {
            let path = folder.path().join(name);
            std::fs::create_dir(&path)?;
            let disk = Disk::new(Dice::new(seed, &format!("disk {name}")));
            let text = path.to_str().context("the temporary folder's name")?.to_owned();
            shelf.put(&text, &disk);
            folders.push(text);
            Ok((path, disk))
        };
        let (path, server_disk) = disk("server")?;
        let server = make_server(seed, path, server_disk.clone(), &time);
        let ether = Ether::new(time.clone(), server_disk, Dice::new(seed, "net"), Faults::none());
        let many = 3 + dice.index(2);
        for number in 0..many {
            let place = disk(&format!("scanner-{number}"))?;
            devices.push(make_device(seed, number, &mut dice, place, &time, &ether)?);
        }
        ether.net().make_room(many);
        let reentry = dice.one_in(2);
        let mut world = Self {
            setting,
            time,
            opens,
            reentry,
            reentry_disputed: false,
            ether,
            server,
            backups: vec![],
            clerk: Clerk::new(seed),
            devices,
            gadget: None,
            people: vec![],
            inside: vec![],
            keys: vec![],
            lying: vec![false; many],
            tickets: vec![],
            published: BTreeMap::new(),
            server_since: opens,
            ledger: Ledger::default(),
            doubts: BTreeMap::new(),
            dice,
            tally: Tally::default(),
            checked: Checked::default(),
            violations: vec![],
            lines: vec![],
            restored: None,
            rotated: 0,
            arrived_before_cut: vec![],
            loot: Loot::default(),
            race: None,
            lives: vec![0; many],
            late_is_scheduled: false,
            schedule: Schedule::default(),
            trace: Hasher::new("turnstone/sim/trace"),
            folders,
            _folder: folder,
        };
        world.tally.add(Fault::Year2038, u64::from(late_year));
        world.set_up().await?;
        Ok(world)
    }

    fn fill_schedule(&mut self) {
        for person in self.people.clone() {
            for (visit, plan) in person.visits.iter().enumerate() {
                self.at(self.opens + plan.at, Event::Visit { person: person.number, visit, tries: 0 });
            }
        }
        for device in 0..self.devices.len() {
            let first = self.dice.between(0, 5 * MINUTE);
            self.at(self.opens - 5 * MINUTE + first, Event::Round { device });
        }
        for _ in 0..6 {
            let at = self.opens + self.dice.between(0, EVENING);
            self.at(at, Event::Checkpoint);
            let at = self.opens + self.dice.between(0, EVENING);
            self.at(at, Event::Administer);
        }
        for _ in 0..4 {
            let at = self.opens + self.dice.between(10 * MINUTE, EVENING);
            self.at(at, Event::Supervise);
        }
        for _ in 0..5 {
            let at = self.opens + self.dice.between(0, EVENING);
            self.at(at, Event::Count);
        }
        for part in 1..=7 {
            self.at(self.opens + part * 20 * MINUTE, Event::Look);
        }
        self.plan_mischief();
    }

    /// Puts something on the schedule; of two at one moment the one that was put there first comes first.
    pub fn at(&mut self, ms: i64, event: Event) {
        self.schedule.put += 1;
        self.schedule.events.insert((ms.max(self.time.now()), self.schedule.put), event);
    }

    /// A little later.
    pub fn after(&mut self, ms: i64, event: Event) {
        self.at(self.time.now() + ms, event);
    }

    /// Takes the next event off the schedule and moves time to it.
    pub fn next_event(&mut self) -> Option<Event> {
        let ((at, _), event) = self.schedule.events.pop_first()?;
        self.time.move_to(at);
        let now = self.time.now();
        self.schedule.span = Some((self.schedule.span.map_or(now, |(first, _)| first), now));
        Some(event)
    }

    /// One line of the story; part of the trace.
    pub fn say(&mut self, what: impl std::fmt::Display) {
        let ms = self.time.now() - self.opens;
        let sign = if ms < 0 { '-' } else { '+' };
        let ms = ms.unsigned_abs();
        let line = format!("{sign}{:02}:{:02}.{:03} {what}", ms / 60_000, ms / 1_000 % 60, ms % 1_000);
        self.trace.update(line.as_bytes());
        self.trace.update(b"\n");
        self.lines.push(line);
    }

    /// An invariant did not hold.
    pub fn violate(&mut self, invariant: &'static str, what: impl Into<String>) {
        let what = what.into();
        self.say(format!("VIOLATION {invariant}: {what}"));
        self.violations.push(Violation { invariant, what });
    }

    /// The digest of the story so far.
    pub fn trace_digest(&self) -> String {
        to_hex(&self.trace.clone().finish())
    }

    /// How much time was simulated (ms): from the first event of the evening to the last. What is set up before and compared
    /// after it happens at moments of its own.
    pub fn simulated_ms(&self) -> i64 {
        self.schedule.span.map_or(0, |(first, last)| last - first)
    }

    /// Whether a check applies to what it would look at; counted either way, so that none steps aside unseen.
    pub fn applies(&mut self, check: Check, applies: bool) -> bool {
        self.checked.add(check, u64::from(applies), u64::from(!applies));
        applies
    }
}
