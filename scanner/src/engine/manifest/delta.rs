//! From the list in force and what changed to the parts of the new list.

use std::collections::BTreeMap;

use minicbor::bytes::ByteVec;
use rusqlite::{Connection, OptionalExtension};
use shared::ids::TicketKey;
use shared::manifest::{ManifestError, Record, bucket_of, bucket_range, check_bucket};

use super::stage::{Staged, missing};
use crate::engine::Engine;
use crate::engine::context::{Force, current};
use crate::engine::error::Result;
use crate::engine::record::Records;

/// Parts (about 60 kB each) held in memory before they are written.
const PARTS_A_STEP: usize = 64;

impl Engine {
    /// Computes the parts that differ from the list in force. What then fits its signed hash is kept; the others stay
    /// missing and are fetched whole.
    pub(super) fn apply_delta(&mut self, staged: &Staged, records: &[ByteVec]) -> Result<()> {
        let bits = staged.header.bucket_bits;
        let mut changes: BTreeMap<u32, BTreeMap<TicketKey, &[u8]>> = BTreeMap::new();
        for bytes in records {
            let record = Record::read(bytes).ok_or(ManifestError::Inconsistent)?;
            changes.entry(bucket_of(&record.key, bits)).or_default().insert(record.key, bytes);
        }
        let context = current(&self.conn, &mut self.context)?;
        let Some(force) = context.force.get(&staged.header.event) else { return Ok(()) };
        let mut fitting = Vec::new();
        for bucket in missing(&self.conn, staged)? {
            let mut part = held_records(&self.conn, force, bucket, bits)?;
            for (key, bytes) in changes.get(&bucket).into_iter().flatten() {
                part.insert(*key, bytes.to_vec());
            }
            if check_bucket(&staged.header, bucket, part.values().map(Vec::as_slice)).is_ok() {
                fitting.push((bucket, part.into_values().flatten().collect()));
            }
            if fitting.len() >= PARTS_A_STEP {
                self.keep_parts(staged, &std::mem::take(&mut fitting))?;
            }
        }
        self.keep_parts(staged, &fitting)
    }
}

/// The records in force that belong into a part of the new list, which may be divided otherwise.
fn held_records(conn: &Connection, force: &Force, bucket: u32, bits: u8) -> Result<BTreeMap<TicketKey, Vec<u8>>> {
    let (low, high) = bucket_range(bucket, bits);
    let held = force.header.bucket_bits;
    let mut part = BTreeMap::new();
    for from in bucket_of(&low, held)..=bucket_of(&high, held) {
        let bytes = part_bytes(conn, force.list_ref, from)?.unwrap_or_default();
        for found in Records::of(&bytes) {
            let (key, record) = found?;
            if (low..=high).contains(&key) {
                part.insert(key, record.to_vec());
            }
        }
    }
    Ok(part)
}

/// One part of a list as it is stored.
pub(super) fn part_bytes(conn: &Connection, list_ref: i64, bucket: u32) -> Result<Option<Vec<u8>>> {
    let mut statement = conn.prepare_cached(include_str!("../sql/find_bucket.sql"))?;
    Ok(statement.query_row((list_ref, bucket), |row| row.get(0)).optional()?)
}
