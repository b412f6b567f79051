//! Duplicates of a ticket, each with its story.

use std::collections::BTreeMap;

use shared::ids::EntryId;
use shared::merge::TicketFold;

use super::ledger::Ledger;
use super::rows::LoggedRow;
use crate::store::StoreError;

impl Ledger<'_> {
    /// Makes the stored conflicts of a ticket those of its fold.
    pub(super) fn settle_conflicts(
        &mut self,
        ticket: i64,
        rows: &[LoggedRow],
        folded: &TicketFold,
    ) -> Result<(), StoreError> {
        let mut stored = self.stored_conflicts(ticket)?;
        // A hostile ticket has thousands of both.
        let by_id: BTreeMap<EntryId, &LoggedRow> = match folded.conflicts.as_slice() {
            [] => BTreeMap::new(),
            _ => rows.iter().map(|row| (row.entry.id, row)).collect(),
        };
        for conflict in &folded.conflicts {
            let Some(row) = by_id.get(&conflict.entry) else { continue };
            let Some(door) = row.door else { continue };
            let story =
                serde_json::to_string(&conflict.story).map_err(|_| StoreError::Impossible("conflicts.story"))?;
            match stored.remove(&row.id) {
                Some(known) if known == story => continue,
                Some(_) => {}
                None => self.conflicts += 1,
            }
            let revision = self.revision(door)?;
            let mut upsert = self.tx.prepare_cached(include_str!("sql/conflict_upsert.sql"))?;
            upsert.execute((row.id, door, ticket, story, conflict.story.second.time.at, revision))?;
        }
        let mut delete = self.tx.prepare_cached("DELETE FROM conflicts WHERE entry = ?1")?;
        for gone in stored.keys() {
            delete.execute([gone])?;
        }
        Ok(())
    }

    fn stored_conflicts(&self, ticket: i64) -> Result<BTreeMap<i64, String>, StoreError> {
        let mut query = self.tx.prepare_cached("SELECT entry, story FROM conflicts WHERE ticket = ?1")?;
        let rows = query.query_map([ticket], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
