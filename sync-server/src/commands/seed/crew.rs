//! Made-up scanners: enrolled like real ones, their entries sent like real ones.

use std::collections::BTreeMap;
use std::ops::Range;

use minicbor::bytes::ByteVec;
use shared::api::HeartbeatRequest;
use shared::clock::{Reading, random};
use shared::cose::SigningKey;
use shared::entry::{RawEntry, entry_id, kind};
use shared::feed::{Batch, Head, MAX_BATCH_ENTRIES, Tip, feed_id};
use shared::ids::{BootId, EntryId, Epoch, EventId, GateId, Nonce, ScannerId};
use shared::policy::Policy;
use shared::time::TimeToken;
use shared::trust::{Certificate, ScannerRole};

use crate::commands::{CommandError, Context};
use crate::device::{Authority, NewScanner, token_hash};
use crate::ingest::authenticate;
use crate::keys::KeyUse;
use crate::people::Organization;
use crate::store::device::{ChangeScanner, Enrol, Recognise};
use crate::store::{DeviceStore, SqliteStore};

use super::known::NEWS_MS;

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
    /// When it has no network (ms).
    pub(super) dark: Option<Range<i64>>,
    tip: Option<Tip>,
    certificate: Vec<u8>,
    authority: Authority,
}

/// What sending did.
pub(super) struct Sent {
    pub(super) entries: u64,
    pub(super) conflicts: u64,
}

/// Time a scanner is up before the evening begins (ms).
const UP_BEFORE_MS: i64 = 2 * 60 * 60 * 1000;

/// Time between asking for server time and its arrival (ms).
const ROUND_TRIP_MS: i64 = 80;

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
            return Err(CommandError::internal(format!("a scanner was not registered: {}", registered.reason())));
        }
        let key = SigningKey::from_bytes(&random(&*context.entropy));
        let public = key.verifying_key().to_bytes();
        let Enrol::Enrolled { certificate, .. } =
            store.enrol(token_hash(&token), public, "made up".into(), now).await?
        else {
            return Err(CommandError::internal("a made-up scanner was not enrolled"));
        };
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
            dark: None,
            tip: Some(Tip::new(feed_id(&public, epoch), None)),
            key,
            certificate,
            authority: authority.clone(),
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

    /// Boot, and a comparison of clocks a moment later.
    pub(super) fn start(&mut self) {
        let up = self.booted;
        if let Some(mut raw) = self.blank(kind::BOOT, up) {
            raw.scanner = Some(self.id);
            raw.public = Some(self.key.verifying_key().to_bytes());
            raw.epoch = Some(self.epoch);
            raw.software = Some("made up".into());
            self.write(&raw);
        }
        self.compare_clocks(up + ROUND_TRIP_MS);
    }

    /// A sample of server time, received at the true time `at`; none if the server's key is younger than that: such a
    /// sample would rightly not be believed. One that comes later counts for the whole boot.
    pub(super) fn compare_clocks(&mut self, at: i64) {
        let server_ms = at - ROUND_TRIP_MS / 2;
        let Some(server) = self.authority.signer(KeyUse::Server, server_ms) else { return };
        if let Some(mut raw) = self.blank(kind::TIME, at) {
            let token = TimeToken { nonce: Nonce(self.epoch.0), server_ms, store: self.authority.store };
            raw.time_token = Some(token.sign(&server));
            let trip = u64::try_from(ROUND_TRIP_MS).unwrap_or(0);
            (raw.mono_request, raw.mono_response) = (Some(raw.mono.saturating_sub(trip)), Some(raw.mono));
            self.write(&raw);
        }
    }

    /// Whether it has no network at that time (ms).
    pub(super) fn is_dark(&self, at: i64) -> bool {
        self.dark.as_ref().is_some_and(|dark| dark.contains(&at))
    }

    /// Up to when it has heard of others (ms).
    pub(super) fn heard(&self, at: i64) -> i64 {
        self.dark.as_ref().filter(|dark| dark.contains(&at)).map_or(at, |dark| dark.start)
    }

    /// From when on others can know what it does now (ms).
    pub(super) fn tells(&self, at: i64) -> i64 {
        self.dark.as_ref().filter(|dark| dark.contains(&at)).map_or(at, |dark| dark.end).saturating_add(NEWS_MS)
    }

    /// How it is, told after everything was sent.
    fn heartbeat(&self, nonce: Nonce, event: EventId) -> HeartbeatRequest {
        HeartbeatRequest {
            nonce,
            heads: self.batches().pop().map(|batch| batch.head.into()).into_iter().collect(),
            manifests: vec![],
            keyset_version: self.authority.trust.keyset().version,
            pending: 0,
            pending_in: 0,
            pending_out: 0,
            clock_offset: Some(-self.wrong_by),
            clock_error: Some(ROUND_TRIP_MS / 2),
            battery: Some(71),
            software: "made up".into(),
            event: Some(event),
            gate: Some(self.gate),
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

/// Sends what the crew wrote through the same checks as real scanners' batches: those that had a network first, the dark
/// ones late. Then each says how it is.
pub(super) async fn send(
    context: &Context,
    store: &SqliteStore,
    organization: &Organization,
    event: EventId,
    crew: &mut [Member],
) -> Result<Sent, CommandError> {
    let authority = authority(store, organization).await?;
    let signers: BTreeMap<_, _> = crew.iter().map(|member| (member.id, member.key.verifying_key())).collect();
    for member in &mut *crew {
        member.compare_clocks(context.now_ms());
    }
    crew.sort_by_key(|member| member.dark.as_ref().map_or(0, |dark| dark.end));
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
    for member in &*crew {
        hear(context, store, &authority, event, member).await?;
    }
    Ok(sent)
}

async fn hear(
    context: &Context,
    store: &SqliteStore,
    authority: &Authority,
    event: EventId,
    member: &Member,
) -> Result<(), CommandError> {
    let now = context.now_ms();
    let certificate = Certificate::open(&member.certificate, &authority.trust).map_err(CommandError::internal)?;
    let Recognise::Known(device) = store.recognise(certificate, member.certificate.clone(), now).await? else {
        return Err(CommandError::internal("a made-up scanner is not known"));
    };
    let heartbeat = member.heartbeat(Nonce(random(&*context.entropy)), event);
    // As the server takes a heartbeat: a head that does not verify says nothing.
    let open = |head: &ByteVec| Head::open(head, device.scanner, &device.key).ok();
    let heads = heartbeat.heads.iter().filter_map(open).collect();
    store.hear(*device, heads, heartbeat, now).await?;
    Ok(())
}
