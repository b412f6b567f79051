//! The same code again within seconds is the same scan, whichever process asks and also after a restart.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use shared::clock::Reading;
use shared::entry::{Basis, Direction};
use shared::hash::{hash, truncated};
use shared::ids::{BootId, EntryId, FeedId, TicketKey};
use shared::time::Interval;
use shared::verdict::Answer;

use super::append::Written;
use super::context::Context;
use super::db::{to_i64, to_u64};
use super::error::Result;
use super::outcome::ScanRequest;
use super::scan::{Case, Door};

/// What was answered, as it is kept for the retry window. Holds no name and no code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Remembered {
    pub(super) answer: Answer,
    pub(super) at: Interval,
    pub(super) basis: Basis,
    pub(super) inside: u32,
    pub(super) entry: EntryId,
    pub(super) feed: FeedId,
    pub(super) seq: u64,
    #[serde(skip)]
    when: Option<(BootId, u64)>,
}

impl Remembered {
    pub(super) fn of(case: &Case<'_>, answer: &Answer, written: &Written, at: Reading) -> Self {
        let inside = match answer.verdict.passes() {
            Some(Direction::Entry) => case.history.inside.saturating_add(answer.people),
            Some(Direction::Exit) => case.history.inside.saturating_sub(answer.people),
            None => case.history.inside,
        };
        Self {
            answer: answer.clone(),
            at: case.now,
            basis: case.basis(),
            inside,
            entry: written.id,
            feed: written.feed,
            seq: written.seq,
            when: Some((at.boot, at.mono_ms)),
        }
    }
}

/// What makes two scans the same: code, event, gate, direction, number of people, with or without override.
pub(super) struct Mark([u8; 16]);

impl Mark {
    /// Keyed with the device's secret, so that the row says nothing about the code.
    pub(super) fn of(context: &Context, door: &Door<'_>, scan: &ScanRequest) -> Result<Self> {
        let secret = context.me()?.key.to_bytes();
        let direction = [u8::from(door.direction == Direction::Exit), u8::from(scan.override_reason.is_some())];
        let parts: [&[u8]; 6] = [
            &secret,
            door.event.as_bytes(),
            &door.gate.id.0.to_be_bytes(),
            &scan.people.unwrap_or(0).to_be_bytes(),
            &direction,
            scan.text.trim().as_bytes(),
        ];
        Ok(Self(truncated(hash("turnstone/scanner/recent", &parts))))
    }

    /// The first answer, if it was given within the retry window of this boot.
    pub(super) fn remembered(&self, conn: &Connection, door: &Door<'_>, at: Reading) -> Result<Option<Remembered>> {
        let mut statement = conn.prepare_cached("SELECT boot, mono, answer FROM recent WHERE digest = ?1")?;
        let found: Option<([u8; 8], i64, String)> =
            statement.query_row([self.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        let Some((boot, mono, answer)) = found else { return Ok(None) };
        let fresh = boot == at.boot.0
            && at.mono_ms.checked_sub(to_u64(mono)).is_some_and(|ago| ago <= door.force.policy().retry_window);
        // A row an older version wrote differently is no repeat: the scan is judged as any other.
        Ok(fresh.then(|| serde_json::from_str(&answer).ok()).flatten())
    }

    /// Keeps an answer. What was answered for the same ticket before is no longer to be repeated: after an exit, the next
    /// entry is a new one, however soon.
    pub(super) fn remember(
        &self,
        conn: &Connection,
        door: &Door<'_>,
        ticket: Option<TicketKey>,
        first: &Remembered,
    ) -> Result<()> {
        let Some((boot, mono)) = first.when else { return Ok(()) };
        let oldest = mono.saturating_sub(door.force.policy().retry_window);
        conn.prepare_cached("DELETE FROM recent WHERE boot <> ?1 OR mono < ?2 OR ticket = ?3")?.execute(params![
            boot.0,
            to_i64(oldest),
            ticket.map(|key| key.0)
        ])?;
        let Ok(answer) = serde_json::to_string(first) else { return Ok(()) };
        conn.prepare_cached("INSERT OR REPLACE INTO recent VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
            self.0,
            ticket.map(|key| key.0),
            first.entry.0,
            boot.0,
            to_i64(mono),
            answer
        ])?;
        Ok(())
    }
}

/// An entry was undone: its code, and whatever was answered for its ticket, is judged anew.
pub(super) fn forget(conn: &Connection, entry: EntryId, ticket: Option<TicketKey>) -> Result<()> {
    conn.prepare_cached("DELETE FROM recent WHERE entry = ?1 OR ticket = ?2")?
        .execute((entry.0, ticket.map(|key| key.0)))?;
    Ok(())
}
