//! Scanners in SQLite.

mod branches;
mod certify;
mod cuts;
mod enrol;
mod history;
mod lacking;
mod presence;
mod recognise;
mod scanners;
mod search;
mod wanted;

use std::collections::BTreeMap;

use async_trait::async_trait;
use rusqlite::Transaction;
use shared::api::{Acked, FeedPosition, HeartbeatRequest, SearchHit};
use shared::feed::Head;
use shared::ids::{EntryId, EventId, FeedId, OrganizationId, ScannerId, TicketKey};
use shared::trust::Certificate;

use super::error::StoreError;
use super::people::{organization_row, read_organization};
use super::{Column, SqliteStore, keys, truth};
use crate::device::{Authority, Device, NewCut, NewScanner, Scanner, ScannerChange};
use crate::ingest::{CheckedBatch, Ingested, Tops};
use crate::people::{Actor, Viewer};
use crate::store::device::{
    ChangeScanner, DeviceSession, DeviceStore, Enrol, Exchange, Heard, Recognise, TicketHistory,
};

pub(super) use certify::{Recertified, certify, recertify};
pub(super) use presence::newest as newest_manifest;
pub(super) use recognise::adopt;
pub(super) use scanners::{is_seen as scanner_is_seen, mark_events, of_door as scanners_of_door, set_events};

/// Keys and trust of an organization.
pub(super) fn authority(tx: &Transaction<'_>, organization: OrganizationId) -> Result<Option<Authority>, StoreError> {
    let Some(whose) = read_organization(tx, organization)? else { return Ok(None) };
    let Some(keyset) = keys::newest_keyset(tx, organization)? else { return Ok(None) };
    let store = tx.prepare_cached("SELECT store_id FROM store")?.query_row([], |row| Ok(row.id("store_id")))??;
    Ok(Authority::new(whose, store, keys::list(tx, organization)?, &keyset))
}

/// The row of an organization that must be there.
pub(super) fn own_row(tx: &Transaction<'_>, organization: OrganizationId) -> Result<i64, StoreError> {
    organization_row(tx, organization)?.ok_or(StoreError::Impossible("organization"))
}

#[async_trait]
impl DeviceStore for SqliteStore {
    async fn authority(&self, organization: OrganizationId) -> Result<Option<Authority>, StoreError> {
        self.read(move |tx| authority(tx, organization)).await
    }

    async fn register_scanner(&self, actor: Actor, scanner: NewScanner) -> Result<ChangeScanner, StoreError> {
        self.write(move |tx| scanners::register(tx, &actor, &scanner)).await
    }

    async fn scanners(&self, viewer: Viewer) -> Result<Vec<Scanner>, StoreError> {
        self.read(move |tx| scanners::list(tx, viewer, None)).await
    }

    async fn scanner(&self, viewer: Viewer, id: ScannerId) -> Result<Option<Scanner>, StoreError> {
        self.read(move |tx| Ok(scanners::list(tx, viewer, Some(id))?.pop())).await
    }

    async fn invite_again(
        &self,
        actor: Actor,
        id: ScannerId,
        token: [u8; 32],
        expires: i64,
    ) -> Result<ChangeScanner, StoreError> {
        self.write(move |tx| scanners::invite_again(tx, &actor, id, &token, expires)).await
    }

    async fn keep_apart(&self, actor: Actor, id: ScannerId, entries: u64) -> Result<ChangeScanner, StoreError> {
        self.write_large(move |tx| cuts::keep_apart(tx, &actor, id, entries)).await
    }

    async fn change_scanner(
        &self,
        actor: Actor,
        id: ScannerId,
        change: ScannerChange,
    ) -> Result<ChangeScanner, StoreError> {
        self.write_large(move |tx| scanners::change(tx, &actor, id, &change)).await
    }

    async fn revoke_scanner(&self, actor: Actor, id: ScannerId) -> Result<ChangeScanner, StoreError> {
        self.write_large(move |tx| cuts::revoke(tx, &actor, id)).await
    }

    async fn move_cut(&self, actor: Actor, id: ScannerId, cuts: Vec<NewCut>) -> Result<ChangeScanner, StoreError> {
        self.write_large(move |tx| cuts::move_cuts(tx, &actor, id, &cuts)).await
    }

