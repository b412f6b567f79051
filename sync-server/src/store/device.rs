//! Use cases around scanners: registering, enrolling, authenticating, hearing from them, exchanging entries.

use std::collections::BTreeMap;

use async_trait::async_trait;
use shared::api::{Acked, FeedPosition, FeedWanted, HeartbeatRequest, SearchHit};
use shared::feed::{Batch, Head};
use shared::ids::{EntryId, EventId, FeedId, OrganizationId, ScannerId, TicketKey};
use shared::time::Interval;
use shared::trust::Certificate;

use super::StoreError;
use crate::device::{Authority, Device, NewCut, NewScanner, Scanner, ScannerChange};
use crate::ingest::{CheckedBatch, Ingested, Tops};
use crate::people::{Actor, Viewer};

/// What became of registering or changing a scanner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeScanner {
    /// Done; how it is now.
    Done(Box<Scanner>),
    /// No such scanner in the organization.
    NotFound,
    /// No such event in the organization.
    NoSuchEvent(EventId),
    /// It was revoked: nothing but its cut can be changed.
    Revoked,
    /// It has enrolled: there is nothing to invite it to.
    Enrolled,
    /// A cut can only be moved for a revoked scanner.
    NotRevoked,
    /// No such feed of this scanner.
    NoSuchFeed(FeedId),
    /// Nothing is held at the place of the cut, or several entries are and none was named.
    NoSuchEntry {
        /// The feed.
        feed: FeedId,
        /// The place.
        seq: u64,
    },
}

impl ChangeScanner {
    /// Why it was not done, for people.
    pub fn reason(&self) -> String {
        match self {
            Self::Done(_) => "it is done".into(),
            Self::NotFound => "there is no such scanner".into(),
            Self::NoSuchEvent(event) => format!("there is no event {event}"),
            Self::Revoked => "it is revoked already: nothing but its cut can be changed".into(),
            Self::Enrolled => "it has enrolled already".into(),
            Self::NotRevoked => "it is not revoked".into(),
            Self::NoSuchFeed(feed) => format!("it has no log {feed}"),
            Self::NoSuchEntry { feed, seq } => format!("its log {feed} has no single entry {seq}"),
        }
    }
}

/// What became of enrolling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enrol {
    /// It is a scanner now (or was already, with the same key).
    Enrolled {
        /// Whose.
        organization: OrganizationId,
        /// Its certificate.
        certificate: Vec<u8>,
    },
    /// No such invitation.
    Unknown,
    /// Used by another key.
    Used,
    /// Too late.
    Expired,
    /// The scanner was revoked before it enrolled.
    Revoked,
}

/// What became of showing a certificate.
#[derive(Debug, Clone)]
pub enum Recognise {
    /// A scanner of the organization.
    Known(Box<Device>),
    /// Not trusted any more.
    Revoked,
    /// Known with another key, or not known and the certificate has expired.
    Refused(&'static str),
}

/// What a token stands for.
#[derive(Debug, Clone)]
pub enum DeviceSession {
    /// A scanner.
    Open(Box<Device>),
    /// A scanner that was revoked.
    Revoked,
    /// Nothing.
    None,
}

/// What a heartbeat changed.
#[derive(Debug, Clone, Default)]
pub struct Heard {
    /// Newest manifests of the scanner's events: version and digest.
    pub manifests: Vec<shared::api::HeldManifest>,
    /// Events whose dashboards show this scanner.
    pub touched: Vec<EventId>,
    /// Two different manifests with one number were shown: of this event.
    pub equivocation: Option<EventId>,
}

/// What the other side lacks, and what is lacking here.
#[derive(Debug, Clone, Default)]
pub struct Exchange {
    /// For the asker.
    pub batches: Vec<Batch>,
    /// There are more.
    pub more: bool,
    /// Wanted from the asker.
    pub wanted: Vec<FeedWanted>,
    /// The manifest is missing or older than one that was shown.
    pub refill: bool,
}

/// What is known of a ticket, for an online confirmation: exact bytes and times, in order.
pub type TicketHistory = Vec<(Vec<u8>, Interval)>;

/// Scanners.
#[async_trait]
pub trait DeviceStore {
    /// Keys and trust of an organization; `None` if there is no such organization or it has no keyset.
    async fn authority(&self, organization: OrganizationId) -> Result<Option<Authority>, StoreError>;

    /// Registers a scanner with an invitation.
    async fn register_scanner(&self, actor: Actor, scanner: NewScanner) -> Result<ChangeScanner, StoreError>;

    /// Gives a scanner that has not enrolled another invitation (SHA-256 of its token); earlier ones end.
    async fn invite_again(
        &self,
        actor: Actor,
        id: ScannerId,
        token: [u8; 32],
        expires: i64,
    ) -> Result<ChangeScanner, StoreError>;

