//! The branches of a forked feed: which of them a device lacks, and in which batches it can have them.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, Transaction};
use shared::api::FeedPosition;
use shared::chains::{Chains, MAX_CHAINS_PASSED_ON, Place};
use shared::entry::prev_of;
use shared::feed::MAX_BATCH_ENTRIES;
use shared::ids::EntryId;
use shared::merge::ChainMember;

use crate::store::StoreError;
use crate::store::sqlite::Column;

/// Everything held of one feed. Reading it costs as much as the feed is long: only done for forked ones, and by readers.
pub(super) struct Branches {
    chains: Chains,
    /// Upper ends of what is passed on, in the order in which they arrived.
    ends: Vec<Place>,
    /// Entries at which a signed head is held.
    heads: BTreeSet<Place>,
}

impl Branches {
    pub(super) fn of(tx: &Transaction<'_>, feed: i64) -> Result<Self, StoreError> {
        // In the order of arrival.
        let mut statement =
            tx.prepare_cached("SELECT seq, entry_id, bytes FROM entries WHERE feed = ?1 ORDER BY id")?;
        let members = statement.query_and_then([feed], |row| {
            let prev = row.get_ref("bytes")?.as_blob().map_err(|_| StoreError::Impossible("entries.bytes"))?;
            Ok(ChainMember { seq: row.number("seq")?, id: row.id("entry_id")?, prev: prev_of(prev) })
        })?;
        let members: Vec<ChainMember> = members.collect::<Result<_, StoreError>>()?;
        let chains = Chains::of(members.iter().copied());
        let ends: BTreeSet<Place> = chains.ends().into_iter().map(|end| (end.seq, end.id)).collect();
        let arrived = members.iter().map(|member| (member.seq, member.id)).filter(|place| ends.contains(place));
        let ends = arrived.take(MAX_CHAINS_PASSED_ON).collect();
        let mut statement = tx.prepare_cached("SELECT seq, entry_id FROM heads WHERE feed = ?1")?;
        let heads = statement.query_and_then([feed], |row| Ok((row.number("seq")?, row.id("entry_id")?)))?;
        Ok(Self { ends, heads: heads.collect::<Result<_, StoreError>>()?, chains })
    }

    /// What a device that shows these positions lacks: for each batch its entries, rising, the last one under a head.
    pub(super) fn lacking(&self, shown: &[FeedPosition]) -> Vec<Vec<Place>> {
        let mut known: BTreeSet<Place> = BTreeSet::new();
        for position in shown {
            let Some(id) = position.id else { continue };
            let way = self.chains.down((position.contiguous, id), &known);
            known.extend(way.into_iter().filter(|(seq, _)| *seq >= position.from.unwrap_or(1)));
        }
        let mut parts = Vec::new();
        let mut looked_at: BTreeSet<Place> = BTreeSet::new();
        for end in &self.ends {
            // Past what is known: the asker may lack what lies below it.
            let mut way = self.chains.down(*end, &looked_at);
            way.reverse();
            looked_at.extend(&way);
            self.cut(&way, &known, &mut parts);
        }
        parts
    }

    /// Cuts what is not known of a way up into batches: each ends at the highest head within reach, or, where there is none,
    /// at the next one above.
    fn cut(&self, way: &[Place], known: &BTreeSet<Place>, parts: &mut Vec<Vec<Place>>) {
        let mut next = 0;
        while let Some(start) = (next..way.len()).find(|at| !known.contains(&way[*at])) {
            let run_end = (start..way.len()).find(|at| known.contains(&way[*at])).unwrap_or(way.len());
            let reach = run_end.min(start + MAX_BATCH_ENTRIES);
            let within = (start..reach).rev().find(|at| self.heads.contains(&way[*at]));
            let Some(last) = within.or_else(|| (reach..way.len()).find(|at| self.heads.contains(&way[*at]))) else {
                return;
            };
            let first = start.max((last + 1).saturating_sub(MAX_BATCH_ENTRIES));
            parts.push(way[first..=last].to_vec());
            next = last + 1;
        }
    }

