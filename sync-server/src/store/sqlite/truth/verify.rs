//! The state computed from nothing, held against the one that was kept step by step.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Transaction;
use shared::entry::Entry;
use shared::ids::{EntryId, EventId, FeedId, GateId, OrganizationId, StateDigest, TicketKey};
use shared::manifest::{Cut, Revocation};
use shared::merge::reference::{Facts, State, rebuild};
use shared::merge::{Label, digest};
use shared::occupancy::{Flow, Sums};
use shared::time::{Interval, TimeToken, Window};

use super::compare::{compare, compare_numbers};
use super::rows::interval;
use super::{picture, runs};
use crate::projection::{disown, standing_number};
use crate::store::StoreError;
use crate::store::sqlite::Column;
use crate::store::sqlite::device::{authority, own_row};
use crate::store::truth::{Difference, Verified};

/// Differences named one by one; more are only counted.
const NAMED: usize = 20;

/// The digest of an event from what is kept.
pub(super) fn kept_digest(tx: &Transaction<'_>, door: Option<i64>, event: EventId) -> Result<StateDigest, StoreError> {
    let Some(door) = door else { return Ok(digest(event, [], [], &Sums::default())) };
    let mut entries = kept_entries(tx, Some(door))?;
    entries.sort_unstable_by_key(|(id, ..)| *id);
    let sql = "SELECT ticket_key, inside FROM ticket_states WHERE door = ?1 AND inside > 0 ORDER BY ticket_key";
    let mut statement = tx.prepare_cached(sql)?;
    let tickets = statement.query_and_then([door], |row| Ok((row.id("ticket_key")?, row.number("inside")?)))?;
    let tickets = tickets.collect::<Result<Vec<_>, StoreError>>()?;
    Ok(digest(event, entries, tickets, &kept_sums(tx, door)?))
}

fn kept_sums(tx: &Transaction<'_>, door: i64) -> Result<Sums, StoreError> {
    let mut sums = picture::sums(tx, door)?;
    let mut statement = tx.prepare_cached("SELECT minute, gate, inward, outward FROM minute_sums WHERE door = ?1")?;
    let rows = statement.query_and_then([door], |row| {
        let flow = Flow { inward: row.get("inward")?, outward: row.get("outward")? };
        Ok::<_, StoreError>(((row.get::<_, i64>("minute")?, GateId(row.number("gate")?)), flow))
    })?;
    sums.minutes = rows.collect::<Result<_, _>>()?;
    Ok(sums)
}

/// Labels and times as kept: of a door, or of entries that name no event. Strays belong to no event.
fn kept_entries(tx: &Transaction<'_>, door: Option<i64>) -> Result<Vec<(EntryId, Label, Interval)>, StoreError> {
    let sql = "SELECT entry_id, label, lo, at, hi, uncertain FROM entries WHERE door IS ?1 AND stray = 0";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([door], |row| {
        let label = Label::from_number(row.number("label")?).ok_or(StoreError::Impossible("entries.label"))?;
        Ok((row.id("entry_id")?, label, interval(row)?))
    })?;
    rows.collect()
}

pub(super) fn verify(tx: &Transaction<'_>, organization: OrganizationId) -> Result<Verified, StoreError> {
    let own = own_row(tx, organization)?;
    let authority = authority(tx, organization)?.ok_or(StoreError::Impossible("keys"))?;
    let entries = all_entries(tx, own)?;
    let open = |token: &[u8]| TimeToken::open(token, &authority.trust).ok().map(|token| token.server_ms);
    let doors = doors(tx, own)?;
    let facts = Facts {
        scanners: scanners(tx, own)?,
        revocations: revocations(tx, own)?,
        windows: doors.iter().filter_map(|door| Some((door.event, door.window?))).collect(),
        time: &open,
    };
    let state = rebuild(&entries, &facts);
    let mut verified = Verified { entries: u64::try_from(entries.len()).unwrap_or(u64::MAX), ..Verified::default() };
    for door in &doors {
        let kept = kept_digest(tx, Some(door.id), door.event)?;
        verified.digests.push((door.event, kept));
        compare_door(tx, door, &state, kept, &mut verified)?;
    }
    verified.gaps = gaps(tx, own)?;
    let hidden = verified.differences.len().saturating_sub(NAMED);
    if hidden > 0 {
        verified.differences.truncate(NAMED);
        verified.differences.push(Difference { event: None, what: format!("and {hidden} more") });
    }
    Ok(verified)
}

