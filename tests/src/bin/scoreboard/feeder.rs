//! A scanner reduced to its feed: enrolled as any other, its entries made in bulk, its messages made beforehand.

use minicbor::bytes::ByteVec;
use reqwest::StatusCode;
use scanner::device::OsEntropy;
use serde_json::json;
use shared::api::{
    Ack, AuthProof, AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, ConfirmRequest, ConfirmResponse,
    EnrolProof, EnrolRequest, EnrolResponse, ExchangeRequest, ExchangeResponse, FeedPosition, HeartbeatRequest,
    HeartbeatResponse, Invitation, path,
};
use shared::clock::{Reading, random};
use shared::cose::{Domain, SigningKey, decode_all, encode, sign_object};
use shared::entry::{Basis, Direction, RawEntry, entry_id, kind};
use shared::feed::{Batch, Head, MAX_BATCH_ENTRIES, Tip, feed_id};
use shared::ids::{
    BootId, EntryId, Epoch, EventId, FeedId, GateId, ManifestDigest, Nonce, ScannerId, TicketKey, ZoneId,
};
use shared::trust::{Certificate, KeyRole, Trust};
use turnstone_tests::harness::Admin;

use crate::crowd::Crowd;

/// A message ready to be sent, and what its answer must say.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) body: Vec<u8>,
    /// Seq of the last entry in it.
    pub(crate) last: u64,
    /// Entries in it.
    pub(crate) entries: u64,
}

/// A scanner with its feed.
pub(crate) struct Feeder {
    key: SigningKey,
    id: ScannerId,
    certificate: Vec<u8>,
    trust: Trust,
    token: String,
    event: EventId,
    gate: GateId,
    epoch: Epoch,
    boot: BootId,
    wall: i64,
    mono: u64,
    /// Ms between two entries.
    pace: u64,
    tip: Option<Tip>,
    http: reqwest::Client,
    base: String,
    /// People its entries moved into the venue.
    pub(crate) bodies: i64,
}

/// How often a busy server is asked again …
const PATIENCE: u32 = 120;
/// … and how long to wait before.
const LATER: std::time::Duration = std::time::Duration::from_millis(500);

/// Time of a device since its boot when it is enrolled (ms).
const UP: u64 = 3_600_000;

impl Feeder {
    /// Registers, enrols and authenticates a scanner.
    pub(crate) async fn enrol(admin: &Admin, base: &str, event: &str, number: usize, pace: u64) -> Self {
        let http = turnstone_tests::harness::client();
        let gate = 1 + number as u32 % 2;
        let body = json!({ "name": format!("Door {number}"), "gate": gate, "role": "scan", "events": [event] });
        let made = admin.post("/scanners/register", &body).await;
        let code = made["invitation"]["code"].as_str().expect("an invitation");
        let invitation = Invitation::read(code).expect("the server's own invitation");
        let key = SigningKey::from_bytes(&random(&OsEntropy));
        let public = key.verifying_key().to_bytes();
        let proof = sign_object(Domain::Enrol, &key, &EnrolProof { token: invitation.token, public });
        let request = EnrolRequest { token: invitation.token, public, proof, device: "scoreboard".into() };
        let enrolled: EnrolResponse = ask(&http, base, path::ENROL, None, &request).await;
        let trust = Trust::pin(invitation.root, &enrolled.root, &enrolled.keyset).expect("the server's trust");
        let certificate = Certificate::open(&enrolled.certificate, &trust).expect("the server's certificate");
        let epoch = Epoch(random(&OsEntropy));
        let mut feeder = Self {
            id: certificate.scanner,
            certificate: enrolled.certificate,
            trust,
            token: String::new(),
            event: certificate.events[0],
            gate: GateId(gate),
            epoch,
            boot: BootId(random(&OsEntropy)),
            wall: jiff::Timestamp::now().as_millisecond(),
            mono: UP,
            pace,
            tip: Some(Tip::new(feed_id(&public, epoch), None)),
            http,
            base: base.to_owned(),
            bodies: 0,
            key,
        };
        feeder.authenticate().await;
        feeder
    }

