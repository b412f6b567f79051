//! One exchange with the server: what to tell, and what to do with its answer.

use rusqlite::Connection;
use serde::Serialize;
use shared::api::{Ack, ExchangeRequest, ExchangeResponse, FeedWanted, ItemProblem};
use shared::cose::Domain;
use shared::feed::Fault;
use shared::ids::{Epoch, FeedId};
use shared::trust::KeyRole;

use super::Engine;
use super::ack::{Hearing, note, take_ack};
use super::context::{Context, current};
use super::db::{begin, view};
use super::error::{EngineError, Result};
use super::forward::forward;
use super::ingest::{authenticate, ingest};
use super::outbox::{Load, own_feeds, pending};
use super::positions::positions;

/// How much one exchange may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeLimits {
    /// Most batches to send.
    pub batches: usize,
    /// Most bytes of entries to send.
    pub bytes: usize,
    /// Most entries wanted back; 0 asks for none (an upload only).
    pub accept: u32,
}

impl Default for ExchangeLimits {
    fn default() -> Self {
        // Entries only: heads, positions and framing take the rest of the message.
        Self { batches: shared::api::MAX_BATCHES, bytes: shared::api::MAX_MESSAGE_BYTES * 3 / 4, accept: 2_000 }
    }
}

/// Something the other side sent that was not kept, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The feed, as far as it could be read.
    pub feed: Option<FeedId>,
    /// Position; 0 means a whole batch.
    pub seq: u64,
    /// For people.
    pub why: String,
}

/// What came of one exchange.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExchangeReport {
    /// Own and others' entries the server acknowledged for the first time.
    pub acknowledged: u64,
    /// Others' entries that are new here.
    pub received: u64,
    /// What was not kept, on either side, and why.
    pub refused: Vec<Refused>,
    /// Batches of scanners no manifest here names: fetch the manifest, then exchange again.
    pub unknown_scanners: bool,
    /// The server's database is another one than before, or has lost something: everything is sent again.
    pub rewound: bool,
    /// This database was restored or cloned: from now on it writes another feed.
    pub new_epoch: Option<Epoch>,
    /// There is more to send.
    pub more_to_send: bool,
    /// The server has more.
    pub more_to_receive: bool,
    /// The server lacks the manifest: send it back.
    pub refill: bool,
    /// Entries not acknowledged after this exchange.
    pub pending: u64,
}

impl Engine {
    /// The next message to the server: positions of all feeds held, and as much of what it lacks as fits.
    pub fn exchange_request(&mut self, limits: ExchangeLimits) -> Result<ExchangeRequest> {
        let wall_ms = self.clock.wall_ms();
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let (load, have) = (gather(&tx, &context, &self.wanted, wall_ms, limits)?, positions(&tx)?);
        // Entries are sent whether or not an event is chosen: one feed holds those of all events.
        let event = context.event().or_else(|none| context.me()?.certificate.events.first().copied().ok_or(none))?;
        drop(tx);
        self.sent = load.sent;
        self.asked = load.acknowledged;
        if !load.damaged.is_empty() {
            self.note_damaged(&load.damaged)?;
        }
        Ok(ExchangeRequest { event, have, batches: load.batches, accept: limits.accept })
    }

