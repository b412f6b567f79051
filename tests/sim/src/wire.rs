//! The network between scanners and server: what the scanner's client is in the real world, with the weather of the
//! simulated one. Bytes are bytes here: every message is encoded, may be cut, and is answered by the real router.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::http::Method;
use minicbor::{Decode, Encode};
use scanner::net::{ApiError, NetError, Token};
use shared::api::{Ack, Carrier, ExchangeRequest, ExchangeResponse, MEDIA_TYPE, ManifestResponse, path};
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
const KEPT_MESSAGES: usize = 12;
/// Most lists kept for replays.
const KEPT_LISTS: usize = 4;

/// What the network does to one scanner at present.
#[derive(Debug, Clone, Copy, Default)]
pub struct Way {
    /// Nothing passes.
    pub dark: bool,
    /// Requests pass, answers do not.
    pub one_way: bool,
}

/// A message that arrives later, or once more.
#[derive(Debug, Clone)]
pub struct Kept {
    /// As it was sent.
    pub call: Call,
    /// When it arrives again.
    pub due: i64,
    /// What happens with it.
    pub fault: Fault,
    /// Whose it is.
    pub scanner: usize,
    /// How many messages of that scanner had arrived when it was sent.
    pub after: u64,
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
    /// By scanner: how many of its messages have arrived.
    pub arrived: Vec<u64>,
    /// By scanner: entries are on their way to the server, or its word on them on the way back.
    pub carrying: Vec<bool>,
    /// Uploads with entries that were answered, for repeating them.
    pub uploads: VecDeque<ExchangeRequest>,
    /// A token that was good not long ago.
    pub token: Option<String>,
    /// What the server has acknowledged: by feed, how far and which entry is there.
    pub acked: BTreeMap<FeedId, (u64, EntryId)>,
    /// Answers by path, for a relay that repeats them.
    pub answers: BTreeMap<String, VecDeque<Vec<u8>>>,
    /// Lists that went to scanners, oldest first.
    pub lists: VecDeque<Vec<u8>>,
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
            arrived: vec![],
            carrying: vec![],
            uploads: VecDeque::new(),
            token: None,
            acked: BTreeMap::new(),
            answers: BTreeMap::new(),
            lists: VecDeque::new(),
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

