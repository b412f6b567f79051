//! `status` and `doctor`, read from the database.

use rusqlite::{Connection, OptionalExtension};
use shared::clock::Reading;
use shared::ids::{EventId, FeedId};
use shared::time::Window;

use super::Engine;
use super::answer::gate_name;
use super::context::{Context, Force, current, end_of};
use super::db::{to_u64, view};
use super::error::Result;
use super::heartbeat::clock_offset;
use super::manifest::staging;
use super::outbox::pending;
use super::outcome::Named;
use super::report::{ClockFacts, Enrolled, Health, ManifestFacts, Pending, Status, Tally, Trouble};
use super::times::now;

/// Most troubles and forked feeds shown.
const MOST_SHOWN: i64 = 100;

impl Engine {
    /// How the device is.
    pub fn status(&mut self) -> Result<Status> {
        let at = self.clock.read();
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        read_status(&tx, &context, at)
    }

    /// What has not reached the server.
    pub fn pending(&mut self) -> Result<Pending> {
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        pending(&tx, &context)
    }

    /// What `doctor` asks; reads the whole database file once.
    pub fn health(&mut self) -> Result<Health> {
        let status = self.status()?;
        let mut check = self.conn.prepare("PRAGMA quick_check")?;
        let lines = check.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        drop(check);
        let pragma =
            |name: &str| -> Result<u64> { Ok(to_u64(self.conn.pragma_query_value(None, name, |row| row.get(0))?)) };
        let database_bytes = pragma("page_count")?.saturating_mul(pragma("page_size")?);
        Ok(Health {
            status,
            sqlite: rusqlite::version(),
            damage: lines.into_iter().filter(|line| line != "ok").collect(),
            database_bytes,
            wal_pages: self.checkpoint()?,
        })
    }
}

fn read_status(conn: &Connection, context: &Context, at: Reading) -> Result<Status> {
    // That no event is chosen is part of the status, not a failure of asking for it.
    let event = context.event().ok();
    let force = event.and_then(|event| context.force.get(&event));
    let gate = force.and_then(|force| context.gate(force.policy(), None).ok()).map(|gate| gate.id);
    let last_seq = match context.feed {
        Some((feed_ref, _)) => end_of(conn, feed_ref)?.map_or(0, |(seq, _)| seq),
        None => 0,
    };
    let mut acknowledged = conn.prepare_cached("SELECT acknowledged FROM device")?;
    let (peer_feeds, peer_entries) = peers(conn)?;
    Ok(Status {
        enrolled: enrolled(context),
        event,
        gate: gate.or(context.settings.gate),
        direction: context.settings.direction,
        operator: context.settings.operator.clone(),
        manifests: manifests(conn, context, event)?,
        feed: context.feed.map(|(_, feed)| feed),
        last_seq,
        pending: pending(conn, context)?,
        store: context.store,
        acknowledged_at: acknowledged.query_row([], |row| row.get(0))?,
        tally: tally(conn)?,
        peer_feeds,
        peer_entries,
        forked: forked(conn)?,
        troubles: troubles(conn)?,
        clock: clock(conn, context, at, force)?,
    })
}

fn enrolled(context: &Context) -> Option<Enrolled> {
    let me = context.me.as_ref()?;
    Some(Enrolled {
        scanner: me.scanner,
        name: me.certificate.name.clone(),
        role: me.certificate.role,
        organization: me.organization(),
        organization_name: me.organization_name.clone(),
        server: me.server.clone(),
        events: me.certificate.events.clone(),
        registered_gate: me.certificate.gate,
        valid_from: me.certificate.not_before,
        valid_until: me.certificate.not_after,
        keyset_version: me.trust.keyset().version,
        revoked_at: context.own_revocation().map(|revocation| revocation.at),
    })
}

fn manifests(conn: &Connection, context: &Context, first: Option<EventId>) -> Result<Vec<ManifestFacts>> {
    let mut all: Vec<(&EventId, &Force)> = context.force.iter().collect();
    all.sort_by_key(|(event, _)| Some(**event) != first);
    all.into_iter()
        .map(|(event, force)| {
            let (header, policy) = (&force.header, force.policy());
            Ok(ManifestFacts {
                event: *event,
                event_name: policy.name.clone(),
                version: header.version,
                digest: force.digest,
                created: header.created,
                expires: header.expires,
                tickets: header.tickets,
                starts: policy.starts,
                ends: policy.ends,
                time_zone: policy.time_zone.clone(),
                gates: policy.gates.iter().map(|gate| gate_name(policy, gate.id)).collect::<Vec<Named<_>>>(),
                staging: staging(conn, *event)?,
            })
        })
        .collect()
}

fn clock(conn: &Connection, context: &Context, at: Reading, force: Option<&Force>) -> Result<ClockFacts> {
    let offset = clock_offset(conn, at)?;
    Ok(ClockFacts {
        now: now(conn, context, at, force.map(|force| Window::of(force.policy())))?,
        wall: at.wall_ms,
        offset: offset.map(|(offset, _)| offset),
        error: offset.map(|(_, error)| error),
    })
}

fn tally(conn: &Connection) -> Result<Tally> {
    let mut statement = conn.prepare_cached(include_str!("sql/tally.sql"))?;
    Ok(statement.query_row([], |row| {
        Ok(Tally {
            entries: to_u64(row.get(0)?),
            people_in: row.get(1)?,
            exits: to_u64(row.get(2)?),
            people_out: row.get(3)?,
            refused: to_u64(row.get(4)?),
        })
    })?)
}

fn peers(conn: &Connection) -> Result<(u64, u64)> {
    let mut statement = conn.prepare_cached(include_str!("sql/peers.sql"))?;
    Ok(statement.query_row([], |row| Ok((to_u64(row.get(0)?), to_u64(row.get(1)?))))?)
}

fn forked(conn: &Connection) -> Result<Vec<FeedId>> {
    let mut statement = conn.prepare_cached("SELECT id FROM feed WHERE forked = 1 ORDER BY ref LIMIT ?1")?;
    let rows = statement.query_map([MOST_SHOWN], |row| row.get(0).map(FeedId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn troubles(conn: &Connection) -> Result<Vec<Trouble>> {
    let mut statement =
        conn.prepare_cached("SELECT feed, seq, reason, detail, at FROM trouble ORDER BY at DESC LIMIT ?1")?;
    let rows = statement.query_map([MOST_SHOWN], |row| {
        Ok(Trouble {
            feed: FeedId(row.get(0)?),
            seq: to_u64(row.get(1)?),
            reason: row.get(2)?,
            detail: row.get(3)?,
            at: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The name of whoever wrote a feed, by its newest certificate.
pub(super) fn scanner_name(conn: &Connection, scanner: [u8; 16]) -> Result<Option<String>> {
    let mut statement = conn.prepare_cached("SELECT name FROM peer WHERE scanner = ?1 ORDER BY serial DESC LIMIT 1")?;
    Ok(statement.query_row([scanner], |row| row.get(0)).optional()?)
}
