//! A feed as it is held: chains of entries, each naming the one before. One chain is the rule; a fork and a hole make more
//! of them (PROTOCOL.md section 8).

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::EntryId;
use crate::merge::ChainMember;

/// Most chains of one feed that a device tells of; of more, those that begin lowest and reach highest. They are asked
/// for and sent again in vain then, which costs the forger's feed some bytes and nobody an entry.
pub const MAX_CHAINS_SHOWN: usize = 64;
/// Most chains of one feed that a server passes on; those whose ends arrived first. Fewer than a device shows, so that
/// what was passed on is shown, even beside some that came another way.
pub const MAX_CHAINS_PASSED_ON: usize = 16;

/// A place in a feed and the entry there: with a fork a place alone says too little.
pub type Place = (u64, EntryId);

/// One chain as it is told of: everything from `from` up to the entry `id` at `seq` is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chain {
    /// Its lowest place: 1, or just above a hole.
    pub from: u64,
    /// Its highest place.
    pub seq: u64,
    /// The entry there.
    pub id: EntryId,
}

/// The held entries of one feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chains {
    prev: BTreeMap<Place, Option<EntryId>>,
}

impl Chains {
    /// From entries in any order.
    pub fn of(members: impl IntoIterator<Item = ChainMember>) -> Self {
        Self { prev: members.into_iter().map(|member| ((member.seq, member.id), member.prev)).collect() }
    }

    /// Whether this entry is held.
    pub fn holds(&self, place: Place) -> bool {
        self.prev.contains_key(&place)
    }

    /// What an entry names as the one before, held or not; `None` for the first of a feed, and for one that is not held.
    pub fn named_below(&self, (seq, id): Place) -> Option<Place> {
        let prev = self.prev.get(&(seq, id)).copied().flatten()?;
        seq.checked_sub(1).map(|below| (below, prev))
    }

    /// The held entries from a place downwards, up to a hole, to the first entry or to one in `known`.
    pub fn down(&self, place: Place, known: &BTreeSet<Place>) -> Vec<Place> {
        let mut way = Vec::new();
        let mut at = Some(place);
        while let Some(place) = at.filter(|place| self.holds(*place) && !known.contains(place)) {
            way.push(place);
            at = self.named_below(place);
        }
        way
    }

    /// One chain for each entry that no held one follows; those that begin lowest first, of these the longest.
    pub fn ends(&self) -> Vec<Chain> {
        let mut from: BTreeMap<Place, u64> = BTreeMap::new();
        let mut followed = BTreeSet::new();
        // Rising places: what is below an entry was looked at before it.
        for place in self.prev.keys() {
            let below = self.named_below(*place).filter(|below| self.holds(*below));
            from.insert(*place, below.and_then(|below| from.get(&below).copied()).unwrap_or(place.0));
            followed.extend(below);
        }
        let mut ends: Vec<Chain> = from
            .into_iter()
            .filter(|(place, _)| !followed.contains(place))
            .map(|((seq, id), from)| Chain { from, seq, id })
            .collect();
        ends.sort_unstable_by_key(|end| (end.from, std::cmp::Reverse(end.seq), end.id));
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> EntryId {
        EntryId([byte; 32])
    }

    fn member(seq: u64, own: u8, prev: Option<u8>) -> ChainMember {
        ChainMember { id: id(own), seq, prev: prev.map(id) }
    }

    /// 1 ─ 2 ─ 3 ─ 4
    ///      └ 9 ─ 8          7 ─ 6 (above a hole)
    fn forked() -> Chains {
        Chains::of([
            member(1, 1, None),
            member(2, 2, Some(1)),
            member(3, 3, Some(2)),
            member(4, 4, Some(3)),
            member(3, 9, Some(2)),
            member(4, 8, Some(9)),
            member(6, 7, Some(5)),
            member(7, 6, Some(7)),
        ])
    }

    #[test]
    fn every_branch_and_what_lies_above_a_hole_is_told_of() {
        let chain = |from, seq, own| Chain { from, seq, id: id(own) };
        assert_eq!(forked().ends(), [chain(1, 4, 4), chain(1, 4, 8), chain(6, 7, 6)]);
        let prefix = Chains::of([member(1, 1, None), member(2, 2, Some(1))]);
        assert_eq!(prefix.ends(), [chain(1, 2, 2)], "what another chain goes on from is no end");
        assert_eq!(Chains::default().ends(), []);
    }

    #[test]
    fn a_way_down_ends_at_what_is_known_and_at_holes() {
        let known: BTreeSet<Place> = forked().down((4, id(4)), &BTreeSet::new()).into_iter().collect();
        assert_eq!(known.len(), 4);
        assert_eq!(forked().down((4, id(8)), &known), [(4, id(8)), (3, id(9))]);
        assert_eq!(forked().down((7, id(6)), &known), [(7, id(6)), (6, id(7))]);
        assert_eq!(forked().named_below((6, id(7))), Some((5, id(5))), "the hole has a name");
        assert_eq!(forked().down((9, id(1)), &known), []);
    }

    #[test]
    fn a_hundred_thousand_entries_are_no_depth() {
        let long = |n: u64| EntryId(crate::hash::hash("test", &[&n.to_be_bytes()]));
        let chains = Chains::of((1..=100_000).map(|seq| {
            let prev = (seq > 1).then(|| long(seq - 1));
            ChainMember { id: long(seq), seq, prev }
        }));
        assert_eq!(chains.ends().len(), 1);
        assert_eq!(chains.down((100_000, long(100_000)), &BTreeSet::new()).len(), 100_000);
    }
}
