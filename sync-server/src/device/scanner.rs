//! Scanners as administrators see them.

use serde::{Deserialize, Serialize};
use shared::cose::VerifyingKey;
use shared::ids::{EntryId, EventId, FeedId, GateId, OrganizationId, ScannerId};
use shared::trust::ScannerRole;

/// Longest name of a scanner, in characters.
pub const MAX_NAME_CHARS: usize = 80;

/// Most events one scanner is certified for.
pub const MAX_EVENTS: usize = 100;

/// After this long without a sign of life a scanner is called silent (ms): three heartbeats missed.
pub const SILENT_AFTER_MS: i64 = 35_000;

/// Where a scanner stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScannerState {
    /// Registered; its device has not enrolled yet.
    Invited,
    /// May scan.
    Active,
    /// Not trusted any more.
    Revoked,
}

/// A scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner {
    /// Public id.
    pub id: ScannerId,
    /// What people call it.
    pub name: String,
    /// Gate it was registered for.
    pub gate: Option<GateId>,
    /// What it may do.
    pub role: ScannerRole,
    /// Events it is certified for now.
    pub events: Vec<EventId>,
    /// Registered (ms).
    pub created: i64,
    /// What kind of device enrolled.
    pub device: Option<String>,
    /// When it enrolled (ms).
    pub enrolled: Option<i64>,
    /// Last moment of its certificate (ms).
    pub certified_to: Option<i64>,
    /// Since when it is not trusted any more (ms).
    pub revoked: Option<i64>,
    /// It signed two chains in one feed.
    pub disputed: bool,
    /// Its latest heartbeat.
    pub presence: Option<Presence>,
    /// Its feeds.
    pub feeds: Vec<FeedState>,
}

impl Scanner {
    /// Where it stands.
    pub fn state(&self) -> ScannerState {
        match (self.revoked, self.enrolled) {
            (Some(_), _) => ScannerState::Revoked,
            (None, None) => ScannerState::Invited,
            (None, Some(_)) => ScannerState::Active,
        }
    }
}

/// How a scanner was when it was last heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Presence {
    /// When (ms).
    pub seen: i64,
    /// Entries it held then that have not arrived since.
    pub pending: u64,
    /// People who went in by them.
    pub pending_in: u64,
    /// People who went out by them.
    pub pending_out: u64,
    /// Server time minus its wall clock (ms), as it measured.
    pub clock_offset: Option<i64>,
    /// Half the width of that measurement (ms).
    pub clock_error: Option<i64>,
    /// Battery in percent.
    pub battery: Option<u8>,
    /// Its software.
    pub software: String,
    /// Event it scans for.
    #[schema(value_type = Option<String>)]
    pub event: Option<EventId>,
    /// Gate it stands at.
    #[schema(value_type = Option<u32>)]
    pub gate: Option<GateId>,
    /// Manifest it holds for that event.
    pub manifest: Option<u64>,
}

/// A feed as far as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FeedState {
    /// Which.
    #[schema(value_type = String)]
    pub feed: FeedId,
    /// Held without gaps up to here.
    pub contiguous: u64,
    /// Highest signed head seen.
    pub witnessed: u64,
    /// Two chains are known.
    pub forked: bool,
    /// Where a revoked scanner's feed is cut.
    pub cut: Option<u64>,
}

/// What an administrator registers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScanner {
    /// New public id.
    pub id: ScannerId,
    /// What people call it.
    pub name: String,
    /// Its gate.
    pub gate: Option<GateId>,
    /// What it may do.
    pub role: ScannerRole,
    /// Events it may scan for; not empty.
    pub events: Vec<EventId>,
    /// SHA-256 of its invitation's token.
    pub token: [u8; 32],
    /// Until when the invitation is good (ms).
    pub expires: i64,
}

/// What an administrator changes; `None` leaves as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScannerChange {
    /// Another name.
    pub name: Option<String>,
    /// Another gate, or none.
    pub gate: Option<Option<GateId>>,
    /// Another role.
    pub role: Option<ScannerRole>,
    /// Other events.
    pub events: Option<Vec<EventId>>,
}

/// Up to where a feed of a revoked scanner is to be trusted; 0 trusts nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCut {
    /// Which feed.
    #[schema(value_type = String)]
    pub feed: FeedId,
    /// The last trusted seq.
    pub seq: u64,
    /// Which entry there, where a fork leaves several.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub id: Option<EntryId>,
}

/// An authenticated scanner: what [`shared::api::SyncApi`] calls a session.
#[derive(Debug, Clone)]
pub struct Device {
    /// The store's number of it.
    pub row: i64,
    /// Which scanner.
    pub scanner: ScannerId,
    /// Whose.
    pub organization: OrganizationId,
    /// What it may do.
    pub role: ScannerRole,
    /// Its key.
    pub key: VerifyingKey,
    /// Events it is certified for.
    pub events: Vec<EventId>,
    /// Serial of its certificate in force.
    pub serial: u64,
    /// Exact bytes of it.
    pub certificate: Vec<u8>,
    /// Last moment of it (ms).
    pub certified_to: i64,
    /// Serial of the certificate it had when it authenticated.
    pub shown: u64,
}

impl Device {
    /// Whether it is certified for the event.
    pub fn scans(&self, event: EventId) -> bool {
        self.events.contains(&event)
    }
}
