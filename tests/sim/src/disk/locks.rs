//! Who may read and write a file (<https://sqlite.org/lockingv3.html>), by the number of its handle.

use std::collections::BTreeSet;

use turnstone_sim_vfs::{Code, code};

#[derive(Debug, Default)]
pub(super) struct Locks {
    shared: BTreeSet<u64>,
    reserved: Option<u64>,
    /// Wants to be alone: nobody new may read.
    pending: Option<u64>,
    exclusive: Option<u64>,
}

impl Locks {
    pub(super) fn lock(&mut self, who: u64, level: i32) -> Result<(), Code> {
        let other = |held: Option<u64>| held.is_some_and(|held| held != who);
        match level {
            code::SQLITE_LOCK_SHARED if other(self.pending) || other(self.exclusive) => return Err(code::SQLITE_BUSY),
            code::SQLITE_LOCK_SHARED => {
                self.shared.insert(who);
            }
            code::SQLITE_LOCK_RESERVED if other(self.reserved) || other(self.pending) || other(self.exclusive) => {
                return Err(code::SQLITE_BUSY);
            }
            code::SQLITE_LOCK_RESERVED => self.reserved = Some(who),
            code::SQLITE_LOCK_PENDING | code::SQLITE_LOCK_EXCLUSIVE => {
                if other(self.reserved) || other(self.pending) || other(self.exclusive) {
                    return Err(code::SQLITE_BUSY);
                }
                self.pending = Some(who);
                if level == code::SQLITE_LOCK_EXCLUSIVE {
                    if self.shared.iter().any(|reader| *reader != who) {
                        return Err(code::SQLITE_BUSY);
                    }
                    self.exclusive = Some(who);
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn unlock(&mut self, who: u64, level: i32) {
        for held in [&mut self.reserved, &mut self.pending, &mut self.exclusive] {
            if *held == Some(who) {
                *held = None;
            }
        }
        if level == code::SQLITE_LOCK_NONE {
            self.shared.remove(&who);
        }
    }

    pub(super) fn is_reserved(&self) -> bool {
        self.reserved.is_some() || self.pending.is_some() || self.exclusive.is_some()
    }
}
