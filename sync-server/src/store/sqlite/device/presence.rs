//! Heartbeats.

use rusqlite::{OptionalExtension, Transaction, named_params};
use shared::api::{HeartbeatRequest, HeldManifest};
use shared::feed::Head;
use shared::ids::{EventId, FeedId};

use super::own_row;
use crate::device::Device;
use crate::store::StoreError;
use crate::store::device::Heard;
use crate::store::sqlite::{Column, integer, manifest, truth};

pub(super) fn hear(
    tx: &Transaction<'_>,
    device: &Device,
    heads: &[Head],
    heartbeat: &HeartbeatRequest,
    now: i64,
) -> Result<Heard, StoreError> {
    let organization = own_row(tx, device.organization)?;
    for head in heads {
        if let Some(feed) = truth::feed_row(tx, organization, head)? {
            truth::witness(tx, &feed, head)?;
        }
    }
    let event = heartbeat.event.filter(|event| device.scans(*event));
    let door = event.map(|event| truth::door_id(tx, organization, event)).transpose()?;
    note(tx, device, heartbeat, door, now)?;
    let mut heard = Heard::default();
    for held in heartbeat.manifests.iter().filter(|held| device.scans(held.event)) {
        if show(tx, organization, held)? {
            heard.equivocation = Some(held.event);
        }
    }
    for event in &device.events {
        manifest::report(tx, organization, *event, device.row, now)?;
        heard.manifests.extend(newest(tx, organization, *event)?);
    }
    if let (Some(event), Some(door)) = (event, door) {
        truth::raise(tx, door)?;
        heard.touched.push(event);
    }
    Ok(heard)
}

fn note(
    tx: &Transaction<'_>,
    device: &Device,
    heartbeat: &HeartbeatRequest,
    door: Option<i64>,
    now: i64,
) -> Result<(), StoreError> {
    let clamped = |number: u64| i64::try_from(number).unwrap_or(i64::MAX).min(MAX_REPORTED);
    let manifest = heartbeat.manifests.iter().find(|held| Some(held.event) == heartbeat.event);
    tx.prepare_cached(include_str!("sql/presence_note.sql"))?.execute(named_params! {
        ":scanner": device.row,
        ":seen": now,
        ":pending": clamped(heartbeat.pending),
        ":pending_in": clamped(heartbeat.pending_in),
        ":pending_out": clamped(heartbeat.pending_out),
        ":clock_offset": heartbeat.clock_offset,
        ":clock_error": heartbeat.clock_error,
        ":battery": heartbeat.battery,
        ":software": heartbeat.software.chars().take(MAX_SOFTWARE_CHARS).collect::<String>(),
        ":door": door,
        ":gate": heartbeat.gate.map(|gate| gate.0),
        ":keyset": clamped(heartbeat.keyset_version),
        ":manifest": manifest.map(|held| clamped(held.version)),
    })?;
    Ok(())
}

/// Whether the heartbeat reported more than has arrived since, though no feed of this scanner lacks anything. What others
/// have not sent says nothing about it.
pub(super) fn can_settle(tx: &Transaction<'_>, device: &Device, lacking: &[FeedId]) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM presence \
               WHERE scanner = ?1 AND (pending > arrived OR pending_in > arrived_in OR pending_out > arrived_out)";
    if !tx.prepare_cached(sql)?.exists([device.row])? {
        return Ok(false);
    }
    let sql = "SELECT 1 FROM feeds WHERE feed = ?1 AND scanner <> ?2";
    let mut another = tx.prepare_cached(sql)?;
    for feed in lacking {
        // A feed without a row may be the asker's own, none of which has arrived.
        if !another.exists((feed.0, device.row))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Everything the heartbeat reported has arrived. Not always by entries that arrive now: the acknowledgement of some may
/// have got lost. A heartbeat after `now` may tell of newer ones and stays. Returns the event whose dashboards show it.
pub(super) fn settle(tx: &Transaction<'_>, device: &Device, now: i64) -> Result<Option<EventId>, StoreError> {
    let mut update = tx.prepare_cached(include_str!("sql/presence_settle.sql"))?;
    let door: Option<Option<i64>> = update.query_row((device.row, now), |row| row.get(0)).optional()?;
    let Some(door) = door.flatten() else { return Ok(None) };
    truth::raise(tx, door)?;
    let mut event = tx.prepare_cached("SELECT event FROM doors WHERE id = ?1")?;
    Ok(Some(event.query_row([door], |row| Ok(row.id("event")))??))
}

/// The highest number a heartbeat is believed (entries, people, versions): what comes is added up beside it, and versions
/// go on above it. A higher one is nobody's and must not use up the numbers there are.
const MAX_REPORTED: i64 = 1 << 53;

/// Longest name of a scanner's software that is kept, in characters.
const MAX_SOFTWARE_CHARS: usize = 100;

/// Notes a manifest a scanner has in force; true if it is another one than ours under the same number.
fn show(tx: &Transaction<'_>, organization: i64, held: &HeldManifest) -> Result<bool, StoreError> {
    let door = truth::door_id(tx, organization, held.event)?;
    let version = i64::try_from(held.version).unwrap_or(i64::MAX);
    if version > MAX_REPORTED {
        return Ok(false);
    }
    tx.prepare_cached("UPDATE doors SET witnessed = ?2 WHERE id = ?1 AND witnessed < ?2")?.execute((door, version))?;
    let sql = "SELECT 1 FROM manifests WHERE door = ?1 AND version = ?2 AND digest <> ?3";
    let twins = tx.prepare_cached(sql)?.exists((door, version, held.digest.0))?;
    if twins {
        let sql = "UPDATE doors SET equivocation = ?2 WHERE id = ?1";
        tx.prepare_cached(sql)?.execute((door, version))?;
    }
    Ok(twins)
}

/// The manifest in force of an event.
pub(in crate::store::sqlite) fn newest(
    tx: &Transaction<'_>,
    organization: i64,
    event: EventId,
) -> Result<Option<HeldManifest>, StoreError> {
    let sql = "SELECT m.version, m.digest FROM manifests m JOIN doors d ON d.id = m.door \
               WHERE d.organization = ?1 AND d.event = ?2";
    let mut statement = tx.prepare_cached(sql)?;
    let found = statement.query_row((organization, event.0), |row| Ok((row.number("version"), row.id("digest"))));
    let Some((version, digest)) = found.optional()? else { return Ok(None) };
    let digest: [u8; 16] = digest?;
    let version: u64 = version?;
    integer(version, "manifests.version")?;
    Ok(Some(HeldManifest { event, version, digest: shared::ids::ManifestDigest(digest) }))
}
