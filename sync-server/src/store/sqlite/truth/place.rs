//! Where an entry is kept: its feed, its place in it, and what it refers to.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use shared::entry::{Action, Entry};
use shared::ids::{EntryId, EventId, FeedId, ScannerId, TicketKey};
use shared::merge::{Item, Label, Standing, TicketFold, fold};
use shared::time::Interval;

use super::doors::door_id;
use super::ledger::Ledger;
use super::rows::{LoggedRow, boot_number, prefix, row_of};
use crate::ingest::Arrival;
use crate::projection::{Account, disown, standing_number};
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
    /// Within each boot its clock never fell, and no boot came back.
    pub(in crate::store::sqlite) steady: bool,
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
            steady: row.get("steady")?,
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

/// Stores an entry that is not there yet. Its time and standing are those given. What nothing else is folded with is
/// counted at once; the rest is counted when its group is folded.
pub(super) fn place(
    ledger: &mut Ledger<'_>,
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
    let row = put(ledger, feed, arrival, time, branch)?;
    Ok(Placing::New { row: Box::new(row), fork })
}

/// Stores an entry that stands right above everything held of its feed: nothing can be there, and nothing can disagree.
pub(super) fn append(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    arrival: &Arrival,
    time: Option<Interval>,
) -> Result<LoggedRow, StoreError> {
    put(ledger, feed, arrival, time, 0)
}

fn put(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    arrival: &Arrival,
    time: Option<Interval>,
    branch: i64,
) -> Result<LoggedRow, StoreError> {
    let place = Place::find(ledger, feed, &arrival.entry)?;
    // Without a time of its own, the whole feed is judged afterwards, and folded after that.
    let alone = time.filter(|_| place.is_alone(&arrival.entry)).map(|time| (time, folded_alone(&arrival.entry, time)));
    let ticket = match place.ticket {
        Ticket::None => None,
        Ticket::Known(id) => Some(id),
        Ticket::New(door, key) => Some(new_ticket(ledger, door, key, alone.as_ref().map(|(_, fold)| fold))?),
    };
    let label = alone.and_then(|(_, fold)| fold.labels.get(&arrival.entry.id).copied());
    let time = time.unwrap_or(Interval { lo: 0, at: 0, hi: 0, uncertain: true });
    let entry = if place.stray { disown(arrival.entry.clone()) } else { arrival.entry.clone() };
    let mut row = LoggedRow {
        id: 0,
        door: place.door,
        ticket,
        scanner: feed.scanner,
        entry,
        time,
        standing: Standing::Trusted,
        stray: place.stray,
        voided: false,
        label: None,
    };
    row.id = insert(ledger, feed, arrival, &row, label, branch)?;
    if let Some(label) = label {
        ledger.turn(&row, &Account { time, standing: row.standing, voided: false, label });
        row.label = Some(label);
    }
    note_meaning(ledger, feed, row.id, &row.entry, arrival.server_ms)?;
    Ok(row)
}

fn number(seq: u64) -> Result<i64, StoreError> {
    i64::try_from(seq).map_err(|_| StoreError::Impossible("entries.seq"))
}

