//! What one transaction has touched so far, and what must be brought up to date before it ends.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Transaction;
use shared::ids::{EntryId, EventId};

use super::rows::LoggedRow;
use crate::projection::{Account, Changes};
use crate::store::StoreError;

/// Entries that are folded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store::sqlite) enum Group {
    /// All entries of a ticket (its row).
    Ticket(i64),
    /// One entry without a ticket (its row), and the undos that lead to it.
    Single(i64),
    /// Undos that lead to an entry that is not here.
    Missing(EntryId),
}

/// The work of one transaction.
pub(in crate::store::sqlite) struct Ledger<'a> {
    pub(in crate::store::sqlite) tx: &'a Transaction<'a>,
    /// The organization whose scanners these are; nothing outside it is touched.
    pub(in crate::store::sqlite) organization: i64,
    /// Server time (ms).
    pub(in crate::store::sqlite) now: i64,
    pub(super) changes: BTreeMap<i64, Changes>,
    pub(super) dirty: BTreeSet<Group>,
    /// Tickets that were folded with an entry as it was placed; those that a first admission made are not among them.
    pub(super) folded: BTreeSet<i64>,
    /// Doors whose revision was raised, with it.
    pub(super) revisions: BTreeMap<i64, i64>,
    /// Duplicates that were not known before.
    pub(in crate::store::sqlite) conflicts: u64,
    /// Doors that scanners spoke of, and whether they may: asked once, not for each entry.
    pub(super) certified: BTreeMap<(i64, EventId), (i64, bool)>,
    /// Whether any undo is kept at all; `None` until somebody asks.
    pub(super) undos: Option<bool>,
}

impl<'a> Ledger<'a> {
    /// Nothing touched yet.
    pub(in crate::store::sqlite) fn new(tx: &'a Transaction<'a>, organization: i64, now: i64) -> Self {
        Self {
            tx,
            organization,
            now,
            changes: BTreeMap::new(),
            dirty: BTreeSet::new(),
            folded: BTreeSet::new(),
            revisions: BTreeMap::new(),
            conflicts: 0,
            certified: BTreeMap::new(),
            undos: None,
        }
    }

    /// Marks a group to be folded again.
    pub(super) fn mark(&mut self, group: Group) {
        self.dirty.insert(group);
    }

    /// Notes in the numbers that an entry turned into `new`.
    pub(super) fn turn(&mut self, row: &LoggedRow, new: &Account) {
        if let Some(door) = row.door {
            self.changes.entry(door).or_default().turn(&row.entry, row.scanner, row.account().as_ref(), new);
        }
    }

    /// Takes an entry out of the numbers; it will be counted anew.
    pub(super) fn forget(&mut self, row: &LoggedRow) {
        if let (Some(door), Some(account)) = (row.door, row.account()) {
            self.changes.entry(door).or_default().forget(&row.entry, row.scanner, &account);
        }
    }

    /// Folds what was marked and writes the numbers. Answers with the doors that changed.
    pub(in crate::store::sqlite) fn close(mut self) -> Result<Closed, StoreError> {
        while let Some(group) = self.dirty.pop_first() {
            self.refold(group)?;
        }
        let changed: Vec<i64> = self.changes.keys().copied().collect();
        for door in changed {
            self.revision(door)?;
        }
        for (door, changes) in &self.changes {
            super::sums::write(self.tx, *door, changes)?;
        }
        Ok(Closed { doors: self.revisions.into_keys().collect(), conflicts: self.conflicts })
    }

    /// The door's new revision; raised once in a transaction.
    pub(in crate::store::sqlite) fn revision(&mut self, door: i64) -> Result<i64, StoreError> {
        if let Some(revision) = self.revisions.get(&door) {
            return Ok(*revision);
        }
        let mut raise =
            self.tx.prepare_cached("UPDATE doors SET revision = revision + 1 WHERE id = ?1 RETURNING revision")?;
        let revision = raise.query_row([door], |row| row.get(0))?;
        self.revisions.insert(door, revision);
        Ok(revision)
    }
}

/// What a closed ledger did.
#[derive(Debug, Clone)]
pub(in crate::store::sqlite) struct Closed {
    /// Doors whose picture changed.
    pub(in crate::store::sqlite) doors: Vec<i64>,
    /// Duplicates that were not known before.
    pub(in crate::store::sqlite) conflicts: u64,
}
