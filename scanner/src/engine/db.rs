//! The few things every statement needs: transactions, and numbers as SQLite holds them.

use rusqlite::{Connection, Transaction, TransactionBehavior};
use shared::ids::{EntryId, TicketKey};

use super::error::Result;

/// Starts a write: takes the write lock at once, so that what is read inside stays true until the commit.
pub(super) fn begin(conn: &mut Connection) -> Result<Transaction<'_>> {
    Ok(conn.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

/// Starts a read of one state of the database.
pub(super) fn view(conn: &mut Connection) -> Result<Transaction<'_>> {
    Ok(conn.transaction_with_behavior(TransactionBehavior::Deferred)?)
}

/// Makes every engine on this database read identity, settings and lists again.
pub(super) fn touch(conn: &Connection) -> Result<()> {
    conn.prepare_cached("UPDATE device SET revision = revision + 1")?.execute([])?;
    Ok(())
}

/// SQLite's integers are signed; no seq, version or mono of an honest device comes near the end.
pub(super) fn to_i64(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Back again; negative numbers are never stored where this is used.
pub(super) fn to_u64(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The first 8 bytes of an id, by which it is found.
pub(super) fn prefix(id: &EntryId) -> i64 {
    first_8(&id.0)
}

/// The first 8 bytes of a ticket key, by which its entries are found. Others may begin so: who asks compares the whole key.
pub(super) fn ticket_prefix(key: TicketKey) -> i64 {
    first_8(&key.0)
}

fn first_8(bytes: &[u8]) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    i64::from_be_bytes(first)
}
