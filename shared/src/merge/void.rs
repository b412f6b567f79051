//! Which entries are void: an undo that is not itself void voids its target.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Action;
use crate::ids::EntryId;
use crate::merge::{Item, Standing};

/// Ids voided by the undos among `items`, whether or not the target is there yet.
pub(super) fn voided(items: &[Item<'_>]) -> BTreeSet<EntryId> {
    voided_by(&items.iter().filter_map(effective_undo).collect())
}

/// What is void, of undos with the target of each. An undo names its target by hash, so undos of undos end; ids made up to
/// run in a circle void nothing.
pub fn voided_by<Id: Ord + Copy>(undos: &BTreeMap<Id, Id>) -> BTreeSet<Id> {
    let mut waits: BTreeMap<Id, usize> = undos.keys().map(|id| (*id, 0)).collect();
    for target in undos.values() {
        if let Some(count) = waits.get_mut(target) {
            *count += 1;
        }
    }
    let mut ready: Vec<Id> = waits.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    let mut void = BTreeSet::new();
    while let Some(id) = ready.pop() {
        let target = undos[&id];
        if !void.contains(&id) {
            void.insert(target);
        }
        if let Some(count) = waits.get_mut(&target) {
            *count -= 1;
            if *count == 0 {
                ready.push(target);
            }
        }
    }
    void
}

fn effective_undo(item: &Item<'_>) -> Option<(EntryId, EntryId)> {
    match &item.entry.action {
        Action::Undo { target, .. } if item.standing != Standing::Quarantined => Some((item.entry.id, *target)),
        _ => None,
    }
}
