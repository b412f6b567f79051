//! A scanner reduced to its feed: makes real entries, signs real heads, talks CBOR.

use minicbor::bytes::ByteVec;
use reqwest::StatusCode;
use serde_json::json;
use shared::api::{
    Ack, AuthProof, AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, EnrolProof, EnrolRequest,
    EnrolResponse, ExchangeRequest, ExchangeResponse, FeedPosition, HeartbeatRequest, HeartbeatResponse, Invitation,
    path,
};
use shared::clock::{Reading, random};
use shared::cose::{Domain, SigningKey, decode_all, encode, sign_object};
use shared::entry::{Basis, Direction, RawEntry, entry_id, kind};
use shared::feed::{Batch, Head, Tip, feed_id};
use shared::ids::{BootId, EntryId, Epoch, EventId, FeedId, GateId, Nonce, ScannerId, TicketKey, ZoneId};
use shared::trust::{Certificate, Trust};
use shared::verdict::Verdict;

use crate::hall::{Hall, NOW, dice};

pub(crate) struct Gadget {
    pub(crate) key: SigningKey,
    pub(crate) id: ScannerId,
    pub(crate) certificate: Vec<u8>,
    pub(crate) trust: Trust,
    pub(crate) token: String,
    pub(crate) event: EventId,
    pub(crate) gate: GateId,
    pub(crate) epoch: Epoch,
    pub(crate) boot: BootId,
    /// Wall clock of the device (ms), right or wrong.
    pub(crate) wall: i64,
    /// Ms since its boot.
    pub(crate) mono: u64,
    pub(crate) entries: Vec<Vec<u8>>,
    tip: Option<Tip>,
}

/// Sends CBOR, gets CBOR; or the problem's code.
pub(crate) async fn ask<Q, A>(hall: &Hall, path: &str, token: Option<&str>, question: &Q) -> Result<A, String>
where
    Q: minicbor::Encode<()>,
    A: for<'b> minicbor::Decode<'b, ()>,
{
    let mut request =
        hall.client.post(hall.url(path)).header("content-type", "application/cbor").body(encode(question));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    let bytes = response.bytes().await.unwrap();
    if status == StatusCode::OK {
        return Ok(decode_all(&bytes).expect("an answer in CBOR"));
    }
    let problem: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    Err(problem["code"].as_str().unwrap().to_owned())
}

