//! The decision at the door (PROTOCOL.md section 7).

mod judge;

use serde::{Deserialize, Serialize};

use crate::entry::Direction;
use crate::ids::{EventId, GateId, ProductId};
use crate::time::Interval;

pub use judge::{History, Hold, Question, Staleness, judge};

macro_rules! verdicts {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $text:literal;)*) => {
        /// The answer to a scan. Numbers and names are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Verdict { $($(#[$doc])* $name = $number,)* }

        impl Verdict {
            /// Every verdict, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// From the number an entry carries; `None` for a newer version's.
            pub fn from_number(number: u32) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }

            /// The number entries carry.
            pub fn number(self) -> u32 {
                match self { $(Self::$name => $number,)* }
            }

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

verdicts! {
    /// Come in.
    Ok = 0, "ok";
    /// Come in again.
    OkReentry = 1, "ok_reentry";
    /// Right signature, not in the list yet.
    OkUnlisted = 2, "ok_unlisted";
    /// A supervisor's decision.
    OkOverride = 3, "ok_override";
    /// Goodbye.
    OkExit = 4, "ok_exit";
    /// Goodbye; was not known to be inside.
    OkExitUnmatched = 5, "ok_exit_unmatched";
    /// Not a ticket of this event.
    Invalid = 16, "invalid";
    /// The signature is wrong.
    Forged = 17, "forged";
    /// A ticket for something else.
    WrongEvent = 18, "wrong_event";
    /// The ticket was canceled.
    Canceled = 19, "canceled";
    /// The ticket was blocked.
    Blocked = 20, "blocked";
    /// The ticket was not paid.
    Unpaid = 21, "unpaid";
    /// A newer code was issued for this ticket.
    Revoked = 22, "revoked";
    /// Too early or too late.
    InvalidTime = 23, "invalid_time";
    /// Used up.
    AlreadyRedeemed = 24, "already_redeemed";
    /// Its people are inside now.
    AlreadyInside = 25, "already_inside";
    /// Not for this gate or zone.
    Product = 26, "product";
    /// Another rule of the event.
    Rules = 27, "rules";
    /// The list is too old to admit with.
    StaleManifest = 28, "stale_manifest";
}

impl Verdict {
    /// Which way it lets people through; `None` for refusals.
    pub fn passes(self) -> Option<Direction> {
        match self {
            Self::Ok | Self::OkReentry | Self::OkUnlisted | Self::OkOverride => Some(Direction::Entry),
            Self::OkExit | Self::OkExitUnmatched => Some(Direction::Exit),
            _ => None,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The fact a door person needs to explain a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Because {
    /// Nothing more to say.
    Plain,
    /// The text is no ticket this event knows.
    UnknownCode,
    /// Cut off or garbled code of ours: scan again, or type it in whole.
    Damaged,
    /// Far too long to be a ticket.
    TooLong {
        /// Bytes scanned.
        bytes: usize,
    },
    /// Signed by a key this scanner does not know: another organizer, or sync first.
    UnknownKey,
    /// Well signed, but the event admits listed tickets only.
    NotListed,
    /// It is a ticket for this other event.
    Event {
        /// Which.
        event: EventId,
    },
    /// Valid in this window only (seconds since 1970 UTC).
    Window {
        /// From.
        from: Option<i64>,
        /// Until.
        until: Option<i64>,
    },
    /// It was let in before.
    Before {
        /// Gate of the latest admission.
        gate: GateId,
        /// When.
        at: Interval,
    },
    /// Another scanner is letting it in at this moment.
    Held {
        /// Its gate.
        gate: GateId,
    },
    /// This product does not pass this gate.
    Product {
        /// The ticket's product.
        product: ProductId,
    },
    /// No entries after this time (ms).
    LastEntry {
        /// The time.
        at: i64,
    },
    /// It came in again as often as allowed.
    Reentries {
        /// How often that is.
        most: u32,
    },
    /// More people than the ticket has left.
    People {
        /// Asked for.
        asked: u32,
        /// Left.
        left: u32,
    },
    /// The list expired at this time (ms).
    Expired {
        /// The time.
        at: i64,
    },
    /// An older code; the ticket was issued again.
    Generation {
        /// Of the code presented.
        presented: u32,
        /// In force.
        current: u32,
    },
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The decision.
    pub verdict: Verdict,
    /// Why.
    pub because: Because,
    /// People let through now (0 on refusal).
    pub people: u32,
    /// People the ticket admits in all.
    pub admits: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_round_trip() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::from_number(verdict.number()), Some(*verdict));
            assert_eq!(serde_json::to_string(verdict).unwrap(), format!("\"{}\"", verdict.name()));
        }
        assert_eq!(Verdict::from_number(99), None);
    }

    #[test]
    fn a_verdict_is_written_by_its_name_and_passes_one_way_or_none() {
        assert_eq!(Verdict::OkUnlisted.to_string(), "ok_unlisted");
        for verdict in Verdict::ALL {
            let way = match verdict.number() {
                0..=3 => Some(Direction::Entry),
                4..=5 => Some(Direction::Exit),
                _ => None,
            };
            assert_eq!(verdict.passes(), way, "{verdict}");
        }
    }
}