    /// Whether anybody would answer.
    pub fn is_up(&self) -> bool {
        self.router.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Who answers; `None` while the server is down.
    pub fn connect(&self, router: Option<Router>) {
        *self.router.lock().unwrap_or_else(PoisonError::into_inner) = router;
    }

    /// Has the server answer; `None` if it is down or dies over it.
    pub async fn deliver(&self, call: Call) -> Option<Answer> {
        let router = self.router.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        let (path, upload) = (call.path.clone(), entries_of(&call));
        let token = call.token.clone();
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
        if path == path::LOGS && answer.status == 200 {
            net.note_ack(&answer.bytes);
            net.token = token;
            net.uploads.extend(upload);
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

    /// Whether a fault that may happen does so now. It is counted where it took effect.
    fn strikes(&mut self, fault: Fault, one_in: u64) -> bool {
        self.may(fault) && self.dice.one_in(one_in)
    }

    /// By scanner, for so many.
    pub fn make_room(&mut self, many: usize) {
        self.ways = vec![Way::default(); many];
        (self.arrived, self.carrying) = (vec![0; many], vec![false; many]);
    }

    /// A message of a scanner arrived.
    fn note_arrival(&mut self, scanner: usize) {
        if let Some(arrived) = self.arrived.get_mut(scanner) {
            *arrived += 1;
        }
    }

    fn carries(&mut self, scanner: usize, entries: bool) {
        if let Some(carrying) = self.carrying.get_mut(scanner) {
            *carrying = entries;
        }
    }

    fn keep(&mut self, call: &Call, due: i64, fault: Fault, scanner: usize) {
        let after = self.arrived.get(scanner).copied().unwrap_or(0);
        self.late.push(Kept { call: call.clone(), due, fault, scanner, after });
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
    Arrives { after: i64, cut: Option<usize>, back: i64 },
}

/// What a message brings the server, if it brings entries.
fn entries_of(call: &Call) -> Option<ExchangeRequest> {
    let (_, bytes) = call.body.as_ref().filter(|_| call.path == path::LOGS)?;
    let request: ExchangeRequest = cose::decode_all(bytes)?;
    request.batches.iter().any(|batch| !batch.entries.is_empty()).then_some(request)
}

impl Wire {
    /// For the scanner with this number.
    pub fn new(ether: Arc<Ether>, scanner: usize) -> Self {
        Self { ether, scanner, parker: Arc::default() }
    }

    fn fate(&self, call: &Call, now: i64) -> Fate {
        let up = self.ether.is_up();
        let mut net = self.ether.net();
        let way = net.ways.get(self.scanner).copied().unwrap_or_default();
        let after = if net.dice.one_in(12) { net.dice.between(200, 4_000) } else { net.dice.between(3, 90) };
        let back = net.dice.between(3, 90);
        if way.dark {
            return Fate::Lost;
        }
        if net.strikes(Fault::RequestLost, 25) {
            // Where nobody would have answered, nothing was lost.
            net.tally.add(Fault::RequestLost, u64::from(up));
            return Fate::Lost;
        }
        let length = call.body.as_ref().map_or(0, |(_, bytes)| bytes.len());
        let cut = (length > 1 && net.strikes(Fault::UploadCut, 25)).then(|| net.dice.index(length));
        if cut.is_none() && net.strikes(Fault::Duplicated, 20) {
            let due = now + after + net.dice.between(1, 2_000);
            net.keep(call, due, Fault::Duplicated, self.scanner);
        }
        if cut.is_none() && net.strikes(Fault::Reordered, 30) {
            let due = now + net.dice.between(5_000, 900_000);
            net.keep(call, due, Fault::Reordered, self.scanner);
            return Fate::Lost;
        }
        Fate::Arrives { after, cut, back }
    }

    /// What the server gets of a request: something on the way may change a byte of it. Says whether it did.
    fn meddled(&self, call: &mut Call) -> bool {
        let mut net = self.ether.net();
        let Some((_, bytes)) = call.body.as_mut().filter(|(_, bytes)| !bytes.is_empty()) else { return false };
        let strikes = net.strikes(Fault::LyingRelay, 40);
        if strikes {
            let (at, bit) = (net.dice.index(bytes.len()), net.dice.below(8));
            bytes[at] ^= 1 << bit;
        }
        strikes
    }

    /// Whether the server's answer reaches the scanner, and what happened if not.
    fn is_heard(&self, call_was_cut: bool, meddled: bool, stored: bool, answer: &Answer) -> bool {
        let mut net = self.ether.net();
        net.note_arrival(self.scanner);
        net.tally.add(Fault::UploadCut, u64::from(call_was_cut));
        net.tally.add(Fault::LyingRelay, u64::from(meddled && !call_was_cut));
        // What it said it kept, and kept just now: the machine dies between the two.
        if stored && answer.status == 200 && std::mem::take(&mut net.kill_after_next) {
            net.killed = true;
            net.tally.add(Fault::ServerCrash, 1);
            return false;
        }
        let way = net.ways.get(self.scanner).copied().unwrap_or_default();
        if way.one_way {
            net.tally.add(Fault::OneWay, 1);
            return false;
        }
        if way.dark {
            return false;
        }
        if !call_was_cut && net.strikes(Fault::AckLost, 20) {
            net.tally.add(Fault::AckLost, 1);
            return false;
        }
        !call_was_cut
    }

    /// Nobody answers for as long as anybody waits.
    async fn silence(&self, now: i64) -> NetError {
        self.parker.park(now + PATIENCE_MS, PATIENCE_MS).await;
        NetError::Unreachable { server: "http://server.sim".into(), why: "the network".into() }
    }

    /// What arrives of an answer: something on the way may change or repeat it.
    fn relayed(&self, path: &str, answer: &Answer) -> Vec<u8> {
        let mut net = self.ether.net();
        let bytes = answer.bytes.clone();
        let is_manifest = path.ends_with("/manifest") && answer.status == 200;
        if is_manifest && let Some((fault, forged)) = net.forged_manifest.take() {
            net.tally.add(fault, 1);
            return forged;
        }
        // "You have the newest" is no list that could be torn, or be an old one.
        let is_list = is_manifest && has_header(&bytes);
        if is_manifest && net.strikes(Fault::ManifestReplayed, 6) {
            let older = net.lists.front().filter(|older| **older != bytes).cloned();
            net.tally.add(Fault::ManifestReplayed, u64::from(older.is_some()));
            return older.unwrap_or(bytes);
        }
        if is_list {
            net.lists.push_back(bytes.clone());
            if net.lists.len() > KEPT_LISTS {
                net.lists.pop_front();
            }
        }
        if is_list && net.strikes(Fault::ManifestTorn, 8) {
            net.tally.add(Fault::ManifestTorn, 1);
            return torn(bytes, &mut net.dice);
        }
        let kept = net.answers.entry(path.to_owned()).or_default();
        kept.push_back(bytes.clone());
        if kept.len() > 6 {
            kept.pop_front();
        }
        let old = kept.front().cloned().unwrap_or_default();
        if net.strikes(Fault::LyingRelay, 40) {
            let changed = if net.dice.one_in(2) { old } else { torn(bytes.clone(), &mut net.dice) };
            net.tally.add(Fault::LyingRelay, u64::from(changed != bytes));
            return changed;
        }
        bytes
    }
}

/// Whether an answer about a list brings one.
fn has_header(bytes: &[u8]) -> bool {
    let answer: Option<ManifestResponse> = cose::decode_all(bytes);
    matches!(answer, Some(ManifestResponse::Header { .. } | ManifestResponse::Delta { .. }))
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
        let upload = entries_of(&call).is_some();
        let Fate::Arrives { after, cut, back } = self.fate(&call, now) else { return Err(self.silence(now).await) };
        self.ether.net().carries(self.scanner, upload);
        self.parker.park(now + after, after).await;
        let meddled = self.meddled(&mut call);
        if let (Some(cut), Some((_, bytes))) = (cut, &mut call.body) {
            bytes.truncate(cut);
        }
        let before = self.ether.server_disk.log_syncs();
        let answer = self.ether.deliver(call).await;
        let synced = self.ether.server_disk.log_syncs() > before;
        let heard = answer.filter(|answer| self.is_heard(cut.is_some(), meddled, upload && synced, answer));
        let Some(answer) = heard else {
            self.ether.net().carries(self.scanner, false);
            return Err(self.silence(self.ether.time.now()).await);
        };
        let now = self.ether.time.now();
        self.parker.park(now + back, back).await;
        self.ether.net().carries(self.scanner, false);
        let bytes = self.relayed(path, &answer);
        read(answer.status, &bytes)
    }
}
