//! What an entry speaks of: the door of its event, whether its scanner may, and its ticket.

use rusqlite::{OptionalExtension, params};
use shared::entry::{Action, Entry};
use shared::ids::{EventId, TicketKey};
use shared::verdict::History;

use super::doors::door_id;
use super::ledger::Ledger;
use super::place::FeedRow;
use crate::store::StoreError;

/// What an entry refers to.
pub(super) struct Subject {
    /// Row of its event's door.
    pub(super) door: Option<i64>,
    /// Its scanner was never certified for that event.
    pub(super) stray: bool,
    /// Door and key of the ticket it is folded with.
    pub(super) ticket: Option<(i64, TicketKey)>,
}

impl Subject {
    /// Finds the door, and whether the scanner may speak of that event.
    pub(super) fn find(ledger: &mut Ledger<'_>, feed: &FeedRow, entry: &Entry) -> Result<Self, StoreError> {
        let Some(event) = entry.raw.event else { return Ok(Self { door: None, stray: false, ticket: None }) };
        let (door, certified) = certified(ledger, feed, event)?;
        let ticket = match &entry.action {
            // An undo goes with its target, whatever it says itself.
            Action::Undo { .. } => None,
            _ => entry.ticket().filter(|_| certified).map(|key| (door, key)),
        };
        Ok(Self { door: Some(door), stray: !certified, ticket })
    }

    /// The row of the ticket; made if there is none.
    pub(super) fn ticket_of(ledger: &mut Ledger<'_>, feed: &FeedRow, entry: &Entry) -> Result<Option<i64>, StoreError> {
        let Some((door, key)) = Self::find(ledger, feed, entry)?.ticket else { return Ok(None) };
        if let Some(known) = known_ticket(ledger, door, key)? {
            return Ok(Some(known));
        }
        new_ticket(ledger, door, key, &History::default())
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

/// The row of a ticket that something was logged for.
pub(super) fn known_ticket(ledger: &Ledger<'_>, door: i64, key: TicketKey) -> Result<Option<i64>, StoreError> {
    let mut query = ledger.tx.prepare_cached("SELECT id FROM ticket_states WHERE door = ?1 AND ticket_key = ?2")?;
    Ok(query.query_row((door, key.0), |row| row.get(0)).optional()?)
}

/// Makes the row of a ticket, with what its first entry says of it; `None` if there is one.
pub(super) fn new_ticket(
    ledger: &mut Ledger<'_>,
    door: i64,
    key: TicketKey,
    history: &History,
) -> Result<Option<i64>, StoreError> {
    let mut insert = ledger.tx.prepare_cached(include_str!("sql/ticket_insert.sql"))?;
    if insert.execute(params![door, key.0, history.inside, history.admitted])? == 0 {
        return Ok(None);
    }
    let changes = ledger.changes.entry(door).or_default();
    changes.tickets_inside += i64::from(history.inside > 0);
    changes.tickets_used += i64::from(history.admitted > 0);
    Ok(Some(ledger.tx.last_insert_rowid()))
}
