//! What this device knows of a ticket's past: its own entries, other scanners', and the server's word if there is one.

use std::collections::BTreeSet;

use rusqlite::{Connection, Row};
use shared::entry::{Action, Entry};
use shared::ids::{EntryId, FeedId, ScannerId, TicketKey};
use shared::manifest::Cut;
use shared::merge::{ChainMember, Item, Standing, TicketFold, fold, standing, standings};
use shared::time::Interval;

use super::confirm::VerifiedConfirmation;
use super::context::Context;
use super::db::{prefix, ticket_prefix, to_i64, to_u64};
use super::error::Result;
use super::times::Times;

/// One entry of a ticket's past.
struct Known {
    entry: Entry,
    time: Interval,
    standing: Standing,
}

/// Folds all that is known of a ticket. Refusals are left out: they move nobody, and someone holding a refused ticket
/// before the camera all evening must not make its next scan slow.
pub(super) fn past(
    conn: &Connection,
    context: &Context,
    ticket: Option<TicketKey>,
    confirmation: Option<&VerifiedConfirmation>,
) -> Result<TicketFold> {
    let mut known = ticket.map(|key| stored(conn, context, key)).transpose()?.unwrap_or_default();
    let held: BTreeSet<EntryId> = known.iter().map(|known| known.entry.id).collect();
    for (entry, time) in confirmation.into_iter().flat_map(|confirmation| &confirmation.entries) {
        if !held.contains(&entry.id) {
            known.push(Known { entry: entry.clone(), time: *time, standing: Standing::Trusted });
        }
    }
    let items: Vec<Item<'_>> =
        known.iter().map(|k| Item { entry: &k.entry, time: k.time, standing: k.standing }).collect();
    Ok(fold(&items))
}

/// The ticket's entries and every undo that leads to one of them.
fn stored(conn: &Connection, context: &Context, ticket: TicketKey) -> Result<Vec<Known>> {
    let mut times = Times::default();
    let mut known = Vec::new();
    let mut statement = conn.prepare_cached(include_str!("sql/ticket_entries.sql"))?;
    let mut open = rows(&mut statement.query([ticket_prefix(ticket)])?)?;
    while let Some(row) = open.pop() {
        let Ok(entry) = Entry::read(&row.bytes) else { continue };
        if entry.id != row.id {
            // Damaged here; `status` names it. What it was is still told by the feed's other holders.
            continue;
        }
        if !matches!(entry.action, Action::Undo { .. }) && entry.ticket() != Some(ticket) {
            // Another ticket whose key begins as this one's.
            continue;
        }
        for undo in undos_of(conn, &entry.id)? {
            open.push(undo);
        }
        known.push(judged(conn, context, &mut times, &row, entry)?);
    }
    Ok(known)
}

/// A row of `entry` with what is needed of its feed.
pub(super) struct EntryRow {
    pub(super) feed_ref: i64,
    pub(super) feed: FeedId,
    pub(super) scanner: ScannerId,
    pub(super) own: bool,
    pub(super) forked: bool,
    pub(super) id: EntryId,
    pub(super) effect: i64,
    pub(super) bytes: Vec<u8>,
}

impl EntryRow {
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            feed_ref: row.get("feed_ref")?,
            feed: FeedId(row.get("feed")?),
            scanner: ScannerId(row.get("scanner")?),
            own: row.get("own")?,
            forked: row.get("forked")?,
            id: EntryId(row.get("id")?),
            effect: row.get("effect")?,
            bytes: row.get("bytes")?,
        })
    }
}

fn rows(found: &mut rusqlite::Rows<'_>) -> Result<Vec<EntryRow>> {
    let mut all = Vec::new();
    while let Some(row) = found.next()? {
        all.push(EntryRow::read(row)?);
    }
    Ok(all)
}

fn undos_of(conn: &Connection, target: &EntryId) -> Result<Vec<EntryRow>> {
    let mut statement = conn.prepare_cached(include_str!("sql/undos_of.sql"))?;
    let found = rows(&mut statement.query([prefix(target)])?)?;
    Ok(found.into_iter().filter(|row| Entry::read(&row.bytes).is_ok_and(|e| e.raw.target == Some(*target))).collect())
}

