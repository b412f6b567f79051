//! Made-up scanners: enrolled like real ones, their entries sent like real ones.

use std::collections::BTreeMap;

use minicbor::bytes::ByteVec;
use shared::clock::{Reading, random};
use shared::cose::SigningKey;
use shared::entry::{RawEntry, entry_id, kind};
use shared::feed::{Batch, Head, MAX_BATCH_ENTRIES, Tip, feed_id};
use shared::ids::{BootId, EntryId, Epoch, EventId, GateId, Nonce, ScannerId};
use shared::policy::Policy;
use shared::time::TimeToken;
use shared::trust::ScannerRole;

use crate::commands::{CommandError, Context};
use crate::device::{Authority, NewScanner, token_hash};
use crate::ingest::authenticate;
use crate::keys::KeyUse;
use crate::people::Organization;
use crate::store::device::{ChangeScanner, Enrol};
use crate::store::{DeviceStore, SqliteStore};

/// A made-up scanner with its feed.
pub(super) struct Member {
    pub(super) id: ScannerId,
    pub(super) gate: GateId,
    pub(super) key: SigningKey,
    pub(super) epoch: Epoch,
    pub(super) boot: BootId,
    /// Wall clock minus true time (ms).
    pub(super) wrong_by: i64,
    /// True time of its boot (ms).
    pub(super) booted: i64,
    pub(super) entries: Vec<Vec<u8>>,
    tip: Option<Tip>,
    server: SigningKey,
    store: shared::ids::StoreId,
}

/// What sending did.
pub(super) struct Sent {
    pub(super) entries: u64,
    pub(super) conflicts: u64,
}

/// Time a scanner is up before the evening begins (ms).
const UP_BEFORE_MS: i64 = 2 * 60 * 60 * 1000;

/// Registers and enrols scanners, spread over the gates.
pub(super) async fn enrol(
    context: &Context,
    store: &SqliteStore,
    organization: &Organization,
    event: EventId,
    policy: &Policy,
    count: u32,
) -> Result<Vec<Member>, CommandError> {
    let authority = authority(store, organization).await?;
    let now = context.now_ms();
    let server =
        authority.signer(KeyUse::Server, now).ok_or_else(|| CommandError::refused("no server key signs now"))?;
    let mut crew = vec![];
    for (number, gate) in (0..count).zip(policy.gates.iter().cycle()) {
        let token: [u8; 16] = random(&*context.entropy);
        let new = NewScanner {
            id: ScannerId(random(&*context.entropy)),
            name: format!("{} {}", gate.name, number / 4 + 1),
            gate: Some(gate.id),
            role: if number == 0 { ScannerRole::Supervisor } else { ScannerRole::Scan },
            events: vec![event],
            token: token_hash(&token),
            expires: now + 1,
        };
        let id = new.id;
        let registered = store.register_scanner(context.actor(organization.id), new).await?;
        if !matches!(registered, ChangeScanner::Done(_)) {
            return Err(CommandError::internal(format!("a scanner was not registered: {registered:?}")));
        }
        let key = SigningKey::from_bytes(&random(&*context.entropy));
        let public = key.verifying_key().to_bytes();
        let outcome = store.enrol(token_hash(&token), public, "made up".into(), now).await?;
        if !matches!(outcome, Enrol::Enrolled { .. }) {
            return Err(CommandError::internal(format!("a scanner was not enrolled: {outcome:?}")));
        }
        let epoch = Epoch(random(&*context.entropy));
        crew.push(Member {
            id,
            gate: gate.id,
            epoch,
            boot: BootId(random(&*context.entropy)),
            // Every third clock is wrong, the more the later it comes.
            wrong_by: if number % 3 == 2 { i64::from(number) * 61_000 } else { 0 },
            booted: policy.starts - UP_BEFORE_MS,
            entries: vec![],
            tip: Some(Tip::new(feed_id(&public, epoch), None)),
            key,
            server: server.clone(),
            store: authority.store,
        });
    }
    Ok(crew)
}

async fn authority(store: &SqliteStore, organization: &Organization) -> Result<Authority, CommandError> {
    let found = store.authority(organization.id).await?;
    found.ok_or_else(|| CommandError::refused("the organization has no keyset"))
}

impl Member {
    /// An entry of the true time `at` (ms), to be filled in; the feed must exist.
    pub(super) fn blank(&self, kind: u32, at: i64) -> Option<RawEntry> {
        let mono_ms = u64::try_from(at - self.booted).unwrap_or(0);
        let reading = Reading { wall_ms: at + self.wrong_by, mono_ms, boot: self.boot };
        Some(RawEntry::new(self.tip.as_ref()?.next(), kind, reading))
    }

    pub(super) fn write(&mut self, raw: &RawEntry) -> EntryId {
        let bytes = raw.to_bytes();
        self.tip = self.tip.take().map(|tip| tip.advance(&bytes));
        let id = entry_id(&bytes);
        self.entries.push(bytes);
        id
    }

    /// Boot, and a sample of server time a moment later.
    pub(super) fn start(&mut self, at: i64) {
        if let Some(mut raw) = self.blank(kind::BOOT, at) {
            raw.scanner = Some(self.id);
            raw.public = Some(self.key.verifying_key().to_bytes());
            raw.epoch = Some(self.epoch);
            raw.software = Some("made up".into());
            self.write(&raw);
        }
        if let Some(mut raw) = self.blank(kind::TIME, at + 80) {
            let token = TimeToken { nonce: Nonce(self.epoch.0), server_ms: at + 40, store: self.store };
            raw.time_token = Some(token.sign(&self.server));
            (raw.mono_request, raw.mono_response) = (Some(raw.mono.saturating_sub(80)), Some(raw.mono));
            self.write(&raw);
        }
    }

    fn batches(&self) -> Vec<Batch> {
        let feed = feed_id(self.key.verifying_key().as_bytes(), self.epoch);
        let mut first = 1;
        let mut batches = vec![];
        for part in self.entries.chunks(MAX_BATCH_ENTRIES) {
            let seq = first + u64::try_from(part.len()).unwrap_or(0) - 1;
            let id = part.last().map(|bytes| entry_id(bytes)).unwrap_or_default();
            let head = Head { scanner: self.id, epoch: self.epoch, feed, seq, id }.sign(&self.key);
            let entries = part.iter().map(|bytes| ByteVec::from(bytes.clone())).collect();
            batches.push(Batch { first, entries, head });
            first = seq + 1;
        }
        batches
    }
}

/// Sends what the crew wrote through the same checks as real scanners' batches.
pub(super) async fn send(
    context: &Context,
    store: &SqliteStore,
    organization: &Organization,
    crew: &[Member],
) -> Result<Sent, CommandError> {
    let authority = authority(store, organization).await?;
    let signers: BTreeMap<_, _> = crew.iter().map(|member| (member.id, member.key.verifying_key())).collect();
    let total = crew.iter().map(|member| member.entries.len()).sum::<usize>();
    let bar = super::super::tickets::bar("sending", u64::try_from(total).unwrap_or(u64::MAX));
    let mut sent = Sent { entries: 0, conflicts: 0 };
    for batch in crew.iter().flat_map(Member::batches) {
        let checked = authenticate(&[batch], &signers, &authority.trust);
        if let Some(problem) = checked.problems.first() {
            return Err(CommandError::internal(problem.detail.clone()));
        }
        let done = store.ingest(organization.id, checked.batches, vec![], context.now_ms()).await?;
        sent.entries += done.stored;
        sent.conflicts += done.conflicts;
        bar.set_position(sent.entries);
    }
    bar.finish_and_clear();
    Ok(sent)
}