    /// A token for the next 15 minutes.
    pub(crate) async fn authenticate(&mut self) {
        let challenge = ChallengeRequest { scanner: self.id };
        let answer: ChallengeResponse = ask(&self.http, &self.base, path::CHALLENGE, None, &challenge).await;
        let proof = AuthProof { nonce: answer.nonce, store: answer.store, scanner: self.id };
        let request =
            AuthRequest { proof: sign_object(Domain::Auth, &self.key, &proof), certificate: self.certificate.clone() };
        let answer: AuthResponse = ask(&self.http, &self.base, path::AUTH, None, &request).await;
        self.token = answer.token;
    }

    fn feed(&self) -> FeedId {
        feed_id(self.key.verifying_key().as_bytes(), self.epoch)
    }

    fn blank(&self, kind: u32) -> RawEntry {
        let at = Reading { wall_ms: self.wall, mono_ms: self.mono, boot: self.boot };
        RawEntry::new(self.tip.as_ref().expect("a feed has a tip").next(), kind, at)
    }

    fn write(&mut self, raw: &RawEntry, into: &mut Vec<Vec<u8>>) -> EntryId {
        let bytes = raw.to_bytes();
        self.tip = self.tip.take().map(|tip| tip.advance(&bytes));
        let id = entry_id(&bytes);
        into.push(bytes);
        id
    }

    fn seq(&self) -> u64 {
        self.tip.as_ref().and_then(Tip::last).map_or(0, |(seq, _)| seq)
    }

    /// Takes the server's time and reports how it is, as the shipping scanner does when it connects.
    pub(crate) async fn heartbeat(&mut self, pending: u64) -> HeartbeatResponse {
        let beat = HeartbeatRequest {
            nonce: Nonce(random(&OsEntropy)),
            heads: Vec::new(),
            manifests: Vec::new(),
            keyset_version: 0,
            pending,
            pending_in: 0,
            pending_out: 0,
            clock_offset: None,
            clock_error: None,
            battery: Some(80),
            software: "scoreboard".into(),
            event: Some(self.event),
            gate: Some(self.gate),
        };
        ask(&self.http, &self.base, path::HEARTBEAT, Some(&self.token), &beat).await
    }

    /// What stands at the beginning of a feed: the boot, and the server's time.
    pub(crate) fn begin(&mut self, time: Option<&HeartbeatResponse>) -> Message {
        let mut entries = Vec::new();
        if self.seq() == 0 {
            let boot = RawEntry {
                scanner: Some(self.id),
                public: Some(self.key.verifying_key().to_bytes()),
                epoch: Some(self.epoch),
                software: Some("scoreboard".into()),
                ..self.blank(kind::BOOT)
            };
            self.write(&boot, &mut entries);
        }
        if let Some(answer) = time {
            self.sample(answer, &mut entries);
        }
        self.message(vec![entries])
    }

    fn sample(&mut self, answer: &HeartbeatResponse, entries: &mut Vec<Vec<u8>>) {
        let asked = self.mono;
        self.mono += 20;
        let sample = RawEntry {
            time_token: Some(answer.time.clone()),
            mono_request: Some(asked),
            mono_response: Some(self.mono),
            ..self.blank(kind::TIME)
        };
        self.write(&sample, entries);
    }

    /// The next `count` entries, in as many batches as they need; before them a time sample, if there is one.
    pub(crate) fn evening(&mut self, crowd: &mut Crowd, count: usize, time: Option<&HeartbeatResponse>) -> Message {
        let mut batches = Vec::new();
        let mut entries = Vec::new();
        if let Some(answer) = time {
            self.sample(answer, &mut entries);
        }
        for _ in 0..count {
            self.mono += self.pace;
            self.wall += self.pace.cast_signed();
            let (raw, step) = crowd.someone(self.passing());
            let id = self.write(&raw, &mut entries);
            self.bodies += step.bodies();
            if let crate::crowd::Step::In(ticket) = step {
                crowd.came_in(ticket, id);
            }
            if entries.len() == MAX_BATCH_ENTRIES {
                batches.push(std::mem::take(&mut entries));
            }
        }
        batches.extend(Some(entries).filter(|rest| !rest.is_empty()));
        self.message(batches)
    }

