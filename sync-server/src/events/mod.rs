//! Events: what they are, and which rules make sense.

mod check;
mod numbers;

use shared::ids::{EventId, OrganizationId};
use shared::policy::Policy;

use crate::live::alarm::Thresholds;

pub use check::{check, check_thresholds, day};
pub use numbers::{Part, Spent};

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Public id.
    pub id: EventId,
    /// Whose.
    pub organization: OrganizationId,
    /// Its rules, as scanners get them.
    pub policy: Policy,
    /// When it was made (ms).
    pub created: i64,
    /// Since when it is read-only and left out of lists (ms).
    pub archived: Option<i64>,
    /// From which shares of its capacities on alarms are raised.
    pub thresholds: Thresholds,
    /// Numbers that nothing new may bear.
    pub spent: Spent,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSummary {
    /// Public id.
    pub id: EventId,
    /// Name.
    pub name: String,
    /// Starts (ms).
    pub starts: i64,
    /// Ends (ms).
    pub ends: i64,
    /// IANA time zone.
    pub time_zone: String,
    /// Since when it is archived (ms).
    pub archived: Option<i64>,
    /// Tickets it has, in whatever state.
    pub tickets: u64,
}
