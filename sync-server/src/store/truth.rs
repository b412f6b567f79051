//! Use cases around what happened at the doors. All of it is read from projections; only a rebuild computes it anew.

use std::collections::BTreeMap;

use async_trait::async_trait;
use shared::entry::Entry;
use shared::ids::{EntryId, EventId, FeedId, GateId, OrganizationId, ProductId, ScannerId, StateDigest, TicketKey};
use shared::merge::{Label, Standing, Story};
use shared::occupancy::{Flow, Reports, Sums};
use shared::policy::Policy;
use shared::time::Interval;

use super::StoreError;
use super::office::CountRow;
use crate::device::Scanner;
use crate::live::alarm::{Alarm, Thresholds};
use crate::people::{Actor, Viewer};

/// Everything dashboards show of an event at one moment.
#[derive(Debug, Clone)]
pub struct DoorPicture {
    /// Counts every change.
    pub revision: i64,
    /// The event's rules.
    pub policy: Policy,
    /// From which shares of its capacities on alarms are raised …
    pub thresholds: Thresholds,
    /// … and those that stand.
    pub alarms: Vec<Alarm>,
    /// Bodies by zone, gate and doubt; minutes are left out.
    pub sums: Sums,
    /// What scanners say, or do not say, about entries that have not arrived.
    pub reports: Reports,
    /// Entries by label.
    pub labels: BTreeMap<Label, u64>,
    /// Entries that are kept apart because their scanner was never certified for the event.
    pub strays: u64,
    /// Tickets with somebody inside.
    pub tickets_inside: u64,
    /// Tickets ever let in.
    pub tickets_used: u64,
    /// Tickets in the list.
    pub tickets_listed: u64,
    /// Conflicts, and those nobody has written a note about.
    pub conflicts: u64,
    /// Of those, without a note.
    pub conflicts_open: u64,
    /// The manifest in force.
    pub manifest: Option<ManifestFacts>,
    /// Scanners of the event.
    pub scanners: Vec<Scanner>,
}

/// The manifest in force, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct ManifestFacts {
    /// Version.
    pub version: u64,
    /// Published (ms).
    pub created: i64,
    /// Expires (ms).
    pub expires: i64,
    /// A version of which a scanner showed another manifest than ours: somebody else signs with our keys.
    pub equivocation: Option<u64>,
}

/// Bodies through one gate in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinuteRow {
    /// Whole minutes since 1970 UTC.
    pub minute: i64,
    /// Gate.
    pub gate: GateId,
    /// In and out.
    pub flow: Flow,
}

/// What changes slowly in an event's picture.
#[derive(Debug, Clone)]
pub struct Evening {
    /// The event's revision it shows.
    pub revision: i64,
    /// The event's rules.
    pub policy: Policy,
    /// Bodies by minute and gate, in rising order.
    pub minutes: Vec<MinuteRow>,
    /// Tickets by product.
    pub arrivals: Vec<Arrivals>,
    /// What each scanner did lately …
    pub paces: Vec<Pace>,
    /// … within so many ms.
    pub window_ms: i64,
    /// Counted by hand lately, the last to arrive first.
    pub counts: Vec<CountRow>,
}

/// Tickets of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrivals {
    /// Which.
    pub product: ProductId,
    /// May come, or came.
    pub expected: u64,
    /// Came.
    pub arrived: u64,
}

/// What one scanner did lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Which.
    pub scanner: ScannerId,
    /// Scans that let somebody pass.
    pub passed: u64,
    /// Scans that did not.
    pub refused: u64,
}

/// Administrative acts of one kind around an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSum {
    /// What, as `ticket.block`.
    pub action: String,
    /// How often.
    pub count: u64,
    /// When last (ms).
    pub last: i64,
}

/// Entries of one scanner.
#[derive(Debug, Clone)]
pub struct ScannerTally {
    /// Which scanner.
    pub scanner: Scanner,
    /// Entries by gate (`None`: they name none) and label.
    pub tallies: Vec<(Option<GateId>, Label, u64)>,
}

/// A conflict with what people wrote about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRow {
    /// The duplicate's entry.
    pub entry: EntryId,
    /// What happened.
    pub story: Story,
    /// The event's revision in which it appeared or changed …
    pub revision: i64,
    /// … or was noted, whatever came last.
    pub told: i64,
    /// Its scanners: of the first admission, if there is one, and of the second.
    pub scanners: (Option<String>, String),
    /// Note, who wrote it, and when (ms).
    pub note: Option<(String, String, i64)>,
}

/// Which conflicts to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ConflictQuery {
    /// Only those nobody has written a note about.
    pub open: bool,
    /// Only of this ticket.
    pub ticket: Option<TicketKey>,
    /// Behind so many.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// An entry for people.
