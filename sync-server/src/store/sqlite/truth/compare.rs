//! What is kept, held against what it should be.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};

use rusqlite::Transaction;

use crate::store::StoreError;

/// Names each of `what` that both sides do not say the same of.
pub(super) fn compare<K: Ord + Display, V: PartialEq + Debug>(
    what: &str,
    mut kept: BTreeMap<K, V>,
    right: impl IntoIterator<Item = (K, V)>,
    differ: &mut impl FnMut(String),
) {
    for (key, right) in right {
        match kept.remove(&key) {
            Some(kept) if kept == right => {}
            Some(kept) => differ(format!("{what} {key}: kept {kept:?}, rebuilt {right:?}")),
            None => differ(format!("{what} {key}: not kept, rebuilt {right:?}")),
        }
    }
    for (key, kept) in kept {
        differ(format!("{what} {key}: kept {kept:?}, not rebuilt"));
    }
}

/// Numbers that are kept beside entries and tickets, and what counting those gives: entries by scanner, gate and label; tickets
/// by what became of them.
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
        compare("number of", numbers(tx, kept, door)?, numbers(tx, counted, door)?, differ);
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
