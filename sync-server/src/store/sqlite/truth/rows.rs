//! Rows of the log as values.

use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use shared::entry::Entry;
use shared::ids::{BootId, EntryId};
use shared::merge::{Label, Standing};
use shared::time::Interval;

use crate::projection::{Account, disown, standing_from_number};
use crate::store::StoreError;

/// Columns that [`LoggedRow::read`] needs; the table is `e`, its feed `f`.
pub(in crate::store::sqlite) const COLUMNS: &str =
    "e.id, e.door, e.ticket, f.scanner, e.standing, e.stray, e.voided, e.lo, e.at, e.hi, e.uncertain, e.label, e.bytes";

/// One entry with what is known of it.
#[derive(Debug, Clone)]
pub(in crate::store::sqlite) struct LoggedRow {
    pub(in crate::store::sqlite) id: i64,
    pub(in crate::store::sqlite) door: Option<i64>,
    pub(in crate::store::sqlite) ticket: Option<i64>,
    pub(in crate::store::sqlite) scanner: i64,
    /// As the merge sees it: strays are disowned.
    pub(in crate::store::sqlite) entry: Entry,
    pub(in crate::store::sqlite) time: Interval,
    pub(in crate::store::sqlite) standing: Standing,
    pub(in crate::store::sqlite) stray: bool,
    pub(in crate::store::sqlite) voided: bool,
    /// `None` until it is folded for the first time.
    pub(in crate::store::sqlite) label: Option<Label>,
}

impl LoggedRow {
    pub(in crate::store::sqlite) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        // By number: names are compared one by one, and a fold reads many rows.
        let bytes = row.get_ref(12)?.as_blob().map_err(|_| StoreError::Impossible("entries.bytes"))?;
        let entry = Entry::read(bytes).map_err(|_| StoreError::Impossible("entries.bytes"))?;
        let stray = row.get(5)?;
        Ok(Self {
            id: row.get(0)?,
            door: row.get(1)?,
            ticket: row.get(2)?,
            scanner: row.get(3)?,
            entry: if stray { disown(entry) } else { entry },
            time: Interval { lo: row.get(7)?, at: row.get(8)?, hi: row.get(9)?, uncertain: row.get(10)? },
            standing: standing_from_number(row.get(4)?).ok_or(StoreError::Impossible("entries.standing"))?,
            stray,
            voided: row.get(6)?,
            label: Label::from_number(row.get(11)?),
        })
    }

    /// Whether it was a duplicate when it was last folded.
    pub(in crate::store::sqlite) fn is_duplicate(&self) -> bool {
        self.label == Some(Label::Duplicate)
    }

    /// What the numbers hold of it; `None` if it was never counted.
    pub(in crate::store::sqlite) fn account(&self) -> Option<Account> {
        let label = self.label?;
        Some(Account { time: self.time, standing: self.standing, voided: self.voided, label })
    }
}

/// The time of a row with the columns lo, at, hi, uncertain.
pub(in crate::store::sqlite) fn interval(row: &Row<'_>) -> Result<Interval, StoreError> {
    Ok(Interval { lo: row.get("lo")?, at: row.get("at")?, hi: row.get("hi")?, uncertain: row.get("uncertain")? })
}

/// A boot as the number it is kept as.
pub(in crate::store::sqlite) fn boot_number(boot: BootId) -> i64 {
    i64::from_be_bytes(boot.0)
}

/// Back again.
pub(in crate::store::sqlite) fn boot_from_number(number: i64) -> BootId {
    BootId(number.to_be_bytes())
}

/// The row of the entry with this id, in whatever organization.
pub(in crate::store::sqlite) fn row_of(tx: &Transaction<'_>, id: &EntryId) -> Result<Option<i64>, StoreError> {
    let mut query = tx.prepare_cached(include_str!("sql/entry_find.sql"))?;
    let params = named_params! { ":prefix": prefix(id), ":id": id.0 };
    Ok(query.query_row(params, |row| row.get(0)).optional()?)
}

/// First four bytes of an id as a number.
pub(in crate::store::sqlite) fn prefix(id: &EntryId) -> i64 {
    let [a, b, c, d, ..] = id.0;
    i64::from(u32::from_be_bytes([a, b, c, d]))
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params};

    use super::*;

    const INSERT: &str = "INSERT INTO entries (id, feed, seq, entry_id, prefix, kind, boot, mono, wall, standing, lo, at, hi, \
                          uncertain, label, received, bytes) VALUES (?1, 1, ?1, ?2, ?3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, x'')";

    fn id(first: u8, last: u8) -> EntryId {
        let mut bytes = [first; 32];
        bytes[31] = last;
        EntryId(bytes)
    }

    /// A log in which nothing but ids matters.
    fn log(rows: &[(i64, EntryId)]) -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let connection = crate::store::sqlite::open::open_writer(&folder.path().join("server.db")).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        for (row, id) in rows {
            connection.execute(INSERT, params![row, id.0, prefix(id)]).unwrap();
        }
        (folder, connection)
    }

    #[test]
    fn an_entry_is_found_in_whichever_block_it_lies() {
        let rows = [(1, id(1, 1)), (65_535, id(2, 1)), (65_536, id(1, 2)), (65_537, id(3, 1)), (400_000, id(1, 3))];
        let (_folder, mut connection) = log(&rows);
        let tx = connection.transaction().unwrap();
        for (row, id) in rows {
            assert_eq!(row_of(&tx, &id).unwrap(), Some(row), "{id}");
        }
        assert_eq!(row_of(&tx, &id(1, 9)).unwrap(), None, "another with the same first bytes");
        assert_eq!(row_of(&tx, &id(7, 7)).unwrap(), None);
    }

    #[test]
    fn nothing_is_found_where_nothing_was_logged() {
        let (_folder, mut connection) = log(&[]);
        let tx = connection.transaction().unwrap();
        assert_eq!(row_of(&tx, &id(1, 1)).unwrap(), None);
    }

    #[test]
    fn no_block_is_read_from_end_to_end() {
        let (_folder, connection) = log(&[]);
        let sql = format!("EXPLAIN QUERY PLAN {}", include_str!("sql/entry_find.sql"));
        let mut plan = connection.prepare(&sql).unwrap();
        let lines: Vec<String> = plan
            .query_map(named_params! { ":prefix": 0, ":id": [0_u8; 32] }, |row| row.get("detail"))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert!(lines.iter().any(|line| line.contains("entries_by_block (<expr>=? AND prefix=?)")), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("SCAN e")), "{lines:?}");
    }
}
