//! Manifests in SQLite.

mod adopt;
mod hand_out;
mod hold;
mod outlook;
mod publication;
mod refill;

use async_trait::async_trait;
use shared::api::{BucketPart, ManifestResponse};
use shared::ids::{EventId, OrganizationId};
use shared::manifest::Header;

use super::SqliteStore;
use super::device::own_row;
use super::error::StoreError;
use super::truth;
use crate::keys::Seed;
use crate::people::Actor;
use crate::publish::auto::Due;
use crate::publish::draft::Draft;
use crate::store::manifest::{AfterRestore, Begin, Finish, Hold, ManifestStore, Outlook, Publication, Refill};

pub(super) use hold::{excuse, report};

#[async_trait]
impl ManifestStore for SqliteStore {
    async fn due_publications(&self, now: i64) -> Result<Vec<Due>, StoreError> {
        self.read(move |tx| publication::due(tx, now)).await
    }

    async fn begin_publication(
        &self,
        organization: OrganizationId,
        event: EventId,
        after_restore: AfterRestore,
        office: Seed,
        now: i64,
    ) -> Result<Begin, StoreError> {
        self.write(move |tx| publication::begin(tx, organization, event, after_restore, &office, now)).await
    }

    async fn hold(&self, organization: OrganizationId, event: EventId, now: i64) -> Result<Option<Hold>, StoreError> {
        self.read(move |tx| {
            let door = truth::find_door(tx, own_row(tx, organization)?, event)?;
            door.map_or(Ok(None), |door| hold::hold(tx, door, now))
        })
        .await
    }

    async fn holds(&self, now: i64) -> Result<Vec<(EventId, Hold)>, StoreError> {
        self.read(move |tx| hold::holds(tx, now)).await
    }

    async fn outlook(&self, organization: OrganizationId, event: EventId) -> Result<Option<Outlook>, StoreError> {
        self.read(move |tx| outlook::outlook(tx, organization, event)).await
    }

    async fn draft_publication(
        &self,
        organization: OrganizationId,
        event: EventId,
        round: i64,
    ) -> Result<Draft, StoreError> {
        self.read(move |tx| publication::make_draft(tx, own_row(tx, organization)?, event, round)).await
    }

    async fn finish_publication(
        &self,
        actor: Actor,
        publication: Publication,
        noted: bool,
    ) -> Result<Finish, StoreError> {
        self.write_large(move |tx| publication::finish(tx, &actor, &publication, noted)).await
    }

    async fn manifest_for(
        &self,
        organization: OrganizationId,
        event: EventId,
        have: Option<u64>,
        buckets: Vec<u32>,
        keyset_version: u64,
    ) -> Result<Option<ManifestResponse>, StoreError> {
        self.read(move |tx| hand_out::manifest_for(tx, organization, event, have, &buckets, keyset_version)).await
    }

    async fn refill(
        &self,
        header: Header,
        signed: Vec<u8>,
        parts: Vec<BucketPart>,
        now: i64,
    ) -> Result<Refill, StoreError> {
        self.write_large(move |tx| refill::refill(tx, &header, &signed, &parts, now)).await
    }
}
