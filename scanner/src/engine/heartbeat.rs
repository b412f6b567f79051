//! Telling the server how this scanner is, and taking a time sample from its answer.

use minicbor::bytes::ByteVec;
use rusqlite::Connection;
use serde::Serialize;
use shared::api::{HeartbeatRequest, HeartbeatResponse, HeldManifest};
use shared::clock::{Reading, random};
use shared::entry::{RawEntry, kind};
use shared::ids::Nonce;
use shared::time::{Sample, TimeToken, narrowest, sampled};

use super::ack::take_store;
use super::append::append;
use super::context::{Context, current, fresh};
use super::db::{begin, view};
use super::error::{EngineError, Result};
use super::identity::{adopt_certificate, adopt_keyset};
use super::outbox::{own_feeds, pending};
use super::times::{feed_samples, own_samples};
use super::{Engine, SOFTWARE};

/// Between two samples of a boot at least this many ms, unless a new one is clearly better: they are log entries.
const SAMPLE_EVERY_MS: u64 = 10 * 60 * 1000;
/// Not even a better one sooner than this after the latest (ms): answers come faster and slower all the time, and a device
/// that was set back to a copy should hear of that before it writes.
const BETTER_AFTER_MS: u64 = 60 * 1000;
/// A sample is clearly better if its interval is at most the 1/n-th part as wide as the best one's.
const CLEARLY: i64 = 2;
/// Most heads of own feeds in a heartbeat, the newest.
const MAX_HEADS: usize = 8;

/// A heartbeat to send, and when it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedHeartbeat {
    /// The message.
    pub request: HeartbeatRequest,
    /// All clocks at sending; set it again right before the bytes leave, the sample gets better.
    pub sent: Reading,
}

/// What came of a heartbeat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HeartbeatReport {
    /// A time sample was recorded.
    pub sampled: bool,
    /// A newer keyset was adopted.
    pub keyset_adopted: bool,
    /// A newer certificate was adopted.
    pub certificate_adopted: bool,
    /// What of the answer was not taken, and why.
    pub refused: Vec<String>,
    /// The server's database is another one than before: everything is sent again.
    pub rewound: bool,
    /// Newest manifests that are newer than those in force here: fetch them.
    #[serde(skip)]
    pub newer_manifests: Vec<HeldManifest>,
}

impl Engine {
    /// The next heartbeat. `battery` is in percent.
    pub fn heartbeat_request(&mut self, battery: Option<u8>) -> Result<AskedHeartbeat> {
        let sent = self.clock.read();
        let nonce = Nonce(random(&*self.entropy));
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let me = context.me()?;
        let mut feeds = own_feeds(&tx, &context)?;
        // Heads of former keys would not verify with the certificate in force.
        feeds.retain(|feed| feed.identity_ref == me.identity_ref);
        let newest = feeds.iter().rev().filter_map(|feed| feed.end.map(|(seq, id)| feed.head(seq, id)));
        let heads = newest.take(MAX_HEADS).map(ByteVec::from).collect();
        let pending = pending(&tx, &context)?;
        let offset = clock_offset(&tx, sent)?;
        // While no event is chosen the heartbeat tells of none.
        let event = context.event().ok();
        let force = event.and_then(|event| context.force.get(&event));
        let request = HeartbeatRequest {
            nonce,
            heads,
            manifests: held(&context),
            keyset_version: me.trust.keyset().version,
            pending: pending.entries,
            pending_in: pending.people_in,
            pending_out: pending.people_out,
            clock_offset: offset.map(|(offset, _)| offset),
            clock_error: offset.map(|(_, error)| error),
            battery,
            software: SOFTWARE.to_owned(),
            event,
            gate: force.and_then(|force| context.gate(force.policy(), None).ok()).map(|gate| gate.id),
        };
        Ok(AskedHeartbeat { request, sent })
    }

