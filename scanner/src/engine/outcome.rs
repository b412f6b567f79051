//! What is asked of the engine at the door, and what it answers.

use serde::Serialize;
use shared::api::ReleaseRequest;
use shared::entry::{Basis, Direction};
use shared::ids::{EntryId, EventId, FeedId, GateId, TicketKey, ZoneId};
use shared::manifest::Attendee;
use shared::time::Interval;
use shared::verdict::Answer;

use super::confirm::VerifiedConfirmation;

/// One scan. `Default` plus a text judges one code at the set gate, in the set direction.
#[derive(Debug, Clone, Default)]
pub struct ScanRequest {
    /// The code as read.
    pub text: String,
    /// Which way; `None` takes the setting.
    pub direction: Option<Direction>,
    /// Where; `None` takes the setting, the certificate's gate, or the event's only gate.
    pub gate: Option<GateId>,
    /// How many people; `None` is all the ticket has left.
    pub people: Option<u32>,
    /// A supervisor lets them in whatever the rules say, for this reason.
    pub override_reason: Option<String>,
    /// Who stands at the door; `None` takes the setting.
    pub operator: Option<String>,
    /// The server's word on this ticket, if it came in time.
    pub confirmation: Option<VerifiedConfirmation>,
}

impl ScanRequest {
    /// A plain scan of `text`.
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// A number with its name, for screens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named<T> {
    /// Number within the event.
    pub id: T,
    /// Name on screens.
    pub name: String,
}

/// When and where a ticket was let in before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Before {
    /// The gate.
    pub gate: Named<GateId>,
    /// When.
    pub at: Interval,
    /// Ms from then to now, as well as both are known; never negative.
    pub ago_ms: i64,
}

/// What a door person should know beside the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum Warning {
    /// The ticket list is past its expiry.
    StaleManifest {
        /// Expiry (ms).
        expired: i64,
    },
    /// The event begins much later: this counts all the same.
    BeforeEvent {
        /// Its start (ms).
        starts: i64,
    },
    /// No server time since this boot: times are the wall clock's.
    ClockUncertain,
    /// The certificate has ended: the server will not take this scanner's calls.
    CertificateExpired {
        /// End (ms).
        ended: i64,
    },
    /// The attendee's data does not open with this ticket.
    AttendeeUnreadable,
}

/// The answer to a scan. Its entry is durable: it was committed before this value existed (I1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The decision.
    pub answer: Answer,
    /// The same code again within the retry window: the first answer once more, nothing was recorded.
    pub repeat: bool,
    /// The entry that records it (for a repeat: the first one).
    pub entry: EntryId,
    /// Its feed.
    pub feed: FeedId,
    /// Its position there.
    pub seq: u64,
    /// When it was decided.
    pub at: Interval,
    /// On what knowledge.
    pub basis: Basis,
    /// The event.
    pub event: Named<EventId>,
    /// Where.
    pub gate: Named<GateId>,
    /// The zone the gate leads into.
    pub zone: Named<ZoneId>,
    /// Which way.
    pub direction: Direction,
    /// What devices know the ticket by, where the code named one.
    pub ticket: Option<TicketKey>,
    /// What was sold, where it is known.
    pub product: Option<String>,
    /// Who holds the ticket; opened with the ticket itself.
    pub attendee: Option<Attendee>,
    /// The earlier admission or the other gate that a refusal is about.
    pub before: Option<Before>,
    /// The gate that is letting this ticket in at this moment.
    pub held_at: Option<Named<GateId>>,
    /// The event that a ticket for something else is for, by name if it is known here.
    pub other_event: Option<String>,
    /// People this ticket has inside after this.
    pub inside: u32,
    /// IANA time zone to show times in.
    pub time_zone: String,
    /// What else to show.
    pub warnings: Vec<Warning>,
    /// The server reserved the ticket and nobody was let in: tell it.
    #[serde(skip)]
    pub release: Option<ReleaseRequest>,
}

/// Something a supervisor recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The new entry.
    pub entry: EntryId,
    /// Its feed.
    pub feed: FeedId,
    /// Its position there.
    pub seq: u64,
    /// When.
    pub at: Interval,
    /// What it voids; with undo.
    pub target: Option<EntryId>,
    /// People it moves, positive into the zone (an undo moves its target's people back).
    pub bodies: i64,
}

/// What to undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoTarget {
    /// This device's latest entry that moved people and is not undone.
    Last,
    /// A certain one, of any known feed.
    Entry(EntryId),
    /// The one whose id starts with these hex digits (at least 8).
    Prefix(String),
}