/// Whether this very entry is kept at this place. Two or more stand there only in a forked feed; then it is found by its id,
/// as somebody may have put thousands there.
fn is_held(tx: &Transaction<'_>, feed: i64, seq: i64, id: EntryId) -> Result<bool, StoreError> {
    let sql = "SELECT entry_id FROM entries WHERE feed = ?1 AND seq = ?2 ORDER BY branch LIMIT 2";
    let mut query = tx.prepare_cached(sql)?;
    let first: Vec<EntryId> =
        query.query_map((feed, seq), |row| Ok(EntryId(row.get(0)?)))?.collect::<Result<_, _>>()?;
    if first.contains(&id) || first.len() < 2 {
        return Ok(first.contains(&id));
    }
    let Some(row) = row_of(tx, &id)? else { return Ok(false) };
    let sql = "SELECT 1 FROM entries WHERE id = ?1 AND feed = ?2 AND seq = ?3";
    Ok(tx.prepare_cached(sql)?.exists((row, feed, seq))?)
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

/// The ticket an entry is folded with.
enum Ticket {
    /// It names none, or may not.
    None,
    /// Something was logged for it before.
    Known(i64),
    /// Nothing was: its door and key.
    New(i64, TicketKey),
}

/// What an entry refers to, as rows.
pub(super) struct Place {
    pub(super) door: Option<i64>,
    pub(super) stray: bool,
    ticket: Ticket,
}

impl Place {
    /// Finds door and ticket, and whether the scanner may speak of that event.
    fn find(ledger: &mut Ledger<'_>, feed: &FeedRow, entry: &Entry) -> Result<Self, StoreError> {
        let Some(event) = entry.raw.event else { return Ok(Self { door: None, stray: false, ticket: Ticket::None }) };
        let (door, certified) = certified(ledger, feed, event)?;
        let ticket = match (&entry.action, entry.ticket()) {
            // An undo goes with its target, whatever it says itself.
            (Action::Undo { .. }, _) | (_, None) => Ticket::None,
            (_, Some(key)) if certified => {
                known_ticket(ledger, door, key)?.map_or(Ticket::New(door, key), Ticket::Known)
            }
            _ => Ticket::None,
        };
        Ok(Self { door: Some(door), stray: !certified, ticket })
    }

    /// Whether nothing else can be folded with this entry, but undos that came before it.
    fn is_alone(&self, entry: &Entry) -> bool {
        let undo = matches!(entry.action, Action::Undo { .. });
        !self.stray && !undo && !matches!(self.ticket, Ticket::Known(_))
    }

    /// The row of the ticket; made if there is none.
    pub(super) fn ticket_of(ledger: &mut Ledger<'_>, feed: &FeedRow, entry: &Entry) -> Result<Option<i64>, StoreError> {
        match Self::find(ledger, feed, entry)?.ticket {
            Ticket::None => Ok(None),
            Ticket::Known(id) => Ok(Some(id)),
            Ticket::New(door, key) => new_ticket(ledger, door, key, None).map(Some),
        }
    }
}

fn certified(ledger: &mut Ledger<'_>, feed: &FeedRow, event: EventId) -> Result<(i64, bool), StoreError> {
    if let Some(known) = ledger.certified.get(&(feed.scanner, event)) {
        return Ok(*known);
    }
    let door = door_id(ledger.tx, ledger.organization, event)?;
    let sql = "SELECT 1 FROM scanner_events WHERE scanner = ?1 AND door = ?2";
    let certified = ledger.tx.prepare_cached(sql)?.exists((feed.scanner, door))?;
    ledger.certified.insert((feed.scanner, event), (door, certified));
    Ok((door, certified))
}

fn known_ticket(ledger: &Ledger<'_>, door: i64, key: TicketKey) -> Result<Option<i64>, StoreError> {
    let mut query = ledger.tx.prepare_cached("SELECT id FROM ticket_states WHERE door = ?1 AND ticket_key = ?2")?;
    Ok(query.query_row((door, key.0), |row| row.get(0)).optional()?)
}

/// An entry as if there were no other.
fn folded_alone(entry: &Entry, time: Interval) -> TicketFold {
    fold(&[Item { entry, time, standing: Standing::Trusted }])
}

/// Makes the row of a ticket, with what its first entry says of it.
fn new_ticket(
    ledger: &mut Ledger<'_>,
    door: i64,
    key: TicketKey,
    folded: Option<&TicketFold>,
) -> Result<i64, StoreError> {
    let history = folded.map(|folded| folded.history.clone()).unwrap_or_default();
    let changes = ledger.changes.entry(door).or_default();
    changes.tickets_inside += i64::from(history.inside > 0);
    changes.tickets_used += i64::from(history.admitted > 0);
    let mut insert = ledger.tx.prepare_cached(include_str!("sql/ticket_insert.sql"))?;
    Ok(insert.insert(params![door, key.0, history.inside, history.admitted])?)
}

fn insert(
    ledger: &Ledger<'_>,
    feed: &FeedRow,
    arrival: &Arrival,
    row: &LoggedRow,
    label: Option<Label>,
    branch: i64,
) -> Result<i64, StoreError> {
    let entry = &arrival.entry;
    let mut insert = ledger.tx.prepare_cached(include_str!("sql/entry_insert.sql"))?;
    // Numbered, not named: this runs for every entry, and looking up twenty names costs as much as the row.
    Ok(insert.insert(params![
        feed.id,
        number(entry.raw.seq)?,
        branch,
        entry.id.0,
        prefix(&entry.id),
        row.door,
        row.ticket,
        entry.raw.kind,
        entry.raw.gate.map(|gate| gate.0),
        boot_number(entry.raw.boot),
        entry.raw.mono.cast_signed(),
        entry.raw.wall,
        standing_number(row.standing),
        row.stray,
        row.time.lo,
        row.time.at,
        row.time.hi,
        row.time.uncertain,
        label.map_or(0, Label::number),
        ledger.now,
        arrival.bytes,
    ])?)
}

/// Undos and time samples have tables of their own, to be found by what they name.
pub(super) fn note_meaning(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    id: i64,
    entry: &Entry,
    server_ms: Option<i64>,
) -> Result<(), StoreError> {
    match (&entry.action, server_ms) {
        (Action::Undo { target, .. }, _) => {
            let sql = "INSERT OR IGNORE INTO undos (entry, target, root) VALUES (?1, ?2, ?2)";
            ledger.tx.prepare_cached(sql)?.execute((id, target.0))?;
            ledger.undos = Some(true);
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