    /// Takes the answer to `asked`, which arrived when the clocks said `received`.
    pub fn apply_heartbeat(
        &mut self,
        asked: &AskedHeartbeat,
        received: Reading,
        response: &HeartbeatResponse,
    ) -> Result<HeartbeatReport> {
        let mut report = HeartbeatReport::default();
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        // First, because the time may be signed with a key that is new in it.
        match response.keyset.as_deref().map(|bytes| adopt_keyset(&tx, &context, bytes)).transpose()? {
            Some(Ok(adopted)) => report.keyset_adopted = adopted,
            Some(Err(error)) => report.refused.push(format!("keyset: {error}")),
            None => {}
        }
        match response.certificate.as_deref().map(|bytes| adopt_certificate(&tx, bytes)).transpose()? {
            Some(Ok(adopted)) => report.certificate_adopted = adopted,
            Some(Err(why)) => report.refused.push(format!("certificate: {why}")),
            None => {}
        }
        let context = fresh(&tx)?;
        match check_token(&context, asked.request.nonce, &response.time) {
            Ok(token) => {
                report.rewound = take_store(&tx, &context, token.store)?;
                report.sampled = take_sample(&tx, &context, asked.sent, received, token, &response.time)?;
            }
            Err(why) => report.refused.push(format!("time: {why}")),
        }
        let newer =
            |offered: &HeldManifest| context.held(offered.event).is_none_or(|held| held.version < offered.version);
        report.newer_manifests = response.manifests.iter().copied().filter(newer).collect();
        tx.commit()?;
        Ok(report)
    }
}

fn held(context: &Context) -> Vec<HeldManifest> {
    let one = |(event, force): (_, &super::context::Force)| HeldManifest {
        event,
        version: force.header.version,
        digest: force.digest,
    };
    context.force.iter().map(|(event, force)| one((*event, force))).collect()
}

fn check_token(context: &Context, nonce: Nonce, bytes: &[u8]) -> Result<TimeToken, String> {
    let me = context.me().map_err(|error: EngineError| error.to_string())?;
    let token = TimeToken::open(bytes, &me.trust).map_err(|error| error.to_string())?;
    if token.nonce == nonce { Ok(token) } else { Err("it answers another question".to_owned()) }
}

/// Records the sample if it is worth an entry.
fn take_sample(
    conn: &Connection,
    context: &Context,
    sent: Reading,
    received: Reading,
    token: TimeToken,
    bytes: &[u8],
) -> Result<bool> {
    if sent.boot != received.boot || received.mono_ms < sent.mono_ms {
        return Ok(false);
    }
    let (feed_ref, _) = context.feed()?;
    let offered = Sample {
        seq: 0,
        boot: sent.boot,
        request: sent.mono_ms,
        response: received.mono_ms,
        server_ms: token.server_ms,
    };
    // Of this feed only: a new feed needs a sample of its own, or its times stay uncertain for everybody else.
    let samples = feed_samples(conn, feed_ref, sent.boot, None)?;
    let latest = samples.iter().map(|sample| sample.response).max();
    let since = latest.map(|latest| received.mono_ms.saturating_sub(latest));
    let due = since.is_none_or(|since| since >= SAMPLE_EVERY_MS);
    let width = |sample: &Sample| {
        let interval = sampled(sample, received.mono_ms);
        interval.hi - interval.lo
    };
    let better = since.is_some_and(|since| since >= BETTER_AFTER_MS)
        && narrowest(&samples, sent.boot, received.mono_ms)
            .is_some_and(|best| width(&offered).saturating_mul(CLEARLY) < width(best));
    if !due && !better {
        return Ok(false);
    }
    append(conn, context, received, |link| RawEntry {
        time_token: Some(bytes.to_vec()),
        mono_request: Some(sent.mono_ms),
        mono_response: Some(received.mono_ms),
        ..RawEntry::new(link, kind::TIME, received)
    })?;
    Ok(true)
}

/// Server time minus wall clock now, and how far that can be off (ms); `None` without a sample of this boot.
pub(super) fn clock_offset(conn: &Connection, at: Reading) -> Result<Option<(i64, i64)>> {
    let samples = own_samples(conn, at.boot)?;
    let best = narrowest(&samples, at.boot, at.mono_ms).map(|sample| sampled(sample, at.mono_ms));
    Ok(best.map(|time| (time.at.saturating_sub(at.wall_ms), time.error())))
}
