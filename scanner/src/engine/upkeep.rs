//! Housekeeping for idle moments, in pieces so small that no scan waits.

use super::Engine;
use super::db::{begin, to_u64};
use super::error::Result;

/// Rows of an old list that one step removes.
const LIST_ROWS_A_STEP: i64 = 256;
/// Parts that one step removes (about 60 kB each).
const BUCKETS_A_STEP: i64 = 16;

impl Engine {
    /// Moves what it can of the write-ahead log into the database, without making anybody wait (`PASSIVE`). Returns the
    /// pages that stay in the log because somebody still reads or writes.
    pub fn checkpoint(&mut self) -> Result<u64> {
        let (in_log, moved): (i64, i64) =
            self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(1)?, row.get(2)?)))?;
        Ok(to_u64(in_log.saturating_sub(moved)))
    }

    /// One small piece of housekeeping (some ms at most): removes parts of lists that are no longer in force, and
    /// checkpoints. Returns whether there is more to do; call it whenever idle.
    pub fn maintain(&mut self) -> Result<bool> {
        let more = self.clear_lists()?;
        self.checkpoint()?;
        Ok(more)
    }

    /// Bounds the size of the database, in pages of 4 KiB: for devices that share their storage. What does not fit is refused
    /// as on a full disk. Never below what it has now.
    pub fn limit_pages(&mut self, pages: u32) -> Result<()> {
        Ok(self.conn.pragma_update(None, "max_page_count", pages)?)
    }

    /// Checkpoints and closes. Dropping the engine loses nothing either.
    pub fn close(mut self) -> Result<()> {
        self.checkpoint()?;
        self.conn.close().map_err(|(_, error)| error.into())
    }

    fn clear_lists(&mut self) -> Result<bool> {
        let idle = "SELECT NOT EXISTS (SELECT 1 FROM list WHERE state = 2)
                    AND NOT EXISTS (SELECT 1 FROM bucket WHERE ref NOT IN (SELECT bucket_ref FROM list_bucket))";
        if self.conn.prepare_cached(idle)?.query_row([], |row| row.get(0))? {
            return Ok(false);
        }
        let tx = begin(&mut self.conn)?;
        let rows = tx.prepare_cached(include_str!("sql/clear_list_rows.sql"))?.execute([LIST_ROWS_A_STEP])?;
        let lists = tx.prepare_cached(include_str!("sql/clear_lists.sql"))?.execute([])?;
        let buckets = tx.prepare_cached(include_str!("sql/clear_buckets.sql"))?.execute([BUCKETS_A_STEP])?;
        tx.commit()?;
        Ok(rows + lists + buckets > 0)
    }
}
