//! What scanners write and pass on: entries in batches, heads, and the other small signed objects.

use minicbor::bytes::ByteVec;
use shared::api::{Ack, Confirmation, ExchangeResponse};
use shared::cose::{Domain, decode_all, encode, sign_object};
use shared::entry::{Entry, RawEntry, entry_id};
use shared::feed::{Batch, Head, MAX_BATCH_ENTRIES, Tip, feed_id};
use shared::ids::{FeedId, StoreId};
use shared::merge::reference::{Facts, rebuild};
use shared::time::{TimeToken, Window};
use shared::trust::{Certificate, KeyRole, Keyset};

use super::codes::bytes_of;
use super::world::{content, signed, world};
use crate::golden::vectors;

/// Entries a device takes in for one input; more only cost time.
const MOST: usize = 40;

/// A batch: authenticated as it is; each entry signed for itself; all of them chained anew. What is authentic then goes
/// through the merge, and through a device's database.
pub(super) fn batch(input: &[u8]) {
    let writer = &world().writer;
    let key = writer.key.verifying_key();
    let Some(batch) = decode_all::<Batch>(input) else {
        // A single entry.
        drop(Entry::read(input));
        return;
    };
    let checked = batch.authenticate(writer.scanner, &key);
    let mut kept: Vec<(Entry, Batch)> = Vec::new();
    if let Ok(checked) = &checked {
        assert_eq!(checked.authentic.len() + checked.faults.len(), batch.entries.len(), "each entry has its answer");
        kept.extend(checked.authentic.iter().filter_map(|item| Some((item.entry.clone(), alone(&item.bytes)?))));
    }
    let entries = batch.entries.iter().take(MAX_BATCH_ENTRIES);
    kept.extend(entries.clone().filter_map(|bytes| Some((Entry::read(bytes).ok()?, alone(bytes)?))));
    let chained = chain(entries.filter_map(|bytes| decode_all(bytes)).collect());
    if let Some(batch) = &chained {
        let checked = batch.authenticate(writer.scanner, &key).expect("a chain made here is right");
        assert!(checked.faults.len() <= batch.entries.len());
        kept.extend(checked.authentic.into_iter().map(|item| (item.entry, batch.clone())));
    }
    merge(&kept);
    let mut batches: Vec<Batch> = vec![batch];
    batches.extend(chained);
    batches.extend(kept.into_iter().map(|(_, batch)| batch).filter(|batch| batch.entries.len() == 1));
    batches.truncate(MOST);
    exchange(batches);
}

/// An entry under a head of its own, if its place in the feed can be read.
fn alone(bytes: &[u8]) -> Option<Batch> {
    let writer = &world().writer;
    let entry = Entry::read(bytes).ok()?;
    let feed = feed_id(writer.key.verifying_key().as_bytes(), writer.epoch);
    let head = Head { scanner: writer.scanner, epoch: writer.epoch, feed, seq: entry.raw.seq, id: entry_id(bytes) };
    Some(Batch { first: entry.raw.seq, entries: vec![bytes.to_vec().into()], head: head.sign(&writer.key) })
}

/// The entries as one right chain from 1 on, whatever else they say.
fn chain(entries: Vec<RawEntry>) -> Option<Batch> {
    let writer = &world().writer;
    let feed = feed_id(writer.key.verifying_key().as_bytes(), writer.epoch);
    let mut tip = Tip::new(feed, None);
    let mut all: Vec<ByteVec> = Vec::new();
    for mut entry in entries {
        let link = tip.next();
        (entry.feed, entry.seq, entry.prev) = (link.feed, link.seq, link.prev);
        let bytes = entry.to_bytes();
        tip = tip.advance(&bytes);
        all.push(bytes.into());
    }
    let (seq, id) = tip.last()?;
    let head = Head { scanner: writer.scanner, epoch: writer.epoch, feed, seq, id }.sign(&writer.key);
    Some(Batch { first: 1, entries: all, head })
}

/// I3: the same set gives the same answer.
fn merge(kept: &[(Entry, Batch)]) {
    let world = world();
    let feed = feed_id(world.writer.key.verifying_key().as_bytes(), world.writer.epoch);
    let window = Window::of(&world.header.policy);
    let facts = Facts {
        scanners: [(feed, world.writer.scanner)].into(),
        revocations: Vec::new(),
        windows: [(world.event, window)].into(),
        time: &|token| TimeToken::open(token, &world.trust).ok().map(|token| token.server_ms),
    };
    let forwards = rebuild(kept.iter().map(|(entry, _)| entry), &facts);
    let backwards = rebuild(kept.iter().rev().map(|(entry, _)| entry), &facts);
    assert_eq!(forwards.digest(world.event), backwards.digest(world.event), "the order of arrival changed the state");
}