    /// The first entry that is missing on the way down from a place, by its place and the id that was named there; the place
    /// itself if it is not held; `None` if nothing is missing.
    pub(super) fn hole_below(&self, place: Place) -> Option<Place> {
        match self.chains.down(place, &BTreeSet::new()).last() {
            None => (place.0 > 0).then_some(place),
            Some(lowest) => self.chains.named_below(*lowest).filter(|(seq, _)| *seq > 0),
        }
    }
}

/// Whether the asker shows another entry than the one held at some place of a feed of which no fork is known: then there is
/// one.
pub(super) fn contradicts(tx: &Transaction<'_>, feed: i64, shown: &[FeedPosition]) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM entries WHERE feed = ?1 AND seq = ?2 AND entry_id <> ?3";
    let mut statement = tx.prepare_cached(sql)?;
    for position in shown {
        let (Some(id), Ok(seq)) = (position.id, i64::try_from(position.contiguous)) else { continue };
        if statement.exists((feed, seq, id.0))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The exact bytes of the head at an entry.
pub(super) fn signed_head(
    tx: &Transaction<'_>,
    feed: i64,
    seq: u64,
    id: EntryId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let seq = i64::try_from(seq).map_err(|_| StoreError::Impossible("heads.seq"))?;
    let mut statement = tx.prepare_cached("SELECT signed FROM heads WHERE feed = ?1 AND seq = ?2 AND entry_id = ?3")?;
    Ok(statement.query_row((feed, seq, id.0), |row| row.get(0)).optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> EntryId {
        EntryId([byte; 32])
    }

    fn held(members: &[(u64, u8, u8)], heads: &[(u64, u8)]) -> Branches {
        let prev = |below: u8| (below > 0).then(|| id(below));
        let members =
            members.iter().map(|(seq, own, below)| ChainMember { seq: *seq, id: id(*own), prev: prev(*below) });
        let chains = Chains::of(members);
        let ends = chains.ends().into_iter().map(|end| (end.seq, end.id)).collect();
        Branches { chains, ends, heads: heads.iter().map(|(seq, own)| (*seq, id(*own))).collect() }
    }

    fn shown(from: u64, contiguous: u64, own: u8) -> FeedPosition {
        FeedPosition { feed: shared::ids::FeedId([0; 16]), contiguous, id: Some(id(own)), from: Some(from) }
    }

    fn batches(branches: &Branches, positions: &[FeedPosition]) -> Vec<Vec<(u64, u8)>> {
        let plain = |part: Vec<Place>| part.into_iter().map(|(seq, id)| (seq, id.0[0])).collect();
        branches.lacking(positions).into_iter().map(plain).collect()
    }

    /// 1 ─ 2 ─ 3
    ///     └ 13 ─ 14 ─ 15, of which the asker was sent 14 and 15 before anybody had seen 13.
    const FORK: [(u64, u8, u8); 6] = [(1, 1, 0), (2, 2, 1), (3, 3, 2), (3, 13, 2), (4, 14, 13), (5, 15, 14)];

    #[test]
    fn what_lies_below_a_shown_piece_is_passed_on() {
        let branches = held(&FORK, &[(3, 3), (3, 13), (5, 15)]);
        let asker = [shown(1, 3, 3), shown(4, 5, 15)];
        assert_eq!(batches(&branches, &asker), [vec![(3, 13)]], "only what is missing, where it has a head of its own");
        let branches = held(&FORK, &[(3, 3), (5, 15)]);
        assert_eq!(batches(&branches, &asker), [vec![(3, 13), (4, 14), (5, 15)]], "else up to the next head above");
    }

    #[test]
    fn nothing_is_lacking_where_all_is_shown() {
        let branches = held(&FORK, &[(3, 3), (5, 15)]);
        assert!(batches(&branches, &[shown(1, 3, 3), shown(1, 5, 15)]).is_empty());
        let everything = batches(&branches, &[]);
        assert_eq!(everything, [vec![(1, 1), (2, 2), (3, 13), (4, 14), (5, 15)], vec![(3, 3)]]);
    }
}
