//! Which disk a path is on: the file system SQLite sees.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use turnstone_sim_vfs::{Code, OpenFile, Storage, code, install};

use super::open::Handle;
use super::{Disk, changes::Content};
use crate::dice::Dice;

/// All disks of this process, by folder.
#[derive(Debug, Default)]
pub struct Shelf {
    disks: Mutex<BTreeMap<String, Arc<Disk>>>,
    dice: Mutex<Option<Dice>>,
}

static SHELF: Shelf = Shelf { disks: Mutex::new(BTreeMap::new()), dice: Mutex::new(None) };

/// The shelf; from the first call on every connection of this process opens its files there.
pub fn shelf() -> Result<&'static Shelf, Code> {
    install(&SHELF)?;
    Ok(&SHELF)
}

impl Shelf {
    fn disks(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Disk>>> {
        self.disks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Files in `folder` are on this disk from now on.
    pub fn put(&self, folder: &str, disk: &Arc<Disk>) {
        self.disks().insert(folder.to_owned(), Arc::clone(disk));
    }

    /// Takes a disk away.
    pub fn remove(&self, folder: &str) {
        self.disks().remove(folder);
    }

    fn disk(&self, path: &str) -> Result<Arc<Disk>, Code> {
        let (folder, _) = path.rsplit_once('/').ok_or(code::SQLITE_CANTOPEN)?;
        self.disks().get(folder).cloned().ok_or(code::SQLITE_CANTOPEN)
    }
}

impl Storage for Shelf {
    fn open(&self, path: Option<&str>, flags: i32) -> Result<Box<dyn OpenFile>, Code> {
        match path {
            Some(path) => Ok(Box::new(Handle::open(&self.disk(path)?, path, flags)?)),
            None => Ok(Box::new(Scratch::default())),
        }
    }

    fn delete(&self, path: &str) -> Result<(), Code> {
        let disk = self.disk(path)?;
        let mut state = disk.state();
        let generation = state.generation;
        state.call(generation, code::SQLITE_IOERR_DELETE)?;
        state.files.remove(path).map(drop).ok_or(code::SQLITE_IOERR_DELETE_NOENT)
    }

    fn exists(&self, path: &str) -> Result<bool, Code> {
        let disk = self.disk(path)?;
        let mut state = disk.state();
        let generation = state.generation;
        state.call(generation, code::SQLITE_IOERR_ACCESS)?;
        Ok(state.files.get(path).is_some_and(|entry| !entry.content.bytes().is_empty()))
    }

    fn random(&self, buffer: &mut [u8]) {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        dice.get_or_insert_with(|| Dice::new(0, "sqlite")).fill(buffer);
    }

    /// Whoever waits for another's lock waits in simulated time: nobody else runs meanwhile.
    fn sleep(&self, _: u64) {}

    fn now_ms(&self) -> i64 {
        0
    }
}

/// A temporary file of one connection.
#[derive(Debug, Default)]
struct Scratch(Content);

impl OpenFile for Scratch {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<usize, Code> {
        let rest = self.0.bytes().get(usize::try_from(at).unwrap_or(usize::MAX)..).unwrap_or_default();
        let many = rest.len().min(into.len());
        into[..many].copy_from_slice(&rest[..many]);
        Ok(many)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code> {
        self.0.write(usize::try_from(at).map_err(|_| code::SQLITE_IOERR_WRITE)?, bytes);
        self.0.sync();
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> Result<(), Code> {
        self.0.truncate(usize::try_from(size).map_err(|_| code::SQLITE_IOERR_TRUNCATE)?);
        Ok(())
    }

    fn sync(&mut self) -> Result<(), Code> {
        Ok(())
    }

    fn size(&mut self) -> Result<u64, Code> {
        Ok(u64::try_from(self.0.bytes().len()).unwrap_or(u64::MAX))
    }

    fn lock(&mut self, _: i32) -> Result<(), Code> {
        Ok(())
    }

    fn unlock(&mut self, _: i32) -> Result<(), Code> {
        Ok(())
    }

    fn is_reserved(&mut self) -> Result<bool, Code> {
        Ok(false)
    }

    fn shm_region(&mut self, _: usize, _: bool) -> Result<Option<&'static turnstone_sim_vfs::Region>, Code> {
        Err(code::SQLITE_IOERR_SHMMAP)
    }

    fn shm_lock(&mut self, _: usize, _: usize, _: i32) -> Result<(), Code> {
        Err(code::SQLITE_IOERR_SHMLOCK)
    }

    fn shm_unmap(&mut self) -> Result<(), Code> {
        Ok(())
    }
}
