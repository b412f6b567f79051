//! The storage of simulated machines: one [`Disk`] a machine, in memory, with everything that can go wrong with one.

mod changes;
mod locks;
mod open;
mod shelf;
mod shm;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use turnstone_sim_vfs::{Code, code};

use crate::dice::Dice;
use crate::faults::{Fault, Faults, Tally};
use changes::{Content, Tail};
use locks::Locks;
use shm::Memory;

pub use shelf::{Shelf, shelf};

/// What is going to go wrong. Numbers count down with the calls that reach the disk.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The machine dies at this call, whatever it is.
    pub crash_in: Option<u64>,
    /// From this write on the disk is full, until the plan is taken back.
    pub full_in: Option<u64>,
    /// This read, write or sync fails, once.
    pub io_error_in: Option<u64>,
    /// This read of a write-ahead log gives fewer bytes than there are, once.
    pub short_read_in: Option<u64>,
    /// So many attempts to begin a write find somebody else writing.
    pub busy: u32,
    /// Syncs say yes and do nothing.
    pub lying: bool,
}

/// All files of a machine at one moment, as a backup has them.
#[derive(Debug, Clone)]
pub struct Image(BTreeMap<String, Vec<u8>>);

#[derive(Debug, Default)]
struct Entry {
    content: Content,
    locks: Locks,
    memory: Arc<Memory>,
}

#[derive(Debug)]
struct State {
    files: BTreeMap<String, Entry>,
    /// Rises when the machine loses its power or gets another disk: files opened before are dead then.
    generation: u64,
    /// The machine lost its power and was not started again yet.
    dead: bool,
    plan: Plan,
    tail: Tail,
    dice: Dice,
    tally: Tally,
    /// Sum of all that ever went wrong.
    seen: u64,
    handles: u64,
    calls: u64,
    log_syncs: u64,
}

/// A machine's disk.
#[derive(Debug)]
pub struct Disk(Mutex<State>);

