//! Taking a manifest back from scanners, part by part.

use minicbor::bytes::ByteVec;
use rusqlite::{OptionalExtension, Transaction};
use shared::api::BucketPart;
use shared::manifest::{Header, Record, check_bucket, check_count};

use super::adopt::adopt;
use super::publication::in_force;
use crate::store::StoreError;
use crate::store::manifest::Refill;
use crate::store::sqlite::device::own_row;
use crate::store::sqlite::{Column, integer, truth};

/// Most buckets asked for at once.
const WANTED_LIMIT: usize = 256;

pub(super) fn refill(
    tx: &Transaction<'_>,
    header: &Header,
    signed: &[u8],
    parts: &[BucketPart],
    now: i64,
) -> Result<Refill, StoreError> {
    let door = truth::door_id(tx, own_row(tx, header.organization)?, header.event)?;
    if header.version <= in_force(tx, door)? {
        return Ok(Refill::NotNewer);
    }
    let sql = "SELECT version FROM refills WHERE door = ?1";
    let staged = tx.prepare_cached(sql)?.query_row([door], |row| Ok(row.number::<u64>("version"))).optional()?;
    match staged.transpose()? {
        Some(staged) if staged > header.version => return Ok(Refill::NotNewer),
        Some(staged) if staged == header.version => {}
        _ => stage(tx, door, header, signed)?,
    }
    for part in parts.iter().filter(|part| fits(header, part)) {
        let sql = "INSERT OR REPLACE INTO refill_buckets (door, bucket, records) VALUES (?1, ?2, ?3)";
        tx.prepare_cached(sql)?.execute((door, part.bucket, shared::cose::encode(&part.records)))?;
    }
    let wanted = wanted(tx, door, header)?;
    if !wanted.is_empty() {
        return Ok(Refill::Wanted(wanted));
    }
    let records = staged_records(tx, door)?;
    discard(tx, door)?;
    if let Err(lie) = check_count(header, records.len() as u64) {
        return Ok(Refill::Refused(lie));
    }
    adopt(tx, door, header, signed, &records, now)?;
    Ok(Refill::Adopted)
}

fn stage(tx: &Transaction<'_>, door: i64, header: &Header, signed: &[u8]) -> Result<(), StoreError> {
    discard(tx, door)?;
    let version = integer(header.version, "refills.version")?;
    let sql = "INSERT INTO refills (door, version, header) VALUES (?1, ?2, ?3)";
    tx.prepare_cached(sql)?.execute((door, version, signed))?;
    Ok(())
}

fn discard(tx: &Transaction<'_>, door: i64) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM refill_buckets WHERE door = ?1")?.execute([door])?;
    tx.prepare_cached("DELETE FROM refills WHERE door = ?1")?.execute([door])?;
    Ok(())
}

/// Whether a part is the bucket whose hash was signed.
fn fits(header: &Header, part: &BucketPart) -> bool {
    check_bucket(header, part.bucket, part.records.iter().map(|record| &record[..])).is_ok()
}

fn wanted(tx: &Transaction<'_>, door: i64, header: &Header) -> Result<Vec<u32>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT bucket FROM refill_buckets WHERE door = ?1 ORDER BY bucket")?;
    let held = statement.query_and_then([door], |row| row.number::<u32>("bucket"))?;
    let held: std::collections::BTreeSet<u32> = held.collect::<Result<_, StoreError>>()?;
    Ok((0..header.buckets()).filter(|bucket| !held.contains(bucket)).take(WANTED_LIMIT).collect())
}

fn staged_records(tx: &Transaction<'_>, door: i64) -> Result<Vec<Record>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT records FROM refill_buckets WHERE door = ?1 ORDER BY bucket")?;
    let rows = statement.query_map([door], |row| row.get::<_, Vec<u8>>(0))?;
    let mut records = Vec::new();
    for bytes in rows {
        let bucket: Vec<ByteVec> =
            shared::cose::decode_all(&bytes?).ok_or(StoreError::Impossible("refill_buckets.records"))?;
        for bytes in bucket {
            records.push(Record::read(&bytes).ok_or(StoreError::Impossible("refill_buckets.records"))?);
        }
    }
    Ok(records)
}
