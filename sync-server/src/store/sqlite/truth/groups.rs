//! Groups: which entries are folded together, and folding them again.

use rusqlite::{OptionalExtension, named_params};
use shared::entry::{Action, Entry};
use shared::ids::EntryId;
use shared::merge::{Item, Label, TicketFold, fold};

use super::ledger::{Group, Ledger};
use super::rows::{COLUMNS, LoggedRow, prefix};
use crate::projection::Account;
use crate::store::StoreError;

/// Undos of undos of … of undos: beyond this many somebody plays. The rest is left where it is.
const MAX_UNDO_CHAIN: usize = 1_000;

impl Ledger<'_> {
    /// The entry with this id in this organization, unless it is a stray.
    fn find(&self, id: EntryId) -> Result<Option<LoggedRow>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed JOIN scanners s ON s.id = f.scanner \
             WHERE e.prefix = :prefix AND e.entry_id = :id AND s.organization = :organization"
        );
        let mut query = self.tx.prepare_cached(&sql)?;
        let params = named_params! { ":prefix": prefix(&id), ":id": id.0, ":organization": self.organization };
        query.query_row(params, |row| Ok(LoggedRow::read(row))).optional()?.transpose()
    }

    /// The group an entry belongs to: an undo belongs to what it leads to (`shared::merge::reference::group_of`).
    pub(super) fn group_of(&self, row: i64, ticket: Option<i64>, entry: &Entry) -> Result<Group, StoreError> {
        let mut target = match &entry.action {
            Action::Undo { target, .. } => *target,
            _ => return Ok(ticket.map_or(Group::Single(row), Group::Ticket)),
        };
        for _ in 0..MAX_UNDO_CHAIN {
            let Some(found) = self.find(target)? else { return Ok(Group::Missing(target)) };
            match &found.entry.action {
                Action::Undo { target: next, .. } => target = *next,
                _ => return Ok(found.ticket.map_or(Group::Single(found.id), Group::Ticket)),
            }
        }
        Ok(Group::Missing(target))
    }

    /// A new entry (or one that was a stray until now) joins its group; undos that waited for it come along.
    pub(super) fn join(&mut self, row: &LoggedRow) -> Result<(), StoreError> {
        let group = self.group_of(row.id, row.ticket, &row.entry)?;
        let followers = self.undos_of(row.entry.id)?;
        if let Group::Ticket(ticket) = group {
            let mut set =
                self.tx.prepare_cached("UPDATE entries SET ticket = ?2 WHERE id = ?1 AND ticket IS NOT ?2")?;
            let own = matches!(row.entry.action, Action::Undo { .. }).then_some(row.id);
            for undo in own.into_iter().chain(followers.iter().map(|undo| undo.id)) {
                set.execute((undo, ticket))?;
            }
        }
        self.mark(group);
        Ok(())
    }

    /// Undos that lead to the entry with this id, directly or through others.
    fn undos_of(&self, id: EntryId) -> Result<Vec<LoggedRow>, StoreError> {
        let mut found: Vec<LoggedRow> = Vec::new();
        let mut open = vec![id];
        let sql = format!(
            "SELECT {COLUMNS} FROM undos u JOIN entries e ON e.id = u.entry JOIN feeds f ON f.id = e.feed \
             JOIN scanners s ON s.id = f.scanner WHERE u.target = :target AND s.organization = :organization"
        );
        let mut query = self.tx.prepare_cached(&sql)?;
        while let Some(target) = open.pop() {
            let params = named_params! { ":target": target.0, ":organization": self.organization };
            let rows = query.query_map(params, |row| Ok(LoggedRow::read(row)))?;
            for row in rows {
                let row = row??;
                if found.iter().all(|known| known.id != row.id) && found.len() < MAX_UNDO_CHAIN {
                    open.push(row.entry.id);
                    found.push(row);
                }
            }
        }
        Ok(found)
    }

    fn members(&self, group: Group) -> Result<Vec<LoggedRow>, StoreError> {
        match group {
            Group::Missing(target) => self.undos_of(target),
            Group::Single(id) => {
                let sql = format!("SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed WHERE e.id = ?1");
                let mut query = self.tx.prepare_cached(&sql)?;
                let row = query.query_row([id], |row| Ok(LoggedRow::read(row)))??;
                let mut members = self.undos_of(row.entry.id)?;
                members.push(row);
                Ok(members)
            }
            Group::Ticket(ticket) => {
                let sql = format!(
                    "SELECT {COLUMNS} FROM entries e JOIN feeds f ON f.id = e.feed WHERE e.ticket = ?1 AND e.stray = 0"
                );
                let mut query = self.tx.prepare_cached(&sql)?;
                let rows = query.query_map([ticket], |row| Ok(LoggedRow::read(row)))?;
                rows.map(|row| row?).collect()
            }
        }
    }

    /// Folds a group and brings labels, numbers, ticket and conflicts up to date.
    pub(super) fn refold(&mut self, group: Group) -> Result<(), StoreError> {
        let rows = self.members(group)?;
        let items: Vec<Item<'_>> =
            rows.iter().map(|row| Item { entry: &row.entry, time: row.time, standing: row.standing }).collect();
        let folded = fold(&items);
        for row in &rows {
            self.relabel(row, &folded)?;
        }
        if let Group::Ticket(ticket) = group {
            self.settle_ticket(ticket, &folded)?;
            self.settle_conflicts(ticket, &rows, &folded)?;
        }
        Ok(())
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
            ":last_gate": history.last_admission.map(|(gate, _)| gate.0),
            ":last_at": history.last_admission.map(|(_, time)| time.at),
        })?;
        Ok(())
    }
}
