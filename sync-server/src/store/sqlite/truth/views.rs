//! The truth as handlers ask for it.

use async_trait::async_trait;
use shared::ids::{EntryId, EventId, OrganizationId, ScannerId, StateDigest};

use super::{evening, listing, picture, verify};
use crate::people::{Actor, Viewer};
use crate::store::StoreError;
use crate::store::sqlite::{SqliteStore, audit};
use crate::store::truth::{
    Acknowledge, Apart, AuditSum, ConflictQuery, ConflictRow, DoorPicture, EntryQuery, EntryRow, Evening, MinuteRow,
    ScannerTally, TruthStore, Verified,
};

#[async_trait]
impl TruthStore for SqliteStore {
    async fn picture(&self, viewer: Viewer, event: EventId, now: i64) -> Result<Option<DoorPicture>, StoreError> {
        self.read(move |tx| picture::picture(tx, viewer, event, now)).await
    }

    async fn evening(&self, viewer: Viewer, event: EventId, now: i64) -> Result<Option<Evening>, StoreError> {
        self.read(move |tx| evening::evening(tx, viewer, event, now)).await
    }

    async fn revision(&self, viewer: Viewer, event: EventId) -> Result<Option<i64>, StoreError> {
        self.read(move |tx| Ok(picture::seen(tx, viewer, event)?.map(|seen| seen.revision))).await
    }

    async fn timeline(
        &self,
        viewer: Viewer,
        event: EventId,
        from: i64,
        to: i64,
    ) -> Result<Option<Vec<MinuteRow>>, StoreError> {
        self.read(move |tx| picture::timeline(tx, viewer, event, from, to)).await
    }

    async fn scanner_tallies(&self, viewer: Viewer, event: EventId) -> Result<Option<Vec<ScannerTally>>, StoreError> {
        self.read(move |tx| picture::scanner_tallies(tx, viewer, event)).await
    }

    async fn conflicts(
        &self,
        viewer: Viewer,
        event: EventId,
        query: ConflictQuery,
    ) -> Result<Option<Vec<ConflictRow>>, StoreError> {
        self.read(move |tx| listing::conflicts(tx, viewer, event, query)).await
    }

    async fn conflicts_since(
        &self,
        viewer: Viewer,
        event: EventId,
        revision: i64,
        limit: u32,
    ) -> Result<Option<Vec<ConflictRow>>, StoreError> {
        self.read(move |tx| listing::conflicts_since(tx, viewer, event, revision, limit)).await
    }

    async fn acknowledge(
        &self,
        actor: Actor,
        viewer: Viewer,
        event: EventId,
        entry: EntryId,
        note: String,
    ) -> Result<Acknowledge, StoreError> {
        self.write(move |tx| listing::acknowledge(tx, &actor, viewer, event, entry, &note)).await
    }

    async fn entries(
        &self,
        viewer: Viewer,
        event: EventId,
        query: EntryQuery,
    ) -> Result<Option<Vec<EntryRow>>, StoreError> {
        self.read(move |tx| listing::entries(tx, viewer, event, &query)).await
    }

    async fn audit_sums(&self, viewer: Viewer, event: EventId) -> Result<Option<Vec<AuditSum>>, StoreError> {
        self.read(move |tx| {
            if picture::seen(tx, viewer, event)?.is_none() {
                return Ok(None);
            }
            audit::sums(tx, viewer.organization, event).map(Some)
        })
        .await
    }

    async fn apart(&self, viewer: Viewer, scanner: ScannerId, limit: u32) -> Result<Option<Apart>, StoreError> {
        self.read(move |tx| listing::apart(tx, viewer, scanner, limit)).await
    }

    async fn state_digest(&self, viewer: Viewer, event: EventId) -> Result<Option<StateDigest>, StoreError> {
        self.read(move |tx| {
            let Some(seen) = picture::seen(tx, viewer, event)? else { return Ok(None) };
            verify::kept_digest(tx, seen.door, event).map(Some)
        })
        .await
    }

    async fn verify(&self, organization: OrganizationId) -> Result<Verified, StoreError> {
        self.read(move |tx| verify::verify(tx, organization)).await
    }
}
