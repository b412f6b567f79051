//! What this device tells of the feeds it holds: one position for each chain of each feed.

use rusqlite::Connection;
use shared::api::{FeedPosition, MAX_POSITIONS};
use shared::chains::{Chains, MAX_CHAINS_SHOWN};
use shared::entry::prev_of;
use shared::ids::{EntryId, FeedId};
use shared::merge::ChainMember;

use super::db::to_u64;
use super::error::Result;

/// A feed as its row says.
struct Held {
    feed_ref: i64,
    first: FeedPosition,
    /// It is forked, or something is held above a hole: its row does not tell everything.
    parted: bool,
}

/// How far every feed is held; own feeds first, and in each the branch that counts as this device's own.
pub(super) fn positions(conn: &Connection) -> Result<Vec<FeedPosition>> {
    let mut statement = conn.prepare_cached(include_str!("sql/positions.sql"))?;
    let most = i64::try_from(MAX_POSITIONS).unwrap_or(i64::MAX);
    let rows = statement.query_map([most], |row| {
        let id: Option<[u8; 32]> = row.get("contiguous_id")?;
        let contiguous = to_u64(row.get("contiguous")?);
        let first = FeedPosition { feed: FeedId(row.get("id")?), contiguous, id: id.map(EntryId), from: None };
        Ok(Held { feed_ref: row.get("ref")?, first, parted: row.get("parted")? })
    })?;
    let mut positions = Vec::new();
    for held in rows {
        let held = held?;
        if held.parted {
            positions.extend(of_parted(conn, &held)?);
        } else {
            positions.push(held.first);
        }
    }
    positions.truncate(MAX_POSITIONS);
    Ok(positions)
}

fn of_parted(conn: &Connection, held: &Held) -> Result<Vec<FeedPosition>> {
    let mut ends = chains(conn, held.feed_ref)?.ends();
    // Stable: the others keep their order.
    ends.sort_by_key(|end| Some(end.id) != held.first.id);
    ends.truncate(MAX_CHAINS_SHOWN);
    let position = |from: u64| (from > 1).then_some(from);
    Ok(ends
        .into_iter()
        .map(|end| FeedPosition {
            feed: held.first.feed,
            contiguous: end.seq,
            id: Some(end.id),
            from: position(end.from),
        })
        .collect())
}

/// Everything held of a feed; only asked for where one chain does not tell it.
fn chains(conn: &Connection, feed_ref: i64) -> Result<Chains> {
    let mut statement = conn.prepare_cached("SELECT seq, id, bytes FROM entry WHERE feed_ref = ?1")?;
    let rows = statement.query_map([feed_ref], |row| {
        let prev = row.get_ref(2)?.as_blob().ok().and_then(prev_of);
        Ok(ChainMember { seq: to_u64(row.get(0)?), id: EntryId(row.get(1)?), prev })
    })?;
    Ok(Chains::of(rows.collect::<Result<Vec<_>, _>>()?))
}
