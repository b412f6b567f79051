//! The network between scanners and server: what the scanner's client is in the real world, with the weather of the
//! simulated one. Bytes are bytes here: every message is encoded, may be cut, and is answered by the real router.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::http::Method;
use minicbor::{Decode, Encode};
use scanner::net::{ApiError, NetError, Token};
use shared::api::{Ack, Carrier, ExchangeResponse, MEDIA_TYPE, path};
use shared::cose;
use shared::ids::{EntryId, FeedId};
use tokio::sync::Notify;

use crate::clock::TrueTime;
use crate::dice::Dice;
use crate::disk::Disk;
use crate::faults::{Fault, Faults, Tally};
use crate::server::{Answer, Call, answer};

/// How long a scanner waits for an answer that does not come (ms).
const PATIENCE_MS: i64 = 15_000;
/// Most messages kept for replays.
const KEPT_MESSAGES: usize = 40;

/// What the network does to one scanner at present.
#[derive(Debug, Clone, Copy, Default)]
pub struct Way {
    /// Nothing passes.
    pub dark: bool,
    /// Requests pass, answers do not.
    pub one_way: bool,
}

/// A message that somebody kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// As it was sent.
    pub call: Call,
    /// When it arrives again.
    pub due: i64,
}

/// All that messages meet.
#[derive(Debug)]
pub struct Net {
    /// The network's dice.
    pub dice: Dice,
    /// Which faults may happen at present.
    pub faults: Faults,
    /// What happened.
    pub tally: Tally,
    /// By scanner.
    pub ways: Vec<Way>,
    /// Copies and late messages that will arrive yet.
    pub late: Vec<Kept>,
    /// Uploads that were answered, for repeating them.
    pub uploads: VecDeque<Kept>,
    /// What the server has acknowledged: by feed, how far and which entry is there.
    pub acked: BTreeMap<FeedId, (u64, EntryId)>,
    /// Answers by path, for a relay that repeats them.
    pub answers: BTreeMap<String, VecDeque<Vec<u8>>>,
    /// The server is to die after the next commit, before it answers.
    pub kill_after_next: bool,
    /// It died; the world has to see to it.
    pub killed: bool,
    /// What the server must never say.
    pub outrages: Vec<String>,
    /// Another manifest answer instead of the next right one.
    pub forged_manifest: Option<(Fault, Vec<u8>)>,
    /// Lines for the story.
    pub lines: Vec<String>,
}

/// What all wires share.
#[derive(Debug)]
pub struct Ether {
    /// True time.
    pub time: TrueTime,
    router: Mutex<Option<Router>>,
    server_disk: Arc<Disk>,
    net: Mutex<Net>,
}

impl Ether {
    /// Calm, with nobody on it.
    pub fn new(time: TrueTime, server_disk: Arc<Disk>, dice: Dice, faults: Faults) -> Arc<Self> {
        let net = Net {
            dice,
            faults,
            tally: Tally::default(),
            ways: vec![],
            late: vec![],
            uploads: VecDeque::new(),
            acked: BTreeMap::new(),
            answers: BTreeMap::new(),
            kill_after_next: false,
            killed: false,
            outrages: vec![],
            forged_manifest: None,
            lines: vec![],
        };
        Arc::new(Self { time, router: Mutex::new(None), server_disk, net: Mutex::new(net) })
    }

    /// The state of the network.
    pub fn net(&self) -> MutexGuard<'_, Net> {
        self.net.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who answers; `None` while the server is down.
    pub fn connect(&self, router: Option<Router>) {
        *self.router.lock().unwrap_or_else(PoisonError::into_inner) = router;
    }

    /// Has the server answer; `None` if it is down or dies over it.
    pub async fn deliver(&self, call: Call) -> Option<Answer> {
        let router = self.router.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let (path, upload) = (call.path.clone(), (call.path == path::LOGS).then(|| call.clone()));
        let before = self.server_disk.faults_seen();
        let answer = answer(router, call).await.ok()?;
        let mut net = self.net();
        if self.server_disk.is_dead() {
            net.killed = true;
            return None;
        }
        if answer.status >= 500 && self.server_disk.faults_seen() == before {
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            net.outrages.push(format!("I8: {path} was answered with {} without cause: {text}", answer.status));
        }
        if let Some(call) = upload.filter(|_| answer.status == 200) {
            net.note_ack(&answer.bytes);
            let due = 0;
            net.uploads.push_back(Kept { call, due });
            if net.uploads.len() > KEPT_MESSAGES {
                net.uploads.pop_front();
            }
        }
        Some(answer)
    }
}

