//! How entries look to the merge on this server.

use shared::entry::{Action, Entry};
use shared::merge::Standing;

/// An entry whose scanner was never certified for the event it names keeps its place in the chain, but says nothing: an
/// event's state depends on its own scanners only. Should the scanner be certified later, the entry counts after all.
pub fn disown(mut entry: Entry) -> Entry {
    entry.raw.event = None;
    entry.action = Action::NotUnderstood;
    entry
}

/// The number stores keep.
pub fn standing_number(standing: Standing) -> i64 {
    match standing {
        Standing::Trusted => 0,
        Standing::SecondBranch => 1,
        Standing::Quarantined => 2,
    }
}

/// From the number stores keep.
pub fn standing_from_number(number: i64) -> Option<Standing> {
    match number {
        0 => Some(Standing::Trusted),
        1 => Some(Standing::SecondBranch),
        2 => Some(Standing::Quarantined),
        _ => None,
    }
}
