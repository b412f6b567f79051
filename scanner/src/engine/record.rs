//! What the list in force says of a ticket: one part is read, whatever the size of the list.

use minicbor::Decoder;
use rusqlite::Connection;
use shared::ids::TicketKey;
use shared::manifest::{Record, bucket_of};

use super::context::Force;
use super::error::{EngineError, Result, StoreError};

/// The exact bytes of each record in a part, with its ticket key.
pub(super) struct Records<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Records<'b> {
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0 }
    }
}

impl<'b> Iterator for Records<'b> {
    type Item = Result<(TicketKey, &'b [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let mut decoder = Decoder::new(rest);
        let key = decoder.array().and_then(|_| decoder.decode::<TicketKey>());
        decoder.set_position(0);
        match key.and_then(|key| decoder.skip().map(|()| key)) {
            Ok(key) => {
                let record = &rest[..decoder.position()];
                self.at += decoder.position();
                Some(Ok((key, record)))
            }
            Err(error) => {
                self.at = self.bytes.len();
                Some(Err(StoreError::Damaged(format!("a part of the ticket list: {error}")).into()))
            }
        }
    }
}

/// The record of a ticket; `None` if the list does not know it.
pub(super) fn find(conn: &Connection, force: &Force, key: TicketKey) -> Result<Option<Record>> {
    let bucket = bucket_of(&key, force.header.bucket_bits);
    let mut statement = conn.prepare_cached(include_str!("sql/find_bucket.sql"))?;
    let mut rows = statement.query((force.list_ref, bucket))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    // Read where SQLite holds it: a part is about 60 kB, and one record of it is wanted.
    let records = row.get_ref(0)?.as_blob().map_err(|_| StoreError::Damaged("a part of the ticket list".to_owned()))?;
    for found in Records::of(records) {
        let (at, bytes) = found?;
        if at == key {
            return Record::read(bytes).map(Some).ok_or(EngineError::RecordNotUnderstood);
        }
        if at > key {
            break;
        }
    }
    Ok(None)
}