    /// Notes that somebody looked at what is kept apart of a scanner, so many entries, and left it so.
    async fn keep_apart(&self, actor: Actor, id: ScannerId, entries: u64) -> Result<ChangeScanner, StoreError>;

    /// All scanners of the viewer's organization, by name; a promoter sees those of its events.
    async fn scanners(&self, viewer: Viewer) -> Result<Vec<Scanner>, StoreError>;

    /// One scanner, if the viewer may see it.
    async fn scanner(&self, viewer: Viewer, id: ScannerId) -> Result<Option<Scanner>, StoreError>;

    /// Changes a scanner; an enrolled one gets a new certificate.
    async fn change_scanner(
        &self,
        actor: Actor,
        id: ScannerId,
        change: ScannerChange,
    ) -> Result<ChangeScanner, StoreError>;

    /// Revokes a scanner, with its cut at the highest heads witnessed; again changes nothing.
    async fn revoke_scanner(&self, actor: Actor, id: ScannerId) -> Result<ChangeScanner, StoreError>;

    /// Moves the cut of a revoked scanner.
    async fn move_cut(&self, actor: Actor, id: ScannerId, cuts: Vec<NewCut>) -> Result<ChangeScanner, StoreError>;

    /// Trades an invitation (SHA-256 of its token) for a certificate.
    async fn enrol(&self, token: [u8; 32], public: [u8; 32], device: String, now: i64) -> Result<Enrol, StoreError>;

    /// Looks a scanner up by its verified certificate; makes it known if it is not, and takes a newer certificate over.
    /// A certificate that ends soon is renewed.
    async fn recognise(&self, certificate: Certificate, signed: Vec<u8>, now: i64) -> Result<Recognise, StoreError>;

    /// Whether a certificate, byte for byte, was issued by this database to this scanner and may still be on its device.
    async fn issued_certificate(&self, scanner: ScannerId, signed: Vec<u8>) -> Result<bool, StoreError>;

    /// Keeps a token (its SHA-256) of a scanner, with the serial of the certificate it has now.
    async fn open_device_session(
        &self,
        device: Device,
        token: [u8; 32],
        expires: i64,
        now: i64,
    ) -> Result<(), StoreError>;

    /// What a token stands for now.
    async fn device_session(&self, token: [u8; 32], now: i64) -> Result<DeviceSession, StoreError>;

    /// Notes a heartbeat with its verified heads.
    async fn hear(
        &self,
        device: Device,
        heads: Vec<Head>,
        heartbeat: HeartbeatRequest,
        now: i64,
    ) -> Result<Heard, StoreError>;

    /// How many scanners that are not revoked were heard of since (ms), in all organizations.
    async fn scanners_heard_since(&self, since: i64) -> Result<u64, StoreError>;

    /// Public keys of scanners of the organization, revoked ones as well.
    async fn scanner_keys(
        &self,
        organization: OrganizationId,
        scanners: Vec<ScannerId>,
    ) -> Result<BTreeMap<ScannerId, [u8; 32]>, StoreError>;

    /// Stores authentic entries and everything that follows from them, in one transaction.
    async fn ingest(
        &self,
        organization: OrganizationId,
        batches: Vec<CheckedBatch>,
        shown: Vec<(FeedId, u64, Option<EntryId>)>,
        now: i64,
    ) -> Result<Ingested, StoreError>;

    /// How far each of these feeds is kept, as far as it is durable. In a forked feed it is a walk down a branch, so the writer
    /// is not kept by it.
    async fn acked(&self, organization: OrganizationId, tops: Tops) -> Result<Vec<Acked>, StoreError>;

    /// Everything a scanner reported as not sent until `now` has arrived, unless one of the feeds that are `lacking`
    /// something is its own, or nobody's yet. Returns the event whose dashboards show that.
    async fn settle(&self, device: Device, lacking: Vec<FeedId>, now: i64) -> Result<Option<EventId>, StoreError>;

    /// What a scanner of an event lacks, at most `accept` entries, and what is wanted from it.
    async fn lacking(
        &self,
        organization: OrganizationId,
        event: EventId,
        have: Vec<FeedPosition>,
        accept: u32,
    ) -> Result<Exchange, StoreError>;

    /// The trusted entries of a ticket and the undos that concern them, in order of time.
    async fn ticket_history(
        &self,
        organization: OrganizationId,
        event: EventId,
        ticket: TicketKey,
    ) -> Result<TicketHistory, StoreError>;

    /// Tickets of an event by part of a name, e-mail address or reference.
    async fn search_tickets(
        &self,
        organization: OrganizationId,
        event: EventId,
        query: String,
        limit: u32,
    ) -> Result<Vec<SearchHit>, StoreError>;
}
