//! Use cases around manifests: publishing them, handing them out, taking them back.

use async_trait::async_trait;
use minicbor::bytes::ByteVec;
use shared::api::{BucketPart, ManifestResponse};
use shared::ids::{EventId, ManifestDigest, OrganizationId};
use shared::manifest::{Header, ManifestError, Revocation};
use shared::policy::Policy;

use super::StoreError;
use crate::keys::Seed;
use crate::people::Actor;
use crate::publish::auto::Due;
use crate::publish::draft::{Draft, Records};

/// How long (ms) after the first scanner was heard of the others are waited for, in a database that was restored: 5
/// minutes. Every scanner with a network has told by then many times.
pub const GRACE_MS: i64 = 5 * 60 * 1000;

/// Why an event is held back after its database was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Since when (ms).
    pub since: i64,
    /// A scanner holds a newer manifest and has not given it back yet.
    pub newer_shown: bool,
    /// Names of the scanners that have not told yet what they hold.
    pub waiting: Vec<String>,
    /// When it ends at the latest (ms), once a scanner was heard of.
    pub until: Option<i64>,
}

impl Hold {
    /// What holds it back, for people.
    pub fn cause(&self) -> String {
        let head = "publishing is held back because this database was restored: scanners may know of changes that it has \
                    forgotten, and a list without them would undo them";
        let waits = match (self.newer_shown, self.waiting.as_slice()) {
            (true, _) => "A scanner holds a newer list and gives it back at its next exchange".into(),
            (false, []) => "It ends now".into(),
            (false, names) => format!("Not heard of yet: {}", names.join(", ")),
        };
        let ends = if self.until.is_some() { "; the others are waited for at most 5 minutes" } else { "" };
        format!("{head}. {waits}{ends}")
    }
}

/// What an administrator is told who wants to publish all the same.
pub const FORCING: &str = "Forcing it loses, for good, what was changed after the backup and is not here: tickets \
                           canceled, blocked or reissued since are good again as they were, tickets and scanners \
                           added since are missing from the list, scanners revoked since are trusted again";

/// Whether a hold counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterRestore {
    /// It does: first scanners must be heard.
    Wait,
    /// An administrator takes the loss.
    Force,
}

/// What became of beginning a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// What changed is taken up.
    Ready(Box<Basis>),
    /// No such event in the organization.
    NotFound,
    /// It is archived.
    Archived,
    /// It is held back since the database was restored.
    Held(Box<Hold>),
}

/// What the next manifest starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Which publication this is.
    pub round: i64,
    /// Version in force; 0 for none.
    pub version: u64,
    /// The highest that may have been issued: shown by a scanner, or before the database was restored.
    pub witnessed: u64,
    /// The event's rules now.
    pub policy: Policy,
    /// Certificates of its scanners.
    pub certificates: Vec<ByteVec>,
    /// Its scanners that are no longer trusted.
    pub revocations: Vec<Revocation>,
}

/// A manifest in force, as far as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its version.
    pub version: u64,
    /// When it was made (ms).
    pub created: i64,
    /// Not to be adopted after (ms).
    pub expires: i64,
    /// Tickets in it.
    pub tickets: u64,
    /// The rules in it.
    pub policy: Policy,
}

/// What scanners have, and what the next manifest would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The manifest in force.
    pub in_force: Option<Issued>,
    /// Tickets changed since.
    pub edited: u64,
    /// Whether anything is to be published: rules, scanners or tickets.
    pub due: bool,
}

/// A manifest to be put into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The version in force when it was begun.
    pub replaces: u64,
    /// Which publication this is.
    pub round: i64,
    /// Digest of `signed`.
    pub digest: ManifestDigest,
    /// The header.
    pub header: Header,
    /// Its exact bytes.
    pub signed: Vec<u8>,
    /// Records that differ.
    pub changed: Records,
}

/// What became of putting a manifest into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// It is.
    InForce,
    /// Another one was faster: begin again.
    Outrun,
}

/// What became of giving a manifest back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refill {
    /// In force now, with everything that follows from it.
    Adopted,
    /// These buckets are still missing.
    Wanted(Vec<u32>),
    /// What is here is as new or newer, or a newer one is being given back.
    NotNewer,
    /// It is complete, and its signed header lies about it; what was staged is gone.
    Refused(ManifestError),
}

/// Manifests.
#[async_trait]
pub trait ManifestStore {
    /// Events with changes that are not published, and those whose manifest has passed half of its time.
    async fn due_publications(&self, now: i64) -> Result<Vec<Due>, StoreError>;

    /// Takes up everything that changed since the last manifest, unless the event is held back. `office` is the key of the
    /// event's office, should it have none yet.
    async fn begin_publication(
        &self,
        organization: OrganizationId,
        event: EventId,
        after_restore: AfterRestore,
        office: Seed,
        now: i64,
    ) -> Result<Begin, StoreError>;

    /// Why an event is held back, if it is.
    async fn hold(&self, organization: OrganizationId, event: EventId, now: i64) -> Result<Option<Hold>, StoreError>;

    /// What is in force, and what the next manifest would change; `None` for no such event in the organization.
    async fn outlook(&self, organization: OrganizationId, event: EventId) -> Result<Option<Outlook>, StoreError>;

    /// All events that are held back, of all organizations.
    async fn holds(&self, now: i64) -> Result<Vec<(EventId, Hold)>, StoreError>;

    /// Records and bucket hashes with what was taken up in this round and before.
    async fn draft_publication(
        &self,
        organization: OrganizationId,
        event: EventId,
        round: i64,
    ) -> Result<Draft, StoreError>;

    /// Puts a manifest into force, if the one it replaces still is, and no scanner has shown a number as high meanwhile.
    /// Ends a hold.
    async fn finish_publication(
        &self,
        actor: Actor,
        publication: Publication,
        noted: bool,
    ) -> Result<Finish, StoreError>;

    /// What a scanner that holds version `have` gets, or the buckets it asks for; `None` before the first manifest.
    async fn manifest_for(
        &self,
        organization: OrganizationId,
        event: EventId,
        have: Option<u64>,
        buckets: Vec<u32>,
        keyset_version: u64,
    ) -> Result<Option<ManifestResponse>, StoreError>;

    /// Takes parts of a verified manifest, each checked against its hash, and puts the whole into force once it is there:
    /// the event, its tickets, scanners and revocations become what it says.
    async fn refill(
        &self,
        header: Header,
        signed: Vec<u8>,
        parts: Vec<BucketPart>,
        now: i64,
    ) -> Result<Refill, StoreError>;
}
