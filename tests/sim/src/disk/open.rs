//! A file as one connection has it open.

use std::sync::Arc;

use turnstone_sim_vfs::{Code, OpenFile, Region, code};

use super::shm::Memory;
use super::{Disk, Entry, State};
use crate::faults::Fault;

/// A file on a [`Disk`]. A handle of before a loss of power fails at everything.
pub(super) struct Handle {
    disk: Arc<Disk>,
    path: String,
    number: u64,
    generation: u64,
    /// Only once the shared memory was asked for.
    memory: Option<Arc<Memory>>,
}

impl Handle {
    pub(super) fn open(disk: &Arc<Disk>, path: &str, flags: i32) -> Result<Self, Code> {
        let mut state = disk.state();
        let generation = state.generation;
        state.call(generation, code::SQLITE_CANTOPEN)?;
        if !state.files.contains_key(path) {
            if flags & code::SQLITE_OPEN_CREATE == 0 && flags & code::SQLITE_OPEN_WAL == 0 && !is_made(path) {
                return Err(code::SQLITE_CANTOPEN);
            }
            state.files.insert(path.to_owned(), Entry::default());
        }
        state.handles += 1;
        let number = state.handles;
        drop(state);
        Ok(Self { disk: Arc::clone(disk), path: path.to_owned(), number, generation, memory: None })
    }

    fn with<T>(&self, failure: Code, work: impl FnOnce(&mut State, &str, u64) -> Result<T, Code>) -> Result<T, Code> {
        let mut state = self.disk.state();
        state.call(self.generation, failure)?;
        work(&mut state, &self.path, self.number)
    }
}

/// The server makes its database as an empty file of the real file system first, to set its permissions.
fn is_made(path: &str) -> bool {
    std::path::Path::new(path).exists()
}

fn entry<'s>(state: &'s mut State, path: &str) -> &'s mut Entry {
    state.files.entry(path.to_owned()).or_default()
}

fn place(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

impl OpenFile for Handle {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<usize, Code> {
        self.with(code::SQLITE_IOERR_READ, |state, path, _| {
            if state.fails() {
                return Err(code::SQLITE_IOERR_READ);
            }
            let bytes = entry(state, path).content.bytes();
            let rest = bytes.get(place(at)..).unwrap_or_default();
            let mut many = rest.len().min(into.len());
            into[..many].copy_from_slice(&rest[..many]);
            // Only from the log: what a database file does not give, SQLite takes for the end of it.
            if many > 1 && path.ends_with("-wal") && super::count_down(&mut state.plan.short_read_in) {
                state.note(Fault::ShortRead);
                many /= 2;
            }
            Ok(many)
        })
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code> {
        self.with(code::SQLITE_IOERR_WRITE, |state, path, _| {
            if state.fails() {
                return Err(code::SQLITE_IOERR_WRITE);
            }
            if state.is_full() {
                return Err(code::SQLITE_FULL);
            }
            entry(state, path).content.write(place(at), bytes);
            Ok(())
        })
    }

    fn truncate(&mut self, size: u64) -> Result<(), Code> {
        self.with(code::SQLITE_IOERR_TRUNCATE, |state, path, _| {
            entry(state, path).content.truncate(place(size));
            Ok(())
        })
    }

    fn sync(&mut self) -> Result<(), Code> {
        self.with(code::SQLITE_IOERR_FSYNC, |state, path, _| {
            if state.fails() {
                return Err(code::SQLITE_IOERR_FSYNC);
            }
            if state.plan.lying {
                entry(state, path).content.lie();
            } else {
                entry(state, path).content.sync();
            }
            state.log_syncs += u64::from(path.ends_with("-wal"));
            Ok(())
        })
    }

    fn size(&mut self) -> Result<u64, Code> {
        self.with(code::SQLITE_IOERR_FSTAT, |state, path, _| {
            Ok(u64::try_from(entry(state, path).content.bytes().len()).unwrap_or(u64::MAX))
        })
    }

    fn lock(&mut self, level: i32) -> Result<(), Code> {
        self.with(code::SQLITE_IOERR_LOCK, |state, path, number| entry(state, path).locks.lock(number, level))
    }

    fn unlock(&mut self, level: i32) -> Result<(), Code> {
        self.with(code::SQLITE_IOERR_UNLOCK, |state, path, number| {
            entry(state, path).locks.unlock(number, level);
            Ok(())
        })
    }

    fn is_reserved(&mut self) -> Result<bool, Code> {
        self.with(code::SQLITE_IOERR_CHECKRESERVEDLOCK, |state, path, _| Ok(entry(state, path).locks.is_reserved()))
    }

    fn shm_region(&mut self, index: usize, make: bool) -> Result<Option<&'static Region>, Code> {
        let memory = self.with(code::SQLITE_IOERR_SHMMAP, |state, path, _| Ok(entry(state, path).memory.clone()))?;
        Ok(self.memory.get_or_insert(memory).region(index, make))
    }

    fn shm_lock(&mut self, first: usize, count: usize, flags: i32) -> Result<(), Code> {
        let memory = self.with(code::SQLITE_IOERR_SHMLOCK, |state, path, _| {
            if state.is_busy(first, flags) {
                return Err(code::SQLITE_BUSY);
            }
            Ok(entry(state, path).memory.clone())
        })?;
        self.memory.get_or_insert(memory).lock(self.number, first, count, flags)
    }

    fn shm_unmap(&mut self) -> Result<(), Code> {
        if let Some(memory) = self.memory.take() {
            memory.forget(self.number);
        }
        let mut state = self.disk.state();
        if state.generation == self.generation {
            // Nobody else looks at it: whoever comes next begins with an empty one, as after a start.
            let entry = entry(&mut state, &self.path);
            if Arc::strong_count(&entry.memory) == 1 {
                entry.memory = Arc::default();
            }
        }
        Ok(())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        if let Some(memory) = self.memory.take() {
            memory.forget(self.number);
        }
        let mut state = self.disk.state();
        if state.generation == self.generation {
            entry(&mut state, &self.path).locks.unlock(self.number, code::SQLITE_LOCK_NONE);
        }
    }
}
