//! Groups: which entries are folded together, and folding them again.

use rusqlite::{OptionalExtension, named_params};
use shared::entry::{Action, Entry};
use shared::ids::EntryId;
use shared::merge::{Item, Label, TicketFold, fold};

use super::ledger::{Group, Ledger};
use super::rows::{COLUMNS, LoggedRow, row_of};
use crate::projection::Account;
use crate::store::StoreError;
use crate::store::sqlite::Column;

/// Entries of a ticket that are folded with each new one; an evening of going in and out for a smoke.
const FEW: usize = 64;

impl Ledger<'_> {
    /// The entry with this id in this organization. A stray has no ticket, so what leads to it stands by itself.
    fn find(&self, id: EntryId) -> Result<Option<LoggedRow>, StoreError> {
        let Some(row) = row_of(self.tx, &id)? else { return Ok(None) };
        let sql = format!(
            "SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed JOIN scanners s ON s.id = f.scanner \
             WHERE e.id = ?1 AND s.organization = ?2"
        );
        let mut query = self.tx.prepare_cached(&sql)?;
        query.query_row((row, self.organization), |row| Ok(LoggedRow::read(row))).optional()?.transpose()
    }

    /// The group an entry belongs to: an undo belongs to what it leads to (`shared::merge::reference::group_of`).
    pub(super) fn group_of(&self, row: i64, ticket: Option<i64>, entry: &Entry) -> Result<Group, StoreError> {
        match &entry.action {
            Action::Undo { target, .. } => self.group_at(self.root_of(*target)?),
            _ => Ok(ticket.map_or(Group::Single(row), Group::Ticket)),
        }
    }

    fn group_at(&self, root: EntryId) -> Result<Group, StoreError> {
        let found = self.find(root)?;
        Ok(found.map_or(Group::Missing(root), |found| found.ticket.map_or(Group::Single(found.id), Group::Ticket)))
    }

    /// What an undo of `target` leads to. Ids are hashes, so this ends.
    fn root_of(&self, target: EntryId) -> Result<EntryId, StoreError> {
        let mut statement = self.tx.prepare_cached(include_str!("sql/undo_root.sql"))?;
        let mut root = target;
        while let Some(entry) = row_of(self.tx, &root)? {
            let params = named_params! { ":entry": entry, ":organization": self.organization };
            match statement.query_row(params, |row| Ok(row.id("root"))).optional()?.transpose()? {
                Some(next) => root = next,
                None => break,
            }
        }
        Ok(root)
    }

    /// A new entry (or one that was a stray until now) joins its group; undos that waited for it come along.
    pub(super) fn join(&mut self, row: &LoggedRow) -> Result<(), StoreError> {
        let mut followers = if self.has_undos()? { self.undos_of(row.entry.id)? } else { Vec::new() };
        if followers.is_empty() && row.label.is_some() {
            // It was folded when it was placed, and nothing waited for it.
            return Ok(());
        }
        let group = self.group_of(row.id, row.ticket, &row.entry)?;
        if let Action::Undo { target, .. } = &row.entry.action {
            let root = self.root_of(*target)?;
            followers.push(row.id);
            let mut lead = self.tx.prepare_cached("UPDATE undos SET root = ?2 WHERE entry = ?1")?;
            for undo in &followers {
                lead.execute((undo, root.0))?;
            }
        }
        if let Group::Ticket(ticket) = group {
            let mut set =
                self.tx.prepare_cached("UPDATE entries SET ticket = ?2 WHERE id = ?1 AND ticket IS NOT ?2")?;
            for undo in followers {
                set.execute((undo, ticket))?;
            }
        }
        self.mark(group);
        Ok(())
    }

    /// Whether anything was ever undone: in most transactions nothing was, and no entry need ask.
    fn has_undos(&mut self) -> Result<bool, StoreError> {
        if let Some(known) = self.undos {
            return Ok(known);
        }
        let any = self.tx.prepare_cached("SELECT 1 FROM undos LIMIT 1")?.exists([])?;
        self.undos = Some(any);
        Ok(any)
    }

    /// Undos that lead to the entry with this id, directly or through others.
    fn undos_of(&self, root: EntryId) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.tx.prepare_cached(include_str!("sql/undos_of.sql"))?;
        let params = named_params! { ":root": root.0, ":organization": self.organization };
        let rows = statement.query_map(params, |row| row.get("id"))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn read(&self, row: i64) -> Result<LoggedRow, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed WHERE e.id = ?1");
        self.tx.prepare_cached(&sql)?.query_row([row], |row| Ok(LoggedRow::read(row)))?
    }

    fn read_undos_of(&self, root: EntryId) -> Result<Vec<LoggedRow>, StoreError> {
        self.undos_of(root)?.into_iter().map(|row| self.read(row)).collect()
    }

    /// All entries of a group.
    fn members(&self, group: Group) -> Result<Vec<LoggedRow>, StoreError> {
        match group {
            Group::Missing(root) => self.read_undos_of(root),
            Group::Single(id) => {
                let row = self.read(id)?;
                let mut members = self.read_undos_of(row.entry.id)?;
                members.push(row);
                Ok(members)
            }
            Group::Ticket(ticket) => self.entries_of(ticket, usize::MAX),
        }
    }

    /// Entries of a ticket, at most `limit`.
    fn entries_of(&self, ticket: i64, limit: usize) -> Result<Vec<LoggedRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed WHERE e.ticket = ?1 AND e.stray = 0 LIMIT ?2"
        );
        let mut query = self.tx.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map((ticket, limit), |row| Ok(LoggedRow::read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Folds a group and brings labels, numbers, ticket and conflicts up to date.
    pub(super) fn refold(&mut self, group: Group) -> Result<(), StoreError> {
        let rows = self.members(group)?;
        let folded = fold_rows(&rows);
        self.settle(group, &rows, &folded)?;
        if let Group::Ticket(ticket) = group {
            self.settle_conflicts(ticket, &rows, &folded)?;
        }
        Ok(())
    }

    /// Makes labels and numbers of a group what its fold says; conflicts follow when it is folded at the end.
    pub(super) fn settle(&mut self, group: Group, rows: &[LoggedRow], folded: &TicketFold) -> Result<(), StoreError> {
        for row in rows {
            self.relabel(row, folded)?;
        }
        if let Group::Ticket(ticket) = group {
            self.settle_ticket(ticket, folded)?;
        }
        Ok(())
    }

    /// The entries of a ticket, if they are few and one more of it can be folded with them at once: the first time in a
    /// transaction. What comes in masses for one ticket is folded once, at the end.
    pub(super) fn few_of(&mut self, ticket: i64) -> Result<Option<Vec<LoggedRow>>, StoreError> {
        if self.dirty.contains(&Group::Ticket(ticket)) || !self.folded.insert(ticket) {
            return Ok(None);
        }
        let rows = self.entries_of(ticket, FEW + 1)?;
        Ok((rows.len() <= FEW).then_some(rows))
    }

    fn relabel(&mut self, row: &LoggedRow, folded: &TicketFold) -> Result<(), StoreError> {
        let mut label = folded.labels.get(&row.entry.id).copied().unwrap_or(Label::NotUnderstood);
        if row.stray {
            // Kept apart for another reason than a cut, but kept apart.
            label = Label::Quarantined;
        }
        let voided = folded.voided.contains(&row.entry.id);
        let account = Account { time: row.time, standing: row.standing, voided, label };
        if row.account() == Some(account) {
            return Ok(());
        }
        self.turn(row, &account);
        let mut update = self.tx.prepare_cached("UPDATE entries SET label = ?2, voided = ?3 WHERE id = ?1")?;
        update.execute((row.id, label.number(), voided))?;
        Ok(())
    }

    fn settle_ticket(&mut self, ticket: i64, folded: &TicketFold) -> Result<(), StoreError> {
        let mut query = self.tx.prepare_cached("SELECT door, inside, admitted FROM ticket_states WHERE id = ?1")?;
        let (door, inside, admitted): (i64, i64, i64) =
            query.query_row([ticket], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let history = &folded.history;
        let changes = self.changes.entry(door).or_default();
        changes.tickets_inside += i64::from(history.inside > 0) - i64::from(inside > 0);
        changes.tickets_used += i64::from(history.admitted > 0) - i64::from(admitted > 0);
        let mut update = self.tx.prepare_cached(include_str!("sql/ticket_settle.sql"))?;
        update.execute(named_params! {
            ":ticket": ticket,
            ":inside": history.inside,
            ":admitted": history.admitted,
        })?;
        Ok(())
    }
}

/// Folds entries as they are kept.
pub(super) fn fold_rows(rows: &[LoggedRow]) -> TicketFold {
    let items: Vec<Item<'_>> =
        rows.iter().map(|row| Item { entry: &row.entry, time: row.time, standing: row.standing }).collect();
    fold(&items)
}
