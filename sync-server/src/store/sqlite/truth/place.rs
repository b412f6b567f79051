//! Where an entry is kept: its feed, its place in it, and what it refers to.

use rusqlite::{OptionalExtension, Row, Transaction, named_params};
use shared::entry::{Action, Entry};
use shared::ids::{EntryId, EventId, FeedId, ScannerId, TicketKey};
use shared::merge::Standing;
use shared::time::Interval;

use super::doors::door_id;
use super::ledger::Ledger;
use super::rows::{LoggedRow, boot_number, prefix};
use crate::ingest::Arrival;
use crate::projection::{disown, standing_number};
use crate::store::StoreError;
use crate::store::sqlite::Column;

/// A feed and what is known of its scanner.
#[derive(Debug, Clone)]
pub(in crate::store::sqlite) struct FeedRow {
    pub(in crate::store::sqlite) id: i64,
    pub(in crate::store::sqlite) feed: FeedId,
    pub(in crate::store::sqlite) scanner: i64,
    pub(in crate::store::sqlite) scanner_id: ScannerId,
    pub(in crate::store::sqlite) witnessed: u64,
    pub(in crate::store::sqlite) forked: bool,
    pub(in crate::store::sqlite) revoked: bool,
}

impl FeedRow {
    pub(in crate::store::sqlite) fn read(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get("id")?,
            feed: row.id("feed")?,
            scanner: row.get("scanner")?,
            scanner_id: row.id("scanner_id")?,
            witnessed: row.number("witnessed")?,
            forked: row.get("forked")?,
            revoked: row.get::<_, Option<i64>>("revoked")?.is_some(),
        })
    }
}

/// What became of an arrival.
pub(super) enum Placing {
    /// It was there.
    Repeat,
    /// It is new; `fork` says whether it proves a second chain.
    New { row: Box<LoggedRow>, fork: bool },
}

/// Stores an entry that is not there yet. Its time and standing are those given; nothing is counted yet.
pub(super) fn place(
    ledger: &Ledger<'_>,
    feed: &FeedRow,
    arrival: &Arrival,
    time: Option<Interval>,
) -> Result<Placing, StoreError> {
    let entry = &arrival.entry;
    let seq = number(entry.raw.seq)?;
    if is_held(ledger.tx, feed.id, seq, entry.id)? {
        return Ok(Placing::Repeat);
    }
    let branch = next_branch(ledger, feed.id, seq)?;
    // Nothing is learned of a fork that is known: somebody may have put thousands of entries at one place.
    let fork = branch > 0 || !feed.forked && breaks_chain(ledger, feed.id, seq, entry)?;
    let place = Place::of(ledger, feed, entry)?;
    let time = time.unwrap_or(Interval { lo: 0, at: 0, hi: 0, uncertain: true });
    let id = insert(ledger, feed, arrival, &place, time, branch)?;
    let entry = if place.stray { disown(entry.clone()) } else { entry.clone() };
    note_meaning(ledger, feed, id, &entry, arrival.server_ms)?;
    let row = LoggedRow {
        id,
        door: place.door,
        ticket: place.ticket,
        scanner: feed.scanner,
        entry,
        time,
        standing: Standing::Trusted,
        stray: place.stray,
        voided: false,
        label: None,
    };
    Ok(Placing::New { row: Box::new(row), fork })
}

fn number(seq: u64) -> Result<i64, StoreError> {
    i64::try_from(seq).map_err(|_| StoreError::Impossible("entries.seq"))
}

/// Whether this very entry is kept at this place; found by its id, however many stand there.
fn is_held(tx: &Transaction<'_>, feed: i64, seq: i64, id: EntryId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM entries WHERE prefix = ?1 AND entry_id = ?2 AND feed = ?3 AND seq = ?4";
    Ok(tx.prepare_cached(sql)?.exists((prefix(&id), id.0, feed, seq))?)
}

/// The number of the next entry at a place: 0 for the first.
fn next_branch(ledger: &Ledger<'_>, feed: i64, seq: i64) -> Result<i64, StoreError> {
    let sql = "SELECT max(branch) FROM entries WHERE feed = ?1 AND seq = ?2";
    let last: Option<i64> = ledger.tx.prepare_cached(sql)?.query_row((feed, seq), |row| row.get(0))?;
    Ok(last.map_or(0, |last| last + 1))
}

