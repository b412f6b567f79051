//! How the device is, as typed facts: what `status`, `log` and `doctor` show.

use serde::Serialize;
use shared::entry::Direction;
use shared::ids::{EntryId, EventId, FeedId, GateId, ManifestDigest, OrganizationId, ScannerId, StoreId, TicketKey};
use shared::time::Interval;
use shared::trust::ScannerRole;

use super::outcome::Named;

/// Who this device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Enrolled {
    /// Scanner id.
    pub scanner: ScannerId,
    /// Name people use for it.
    pub name: String,
    /// May it override, undo, count.
    pub role: ScannerRole,
    /// Organization.
    pub organization: OrganizationId,
    /// Its name.
    pub organization_name: String,
    /// The server's address.
    pub server: String,
    /// Events it may scan for.
    pub events: Vec<EventId>,
    /// Gate it was registered for.
    pub registered_gate: Option<GateId>,
    /// Certificate valid from (ms).
    pub valid_from: i64,
    /// Certificate valid until (ms).
    pub valid_until: i64,
    /// Keyset in force.
    pub keyset_version: u64,
    /// A manifest in force names it as revoked since (ms).
    pub revoked_at: Option<i64>,
}

/// A ticket list in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ManifestFacts {
    /// The event.
    pub event: EventId,
    /// Name of the event.
    pub event_name: String,
    /// Version.
    pub version: u64,
    /// Digest of the signed header.
    pub digest: ManifestDigest,
    /// Published (ms).
    pub created: i64,
    /// Expires (ms).
    pub expires: i64,
    /// Number of tickets.
    pub tickets: u64,
    /// Event starts (ms).
    pub starts: i64,
    /// Event ends (ms).
    pub ends: i64,
    /// IANA time zone of the event.
    pub time_zone: String,
    /// Gates, with the zone each leads into.
    pub gates: Vec<Named<GateId>>,
    /// The download of a newer one that is under way.
    pub staging: Option<StagingFacts>,
}

/// A download under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StagingFacts {
    /// Version being fetched.
    pub version: u64,
    /// Parts that are here.
    pub have: u32,
    /// Parts in all.
    pub total: u32,
}

/// What has not reached the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pending {
    /// Entries not acknowledged.
    pub entries: u64,
    /// People who went in by them.
    pub people_in: u64,
    /// People who went out by them.
    pub people_out: u64,
}

/// What is known about the device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClockFacts {
    /// The present time, as an interval.
    pub now: Interval,
    /// Raw wall clock (ms).
    pub wall: i64,
    /// Server time minus wall clock (ms); absent without a sample of this boot.
    pub offset: Option<i64>,
    /// How far `offset` can be off (ms).
    pub error: Option<i64>,
}

/// An entry that could not be passed on, or whose stored bytes are damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// Its feed.
    pub feed: FeedId,
    /// Its position; 0 means a whole batch.
    pub seq: u64,
    /// Stable name of the reason.
    pub reason: String,
    /// For people.
    pub detail: String,
    /// When it was noticed (ms).
    pub at: i64,
}

/// What this device has recorded, in numbers (its current and former feeds).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Entries that let people in.
    pub entries: u64,
    /// People let in by them, without those undone.
    pub people_in: i64,
    /// Entries that let people out.
    pub exits: u64,
    /// People let out, without those undone.
    pub people_out: i64,
    /// Refusals.
    pub refused: u64,
}

/// All a person wants to know at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Who; absent before enrolment.
    pub enrolled: Option<Enrolled>,
    /// Event in use.
    pub event: Option<EventId>,
    /// Gate in use.
    pub gate: Option<GateId>,
    /// Direction in use.
    pub direction: Direction,
    /// Operator in use.
    pub operator: Option<String>,
    /// Ticket lists in force, the one in use first.
    pub manifests: Vec<ManifestFacts>,
    /// The feed being written.
    pub feed: Option<FeedId>,
    /// Its last position.
    pub last_seq: u64,
    /// What has not reached the server.
    pub pending: Pending,
    /// Which server database acknowledged last.
    pub store: Option<StoreId>,
    /// When it did (ms, server time).
    pub acknowledged_at: Option<i64>,
    /// This device's tally.
    pub tally: Tally,
    /// Other scanners' feeds held.
    pub peer_feeds: u64,
    /// Their entries.
    pub peer_entries: u64,
    /// Feeds with two valid entries for one place.
    pub forked: Vec<FeedId>,
    /// Entries that are damaged here or were refused elsewhere.
    pub troubles: Vec<Trouble>,
    /// Clock.
    pub clock: ClockFacts,
}

/// Facts for "ready for doors?" beside [`Status`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Health {
    /// The same as `status`.
    pub status: Status,
    /// Version of SQLite.
    pub sqlite: &'static str,
    /// Complaints of SQLite's own check; empty when the file is sound.
    pub damage: Vec<String>,
    /// Size of the database (bytes), without its write-ahead log.
    pub database_bytes: u64,
    /// Pages waiting in the write-ahead log.
    pub wal_pages: u64,
}

/// Which log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFilter {
    /// Most lines, the newest.
    pub limit: u32,
    /// Only this ticket.
    pub ticket: Option<TicketKey>,
    /// Only this device's entries.
    pub own_only: bool,
    /// Also boots and time samples.
    pub technical: bool,
}

impl Default for LogFilter {
    fn default() -> Self {
        Self { limit: 50, ticket: None, own_only: false, technical: false }
    }
}

/// One entry, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// The entry.
    pub entry: EntryId,
    /// Its feed.
    pub feed: FeedId,
    /// Its position.
    pub seq: u64,
    /// Written by this device.
    pub own: bool,
    /// Who wrote it, by name if known.
    pub scanner: String,
    /// `boot`, `entry`, `exit`, `refuse`, `undo`, `count`, `time` or `not_understood`.
    pub kind: &'static str,
    /// Stable name of the verdict.
    pub verdict: Option<&'static str>,
    /// When.
    pub at: Interval,
    /// The event.
    pub event: Option<EventId>,
    /// Gate, by name if known.
    pub gate: Option<Named<GateId>>,
    /// Direction asked for.
    pub direction: Option<Direction>,
    /// Ticket.
    pub ticket: Option<TicketKey>,
    /// People moved; signed, positive into the zone.
    pub bodies: i64,
    /// Reason of an override, count or undo.
    pub reason: Option<String>,
    /// Who stood at the door.
    pub operator: Option<String>,
    /// What an undo voids.
    pub target: Option<EntryId>,
    /// Another entry voids it.
    pub voided: bool,
    /// Above the cut of a revoked scanner: does not count.
    pub quarantined: bool,
    /// The server has acknowledged it.
    pub acknowledged: bool,
}
