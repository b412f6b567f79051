//! What only a supervisor's scanner may do: undo, and count people without a ticket.

use rusqlite::Connection;
use shared::clock::Reading;
use shared::entry::{Entry, MAX_BODIES, RawEntry, kind};
use shared::ids::{EntryId, GateId, from_hex};
use shared::time::Window;

use super::Engine;
use super::append::{Written, append};
use super::context::{Context, current};
use super::db::{begin, prefix};
use super::error::{EngineError, Result};
use super::outcome::{Recorded, ScanRequest, UndoTarget};
use super::past::{EntryRow, voided};
use super::retry::forget;
use super::scan::{Door, check_texts};
use super::times::now;

/// Fewest hex digits of an id that name an entry.
const SHORTEST_PREFIX: usize = 8;

impl Engine {
    /// Voids an entry of this or another scanner; an undo can be undone.
    pub fn undo(&mut self, target: &UndoTarget, operator: Option<&str>, reason: Option<&str>) -> Result<Recorded> {
        check_texts(reason, operator)?;
        let at = self.clock.read();
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        context.me()?.may("undo")?;
        let row = find_target(&tx, target)?;
        if voided(&tx, row.id)? {
            return Err(EngineError::AlreadyUndone(row.id));
        }
        let undone = Entry::read(&row.bytes).map_err(|_| EngineError::UnknownEntry(row.id.to_string()))?;
        let operator = operator.map(str::to_owned).or_else(|| context.settings.operator.clone());
        let written = append(&tx, &context, at, |link| RawEntry {
            event: undone.raw.event,
            gate: undone.raw.gate,
            zone: undone.raw.zone,
            from: undone.raw.from,
            ticket: undone.raw.ticket,
            target: Some(row.id),
            reason: reason.map(str::to_owned),
            operator,
            ..RawEntry::new(link, kind::UNDO, at)
        })?;
        // An undone undo brings its target back; it repeats the target's ticket, so that code is judged anew as well.
        forget(&tx, row.id, undone.raw.ticket)?;
        let recorded = recorded(&tx, &context, at, &written, Some(row.id), -row.effect)?;
        tx.commit()?;
        Ok(recorded)
    }

    /// Counts `people` without a ticket: positive in through the gate, negative out.
    pub fn count(
        &mut self,
        people: i64,
        reason: &str,
        gate: Option<GateId>,
        operator: Option<&str>,
    ) -> Result<Recorded> {
        check_texts(Some(reason), operator)?;
        if people == 0 || !(-MAX_BODIES..=MAX_BODIES).contains(&people) {
            return Err(EngineError::BadPeople(people));
        }
        if reason.trim().is_empty() {
            return Err(EngineError::NoReason);
        }
        let at = self.clock.read();
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        context.me()?.may("count people without a ticket")?;
        let asked = ScanRequest { gate, operator: operator.map(str::to_owned), ..ScanRequest::default() };
        let door = Door::of(&context, &asked)?;
        let written = append(&tx, &context, at, |link| RawEntry {
            event: Some(door.event),
            gate: Some(door.gate.id),
            zone: Some(door.gate.zone),
            from: door.gate.from,
            bodies: Some(people),
            reason: Some(reason.to_owned()),
            operator: door.operator.clone(),
            manifest_version: Some(door.force.header.version),
            manifest_digest: Some(door.force.digest),
            ..RawEntry::new(link, kind::COUNT, at)
        })?;
        let recorded = recorded(&tx, &context, at, &written, None, people)?;
        tx.commit()?;
        Ok(recorded)
    }
}

fn recorded(
    conn: &Connection,
    context: &Context,
    at: Reading,
    written: &Written,
    target: Option<EntryId>,
    bodies: i64,
) -> Result<Recorded> {
    let window = context.event().ok().and_then(|event| context.force.get(&event)).map(|f| Window::of(f.policy()));
    let at = now(conn, context, at, window)?;
    Ok(Recorded { entry: written.id, feed: written.feed, seq: written.seq, at, target, bodies })
}

fn find_target(conn: &Connection, target: &UndoTarget) -> Result<EntryRow> {
    match target {
        UndoTarget::Last => {
            let mut statement = conn.prepare_cached(include_str!("sql/own_movements.sql"))?;
            for row in statement.query_map([], EntryRow::read)? {
                let row = row?;
                if !voided(conn, row.id)? {
                    return Ok(row);
                }
            }
            Err(EngineError::NothingToUndo)
        }
        UndoTarget::Entry(id) => one(by_prefix(conn, prefix(id), prefix(id))?, &id.to_string(), &id.0),
        UndoTarget::Prefix(text) => {
            let unknown = || EngineError::UnknownEntry(text.clone());
            let whole = text.len().is_multiple_of(2) && (SHORTEST_PREFIX..=EntryId::LEN * 2).contains(&text.len());
            let bytes = from_hex(text).filter(|_| whole).ok_or_else(unknown)?;
            let (low, high) = range(&bytes);
            one(by_prefix(conn, low, high)?, text, &bytes)
        }
    }
}

/// The lowest and the highest 8 bytes that begin with `bytes`.
fn range(bytes: &[u8]) -> (i64, i64) {
    let filled = |rest: u8| {
        let mut first = [rest; 8];
        let many = bytes.len().min(8);
        first[..many].copy_from_slice(&bytes[..many]);
        i64::from_be_bytes(first)
    };
    (filled(0), filled(u8::MAX))
}

fn by_prefix(conn: &Connection, low: i64, high: i64) -> Result<Vec<EntryRow>> {
    let mut statement = conn.prepare_cached(include_str!("sql/by_prefix.sql"))?;
    let rows = statement.query_map([low, high], EntryRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The only one that begins with `bytes`; two are as bad as none.
fn one(rows: Vec<EntryRow>, text: &str, bytes: &[u8]) -> Result<EntryRow> {
    let mut fitting = rows.into_iter().filter(|row| row.id.0.starts_with(bytes));
    match (fitting.next(), fitting.next()) {
        (Some(row), None) => Ok(row),
        _ => Err(EngineError::UnknownEntry(text.to_owned())),
    }
}