struct Door {
    id: i64,
    event: EventId,
    window: Option<Window>,
}

fn doors(tx: &Transaction<'_>, organization: i64) -> Result<Vec<Door>, StoreError> {
    let sql = "SELECT id, event, starts, ends FROM doors WHERE organization = ?1 ORDER BY id";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([organization], |row| {
        let window: (Option<i64>, Option<i64>) = (row.get("starts")?, row.get("ends")?);
        let window = window.0.zip(window.1).map(|(starts, ends)| Window { starts, ends });
        Ok(Door { id: row.get("id")?, event: row.id("event")?, window })
    })?;
    rows.collect()
}

fn all_entries(tx: &Transaction<'_>, organization: i64) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT e.bytes, e.stray FROM entries e JOIN feeds f ON f.id = e.feed \
               JOIN scanners s ON s.id = f.scanner WHERE s.organization = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([organization], |row| {
        let bytes = row.get_ref("bytes")?.as_blob().map_err(|_| StoreError::Impossible("entries.bytes"))?;
        let entry = Entry::read(bytes).map_err(|_| StoreError::Impossible("entries.bytes"))?;
        Ok(if row.get("stray")? { disown(entry) } else { entry })
    })?;
    rows.collect()
}

fn scanners(tx: &Transaction<'_>, organization: i64) -> Result<BTreeMap<FeedId, shared::ids::ScannerId>, StoreError> {
    let sql = "SELECT f.feed, s.scanner FROM feeds f JOIN scanners s ON s.id = f.scanner WHERE s.organization = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([organization], |row| Ok((row.id("feed")?, row.id("scanner")?)))?;
    rows.collect()
}

fn revocations(tx: &Transaction<'_>, organization: i64) -> Result<Vec<Revocation>, StoreError> {
    let sql = "SELECT id, scanner, revoked FROM scanners WHERE organization = ?1 AND revoked IS NOT NULL";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([organization], |row| {
        let sql = "SELECT feed, seq, entry_id FROM cuts WHERE scanner = ?1";
        let mut cuts = tx.prepare_cached(sql)?;
        let cuts = cuts.query_and_then([row.get::<_, i64>("id")?], |row| {
            Ok::<_, StoreError>(Cut { feed: row.id("feed")?, seq: row.number("seq")?, id: row.id("entry_id")? })
        })?;
        let cuts = cuts.collect::<Result<_, _>>()?;
        Ok(Revocation { scanner: row.id("scanner")?, at: row.get("revoked")?, cuts })
    })?;
    rows.collect()
}

/// Feeds that are held with gaps: not an error, but something is still to come.
fn gaps(tx: &Transaction<'_>, organization: i64) -> Result<Vec<FeedId>, StoreError> {
    let sql = "SELECT f.id, f.feed FROM feeds f JOIN scanners s ON s.id = f.scanner WHERE s.organization = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let feeds = statement.query_and_then([organization], |row| Ok((row.get::<_, i64>("id")?, row.id("feed")?)))?;
    let feeds: Vec<(i64, FeedId)> = feeds.collect::<Result<_, StoreError>>()?;
    let mut found = Vec::new();
    for (row, feed) in feeds {
        if !matches!(runs(tx, row)?.as_slice(), [] | [(1, _)]) {
            found.push(feed);
        }
    }
    Ok(found)
}

/// Conflicts with their stories.
fn compare_conflicts(
    tx: &Transaction<'_>,
    door: &Door,
    state: &State,
    differ: &mut impl FnMut(String),
) -> Result<(), StoreError> {
    let sql = "SELECT e.entry_id, c.story FROM conflicts c JOIN entries e ON e.id = c.entry WHERE c.door = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let kept = statement.query_and_then([door.id], |row| Ok((row.id("entry_id")?, row.get("story")?)))?;
    let kept: BTreeMap<EntryId, String> = kept.collect::<Result<_, StoreError>>()?;
    let rebuilt = state.tickets(door.event).flat_map(|(_, fold)| &fold.conflicts).map(|conflict| {
        let story = serde_json::to_string(&conflict.story).map_err(|_| StoreError::Impossible("conflicts.story"))?;
        Ok((conflict.entry, story))
    });
    compare("conflict", kept, rebuilt.collect::<Result<Vec<_>, StoreError>>()?, differ);
    Ok(())
}