/// Registers a scanner and gives its invitation.
pub(crate) async fn invite(hall: &Hall, name: &str, gate: u32, role: &str) -> Invitation {
    let body = json!({ "name": name, "gate": gate, "role": role, "events": [hall.event] });
    let answer = hall.post("/api/v1/scanners/register", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    let invitation = &answer.json()["invitation"];
    let read = Invitation::read(invitation["url"].as_str().unwrap()).unwrap();
    assert_eq!(Invitation::read(invitation["code"].as_str().unwrap()).unwrap(), read);
    assert!(invitation["svg"].as_str().unwrap().contains("<svg"));
    read
}

pub(crate) fn enrol_request(invitation: &Invitation, key: &SigningKey) -> EnrolRequest {
    let public = key.verifying_key().to_bytes();
    let proof = EnrolProof { token: invitation.token, public };
    EnrolRequest {
        token: invitation.token,
        public,
        proof: sign_object(Domain::Enrol, key, &proof),
        device: "test".into(),
    }
}

impl Gadget {
    /// Registered, enrolled and authenticated at a gate of the hall's event, with its boot entry written.
    pub(crate) async fn at(hall: &Hall, name: &str, gate: u32) -> Self {
        Self::with_role(hall, name, gate, "scan").await
    }

    pub(crate) async fn with_role(hall: &Hall, name: &str, gate: u32, role: &str) -> Self {
        let invitation = invite(hall, name, gate, role).await;
        let key = SigningKey::from_bytes(&random(dice()));
        let enrolled: EnrolResponse = ask(hall, path::ENROL, None, &enrol_request(&invitation, &key)).await.unwrap();
        let trust = Trust::pin(invitation.root, &enrolled.root, &enrolled.keyset).unwrap();
        let certificate = Certificate::open(&enrolled.certificate, &trust).unwrap();
        let mut gadget = Self {
            id: certificate.scanner,
            certificate: enrolled.certificate,
            trust,
            token: String::new(),
            event: hall.event,
            gate: GateId(gate),
            epoch: Epoch(random(dice())),
            boot: BootId(random(dice())),
            wall: NOW,
            mono: 1_000_000,
            entries: vec![],
            tip: None,
            key,
        };
        gadget.tip = Some(Tip::new(gadget.feed(), None));
        gadget.token = gadget.authenticate(hall).await.unwrap().token;
        gadget.boot();
        gadget
    }

    pub(crate) fn feed(&self) -> FeedId {
        feed_id(self.key.verifying_key().as_bytes(), self.epoch)
    }

    pub(crate) async fn authenticate(&self, hall: &Hall) -> Result<AuthResponse, String> {
        let request = self.auth_request(hall).await;
        ask(hall, path::AUTH, None, &request).await
    }

    pub(crate) async fn auth_request(&self, hall: &Hall) -> AuthRequest {
        let challenge = ChallengeRequest { scanner: self.id };
        let answer: ChallengeResponse = ask(hall, path::CHALLENGE, None, &challenge).await.unwrap();
        let proof = AuthProof { nonce: answer.nonce, store: answer.store, scanner: self.id };
        AuthRequest { proof: sign_object(Domain::Auth, &self.key, &proof), certificate: self.certificate.clone() }
    }

    /// Moves the device's clocks on.
    pub(crate) fn wait(&mut self, ms: u64) {
        self.mono += ms;
        self.wall += i64::try_from(ms).unwrap();
    }

    fn reading(&self) -> Reading {
        Reading { wall_ms: self.wall, mono_ms: self.mono, boot: self.boot }
    }

    /// The next entry, to be filled in.
    pub(crate) fn blank(&self, kind: u32) -> RawEntry {
        RawEntry::new(self.tip.as_ref().unwrap().next(), kind, self.reading())
    }

    pub(crate) fn write(&mut self, raw: &RawEntry) -> EntryId {
        let bytes = raw.to_bytes();
        self.tip = self.tip.take().map(|tip| tip.advance(&bytes));
        let id = entry_id(&bytes);
        self.entries.push(bytes);
        id
    }

    pub(crate) fn boot(&mut self) -> EntryId {
        let mut raw = self.blank(kind::BOOT);
        raw.scanner = Some(self.id);
        raw.public = Some(self.key.verifying_key().to_bytes());
        raw.epoch = Some(self.epoch);
        raw.software = Some("gadget".into());
        self.write(&raw)
    }

    fn passage(&self, kind: u32, verdict: Verdict, ticket: TicketKey, people: i64) -> RawEntry {
        let mut raw = self.blank(kind);
        raw.event = Some(self.event);
        raw.gate = Some(self.gate);
        (raw.zone, raw.from) = match self.gate.0 {
            3 => (Some(ZoneId(2)), Some(ZoneId(1))),
            _ => (Some(ZoneId(1)), None),
        };
        raw.ticket = Some(ticket);
        raw.bodies = Some(people);
        raw.admits = Some(1);
        raw.reentry = Some(false);
        raw.verdict = Some(verdict.number());
        raw.basis = Some(Basis::Local);
        raw
    }

    /// Lets a ticket in.
    pub(crate) fn admit(&mut self, ticket: TicketKey) -> EntryId {
        let raw = self.passage(kind::ENTRY, Verdict::Ok, ticket, 1);
        self.write(&raw)
    }

    /// Lets so many in with a ticket that admits so many.
    pub(crate) fn admit_party(&mut self, ticket: TicketKey, people: i64, admits: u32) -> EntryId {
        let mut raw = self.passage(kind::ENTRY, Verdict::Ok, ticket, people);
        raw.admits = Some(admits);
        self.write(&raw)
    }

    /// Lets a ticket in, knowing these entries.
    pub(crate) fn admit_seeing(&mut self, ticket: TicketKey, saw: Vec<EntryId>) -> EntryId {
        let mut raw = self.passage(kind::ENTRY, Verdict::Ok, ticket, 1);
        raw.saw = Some(saw);
        self.write(&raw)
    }

    /// Lets a ticket out.
    pub(crate) fn leave(&mut self, ticket: TicketKey) -> EntryId {
        let raw = self.passage(kind::EXIT, Verdict::OkExit, ticket, 1);
        self.write(&raw)
    }

    /// Turns a ticket away.
    pub(crate) fn refuse(&mut self, ticket: TicketKey) -> EntryId {
        let mut raw = self.blank(kind::REFUSE);
        raw.event = Some(self.event);
        raw.ticket = Some(ticket);
        raw.direction = Some(Direction::Entry);
        raw.verdict = Some(Verdict::AlreadyRedeemed.number());
        self.write(&raw)
    }

    pub(crate) fn undo(&mut self, target: EntryId, ticket: Option<TicketKey>) -> EntryId {
        let mut raw = self.blank(kind::UNDO);
        raw.event = Some(self.event);
        raw.target = Some(target);
        raw.ticket = ticket;
        self.write(&raw)
    }

    pub(crate) fn count(&mut self, people: i64) -> EntryId {
        let mut raw = self.passage(kind::COUNT, Verdict::Ok, TicketKey::default(), people);
        (raw.ticket, raw.verdict, raw.reason) = (None, None, Some("staff".into()));
        self.write(&raw)
    }

    /// Something a newer version writes.
    pub(crate) fn novelty(&mut self) -> EntryId {
        let mut raw = self.blank(77);
        raw.event = Some(self.event);
        self.write(&raw)
    }

    /// Asks for the time and takes the answer into the feed.
    pub(crate) async fn sample(&mut self, hall: &Hall) -> EntryId {
        let answer = self.heartbeat(hall, &self.beat(0, 0, 0)).await.unwrap();
        self.note_time(answer.time, self.mono.saturating_sub(30), self.mono)
    }

    /// Takes a sample of server time into the feed.
    pub(crate) fn note_time(&mut self, token: Vec<u8>, request: u64, response: u64) -> EntryId {
        let mut raw = self.blank(kind::TIME);
        raw.time_token = Some(token);
        (raw.mono_request, raw.mono_response) = (Some(request), Some(response));
        self.write(&raw)
    }

    /// Entries `first..=last` under a head at the last.
    pub(crate) fn batch(&self, first: u64, last: u64) -> Batch {
        let at = |seq: u64| usize::try_from(seq).unwrap() - 1;
        let entries: Vec<Vec<u8>> = self.entries[at(first)..=at(last)].to_vec();
        let head = self.head(last);
        Batch { first, entries: entries.into_iter().map(ByteVec::from).collect(), head }
    }

    pub(crate) fn head(&self, seq: u64) -> Vec<u8> {
        let id = entry_id(&self.entries[usize::try_from(seq).unwrap() - 1]);
        Head { scanner: self.id, epoch: self.epoch, feed: self.feed(), seq, id }.sign(&self.key)
    }

    pub(crate) fn top(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap()
    }

    /// Says that everything of its feed up to there is held.
    pub(crate) fn position(&self, seq: u64) -> FeedPosition {
        let id = entry_id(&self.entries[usize::try_from(seq).unwrap() - 1]);
        FeedPosition { feed: self.feed(), contiguous: seq, id: Some(id), from: None }
    }

    /// Becomes a copy of another device at this moment.
    pub(crate) fn restart_as(&mut self, other: &Self) {
        self.entries.clone_from(&other.entries);
        (self.wall, self.mono) = (other.wall, other.mono);
        let last = self.entries.last().map(|bytes| (other.top(), entry_id(bytes)));
        self.tip = Some(Tip::new(self.feed(), last));
    }

    /// A copy of this device as it was after so many entries.
    pub(crate) fn twin(&self, entries: usize) -> Self {
        let entries = self.entries[..entries].to_vec();
        let last = entries.last().map(|bytes| (u64::try_from(entries.len()).unwrap(), entry_id(bytes)));
        Self {
            key: self.key.clone(),
            certificate: self.certificate.clone(),
            trust: self.trust.clone(),
            token: self.token.clone(),
            tip: Some(Tip::new(self.feed(), last)),
            entries,
            ..*self
        }
    }

    /// Sends batches of whatever feed.
    pub(crate) async fn send(&self, hall: &Hall, batches: Vec<Batch>) -> Result<ExchangeResponse, String> {
        self.exchange(hall, vec![], batches, 0).await
    }

    pub(crate) async fn exchange(
        &self,
        hall: &Hall,
        have: Vec<FeedPosition>,
        batches: Vec<Batch>,
        accept: u32,
    ) -> Result<ExchangeResponse, String> {
        let request = ExchangeRequest { event: self.event, have, batches, accept };
        ask(hall, path::LOGS, Some(&self.token), &request).await
    }

    /// Sends its whole feed.
    pub(crate) async fn upload(&self, hall: &Hall) -> ExchangeResponse {
        let answer = self.send(hall, vec![self.batch(1, self.top())]).await.unwrap();
        assert_eq!(answer.problems, vec![]);
        answer
    }

    /// What the server says it keeps of a feed.
    pub(crate) fn ack(&self, answer: &ExchangeResponse) -> Ack {
        self.trust.open(Domain::Ack, shared::trust::KeyRole::Server, &answer.ack, |ack: &Ack| ack.at).unwrap()
    }

    pub(crate) fn beat(&self, pending: u64, pending_in: u64, pending_out: u64) -> HeartbeatRequest {
        HeartbeatRequest {
            nonce: Nonce(random(dice())),
            heads: if self.entries.is_empty() { vec![] } else { vec![ByteVec::from(self.head(self.top()))] },
            manifests: vec![],
            keyset_version: 0,
            pending,
            pending_in,
            pending_out,
            clock_offset: None,
            clock_error: None,
            battery: Some(80),
            software: "gadget".into(),
            event: Some(self.event),
            gate: Some(self.gate),
        }
    }

    pub(crate) async fn heartbeat(&self, hall: &Hall, beat: &HeartbeatRequest) -> Result<HeartbeatResponse, String> {
        ask(hall, path::HEARTBEAT, Some(&self.token), beat).await
    }
}
