//! Handing a manifest to a scanner: a delta, the header, or buckets.

use std::collections::BTreeSet;

use minicbor::bytes::ByteVec;
use rusqlite::{OptionalExtension, Transaction};
use shared::api::{BucketPart, MAX_MESSAGE_BYTES, ManifestResponse};
use shared::ids::{EventId, OrganizationId};
use shared::manifest::{Header, bucket_range};

use super::publication::records_between;
use crate::store::StoreError;
use crate::store::sqlite::device::own_row;
use crate::store::sqlite::{Column, integer, keys, truth};

/// Bytes of records in one answer; header and keyset come on top.
const RECORD_BYTES: usize = MAX_MESSAGE_BYTES * 3 / 4;

pub(super) fn manifest_for(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    event: EventId,
    have: Option<u64>,
    buckets: &[u32],
    keyset_version: u64,
) -> Result<Option<ManifestResponse>, StoreError> {
    let Some(door) = truth::find_door(tx, own_row(tx, organization)?, event)? else { return Ok(None) };
    let sql = "SELECT version, header FROM manifests WHERE door = ?1";
    let found = tx.prepare_cached(sql)?.query_row([door], |row| Ok((row.number("version"), row.get("header")?)));
    let Some((version, signed)) = found.optional()? else { return Ok(None) };
    let (version, signed): (u64, Vec<u8>) = (version?, signed);
    if !buckets.is_empty() {
        return parts(tx, door, version, &signed, buckets).map(Some);
    }
    if have.is_some_and(|have| have >= version) {
        return Ok(Some(ManifestResponse::Current));
    }
    let keyset = keys::newest_keyset(tx, organization)?.filter(|keyset| keyset.version > keyset_version);
    let keyset = keyset.map(|keyset| ByteVec::from(keyset.signed));
    let delta = have.map_or(Ok(None), |have| changed_since(tx, door, have))?;
    Ok(Some(match delta {
        Some(records) => ManifestResponse::Delta { header: signed, records, keyset },
        None => ManifestResponse::Header { header: signed, keyset },
    }))
}

/// Records changed since a version; `None` if they are too many for one message.
fn changed_since(tx: &Transaction<'_>, door: i64, have: u64) -> Result<Option<Vec<ByteVec>>, StoreError> {
    let sql = "SELECT record FROM manifest_tickets WHERE door = ?1 AND version > ?2";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query((door, integer(have, "have").unwrap_or(i64::MAX)))?;
    let mut records = Vec::new();
    let mut left = RECORD_BYTES;
    while let Some(row) = rows.next()? {
        let record: Vec<u8> = row.get(0)?;
        match left.checked_sub(record.len() + 4) {
            Some(rest) => left = rest,
            None => return Ok(None),
        }
        records.push(ByteVec::from(record));
    }
    Ok(Some(records))
}

/// As many of the wanted buckets as fit, at least one; each once, however often it is named.
fn parts(
    tx: &Transaction<'_>,
    door: i64,
    version: u64,
    signed: &[u8],
    buckets: &[u32],
) -> Result<ManifestResponse, StoreError> {
    let header: Header = shared::cose::peek(signed).ok_or(StoreError::Impossible("manifests.header"))?;
    let mut parts: Vec<BucketPart> = Vec::new();
    let mut left = RECORD_BYTES;
    let mut sent = BTreeSet::new();
    for bucket in buckets.iter().copied().filter(|bucket| *bucket < header.buckets() && sent.insert(*bucket)) {
        let (low, high) = bucket_range(bucket, header.bucket_bits);
        let records = records_between(tx, door, low, high)?;
        let size: usize = records.iter().map(|(_, record)| record.len() + 4).sum();
        if size > left && !parts.is_empty() {
            break;
        }
        left = left.saturating_sub(size);
        let records = records.into_iter().map(|(_, record)| ByteVec::from(record)).collect();
        parts.push(BucketPart { bucket, records });
    }
    Ok(ManifestResponse::Buckets { version, parts })
}
