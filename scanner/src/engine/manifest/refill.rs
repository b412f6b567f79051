//! Giving a server that lost it the newest list back.

use minicbor::bytes::ByteVec;
use rusqlite::Connection;
use shared::api::{BucketPart, MAX_MESSAGE_BYTES, RefillRequest, RefillResponse};
use shared::ids::EventId;

use super::delta::part_bytes;
use crate::engine::Engine;
use crate::engine::context::current;
use crate::engine::db::view;
use crate::engine::error::Result;
use crate::engine::record::Records;

/// Left free in a message for framing: numbers of parts, lengths of records.
const FRAMING: usize = MAX_MESSAGE_BYTES / 8;

impl Engine {
    /// The first or next message that gives the server back a manifest it lost; `None` if there is none in force here, or
    /// the server has what it needs.
    pub fn refill_request(&mut self, event: EventId, last: Option<&RefillResponse>) -> Result<Option<RefillRequest>> {
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let Some(force) = context.force.get(&event) else { return Ok(None) };
        let wanted = match last {
            Some(answer) if answer.adopted || answer.wanted.is_empty() => return Ok(None),
            Some(answer) => answer.wanted.as_slice(),
            None => &[],
        };
        let header: Vec<u8> =
            tx.query_row("SELECT header FROM list WHERE ref = ?1", [force.list_ref], |row| row.get(0))?;
        let parts = parts(&tx, force.list_ref, wanted, MAX_MESSAGE_BYTES.saturating_sub(FRAMING + header.len()))?;
        Ok(Some(RefillRequest { event, header, parts }))
    }
}

/// As many of the wanted parts as fit, at least one.
fn parts(conn: &Connection, list_ref: i64, wanted: &[u32], most: usize) -> Result<Vec<BucketPart>> {
    let mut parts = Vec::new();
    let mut size = 0;
    for bucket in wanted {
        let Some(bytes) = part_bytes(conn, list_ref, *bucket)? else { continue };
        size += bytes.len();
        if size > most && !parts.is_empty() {
            break;
        }
        let records = Records::of(&bytes).map(|found| Ok(ByteVec::from(found?.1.to_vec())));
        parts.push(BucketPart { bucket: *bucket, records: records.collect::<Result<_>>()? });
    }
    Ok(parts)
}
