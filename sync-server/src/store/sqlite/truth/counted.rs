//! Numbers that are kept beside entries and tickets, held against what counting those gives.

use std::collections::BTreeMap;

use rusqlite::Transaction;

use crate::store::StoreError;

/// Entries by scanner, gate and label; tickets by what became of them.
pub(super) fn compare_numbers(
    tx: &Transaction<'_>,
    door: i64,
    differ: &mut impl FnMut(String),
) -> Result<(), StoreError> {
    let pairs = [
        (include_str!("sql/tallies_kept.sql"), include_str!("sql/tallies_counted.sql")),
        (include_str!("sql/counts_kept.sql"), include_str!("sql/counts_counted.sql")),
    ];
    for (kept, counted) in pairs {
        let mut kept = numbers(tx, kept, door)?;
        for (what, counted) in numbers(tx, counted, door)? {
            let kept = kept.remove(&what).unwrap_or_default();
            if kept != counted {
                differ(format!("{what}: kept {kept}, counted {counted}"));
            }
        }
        for (what, kept) in kept {
            differ(format!("{what}: kept {kept}, counted 0"));
        }
    }
    Ok(())
}

/// Numbers by what they say; nought and nothing are the same.
fn numbers(tx: &Transaction<'_>, sql: &str, door: i64) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map([door], |row| Ok((row.get("what")?, row.get("number")?)))?;
    let mut numbers: BTreeMap<String, i64> = rows.collect::<Result<_, _>>()?;
    numbers.retain(|_, number| *number != 0);
    Ok(numbers)
}
