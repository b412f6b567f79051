//! From a set of entries to what they mean (PROTOCOL.md section 10). Pure: the order of arrival changes nothing.
//!
//! The unit of work is a **group**: the entries of one ticket, or one entry without a ticket, and every undo that leads
//! to one of them. [`fold`] turns a group into labels, history and conflicts; [`crate::occupancy`] sums up bodies;
//! [`digest`](mod@digest) hashes both; [`mod@reference`] does all of it from nothing, to check stores against.

pub mod digest;
mod fold;
mod order;
pub mod reference;
mod standing;
mod story;
#[cfg(test)]
pub(crate) mod testing;
mod void;

use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::time::Interval;

pub use digest::{Digester, digest};
pub use fold::{MAX_KNOWN_FIRSTS, TicketFold, fold};
pub use standing::{ChainMember, Standing, standing, standings};
pub use story::{Admission, Conflict, LooksLike, PASSED_BACK_MS, RETRY_MS, Story, WALK_MS};
pub use void::voided_by;

/// One entry of a group, with what was found out about it.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// When it happened.
    pub time: Interval,
    /// Whether it counts.
    pub standing: Standing,
}

macro_rules! labels {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        /// What an entry turned out to be. Explains; bodies never depend on it. Numbers and names are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Label { $($(#[$doc])* $name = $number,)* }

        impl Label {
            /// Every label, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// From the number that stores and digests hold.
            pub fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }

            /// The number that stores and digests hold.
            pub fn number(self) -> u8 {
                match self { $(Self::$name => $number,)* }
            }

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

labels! {
    /// Let in.
    Ok = 1, "ok";
    /// Let in again after somebody had gone out.
    Reentry = 2, "reentry";
    /// Let in by a supervisor.
    Override = 3, "override";
    /// Let in although the ticket was used up: a conflict, with its story.
    Duplicate = 4, "duplicate";
    /// Went out.
    Exit = 5, "exit";
    /// Went out, not known to be inside.
    ExitUnmatched = 6, "exit_unmatched";
    /// Turned away.
    Refused = 7, "refused";
    /// Voids another entry.
    Undo = 8, "undo";
    /// Voided by an undo.
    Voided = 9, "voided";
    /// From a revoked scanner, above its cut.
    Quarantined = 10, "quarantined";
    /// Of a kind, version or shape this version does not understand.
    NotUnderstood = 11, "not_understood";
    /// Moved people without a ticket.
    Counted = 12, "counted";
    /// Keeps the feed: a boot or a time sample.
    Noted = 13, "noted";
}

impl std::fmt::Display for Label {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_round_trip() {
        for label in Label::ALL {
            assert_eq!(Label::from_number(label.number()), Some(*label));
            assert_eq!(serde_json::to_string(label).unwrap(), format!("\"{}\"", label.name()));
        }
        assert_eq!(Label::from_number(0), None);
    }

    #[test]
    fn a_label_is_written_by_its_name() {
        assert_eq!(Label::ExitUnmatched.to_string(), "exit_unmatched");
    }
}