fn judged(conn: &Connection, context: &Context, times: &mut Times, row: &EntryRow, entry: Entry) -> Result<Known> {
    let (standing, time) = standing_and_time(conn, context, times, row, &entry)?;
    Ok(Known { entry, time, standing })
}

/// Whether an entry counts, and when it happened.
pub(super) fn standing_and_time(
    conn: &Connection,
    context: &Context,
    times: &mut Times,
    row: &EntryRow,
    entry: &Entry,
) -> Result<(Standing, Interval)> {
    let Some(revocation) = context.revoked.get(&row.scanner) else {
        return Ok((Standing::Trusted, times.of(conn, context, row.feed_ref, entry, None)?));
    };
    let cuts: Vec<Cut> = revocation.cuts.iter().filter(|cut| cut.feed == row.feed).copied().collect();
    let upto = cuts.iter().map(|cut| cut.seq).max().unwrap_or(0);
    let standing = if row.forked {
        let chain = chain(conn, row.feed_ref)?;
        standings(&chain, Some(&cuts)).get(&entry.id).copied().unwrap_or(Standing::Quarantined)
    } else {
        below_any(conn, row.feed_ref, entry.raw.seq, &cuts)?
    };
    Ok((standing, times.of(conn, context, row.feed_ref, entry, Some(upto))?))
}

/// In a feed without branches an entry counts if it lies at or below a cut that is held here.
fn below_any(conn: &Connection, feed_ref: i64, seq: u64, cuts: &[Cut]) -> Result<Standing> {
    for cut in cuts {
        if standing(seq, id_at(conn, feed_ref, cut.seq)?, Some(cut), true, false) == Standing::Trusted {
            return Ok(Standing::Trusted);
        }
    }
    Ok(Standing::Quarantined)
}

/// Prefixes of the movements and undos held here that lie above the cuts of revoked scanners.
pub(super) fn quarantined(conn: &Connection, context: &Context) -> Result<BTreeSet<i64>> {
    let mut apart = BTreeSet::new();
    for (scanner, revocation) in &context.revoked {
        let mut statement = conn.prepare_cached("SELECT ref, id, forked FROM feed WHERE scanner = ?1")?;
        let mut feeds = statement.query([scanner.0])?;
        while let Some(row) = feeds.next()? {
            let (feed_ref, feed, forked): (i64, FeedId, bool) = (row.get(0)?, FeedId(row.get(1)?), row.get(2)?);
            let cuts: Vec<Cut> = revocation.cuts.iter().filter(|cut| cut.feed == feed).copied().collect();
            if forked {
                let standings = standings(&chain(conn, feed_ref)?, Some(&cuts));
                let out = standings.iter().filter(|(_, standing)| **standing == Standing::Quarantined);
                apart.extend(out.map(|(id, _)| prefix(id)));
            } else {
                apart.extend(above(conn, feed_ref, &cuts)?);
            }
        }
    }
    Ok(apart)
}

/// In a feed without branches: what lies above the highest cut that is held here.
fn above(conn: &Connection, feed_ref: i64, cuts: &[Cut]) -> Result<Vec<i64>> {
    let mut upto = 0;
    for cut in cuts.iter().filter(|cut| cut.seq > 0) {
        if below_any(conn, feed_ref, cut.seq, std::slice::from_ref(cut))? == Standing::Trusted {
            upto = upto.max(cut.seq);
        }
    }
    let mut statement = conn.prepare_cached(include_str!("sql/movements_above.sql"))?;
    let prefixes = statement.query_map((feed_ref, to_i64(upto)), |row| row.get(0))?;
    Ok(prefixes.collect::<rusqlite::Result<_>>()?)
}

