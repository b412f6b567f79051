//! What the asker of an exchange says it holds and is not here.

use std::collections::BTreeMap;

use rusqlite::Transaction;
use shared::api::{FeedPosition, FeedWanted};
use shared::feed::MAX_BATCH_ENTRIES;
use shared::ids::{EntryId, FeedId};

use super::branches::{self, Branches};
use crate::store::StoreError;
use crate::store::sqlite::truth;

/// Most ranges asked for in one answer.
const MAX_WANTED: usize = 256;

/// Of every shown chain what is missing of it; of feeds that are not known at all, everything.
pub(super) fn wanted(
    tx: &Transaction<'_>,
    organization: i64,
    shown: &BTreeMap<FeedId, Vec<FeedPosition>>,
) -> Result<Vec<FeedWanted>, StoreError> {
    let mut wanted = Vec::new();
    for (feed, positions) in shown {
        if wanted.len() >= MAX_WANTED {
            break;
        }
        match truth::find_feed(tx, organization, *feed)? {
            Some(row) if row.forked || branches::contradicts(tx, row.id, positions)? => {
                let branches = Branches::of(tx, row.id)?;
                wanted.extend(positions.iter().filter_map(|position| below(&branches, position)));
            }
            Some(row) => {
                let runs = truth::runs(tx, row.id)?;
                wanted.extend(positions.iter().flat_map(|position| between(&runs, position)));
            }
            None if positions.len() > 1 => {
                let whole = |p: &FeedPosition| Some(on_chain(p, p.from.unwrap_or(1), (p.contiguous, p.id?)));
                wanted.extend(positions.iter().filter_map(whole));
            }
            None => wanted.extend(positions.iter().flat_map(|position| between(&[], position))),
        }
    }
    wanted.truncate(MAX_WANTED);
    Ok(wanted)
}

/// The gaps between runs that a chain fills.
fn between(runs: &[(u64, u64)], position: &FeedPosition) -> Vec<FeedWanted> {
    let mut gaps = Vec::new();
    let mut from = position.from.unwrap_or(1).max(1);
    for (first, last) in runs.iter().chain([&(u64::MAX, u64::MAX)]) {
        let to = position.contiguous.min(first.saturating_sub(1));
        if from <= to {
            gaps.push(FeedWanted { feed: position.feed, from, to, id: None });
        }
        from = from.max(last.saturating_add(1));
    }
    gaps
}

/// What is missing at the lower end of what is held of a chain, or at its upper end if that is not held. Most of it may be
/// common with what is held: so only a batch of it, and the rest when that came.
fn below(branches: &Branches, position: &FeedPosition) -> Option<FeedWanted> {
    let lowest = position.from.unwrap_or(1).max(1);
    let hole = branches.hole_below((position.contiguous, position.id?))?;
    let reach = hole.0.saturating_sub(MAX_BATCH_ENTRIES as u64 - 1);
    (lowest <= hole.0).then(|| on_chain(position, lowest.max(reach), hole))
}

fn on_chain(position: &FeedPosition, from: u64, (to, id): (u64, EntryId)) -> FeedWanted {
    FeedWanted { feed: position.feed, from, to, id: Some(id) }
}