/// Whether what is held before or after this entry belongs to another chain.
fn breaks_chain(ledger: &Ledger<'_>, feed: i64, seq: i64, entry: &Entry) -> Result<bool, StoreError> {
    let other = "SELECT 1 FROM entries WHERE feed = ?1 AND seq = ?2 AND entry_id IS NOT ?3";
    if ledger.tx.prepare_cached(other)?.exists((feed, seq - 1, entry.raw.prev.map(|prev| prev.0)))? {
        return Ok(true);
    }
    let mut query = ledger.tx.prepare_cached("SELECT bytes FROM entries WHERE feed = ?1 AND seq = ?2")?;
    let after = query.query_map((feed, seq + 1), |row| row.get::<_, Vec<u8>>(0))?;
    for bytes in after {
        let next = Entry::read(&bytes?).map_err(|_| StoreError::Impossible("entries.bytes"))?;
        if next.raw.prev != Some(entry.id) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What an entry refers to, as rows.
pub(super) struct Place {
    pub(super) door: Option<i64>,
    pub(super) ticket: Option<i64>,
    pub(super) stray: bool,
}

impl Place {
    /// Finds door and ticket, and whether the scanner may speak of that event.
    pub(super) fn of(ledger: &Ledger<'_>, feed: &FeedRow, entry: &Entry) -> Result<Self, StoreError> {
        let Some(event) = entry.raw.event else { return Ok(Self { door: None, ticket: None, stray: false }) };
        let door = door_id(ledger.tx, ledger.organization, event)?;
        let sql = "SELECT 1 FROM scanner_events WHERE scanner = ?1 AND door = ?2";
        let certified = ledger.tx.prepare_cached(sql)?.exists((feed.scanner, door))?;
        let ticket = match (&entry.action, entry.ticket()) {
            // An undo goes with its target, whatever it says itself.
            (Action::Undo { .. }, _) | (_, None) => None,
            (_, Some(key)) if certified => Some(ticket_id(ledger, door, key)?),
            _ => None,
        };
        Ok(Self { door: Some(door), ticket, stray: !certified })
    }
}

/// The row of a ticket; made if there is none.
fn ticket_id(ledger: &Ledger<'_>, door: i64, key: TicketKey) -> Result<i64, StoreError> {
    let mut query = ledger.tx.prepare_cached("SELECT id FROM ticket_states WHERE door = ?1 AND ticket_key = ?2")?;
    if let Some(id) = query.query_row((door, key.0), |row| row.get(0)).optional()? {
        return Ok(id);
    }
    let mut insert = ledger.tx.prepare_cached("INSERT INTO ticket_states (door, ticket_key) VALUES (?1, ?2)")?;
    Ok(insert.insert((door, key.0))?)
}

fn insert(
    ledger: &Ledger<'_>,
    feed: &FeedRow,
    arrival: &Arrival,
    place: &Place,
    time: Interval,
    branch: i64,
) -> Result<i64, StoreError> {
    let entry = &arrival.entry;
    let mut insert = ledger.tx.prepare_cached(include_str!("sql/entry_insert.sql"))?;
    Ok(insert.insert(named_params! {
        ":feed": feed.id,
        ":seq": number(entry.raw.seq)?,
        ":branch": branch,
        ":entry_id": entry.id.0,
        ":prefix": prefix(&entry.id),
        ":door": place.door,
        ":ticket": place.ticket,
        ":kind": entry.raw.kind,
        ":gate": entry.raw.gate.map(|gate| gate.0),
        ":boot": boot_number(entry.raw.boot),
        ":mono": entry.raw.mono.cast_signed(),
        ":wall": entry.raw.wall,
        ":standing": standing_number(Standing::Trusted),
        ":stray": place.stray,
        ":lo": time.lo,
        ":at": time.at,
        ":hi": time.hi,
        ":uncertain": time.uncertain,
        ":received": ledger.now,
        ":bytes": arrival.bytes,
    })?)
}

/// Undos and time samples have tables of their own, to be found by what they name.
pub(super) fn note_meaning(
    ledger: &Ledger<'_>,
    feed: &FeedRow,
    id: i64,
    entry: &Entry,
    server_ms: Option<i64>,
) -> Result<(), StoreError> {
    match (&entry.action, server_ms) {
        (Action::Undo { target, .. }, _) => {
            let sql = "INSERT OR IGNORE INTO undos (entry, target, root) VALUES (?1, ?2, ?2)";
            ledger.tx.prepare_cached(sql)?.execute((id, target.0))?;
        }
        (Action::Time { request, response, .. }, Some(server_ms)) => {
            let mut insert = ledger.tx.prepare_cached(include_str!("sql/sample_insert.sql"))?;
            insert.execute((id, feed.id, server_ms, request.cast_signed(), response.cast_signed()))?;
        }
        _ => {}
    }
    Ok(())
}

/// The public id of a door's event.
pub(super) fn event_of(ledger: &Ledger<'_>, door: i64) -> Result<EventId, StoreError> {
    let mut query = ledger.tx.prepare_cached("SELECT event FROM doors WHERE id = ?1")?;
    query.query_row([door], |row| Ok(row.id("event")))?
}