/// Whether an undo that is not itself undone names the entry. Somebody may have written undos of undos without end: each is
/// looked at once, and none is waited for.
pub(super) fn voided(conn: &Connection, id: EntryId) -> Result<bool> {
    let mut statement = conn.prepare_cached("SELECT id FROM entry WHERE target = ?1")?;
    // Every undo that leads to the entry, behind the one (by its number) that it names.
    let mut found = vec![(id, 0)];
    let mut at = 0;
    while let Some((named, _)) = found.get(at).copied() {
        for undo in statement.query_map([prefix(&named)], |row| row.get(0).map(EntryId))? {
            found.push((undo?, at));
        }
        at += 1;
    }
    // From the last undo down: what an undo in force names is void.
    let mut void = vec![false; found.len()];
    for at in (1..found.len()).rev() {
        if !void[at] {
            void[found[at].1] = true;
        }
    }
    Ok(void[0])
}

/// The id of the first entry held at a place.
pub(super) fn id_at(conn: &Connection, feed_ref: i64, seq: u64) -> Result<Option<EntryId>> {
    use rusqlite::OptionalExtension;
    let mut statement = conn.prepare_cached("SELECT id FROM entry WHERE feed_ref = ?1 AND seq = ?2 AND branch = 0")?;
    Ok(statement.query_row((feed_ref, to_i64(seq)), |row| row.get(0)).optional()?.map(EntryId))
}

/// The whole chain of a feed; only asked for where a revoked scanner's feed is forked.
fn chain(conn: &Connection, feed_ref: i64) -> Result<Vec<ChainMember>> {
    let mut statement = conn.prepare_cached("SELECT id, seq, bytes FROM entry WHERE feed_ref = ?1")?;
    let mut rows = statement.query([feed_ref])?;
    let mut chain = Vec::new();
    while let Some(row) = rows.next()? {
        let bytes: Vec<u8> = row.get(2)?;
        let prev = Entry::read(&bytes).ok().and_then(|entry| entry.raw.prev);
        chain.push(ChainMember { id: EntryId(row.get(0)?), seq: to_u64(row.get(1)?), prev });
    }
    Ok(chain)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rusqlite::params;
    use shared::clock::{Clock, Entropy, Reading};
    use shared::ids::BootId;

    use super::super::Engine;
    use super::super::db::begin;
    use super::*;

    #[derive(Debug)]
    struct Still;

    impl Clock for Still {
        fn read(&self) -> Reading {
            Reading { wall_ms: 0, mono_ms: 0, boot: BootId([0; 8]) }
        }
    }

    impl Entropy for Still {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn id(n: u64) -> EntryId {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&n.to_be_bytes());
        EntryId(id)
    }

    /// Entry 1 and so many undos, each of the one before.
    fn chain_of_undos(many: u64) -> Engine {
        let mut engine = Engine::open_in_memory(Arc::new(Still), Arc::new(Still)).unwrap();
        let tx = begin(&mut engine.conn).unwrap();
        tx.execute("INSERT INTO feed (id, scanner, epoch, contiguous) VALUES (x'01', x'02', x'03', 0)", []).unwrap();
        tx.execute("INSERT INTO boot (feed_ref, boot, first, last) VALUES (1, x'04', 1, 1)", []).unwrap();
        let sql = "INSERT INTO entry (feed_ref, seq, branch, id, prefix, boot_ref, kind, target, effect, bytes)
                   VALUES (1, ?1, 0, ?2, ?3, 1, ?4, ?5, 0, x'')";
        for seq in 1..=many + 1 {
            let target = (seq > 1).then(|| prefix(&id(seq - 1)));
            let kind = if seq > 1 { 4 } else { 1 };
            tx.prepare_cached(sql)
                .unwrap()
                .execute(params![to_i64(seq), id(seq).0, prefix(&id(seq)), kind, target])
                .unwrap();
        }
        tx.commit().unwrap();
        engine
    }

    #[test]
    fn a_hundred_thousand_undos_of_undos_are_followed_to_their_end() {
        let engine = chain_of_undos(100_000);
        assert!(!voided(&engine.conn, id(1)).unwrap(), "an even number of undos leaves things as they were");
        assert!(voided(&engine.conn, id(2)).unwrap());
        assert!(!voided(&engine.conn, id(100_001)).unwrap(), "nobody undid the last one");
    }
}