    /// Takes the server's answer: verifies and keeps the acknowledgement, keeps others' entries, notices forks.
    pub fn apply_exchange(&mut self, response: &ExchangeResponse) -> Result<ExchangeReport> {
        let mut report =
            ExchangeReport { more_to_receive: response.more, refill: response.refill, ..ExchangeReport::default() };
        self.take_acknowledgement(response, &mut report)?;
        for batch in &response.batches {
            let Some(checked) = authenticate(&self.conn, batch, &mut report)? else { continue };
            let at = self.clock.read();
            let tx = begin(&mut self.conn)?;
            ingest(&tx, &checked, &batch.head, at, &*self.entropy, &mut report)?;
            tx.commit()?;
        }
        let wants_other = self.wanted != response.wanted;
        self.wanted.clone_from(&response.wanted);
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        report.pending = pending(&tx, &context)?.entries;
        // Only while it helps: what is refused again and again must not keep the loop running.
        let moved = report.acknowledged > 0 || report.rewound || report.new_epoch.is_some();
        // What broke on the way, and what lies below it, is offered again at once, a few times; then it is named.
        let broken = response.problems.iter().filter(|problem| problem.seq > 0);
        let again = broken.clone().count() > 0 && sends(&tx, &context, self.clock.wall_ms())?;
        if !again {
            report.refused.extend(broken.filter_map(refusal));
        }
        report.more_to_send =
            again || moved && report.pending > 0 || wants_other && passes_on(&tx, &context, &self.wanted)?;
        // Nor must a server that promises more and brings nothing new.
        report.more_to_receive &= report.received > 0;
        Ok(report)
    }

    fn take_acknowledgement(&mut self, response: &ExchangeResponse, report: &mut ExchangeReport) -> Result<()> {
        let at = self.clock.read();
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let ack: Ack = context
            .me()?
            .trust
            .open(Domain::Ack, KeyRole::Server, &response.ack, |ack: &Ack| ack.at)
            .map_err(|error| EngineError::answer("acknowledgement", &error))?;
        let hearing = Hearing {
            context: &context,
            sent: &self.sent,
            asked: &self.asked,
            problems: &response.problems,
            at,
            entropy: &*self.entropy,
        };
        take_ack(&tx, &hearing, &ack, report)?;
        tx.commit()?;
        self.sent.clear();
        self.asked.clear();
        Ok(())
    }

    fn note_damaged(&mut self, damaged: &[(FeedId, u64)]) -> Result<()> {
        let at = self.clock.wall_ms();
        let tx = begin(&mut self.conn)?;
        for (feed, seq) in damaged {
            note(&tx, *feed, *seq, DAMAGED, "its stored bytes no longer fit its id: it cannot be sent", at)?;
        }
        tx.commit()?;
        Ok(())
    }
}

/// Reason of entries whose stored bytes were changed.
const DAMAGED: &str = "damaged";
/// Just enough to see whether there is anything.
const PEEK: ExchangeLimits = ExchangeLimits { batches: 1, bytes: 1, accept: 0 };

/// Own feeds first, then what the server wants of others'.
fn gather(
    conn: &Connection,
    context: &Context,
    wanted: &[FeedWanted],
    wall_ms: i64,
    limits: ExchangeLimits,
) -> Result<Load> {
    let mut load = Load::default();
    let own = own_feeds(conn, context)?;
    for feed in &own {
        load.acknowledged.insert(feed.feed_ref, feed.acknowledged());
        feed.load(conn, wall_ms, limits, &mut load)?;
    }
    for range in wanted {
        forward(conn, &own, *range, limits, &mut load)?;
    }
    Ok(load)
}

/// Whether anything of its own is to be sent now.
fn sends(conn: &Connection, context: &Context, wall_ms: i64) -> Result<bool> {
    Ok(!gather(conn, context, &[], wall_ms, PEEK)?.batches.is_empty())
}

/// An entry that the server did not keep; those that only lie below one are not at fault.
fn refusal(problem: &ItemProblem) -> Option<Refused> {
    let at_fault = Fault::from_name(&problem.reason) != Some(Fault::Unsigned);
    at_fault.then(|| Refused { feed: Some(problem.feed), seq: problem.seq, why: problem.detail.clone() })
}

/// Whether anything of what the server wants of others' feeds is here.
fn passes_on(conn: &Connection, context: &Context, wanted: &[FeedWanted]) -> Result<bool> {
    let mut load = Load::default();
    let own = own_feeds(conn, context)?;
    for range in wanted {
        forward(conn, &own, *range, PEEK, &mut load)?;
    }
    Ok(!load.batches.is_empty())
}