/// A device hears of the batches from its server.
fn exchange(batches: Vec<Batch>) {
    let world = world();
    let mut device = world.device_with_list();
    let ack = Ack { store: StoreId([0x51; 16]), at: world.now, feeds: Vec::new() };
    let response = ExchangeResponse {
        ack: sign_object(Domain::Ack, &world.server, &ack),
        problems: Vec::new(),
        batches,
        more: false,
        wanted: Vec::new(),
        refill: false,
    };
    device.apply_exchange(&response).expect("bad entries are refused one by one, never with an error");
    device.status().expect("the device still says how it is");
}

/// Golden batches.
pub(super) fn batch_corpus() -> Vec<Vec<u8>> {
    let vectors = vectors("entries", Some("batch"), 6, 10);
    let batches = vectors.iter().map(|vector| {
        let entries = vector.json.at("entries").items();
        encode(&Batch {
            first: vector.json.at("first").number(),
            entries: entries.iter().map(|entry| entry.at("bytes").bytes().into()).collect(),
            head: vector.json.at("head").bytes(),
        })
    });
    let of_merge = crate::golden::vectors("merge", None, 30, 0);
    let histories = of_merge.iter().flat_map(|vector| vector.json.at("feeds").items()).map(|feed| {
        let entries = feed.at("entries").items();
        encode(&Batch {
            first: 1,
            entries: entries.iter().map(|entry| entry.at("bytes").bytes().into()).collect(),
            head: feed.opt("head").map(|head| head.bytes()).unwrap_or_default(),
        })
    });
    batches.chain(histories).filter(|bytes| bytes.len() < 16 * 1024).collect()
}

/// A head, and every other small object somebody signs: each is tried as each.
pub(super) fn head(input: &[u8]) {
    let world = world();
    let writer = &world.writer;
    let key = writer.key.verifying_key();
    let content = content(input);
    for bytes in [input.to_vec(), signed(Domain::Head, &writer.key, &content)] {
        let _ = Head::peek(&bytes);
        if let Ok(head) = Head::open(&bytes, writer.scanner, &key) {
            assert!(head.seq > 0 && head.feed != FeedId::default());
        }
    }
    let keyset = signed(Domain::Keyset, &world.root, &content);
    drop(Keyset::open(input, &world.root.verifying_key()));
    drop(Keyset::open(&keyset, &world.root.verifying_key()));
    drop(world.trust.clone().adopt(&keyset));
    let certificate = signed(Domain::Certificate, &world.certificates, &content);
    if let Ok(certificate) = Certificate::open(&certificate, &world.trust) {
        assert!(certificate.verifying_key().is_some());
    }
    let _ = TimeToken::open(&signed(Domain::Time, &world.server, &content), &world.trust);
    let ack = signed(Domain::Ack, &world.server, &content);
    let ack = world.trust.open(Domain::Ack, KeyRole::Server, &ack, |ack: &Ack| ack.at);
    let confirm = signed(Domain::Confirm, &world.server, &content);
    drop(world.trust.open(Domain::Confirm, KeyRole::Server, &confirm, |word: &Confirmation| word.at));
    if ack.is_ok() {
        let response = ExchangeResponse {
            ack: signed(Domain::Ack, &world.server, &content),
            problems: Vec::new(),
            batches: Vec::new(),
            more: false,
            wanted: Vec::new(),
            refill: false,
        };
        // A server that lies about what it keeps may be refused; the device goes on either way.
        let mut device = world.device_with_list();
        drop(device.apply_exchange(&response));
        device.status().expect("the device still says how it is");
    }
}

/// Golden heads, keysets, certificates, time tokens.
pub(super) fn head_corpus() -> Vec<Vec<u8>> {
    let mut corpus = Vec::new();
    for (folder, kind, member) in [
        ("heads", None, "head"),
        ("trust", Some("keyset"), "keyset"),
        ("trust", Some("certificate"), "certificate"),
        ("time", Some("token"), "token"),
    ] {
        corpus.extend(vectors(folder, kind, 1, 1).iter().filter_map(|vector| bytes_of(&vector.json, member)));
    }
    let feed = feed_id(world().writer.key.verifying_key().as_bytes(), world().writer.epoch);
    let acked =
        |contiguous, missing| shared::api::Acked { feed, contiguous, id: None, missing, witnessed: 9, forked: true };
    let ack =
        Ack { store: StoreId([0x51; 16]), at: world().now, feeds: vec![acked(0, vec![(1, 9)]), acked(3, vec![])] };
    corpus.push(sign_object(Domain::Ack, &world().server, &ack));
    corpus
}
