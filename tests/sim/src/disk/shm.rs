//! The shared memory of a write-ahead log, and the locks in it (<https://sqlite.org/walformat.html>).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use turnstone_sim_vfs::{Code, REGION_BYTES, Region, code};

/// Regions nobody uses. They are never freed, because SQLite holds bare pointers to them; they are used again instead.
static SPARE: Mutex<Vec<&'static Region>> = Mutex::new(Vec::new());

#[derive(Debug, Default)]
struct Slot {
    shared: BTreeSet<u64>,
    exclusive: Option<u64>,
}

#[derive(Debug, Default)]
struct Inner {
    regions: Vec<&'static Region>,
    slots: [Slot; 8],
}

/// The memory of one log. Its regions go back when the last connection that may look at them is gone.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<Inner>);

fn spare() -> MutexGuard<'static, Vec<&'static Region>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fresh() -> &'static Region {
    let used = spare().pop();
    let region = used.unwrap_or_else(|| Box::leak(new_region()));
    for word in region {
        word.store(0, Ordering::Relaxed);
    }
    region
}

#[expect(clippy::large_stack_arrays, reason = "32 KiB once, where the stack is almost empty")]
fn new_region() -> Box<Region> {
    Box::new([const { AtomicU64::new(0) }; REGION_BYTES / 8])
}

impl Memory {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn region(&self, index: usize, make: bool) -> Option<&'static Region> {
        let mut inner = self.inner();
        while make && inner.regions.len() <= index {
            inner.regions.push(fresh());
        }
        inner.regions.get(index).copied()
    }

    pub(super) fn lock(&self, who: u64, first: usize, count: usize, flags: i32) -> Result<(), Code> {
        let mut inner = self.inner();
        let slots = inner.slots.get_mut(first..first + count).ok_or(code::SQLITE_IOERR_SHMLOCK)?;
        let other = |held: Option<u64>| held.is_some_and(|held| held != who);
        let exclusive = flags & code::SQLITE_SHM_EXCLUSIVE != 0;
        if flags & code::SQLITE_SHM_UNLOCK != 0 {
            for slot in slots {
                slot.release(who);
            }
            return Ok(());
        }
        let taken = |slot: &Slot| other(slot.exclusive) || exclusive && slot.shared.iter().any(|reader| *reader != who);
        if slots.iter().any(taken) {
            return Err(code::SQLITE_BUSY);
        }
        for slot in slots {
            if exclusive {
                slot.exclusive = Some(who);
            } else {
                slot.shared.insert(who);
            }
        }
        Ok(())
    }

    pub(super) fn forget(&self, who: u64) {
        self.inner().slots.iter_mut().for_each(|slot| slot.release(who));
    }
}

impl Slot {
    fn release(&mut self, who: u64) {
        self.shared.remove(&who);
        if self.exclusive == Some(who) {
            self.exclusive = None;
        }
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        spare().append(&mut self.inner().regions);
    }
}