impl Disk {
    /// An empty one.
    pub fn new(dice: Dice) -> Arc<Self> {
        let files = BTreeMap::new();
        let (plan, tally) = (Plan::default(), Tally::default());
        Arc::new(Self(Mutex::new(State {
            files,
            generation: 0,
            dead: false,
            plan,
            tail: Tail::default(),
            dice,
            tally,
            seen: 0,
            handles: 0,
            calls: 0,
            log_syncs: 0,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on a loss of power may do this to what was not synced; until then it does nothing.
    pub fn allow(&self, faults: &Faults) {
        let (dropped, torn) = (faults.has(Fault::WalTailDropped), faults.has(Fault::WalTailTorn));
        self.state().tail = Tail { dropped, torn };
    }

    /// From now on this goes wrong, and nothing of an earlier plan.
    pub fn arm(&self, plan: Plan) {
        self.state().plan = plan;
    }

    /// Looks at the disk without meeting what is planned to go wrong on it.
    pub fn unharmed<T>(&self, look: impl FnOnce() -> T) -> T {
        let plan = std::mem::take(&mut self.state().plan);
        let seen = look();
        self.state().plan = plan;
        seen
    }

    /// Whether the machine died of a planned crash.
    pub fn is_dead(&self) -> bool {
        self.state().dead
    }

    /// Whether something is planned to go wrong.
    pub fn is_armed(&self) -> bool {
        let state = self.state();
        let Plan { crash_in, full_in, io_error_in, short_read_in, busy, lying } = &state.plan;
        let numbers = [crash_in, full_in, io_error_in, short_read_in];
        numbers.iter().any(|number| number.is_some()) || *busy > 0 || *lying
    }

    /// How many calls have reached the disk.
    pub fn calls(&self) -> u64 {
        self.state().calls
    }

    /// How often a write-ahead log was synced: once for each commit, more when it begins anew.
    pub fn log_syncs(&self) -> u64 {
        self.state().log_syncs
    }

    /// All processes of the machine end; the machine itself and what it has written go on.
    pub fn end_processes(&self) {
        self.state().begin_anew();
    }

    /// How often anything has gone wrong on this disk so far.
    pub fn faults_seen(&self) -> u64 {
        self.state().seen
    }

    /// The power fails: what was not synced is lost, or kept in part. Files that are open stay dead.
    pub fn lose_power(&self) {
        let mut state = self.state();
        let State { files, dice, tally, tail, .. } = &mut *state;
        for (path, entry) in files.iter_mut() {
            let kept = entry.content.lose_power(dice, *tail);
            if path.ends_with("-wal") {
                tally.add(Fault::WalTailDropped, u64::from(kept.dropped));
                tally.add(Fault::WalTailTorn, u64::from(kept.torn));
            }
            tally.add(Fault::LyingSync, u64::from(kept.betrayed));
        }
        state.begin_anew();
    }

    /// What a backup of the machine holds.
    pub fn image(&self) -> Image {
        let state = self.state();
        Image(state.files.iter().map(|(path, entry)| (path.clone(), entry.content.bytes().to_vec())).collect())
    }

    /// The machine gets the disk of a backup.
    pub fn restore(&self, image: &Image) {
        let mut state = self.state();
        state.files = image.0.iter().map(|(path, bytes)| (path.clone(), Entry::of(bytes.clone()))).collect();
        state.begin_anew();
    }

    /// The same with another machine's backup, under this machine's own paths.
    pub fn restore_as(&self, image: &Image, folder: &Path) {
        let moved = image.0.iter().filter_map(|(path, bytes)| {
            let name = Path::new(path).file_name()?;
            Some((folder.join(name).to_str()?.to_owned(), bytes.clone()))
        });
        self.restore(&Image(moved.collect()));
    }

    /// One byte of a random page of a database changes. Returns where.
    pub fn flip(&self) -> Option<(String, usize)> {
        let mut state = self.state();
        let State { files, dice, tally, .. } = &mut *state;
        let mut candidates: Vec<(&String, &mut Entry)> = files
            .iter_mut()
            .filter(|(path, entry)| !path.ends_with("-wal") && !entry.content.bytes().is_empty())
            .collect();
        if candidates.is_empty() {
            return None;
        }
        let which = dice.index(candidates.len());
        let (path, entry) = candidates.swap_remove(which);
        let at = entry.content.flip(dice);
        tally.add(Fault::FlippedPage, 1);
        Some((path.clone(), at))
    }

    /// What has happened since the last time this was asked.
    pub fn take_tally(&self) -> Tally {
        std::mem::take(&mut self.state().tally)
    }
}

impl Entry {
    fn of(bytes: Vec<u8>) -> Self {
        Self { content: Content::of(bytes), ..Self::default() }
    }
}

impl State {
    fn begin_anew(&mut self) {
        self.generation += 1;
        self.dead = false;
        self.plan = Plan::default();
        for entry in self.files.values_mut() {
            entry.locks = Locks::default();
            // Connections of before may still look at the old one.
            entry.memory = Arc::default();
        }
    }

    fn note(&mut self, fault: Fault) {
        self.tally.add(fault, 1);
        self.seen += 1;
    }

    /// Every call passes here first: dead files stay dead, and crashes happen.
    fn call(&mut self, generation: u64, failure: Code) -> Result<(), Code> {
        if self.dead || generation != self.generation {
            return Err(failure);
        }
        self.calls += 1;
        if count_down(&mut self.plan.crash_in) {
            self.dead = true;
            self.note(Fault::Crash);
            return Err(failure);
        }
        Ok(())
    }

    /// Whether this read, write or sync fails.
    fn fails(&mut self) -> bool {
        let fails = count_down(&mut self.plan.io_error_in);
        if fails {
            self.note(Fault::IoError);
        }
        fails
    }

    fn is_full(&mut self) -> bool {
        if count_down(&mut self.plan.full_in) {
            self.plan.full_in = Some(0);
        }
        let full = self.plan.full_in == Some(0);
        if full {
            self.note(Fault::DiskFull);
        }
        full
    }

    fn is_busy(&mut self, first: usize, flags: i32) -> bool {
        /// The write-ahead log's lock for the one writer.
        const WRITE_LOCK: usize = 0;
        let wants = first == WRITE_LOCK && flags == code::SQLITE_SHM_LOCK | code::SQLITE_SHM_EXCLUSIVE;
        let busy = wants && self.plan.busy > 0;
        if busy {
            self.plan.busy -= 1;
            self.note(Fault::Busy);
        }
        busy
    }
}

/// Counts down to the call that goes wrong; true for that one.
fn count_down(left: &mut Option<u64>) -> bool {
    match left {
        Some(0) | None => false,
        Some(1) => {
            *left = None;
            true
        }
        Some(more) => {
            *more -= 1;
            false
        }
    }
}
