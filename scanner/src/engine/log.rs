//! The newest entries, for people.

use rusqlite::Connection;
use shared::entry::{Action, Entry, kind};
use shared::merge::Standing;

use super::Engine;
use super::answer::gate_name;
use super::context::{Context, current};
use super::db::{ticket_prefix, view};
use super::error::Result;
use super::past::{EntryRow, standing_and_time, voided};
use super::report::{LogFilter, LogLine};
use super::status::scanner_name;
use super::times::Times;

impl Engine {
    /// The newest entries by their arrival here, the newest last.
    pub fn log(&mut self, filter: LogFilter) -> Result<Vec<LogLine>> {
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let ticket = filter.ticket.map(ticket_prefix);
        let sql = if ticket.is_some() { include_str!("sql/log_ticket.sql") } else { include_str!("sql/log.sql") };
        let mut statement = tx.prepare_cached(sql)?;
        let mut rows = statement.query((filter.limit, filter.own_only, filter.technical, ticket))?;
        let mut times = Times::default();
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let acknowledged: bool = row.get("acknowledged")?;
            let row = EntryRow::read(row)?;
            let Ok(entry) = Entry::read(&row.bytes) else { continue };
            let undo = matches!(entry.action, Action::Undo { .. });
            if filter.ticket.is_some() && !undo && entry.ticket() != filter.ticket {
                // Another ticket whose key begins as this one's.
                continue;
            }
            lines.push(line(&tx, &context, &mut times, &row, &entry, acknowledged)?);
        }
        lines.reverse();
        Ok(lines)
    }
}

fn line(
    conn: &Connection,
    context: &Context,
    times: &mut Times,
    row: &EntryRow,
    entry: &Entry,
    acknowledged: bool,
) -> Result<LogLine> {
    let (standing, at) = standing_and_time(conn, context, times, row, entry)?;
    let raw = &entry.raw;
    let policy = raw.event.and_then(|event| context.force.get(&event)).map(super::context::Force::policy);
    let own_name = context.me.as_ref().filter(|me| me.scanner == row.scanner).map(|me| me.certificate.name.clone());
    let name = match own_name {
        Some(name) => Some(name),
        None => scanner_name(conn, row.scanner.0)?,
    };
    Ok(LogLine {
        entry: row.id,
        feed: row.feed,
        seq: raw.seq,
        own: row.own,
        scanner: name.unwrap_or_else(|| row.scanner.to_string()),
        kind: kind_name(entry),
        verdict: entry.verdict().map(shared::verdict::Verdict::name),
        at,
        event: raw.event,
        gate: raw.gate.map(|gate| match policy {
            Some(policy) => gate_name(policy, gate),
            None => super::outcome::Named { id: gate, name: gate.to_string() },
        }),
        direction: raw.direction,
        ticket: raw.ticket,
        bodies: row.effect,
        reason: raw.reason.clone(),
        operator: raw.operator.clone(),
        target: raw.target,
        voided: voided(conn, row.id)?,
        quarantined: standing == Standing::Quarantined,
        acknowledged,
    })
}

fn kind_name(entry: &Entry) -> &'static str {
    match (&entry.action, entry.raw.kind) {
        (Action::NotUnderstood, _) => "not_understood",
        (_, kind::BOOT) => "boot",
        (_, kind::ENTRY) => "entry",
        (_, kind::EXIT) => "exit",
        (_, kind::REFUSE) => "refuse",
        (_, kind::UNDO) => "undo",
        (_, kind::COUNT) => "count",
        (_, kind::TIME) => "time",
        _ => "not_understood",
    }
}