impl Net {
    fn may(&self, fault: Fault) -> bool {
        self.faults.has(fault)
    }

    /// Whether a fault that may happen does so now; counted.
    fn strikes(&mut self, fault: Fault, one_in: u64) -> bool {
        let strikes = self.may(fault) && self.dice.one_in(one_in);
        self.tally.add(fault, u64::from(strikes));
        strikes
    }

    fn note_ack(&mut self, answer: &[u8]) {
        let response: Option<ExchangeResponse> = cose::decode_all(answer);
        let ack: Option<Ack> = response.and_then(|response| cose::peek(&response.ack));
        for acked in ack.into_iter().flat_map(|ack| ack.feeds) {
            if let Some(id) = acked.id {
                let best = self.acked.entry(acked.feed).or_insert((acked.contiguous, id));
                if best.0 < acked.contiguous {
                    *best = (acked.contiguous, id);
                }
            }
        }
    }
}

/// Where a task of the world stands still until the schedule reaches a moment.
#[derive(Debug, Default)]
pub struct Parker {
    until: Mutex<Option<i64>>,
    parked: Notify,
    resume: Notify,
    /// Does not stand still, but counts the ms: for what is asked while a guest waits.
    hurried: Mutex<Option<i64>>,
}

impl Parker {
    fn until(&self) -> MutexGuard<'_, Option<i64>> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn park(&self, until: i64, ms: i64) {
        if let Some(spent) = &mut *self.hurried.lock().unwrap_or_else(PoisonError::into_inner) {
            *spent += ms;
            return;
        }
        *self.until() = Some(until);
        self.parked.notify_one();
        self.resume.notified().await;
    }

    /// Waits until the task stands still; says until when.
    pub async fn parked(&self) -> i64 {
        loop {
            self.parked.notified().await;
            if let Some(until) = self.until().take() {
                return until;
            }
        }
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.resume.notify_one();
    }

    /// From now on nothing stands still.
    pub fn hurry(&self) {
        *self.hurried.lock().unwrap_or_else(PoisonError::into_inner) = Some(0);
    }

    /// No longer in a hurry; how many ms that took.
    pub fn calm(&self) -> i64 {
        self.hurried.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or(0)
    }
}

/// One scanner's way to the server.
#[derive(Debug, Clone)]
pub struct Wire {
    ether: Arc<Ether>,
    scanner: usize,
    /// Where its tasks stand still.
    pub parker: Arc<Parker>,
}

/// What becomes of one request.
enum Fate {
    Lost,
    Arrives { after: i64, cut: Option<usize>, answered: bool },
}

impl Wire {
    /// For the scanner with this number.
    pub fn new(ether: Arc<Ether>, scanner: usize) -> Self {
        Self { ether, scanner, parker: Arc::default() }
    }

    fn fate(&self, call: &Call, now: i64) -> (Fate, i64) {
        let mut net = self.ether.net();
        let way = net.ways.get(self.scanner).copied().unwrap_or_default();
        let after = if net.dice.one_in(12) { net.dice.between(200, 4_000) } else { net.dice.between(3, 90) };
        let back = net.dice.between(3, 90);
        if way.dark || net.strikes(Fault::RequestLost, 25) {
            return (Fate::Lost, back);
        }
        let length = call.body.as_ref().map_or(0, |(_, bytes)| bytes.len());
        let cut = (length > 1 && net.strikes(Fault::UploadCut, 25)).then(|| net.dice.index(length));
        if cut.is_none() && net.strikes(Fault::Duplicated, 20) {
            let due = now + after + net.dice.between(1, 2_000);
            net.late.push(Kept { call: call.clone(), due });
        }
        if cut.is_none() && net.strikes(Fault::Reordered, 30) {
            let due = now + net.dice.between(5_000, 900_000);
            net.late.push(Kept { call: call.clone(), due });
            return (Fate::Lost, back);
        }
        if way.one_way {
            net.tally.add(Fault::OneWay, 1);
        }
        let answered = !way.one_way && !net.strikes(Fault::AckLost, 20);
        (Fate::Arrives { after, cut, answered }, back)
    }