    /// One guest with this ticket is let in, unseen by the others.
    pub(crate) fn admit(&mut self, ticket: TicketKey) -> Message {
        let mut entries = Vec::new();
        self.mono += self.pace;
        self.wall += self.pace.cast_signed();
        let raw = crate::crowd::admission(self.passing(), ticket);
        self.write(&raw, &mut entries);
        self.bodies += 1;
        self.message(vec![entries])
    }

    /// An entry at this gate, still without what happened.
    fn passing(&self) -> RawEntry {
        RawEntry {
            event: Some(self.event),
            gate: Some(self.gate),
            zone: Some(ZoneId(1)),
            manifest_version: Some(217_000_000),
            manifest_digest: Some(ManifestDigest([7; 16])),
            basis: Some(Basis::Local),
            ..self.blank(kind::REFUSE)
        }
    }

    fn message(&self, batches: Vec<Vec<Vec<u8>>>) -> Message {
        let last = self.seq();
        let count: usize = batches.iter().map(Vec::len).sum();
        let mut first = last + 1 - count as u64;
        let batches = batches
            .into_iter()
            .map(|entries| {
                let seq = first + entries.len() as u64 - 1;
                let id = entry_id(entries.last().expect("a batch has entries"));
                let head = Head { scanner: self.id, epoch: self.epoch, feed: self.feed(), seq, id }.sign(&self.key);
                let batch = Batch { first, entries: entries.into_iter().map(ByteVec::from).collect(), head };
                first = seq + 1;
                batch
            })
            .collect();
        let id = self.tip.as_ref().and_then(Tip::last).map(|(_, id)| id);
        let have = vec![FeedPosition { feed: self.feed(), contiguous: last, id, from: None }];
        let request = ExchangeRequest { event: self.event, have, batches, accept: 0 };
        Message { body: encode(&request), last, entries: count as u64 }
    }

    /// The server listens elsewhere now.
    pub(crate) fn moved(&mut self, base: &str) {
        base.clone_into(&mut self.base);
    }

    /// Asks for the server's word on a ticket, as before a guest.
    pub(crate) async fn confirm(&self) {
        let nonce: [u8; 16] = random(&OsEntropy);
        let request = ConfirmRequest {
            nonce: Nonce(nonce),
            event: self.event,
            ticket: TicketKey(nonce),
            gate: self.gate,
            direction: Direction::Entry,
        };
        let _: ConfirmResponse = ask(&self.http, &self.base, path::SCAN, Some(&self.token), &request).await;
    }

    /// Sends a message; panics unless every entry of it is acknowledged.
    pub(crate) async fn send(&self, message: Message) {
        let answer: ExchangeResponse = post(&self.http, &self.base, path::LOGS, Some(&self.token), message.body).await;
        assert_eq!(answer.problems, vec![], "everything is kept");
        let ack: Ack =
            self.trust.open(Domain::Ack, KeyRole::Server, &answer.ack, |ack: &Ack| ack.at).expect("a signed answer");
        let acked = ack.feeds.iter().find(|acked| acked.feed == self.feed()).expect("its feed is named");
        assert_eq!(acked.contiguous, message.last, "everything up to the last entry is acknowledged");
    }
}

/// Sends CBOR, gets CBOR.
async fn ask<Q, A>(http: &reqwest::Client, base: &str, path: &str, token: Option<&str>, question: &Q) -> A
where
    Q: minicbor::Encode<()>,
    A: for<'b> minicbor::Decode<'b, ()>,
{
    post(http, base, path, token, encode(question)).await
}

/// Sends a message until it is taken: a server that says "later" is asked again then, as shipping scanners do.
async fn post<A>(http: &reqwest::Client, base: &str, path: &str, token: Option<&str>, body: Vec<u8>) -> A
where
    A: for<'b> minicbor::Decode<'b, ()>,
{
    for _ in 0..PATIENCE {
        let mut request =
            http.post(format!("{base}{path}")).header("content-type", "application/cbor").body(body.clone());
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.expect("the server answers");
        let status = response.status();
        let bytes = response.bytes().await.expect("the answer arrives whole");
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            tokio::time::sleep(LATER).await;
            continue;
        }
        assert_eq!(status, StatusCode::OK, "{path}: {}", String::from_utf8_lossy(&bytes));
        return decode_all(&bytes).expect("an answer in CBOR");
    }
    panic!("{path}: the server has been too busy for {PATIENCE} attempts");
}
