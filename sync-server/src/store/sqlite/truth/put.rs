//! Writing one entry: with the label it has, wherever that can be told at once.

use std::slice::from_ref;

use rusqlite::params;
use shared::entry::{Action, Entry};
use shared::merge::{Label, Standing, TicketFold};
use shared::time::Interval;

use super::groups::fold_rows;
use super::ledger::{Group, Ledger};
use super::place::{FeedRow, number};
use super::rows::{LoggedRow, boot_number, prefix};
use super::subject::{Subject, known_ticket, new_ticket};
use crate::ingest::Arrival;
use crate::projection::{Account, disown, standing_number};
use crate::store::StoreError;

/// Writes an entry at a place where it is not kept yet. It is folded at once with the others of its ticket, unless it has no
/// time of its own (then the whole feed is judged afterwards, and folded after that), is an undo or a stray, or comes in
/// masses ([`Ledger::few_of`]). Conflicts wait for the end: what came of everything is written and told once.
pub(super) fn put(
    ledger: &mut Ledger<'_>,
    feed: &FeedRow,
    arrival: &Arrival,
    time: Option<Interval>,
    branch: i64,
) -> Result<LoggedRow, StoreError> {
    let subject = Subject::find(ledger, feed, &arrival.entry)?;
    let mut row = LoggedRow {
        id: 0,
        door: subject.door,
        ticket: None,
        scanner: feed.scanner,
        entry: if subject.stray { disown(arrival.entry.clone()) } else { arrival.entry.clone() },
        time: time.unwrap_or(Interval { lo: 0, at: 0, hi: 0, uncertain: true }),
        standing: Standing::Trusted,
        stray: subject.stray,
        voided: false,
        label: None,
    };
    let at_once = time.is_some() && !row.stray && !matches!(row.entry.action, Action::Undo { .. });
    let Meeting { ticket, others, fold } = meet(ledger, &subject, &row, at_once)?;
    row.ticket = ticket;
    let label = fold.as_ref().and_then(|fold| fold.labels.get(&row.entry.id).copied());
    row.id = insert(ledger, feed, arrival, &row, label, branch)?;
    if let Some(label) = label {
        ledger.turn(&row, &Account { time: row.time, standing: row.standing, voided: false, label });
        row.label = Some(label);
    }
    note_meaning(ledger, feed, row.id, &row.entry, arrival.server_ms)?;
    if let (Some(ticket), Some(fold)) = (ticket, fold) {
        let disputed = !fold.conflicts.is_empty() || others.iter().flatten().any(LoggedRow::is_duplicate);
        if let Some(mut rows) = others {
            rows.push(row.clone());
            ledger.settle(Group::Ticket(ticket), &rows, &fold)?;
        }
        if disputed {
            ledger.mark(Group::Ticket(ticket));
        }
    }
    Ok(row)
}

/// What an entry is folded with.
#[derive(Default)]
struct Meeting {
    /// The ticket's row.
    ticket: Option<i64>,
    /// What is kept of a ticket that was known before.
    others: Option<Vec<LoggedRow>>,
    /// All of them folded, where that is done at once.
    fold: Option<TicketFold>,
}

fn meet(ledger: &mut Ledger<'_>, subject: &Subject, row: &LoggedRow, at_once: bool) -> Result<Meeting, StoreError> {
    let alone = || at_once.then(|| fold_rows(from_ref(row)));
    let Some((door, key)) = subject.ticket else { return Ok(Meeting { fold: alone(), ..Meeting::default() }) };
    // Who comes in and saw nothing is nearly always the first: then the ticket is made without looking for it before.
    let mut known = if comes_first(&row.entry) { None } else { known_ticket(ledger, door, key)? };
    if known.is_none() {
        let fold = alone();
        let history = fold.as_ref().map(|fold| fold.history.clone()).unwrap_or_default();
        if let Some(made) = new_ticket(ledger, door, key, &history)? {
            return Ok(Meeting { ticket: Some(made), fold, ..Meeting::default() });
        }
        known = known_ticket(ledger, door, key)?;
    }
    let ticket = known.ok_or(StoreError::Impossible("ticket_states.ticket_key"))?;
    let Some(mut others) = (if at_once { ledger.few_of(ticket)? } else { None }) else {
        return Ok(Meeting { ticket: Some(ticket), ..Meeting::default() });
    };
    others.push(row.clone());
    let fold = fold_rows(&others);
    others.pop();
    Ok(Meeting { ticket: Some(ticket), others: Some(others), fold: Some(fold) })
}

fn comes_first(entry: &Entry) -> bool {
    matches!(entry.action, Action::Entry(_)) && entry.saw().is_empty()
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
