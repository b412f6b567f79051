//! A scanner of another version, or in a thief's hands: it writes its feed by its own rules, with a real key.

use std::cell::RefCell;

use anyhow::{Context, Result, bail};
use axum::http::Method;
use minicbor::bytes::ByteVec;
use serde_json::json;
use shared::api::{
    AuthProof, AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, EnrolProof, EnrolRequest, EnrolResponse,
    ExchangeRequest, ExchangeResponse, HeartbeatRequest, HeartbeatResponse, Invitation, MEDIA_TYPE, path,
};
use shared::clock::{Reading, random};
use shared::cose::{Domain, SigningKey, decode_all, encode, sign_object};
use shared::entry::{Basis, RawEntry, entry_id, kind};
use shared::feed::{Batch, Head, Tip, feed_id};
use shared::ids::{BootId, EntryId, Epoch, EventId, FeedId, GateId, Nonce, ScannerId, TicketKey, ZoneId};
use shared::verdict::Verdict;

use crate::clock::TrueTime;
use crate::dice::{Dice, SeededEntropy};
use crate::server::{Call, Server};

/// A hand-written scanner.
#[derive(Debug, Clone)]
pub struct Gadget {
    key: SigningKey,
    certificate: RefCell<Vec<u8>>,
    event: EventId,
    epoch: Epoch,
    boot: BootId,
    entries: Vec<Vec<u8>>,
    booted: i64,
    time: TrueTime,
    /// Wall clock minus true time (ms).
    pub offset: i64,
    /// Its id.
    pub scanner: ScannerId,
    /// How much of its feed the server has been given.
    pub sent: usize,
    /// It was revoked.
    pub revoked: bool,
}