    /// What the server gets of a request: something on the way may change a byte of it.
    fn meddled(&self, call: &mut Call) {
        let mut net = self.ether.net();
        if let Some((_, bytes)) = call.body.as_mut().filter(|(_, bytes)| !bytes.is_empty())
            && net.strikes(Fault::LyingRelay, 40)
        {
            let (at, bit) = (net.dice.index(bytes.len()), net.dice.below(8));
            bytes[at] ^= 1 << bit;
        }
    }

    /// Nobody answers for as long as anybody waits.
    async fn silence(&self, now: i64) -> NetError {
        self.parker.park(now + PATIENCE_MS, PATIENCE_MS).await;
        NetError::Unreachable { server: "http://server.sim".into(), why: "the network".into() }
    }

    /// What arrives of an answer: something on the way may change or repeat it.
    fn relayed(&self, path: &str, bytes: Vec<u8>) -> Vec<u8> {
        let mut net = self.ether.net();
        let is_manifest = path.ends_with("/manifest");
        if is_manifest && let Some((fault, forged)) = net.forged_manifest.take() {
            net.tally.add(fault, 1);
            return forged;
        }
        let kept = net.answers.entry(path.to_owned()).or_default();
        kept.push_back(bytes.clone());
        if kept.len() > 6 {
            kept.pop_front();
        }
        let old = kept.front().cloned().unwrap_or_default();
        if is_manifest && net.strikes(Fault::ManifestReplayed, 8) {
            return old;
        }
        if is_manifest && net.strikes(Fault::ManifestTorn, 8) {
            return torn(bytes, &mut net.dice);
        }
        if net.strikes(Fault::LyingRelay, 40) {
            return if net.dice.one_in(2) { old } else { torn(bytes, &mut net.dice) };
        }
        bytes
    }
}

/// Cut off, or with one byte changed.
fn torn(mut bytes: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let at = dice.index(bytes.len().max(1));
    if dice.one_in(2) {
        bytes.truncate(at);
    } else if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
    bytes
}

/// As the scanner's HTTP client reads an answer.
fn read<A: for<'b> Decode<'b, ()>>(status: u16, bytes: &[u8]) -> Result<A, NetError> {
    let server = || "http://server.sim".to_owned();
    if status == 200 {
        let what = "it cannot be decoded".to_owned();
        return cose::decode_all(bytes).ok_or_else(|| NetError::Damaged { server: server(), what });
    }
    let damaged = || NetError::Damaged { server: server(), what: format!("it says {status}") };
    Err(ApiError::read(status, bytes, None).map_or_else(damaged, NetError::from))
}

impl Carrier for Wire {
    type Error = NetError;
    type Session = Token;

    async fn carry<Q, A>(&self, path: &str, token: Option<&Token>, question: &Q) -> Result<A, NetError>
    where
        Q: Encode<()> + Sync,
        A: for<'b> Decode<'b, ()>,
    {
        let bytes = cose::encode(question);
        let token = token.map(|token| token.text().to_owned());
        let mut call = Call { method: Method::POST, path: path.to_owned(), token, body: Some((MEDIA_TYPE, bytes)) };
        let now = self.ether.time.now();
        let (fate, back) = self.fate(&call, now);
        let Fate::Arrives { after, cut, answered } = fate else { return Err(self.silence(now).await) };
        self.parker.park(now + after, after).await;
        self.meddled(&mut call);
        if let (Some(cut), Some((_, bytes))) = (cut, &mut call.body) {
            bytes.truncate(cut);
        }
        let answer = self.ether.deliver(call).await;
        let dies = {
            let mut net = self.ether.net();
            let dies = answer.is_some() && std::mem::take(&mut net.kill_after_next);
            net.killed |= dies;
            net.tally.add(Fault::ServerCrash, u64::from(dies));
            dies
        };
        match answer {
            Some(answer) if answered && cut.is_none() && !dies => {
                let now = self.ether.time.now();
                self.parker.park(now + back, back).await;
                let bytes = self.relayed(path, answer.bytes);
                read(answer.status, &bytes)
            }
            _ => Err(self.silence(self.ether.time.now()).await),
        }
    }
}