    async fn enrol(&self, token: [u8; 32], public: [u8; 32], device: String, now: i64) -> Result<Enrol, StoreError> {
        self.write(move |tx| enrol::enrol(tx, &token, &public, &device, now)).await
    }

    async fn recognise(&self, certificate: Certificate, signed: Vec<u8>, now: i64) -> Result<Recognise, StoreError> {
        let shown = certificate.clone();
        // Nearly always there is nothing to write: a job less for the writer when all come back at once.
        if let Some(recognised) = self.read(move |tx| recognise::recognised(tx, &shown, now)).await? {
            return Ok(recognised);
        }
        self.write_large(move |tx| recognise::recognise(tx, &certificate, &signed, now)).await
    }

    async fn issued_certificate(&self, scanner: ScannerId, signed: Vec<u8>) -> Result<bool, StoreError> {
        self.read(move |tx| certify::is_issued(tx, scanner, &signed)).await
    }

    async fn open_device_session(
        &self,
        device: Device,
        token: [u8; 32],
        expires: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(move |tx| recognise::open_session(tx, &device, &token, expires, now)).await
    }

    async fn device_session(&self, token: [u8; 32], now: i64) -> Result<DeviceSession, StoreError> {
        self.read(move |tx| recognise::session(tx, &token, now)).await
    }

    async fn hear(
        &self,
        device: Device,
        heads: Vec<Head>,
        heartbeat: HeartbeatRequest,
        now: i64,
    ) -> Result<Heard, StoreError> {
        self.write(move |tx| presence::hear(tx, &device, &heads, &heartbeat, now)).await
    }

    async fn scanners_heard_since(&self, since: i64) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) AS online FROM presence p JOIN scanners s ON s.id = p.scanner \
                   WHERE p.seen >= ?1 AND s.revoked IS NULL";
        self.read(move |tx| tx.prepare_cached(sql)?.query_row([since], |row| Ok(row.number("online")))?).await
    }

    async fn scanner_keys(
        &self,
        organization: OrganizationId,
        scanners: Vec<ScannerId>,
    ) -> Result<BTreeMap<ScannerId, [u8; 32]>, StoreError> {
        self.read(move |tx| scanners::keys(tx, organization, &scanners)).await
    }

    async fn ingest(
        &self,
        organization: OrganizationId,
        batches: Vec<CheckedBatch>,
        shown: Vec<(FeedId, u64, Option<EntryId>)>,
        now: i64,
    ) -> Result<Ingested, StoreError> {
        self.write(move |tx| truth::ingest(tx, own_row(tx, organization)?, &batches, &shown, now)).await
    }

    async fn acked(&self, organization: OrganizationId, tops: Tops) -> Result<Vec<Acked>, StoreError> {
        self.read(move |tx| truth::acked_all(tx, own_row(tx, organization)?, &tops)).await
    }

    async fn settle(&self, device: Device, lacking: Vec<FeedId>, now: i64) -> Result<Option<EventId>, StoreError> {
        let asker = device.clone();
        // Seldom anything to do: the writer is not bothered each time.
        if !self.read(move |tx| presence::can_settle(tx, &asker, &lacking)).await? {
            return Ok(None);
        }
        self.write(move |tx| presence::settle(tx, &device, now)).await
    }

    async fn lacking(
        &self,
        organization: OrganizationId,
        event: EventId,
        have: Vec<FeedPosition>,
        accept: u32,
    ) -> Result<Exchange, StoreError> {
        self.read(move |tx| lacking::lacking(tx, own_row(tx, organization)?, event, &have, accept)).await
    }

    async fn ticket_history(
        &self,
        organization: OrganizationId,
        event: EventId,
        ticket: TicketKey,
    ) -> Result<TicketHistory, StoreError> {
        self.read(move |tx| history::ticket_history(tx, own_row(tx, organization)?, event, ticket)).await
    }

    async fn search_tickets(
        &self,
        organization: OrganizationId,
        event: EventId,
        query: String,
        limit: u32,
    ) -> Result<Vec<SearchHit>, StoreError> {
        self.read(move |tx| search::search(tx, own_row(tx, organization)?, event, &query, limit)).await
    }
}