#[derive(Debug, Clone)]
pub struct EntryRow {
    /// Order of arrival.
    pub number: i64,
    /// The entry as written.
    pub entry: Entry,
    /// Its scanner.
    pub scanner: ScannerId,
    /// What people call it.
    pub scanner_name: String,
    /// When it happened.
    pub time: Interval,
    /// Whether it counts.
    pub standing: Standing,
    /// Its scanner was never certified for the event.
    pub stray: bool,
    /// What it is.
    pub label: Label,
    /// When it arrived (ms).
    pub received: i64,
}

/// Entries of one scanner that do not count: kept apart.
#[derive(Debug, Clone, Default)]
pub struct Apart {
    /// The first of them in the order of its feeds, each with the event it names.
    pub entries: Vec<(EventId, EntryRow)>,
    /// How many there are.
    pub count: u64,
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct EntryQuery {
    /// Arrived after this one.
    pub after: i64,
    /// Only of this ticket.
    pub ticket: Option<TicketKey>,
    /// Only of this scanner.
    pub scanner: Option<ScannerId>,
    /// Only with this label.
    pub label: Option<Label>,
    /// At most so many.
    pub limit: u32,
}

/// What became of writing a note about a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledge {
    /// Done.
    Done,
    /// No such conflict of such an event.
    NotFound,
}

/// Where the kept state and one computed from nothing differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which event; `None` for entries that name none.
    pub event: Option<EventId>,
    /// What differs, for a person.
    pub what: String,
}

/// The outcome of a rebuild.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Entries read.
    pub entries: u64,
    /// Events and their digests.
    pub digests: Vec<(EventId, StateDigest)>,
    /// Feeds that are held with gaps.
    pub gaps: Vec<FeedId>,
    /// What differs; empty if all is well.
    pub differences: Vec<Difference>,
}

/// What happened at the doors. `None` where the viewer may not see the event.
#[async_trait]
pub trait TruthStore {
    /// The picture of an event.
    async fn picture(&self, viewer: Viewer, event: EventId, now: i64) -> Result<Option<DoorPicture>, StoreError>;

    /// What changes slowly in it.
    async fn evening(&self, viewer: Viewer, event: EventId, now: i64) -> Result<Option<Evening>, StoreError>;

    /// The event's revision.
    async fn revision(&self, viewer: Viewer, event: EventId) -> Result<Option<i64>, StoreError>;

    /// Bodies by minute and gate, between two minutes (both included).
    async fn timeline(
        &self,
        viewer: Viewer,
        event: EventId,
        from: i64,
        to: i64,
    ) -> Result<Option<Vec<MinuteRow>>, StoreError>;

    /// Entries by scanner.
    async fn scanner_tallies(&self, viewer: Viewer, event: EventId) -> Result<Option<Vec<ScannerTally>>, StoreError>;

    /// Conflicts, in order of revision.
    async fn conflicts(
        &self,
        viewer: Viewer,
        event: EventId,
        query: ConflictQuery,
    ) -> Result<Option<Vec<ConflictRow>>, StoreError>;

    /// Conflicts that appeared, changed or were noted after a revision, in that order.
    async fn conflicts_since(
        &self,
        viewer: Viewer,
        event: EventId,
        revision: i64,
        limit: u32,
    ) -> Result<Option<Vec<ConflictRow>>, StoreError>;

    /// Writes a note about a conflict, in place of an earlier one.
    async fn acknowledge(
        &self,
        actor: Actor,
        viewer: Viewer,
        event: EventId,
        entry: EntryId,
        note: String,
    ) -> Result<Acknowledge, StoreError>;

    /// Entries of an event, in order of arrival.
    async fn entries(
        &self,
        viewer: Viewer,
        event: EventId,
        query: EntryQuery,
    ) -> Result<Option<Vec<EntryRow>>, StoreError>;

    /// Administrative acts on an event or that name it, summed up by kind.
    async fn audit_sums(&self, viewer: Viewer, event: EventId) -> Result<Option<Vec<AuditSum>>, StoreError>;

    /// Entries of a scanner that name an event and are kept apart, at most `limit`; `None` if the viewer may not see it.
    async fn apart(&self, viewer: Viewer, scanner: ScannerId, limit: u32) -> Result<Option<Apart>, StoreError>;

    /// The state digest of an event from what is kept.
    async fn state_digest(&self, viewer: Viewer, event: EventId) -> Result<Option<StateDigest>, StoreError>;

    /// Computes everything anew from the entries and compares.
    async fn verify(&self, organization: OrganizationId) -> Result<Verified, StoreError>;
}
