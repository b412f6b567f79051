//! Which entries count: cuts of revoked scanners, and the branches of a forked feed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::ids::EntryId;
use crate::manifest::Cut;

/// Whether an entry counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Counts.
    Trusted,
    /// Counts, but is shown as unsure: it lies on a second branch of a forked feed.
    SecondBranch,
    /// Kept apart: from a revoked scanner, and not on the way to a cut.
    Quarantined,
}

/// The standing of one entry, for stores that look up what they need.
///
/// `cut` is that of the entry's feed, if the revocation names one; `id_at_cut` is the id held at `cut.seq` on the
/// entry's own branch, `None` if nothing is held there. A revocation may name several cuts of one feed: then any one
/// that makes the entry count is enough.
pub fn standing(
    seq: u64,
    id_at_cut: Option<EntryId>,
    cut: Option<&Cut>,
    revoked: bool,
    second_branch: bool,
) -> Standing {
    let below = cut.is_some_and(|cut| seq <= cut.seq && id_at_cut == Some(cut.id));
    match (revoked && !below, second_branch) {
        (true, _) => Standing::Quarantined,
        (false, true) => Standing::SecondBranch,
        (false, false) => Standing::Trusted,
    }
}

/// The members of an entry that place it in its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainMember {
    /// Which entry.
    pub id: EntryId,
    /// Position.
    pub seq: u64,
    /// The one before.
    pub prev: Option<EntryId>,
}

impl ChainMember {
    /// As the entry says.
    pub fn of(entry: &Entry) -> Self {
        Self { id: entry.id, seq: entry.raw.seq, prev: entry.raw.prev }
    }
}

/// The standing of every known entry of one feed. `cuts` are those of this feed: `None` unless its scanner is revoked,
/// then perhaps none at all.
///
/// Where branches part, the one that begins with the lowest id is the first; those that begin where the entry before is
/// not known yet are treated the same way.
pub fn standings(feed: &[ChainMember], cuts: Option<&[Cut]>) -> BTreeMap<EntryId, Standing> {
    let mut places: BTreeMap<u64, BTreeMap<EntryId, Option<EntryId>>> = BTreeMap::new();
    for member in feed {
        places.entry(member.seq).or_default().insert(member.id, member.prev);
    }
    let second = second_branches(&places);
    let kept = cuts.map(|cuts| cuts.iter().flat_map(|cut| way_to(cut, &places)).collect::<BTreeSet<EntryId>>());
    feed.iter()
        .map(|member| {
            let quarantined = kept.as_ref().is_some_and(|kept| !kept.contains(&member.id));
            let standing = match (quarantined, second.contains(&member.id)) {
                (true, _) => Standing::Quarantined,
                (false, true) => Standing::SecondBranch,
                (false, false) => Standing::Trusted,
            };
            (member.id, standing)
        })
        .collect()
}

type Places = BTreeMap<u64, BTreeMap<EntryId, Option<EntryId>>>;

fn second_branches(places: &Places) -> BTreeSet<EntryId> {
    let mut second = BTreeSet::new();
    for place in places.values() {
        let mut first_taken = false;
        for (id, prev) in place {
            let follows_second = prev.is_some_and(|prev| second.contains(&prev));
            if follows_second || first_taken {
                second.insert(*id);
            } else {
                first_taken = true;
            }
        }
    }
    second
}

/// The known entries on the chain that leads to a cut, from the top down.
fn way_to(cut: &Cut, places: &Places) -> Vec<EntryId> {
    let mut way = Vec::new();
    let (mut seq, mut id) = (cut.seq, cut.id);
    while let Some(prev) = places.get(&seq).and_then(|place| place.get(&id)) {
        way.push(id);
        match (prev, seq.checked_sub(1)) {
            (Some(prev), Some(below)) => (seq, id) = (below, *prev),
            _ => break,
        }
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::FeedId;

    fn id(byte: u8) -> EntryId {
        EntryId([byte; 32])
    }

    fn member(seq: u64, own: u8, prev: Option<u8>) -> ChainMember {
        ChainMember { id: id(own), seq, prev: prev.map(id) }
    }

    fn cut(seq: u64, at: u8) -> Cut {
        Cut { feed: FeedId([0; 16]), seq, id: id(at) }
    }

    /// 1 ─ 2 ─ 3 ─ 4
    ///      └ 9 ─ 0 (lower than 4, but its branch began higher)
    fn forked() -> Vec<ChainMember> {
        vec![
            member(1, 1, None),
            member(2, 2, Some(1)),
            member(3, 3, Some(2)),
            member(4, 4, Some(3)),
            member(3, 9, Some(2)),
            member(4, 0, Some(9)),
        ]
    }

    #[test]
    fn the_branch_that_begins_lower_is_the_first() {
        let found = standings(&forked(), None);
        let second: Vec<EntryId> =
            found.iter().filter(|(_, s)| **s == Standing::SecondBranch).map(|(id, _)| *id).collect();
        assert_eq!(second, [id(0), id(9)]);
    }

    #[test]
    fn only_the_chain_to_the_cut_is_kept() {
        let found = standings(&forked(), Some(&[cut(4, 0)]));
        let kept: Vec<EntryId> =
            found.iter().filter(|(_, s)| **s != Standing::Quarantined).map(|(id, _)| *id).collect();
        assert_eq!(kept, [id(0), id(1), id(2), id(9)]);
        assert!(standings(&forked(), Some(&[])).values().all(|s| *s == Standing::Quarantined));
    }

    #[test]
    fn several_cuts_keep_what_any_of_them_keeps() {
        let missing_top = [cut(2, 2), cut(7, 77)];
        let found = standings(&forked(), Some(&missing_top));
        assert_eq!(found[&id(2)], Standing::Trusted);
        assert_eq!(found[&id(3)], Standing::Quarantined);
    }

    #[test]
    fn one_entry_alone_gives_the_same_answer() {
        let all = forked();
        for at in [cut(2, 2), cut(3, 3), cut(4, 4), cut(4, 77), cut(0, 0)] {
            let whole = standings(&all[..4], Some(&[at]));
            for entry in &all[..4] {
                let held = all[..4].iter().find(|m| m.seq == at.seq).map(|m| m.id);
                assert_eq!(standing(entry.seq, held, Some(&at), true, false), whole[&entry.id], "{at:?} {entry:?}");
            }
        }
        assert_eq!(standing(1, None, None, true, false), Standing::Quarantined);
        assert_eq!(standing(9, None, None, false, true), Standing::SecondBranch);
    }
}