async fn ask<Q, A>(server: &Server, path: &str, token: Option<&str>, question: &Q) -> Result<A>
where
    Q: minicbor::Encode<()>,
    A: for<'b> minicbor::Decode<'b, ()>,
{
    let body = Some((MEDIA_TYPE, encode(question)));
    let call = Call { method: Method::POST, path: path.to_owned(), token: token.map(str::to_owned), body };
    let answer = server.ask(call).await?;
    if answer.status != 200 {
        bail!("{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.bytes));
    }
    decode_all(&answer.bytes).context("an answer in CBOR")
}

impl Gadget {
    /// Registered and enrolled at the north gate, with its boot entry written.
    pub async fn enrol(server: &Server, seed: u64, time: &TrueTime) -> Result<Self> {
        let body = json!({ "name": "other version", "gate": 1, "role": "scan", "events": [server.event] });
        let answer = server.admin(Method::POST, "/scanners/register", &body).await?;
        let code = answer["invitation"]["code"].as_str().context("the enrolment code")?;
        let invitation = Invitation::read(code)?;
        let dice = SeededEntropy::new(seed, "gadget");
        let key = SigningKey::from_bytes(&random(&dice));
        let public = key.verifying_key().to_bytes();
        let proof = sign_object(Domain::Enrol, &key, &EnrolProof { token: invitation.token, public });
        let request = EnrolRequest { token: invitation.token, public, proof, device: "other version".into() };
        let enrolled: EnrolResponse = ask(server, path::ENROL, None, &request).await?;
        let certificate: shared::trust::Certificate =
            shared::cose::peek(&enrolled.certificate).context("a certificate")?;
        let epoch = Epoch(random(&dice));
        let mut gadget = Self {
            scanner: certificate.scanner,
            certificate: RefCell::new(enrolled.certificate),
            event: server.event,
            epoch,
            boot: BootId(random(&dice)),
            entries: vec![],
            booted: time.now() - 1_000,
            time: time.clone(),
            offset: 0,
            sent: 0,
            revoked: false,
            key,
        };
        let mut boot = gadget.blank(kind::BOOT);
        boot.event = None;
        boot.scanner = Some(gadget.scanner);
        boot.public = Some(public);
        boot.epoch = Some(epoch);
        boot.software = Some("other/9".into());
        gadget.write(&boot);
        Ok(gadget)
    }

    /// Its feed.
    pub fn feed(&self) -> FeedId {
        feed_id(self.key.verifying_key().as_bytes(), self.epoch)
    }

    /// How many entries it has written.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has written none; never true.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The exact bytes of what it wrote.
    pub fn entries(&self) -> &[Vec<u8>] {
        &self.entries
    }

    fn blank(&self, kind: u32) -> RawEntry {
        let wall_ms = self.time.now() + self.offset;
        let mono_ms = u64::try_from(self.time.now() - self.booted).unwrap_or(0);
        let last = self.entries.last().map(|bytes| (u64::try_from(self.len()).unwrap_or(u64::MAX), entry_id(bytes)));
        let link = Tip::new(self.feed(), last).next();
        RawEntry { event: Some(self.event), ..RawEntry::new(link, kind, Reading { wall_ms, mono_ms, boot: self.boot }) }
    }

    fn write(&mut self, raw: &RawEntry) -> EntryId {
        let bytes = raw.to_bytes();
        self.entries.push(bytes);
        self.entries.last().map(|bytes| entry_id(bytes)).unwrap_or_default()
    }

    /// Boots anew and takes a time sample; returns the boot before. What it writes now has a time that is certain.
    pub async fn take_time(&mut self, server: &Server, dice: &mut Dice) -> Result<BootId> {
        let session = self.sign_in(server).await?;
        let (mut nonce, mut boot) = ([0; 16], [0; 8]);
        dice.fill(&mut nonce);
        dice.fill(&mut boot);
        let question = HeartbeatRequest {
            nonce: Nonce(nonce),
            heads: vec![],
            manifests: vec![],
            keyset_version: 0,
            pending: 0,
            pending_in: 0,
            pending_out: 0,
            clock_offset: None,
            clock_error: None,
            battery: None,
            software: "other/9".into(),
            event: Some(self.event),
            gate: Some(GateId(1)),
        };
        let answer: HeartbeatResponse = ask(server, path::HEARTBEAT, Some(&session.token), &question).await?;
        let before = std::mem::replace(&mut self.boot, BootId(boot));
        let mut raw = self.blank(kind::TIME);
        raw.event = None;
        raw.time_token = Some(answer.time);
        (raw.mono_request, raw.mono_response) = (Some(raw.mono), Some(raw.mono));
        self.write(&raw);
        Ok(before)
    }

    /// It boots again, without a sample.
    pub fn boot_as(&mut self, boot: BootId) {
        self.boot = boot;
    }

    /// Lets people in at the north gate, by a ticket for one.
    pub fn admit(&mut self, ticket: Option<TicketKey>, people: i64) -> EntryId {
        self.admit_party(ticket, people, 1)
    }

    /// Lets people in at the north gate, by a ticket for so many.
    pub fn admit_party(&mut self, ticket: Option<TicketKey>, people: i64, admits: u32) -> EntryId {
        let mut raw = self.blank(kind::ENTRY);
        raw.gate = Some(GateId(1));
        raw.zone = Some(ZoneId(1));
        raw.ticket = ticket;
        raw.bodies = Some(people);
        raw.admits = Some(admits);
        raw.reentry = Some(false);
        raw.verdict = Some(if ticket.is_some() { Verdict::Ok } else { Verdict::OkOverride }.number());
        raw.basis = Some(Basis::Local);
        self.write(&raw)
    }

    /// Lets people out at the north gate; it had seen `saw` before.
    pub fn let_out(&mut self, ticket: TicketKey, people: i64, saw: Vec<EntryId>) -> EntryId {
        let mut raw = self.blank(kind::EXIT);
        raw.gate = Some(GateId(1));
        raw.zone = Some(ZoneId(1));
        raw.ticket = Some(ticket);
        raw.bodies = Some(people);
        raw.admits = Some(1);
        raw.reentry = Some(false);
        raw.verdict = Some(Verdict::OkExit.number());
        raw.basis = Some(Basis::Local);
        raw.saw = Some(saw);
        self.write(&raw)
    }

    /// Voids one of its own entries.
    pub fn undo(&mut self, target: EntryId, ticket: Option<TicketKey>) -> EntryId {
        let mut raw = self.blank(kind::UNDO);
        raw.target = Some(target);
        raw.ticket = ticket;
        self.write(&raw)
    }

    /// Something this version does not know.
    pub fn novelty(&mut self, number: u32) -> EntryId {
        let mut raw = self.blank(number);
        raw.bodies = Some(50);
        raw.gate = Some(GateId(1));
        raw.zone = Some(ZoneId(1));
        self.write(&raw)
    }

    fn head(&self, seq: usize) -> Vec<u8> {
        let id = self.entries.get(seq.saturating_sub(1)).map(|bytes| entry_id(bytes)).unwrap_or_default();
        let seq = u64::try_from(seq).unwrap_or(u64::MAX);
        Head { scanner: self.scanner, epoch: self.epoch, feed: self.feed(), seq, id }.sign(&self.key)
    }

    /// Entries `first..=last` under a head at the last.
    pub fn batch(&self, first: usize, last: usize) -> Batch {
        let entries = self.entries[first - 1..last].iter().cloned().map(ByteVec::from).collect();
        Batch { first: u64::try_from(first).unwrap_or(u64::MAX), entries, head: self.head(last) }
    }

    /// Gives batches to the server, straight, signing in first.
    pub async fn send(&self, server: &Server, batches: Vec<Batch>) -> Result<ExchangeResponse> {
        let mut session = self.sign_in(server).await?;
        if let Some(newer) = session.certificate.take() {
            // The one it showed is by a key that was withdrawn since: that token is good for nothing.
            self.certificate.replace(newer);
            session = self.sign_in(server).await?;
        }
        let request = ExchangeRequest { event: self.event, have: vec![], batches, accept: 0 };
        ask(server, path::LOGS, Some(&session.token), &request).await
    }

    async fn sign_in(&self, server: &Server) -> Result<AuthResponse> {
        let challenge = ChallengeRequest { scanner: self.scanner };
        let answer: ChallengeResponse = ask(server, path::CHALLENGE, None, &challenge).await?;
        let proof = AuthProof { nonce: answer.nonce, store: answer.store, scanner: self.scanner };
        let proof = sign_object(Domain::Auth, &self.key, &proof);
        let request = AuthRequest { proof, certificate: self.certificate.borrow().clone() };
        ask(server, path::AUTH, None, &request).await
    }
}