/// How many are inside by each ticket, and how many it let in.
fn compare_tickets(
    tx: &Transaction<'_>,
    door: &Door,
    state: &State,
    differ: &mut impl FnMut(String),
) -> Result<(), StoreError> {
    let sql =
        "SELECT ticket_key, inside, admitted FROM ticket_states WHERE door = ?1 AND (inside <> 0 OR admitted <> 0)";
    let mut statement = tx.prepare_cached(sql)?;
    let kept = statement
        .query_and_then([door.id], |row| Ok((row.id("ticket_key")?, (row.get("inside")?, row.get("admitted")?))))?;
    let kept: BTreeMap<TicketKey, (u32, u32)> = kept.collect::<Result<_, StoreError>>()?;
    let rebuilt = state.tickets(door.event).map(|(key, fold)| (key, (fold.history.inside, fold.history.admitted)));
    compare("inside and admitted by ticket", kept, rebuilt.filter(|(_, numbers)| *numbers != (0, 0)), differ);
    Ok(())
}

/// Which entries count less or not at all, and which were undone.
fn compare_standings(
    tx: &Transaction<'_>,
    door: &Door,
    state: &State,
    differ: &mut impl FnMut(String),
) -> Result<(), StoreError> {
    let undone: BTreeSet<EntryId> = state.groups.values().flat_map(|fold| fold.voided.iter().copied()).collect();
    let sql = "SELECT entry_id, standing, voided FROM entries WHERE door = ?1 AND stray = 0";
    let mut statement = tx.prepare_cached(sql)?;
    let kept = statement.query_and_then([door.id], |row| {
        Ok::<_, StoreError>((row.id("entry_id")?, row.get("standing")?, row.get::<_, bool>("voided")?))
    })?;
    for row in kept {
        let (id, standing, voided): (EntryId, i64, bool) = row?;
        let rebuilt = state.entries.get(&id).map(|judged| standing_number(judged.standing));
        // An entry that was not rebuilt at all is named with the digest.
        let undone = undone.contains(&id);
        if rebuilt.is_some_and(|rebuilt| rebuilt != standing) || undone != voided {
            differ(format!(
                "entry {id}: kept with standing {standing}, undone {voided}; rebuilt {rebuilt:?}, {undone}"
            ));
        }
    }
    Ok(())
}

fn compare_door(
    tx: &Transaction<'_>,
    door: &Door,
    state: &State,
    kept: StateDigest,
    verified: &mut Verified,
) -> Result<(), StoreError> {
    let mut differ = |what: String| verified.differences.push(Difference { event: Some(door.event), what });
    let empty = Sums::default();
    let sums = state.sums.get(&door.event).unwrap_or(&empty);
    let known = kept_sums(tx, door.id)?;
    if known != *sums {
        differ(format!("sums: kept {known:?}, rebuilt {sums:?}"));
    }
    compare_conflicts(tx, door, state, &mut differ)?;
    compare_tickets(tx, door, state, &mut differ)?;
    compare_standings(tx, door, state, &mut differ)?;
    compare_numbers(tx, door.id, &mut differ)?;
    let rebuilt = state.digest(door.event);
    if rebuilt == kept {
        return Ok(());
    }
    differ(format!("state digest: kept {kept}, rebuilt {rebuilt}"));
    for (id, label, time) in kept_entries(tx, Some(door.id))? {
        match state.entries.get(&id) {
            Some(judged) if judged.label == label && judged.time == time => {}
            Some(judged) => {
                differ(format!("entry {id}: kept {label} at {time:?}, rebuilt {} at {:?}", judged.label, judged.time));
            }
            None => differ(format!("entry {id}: not in the rebuilt state")),
        }
    }
    Ok(())
}
