use super::*;
use crate::clock::Reading;
use crate::entry::{RawEntry, kind};
use crate::ids::BootId;

const SCANNER: ScannerId = ScannerId([1; 16]);
const EPOCH: Epoch = Epoch([2; 16]);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[3; 32])
}

fn chain(count: u64) -> Batch {
    let feed = feed_id(key().verifying_key().as_bytes(), EPOCH);
    let mut tip = Tip::new(feed, None);
    let mut entries = Vec::new();
    for n in 0..count {
        let at = Reading { wall_ms: 0, mono_ms: n, boot: BootId([5; 8]) };
        let bytes = RawEntry::new(tip.next(), kind::BOOT, at).to_bytes();
        tip = tip.advance(&bytes);
        entries.push(ByteVec::from(bytes));
    }
    let (seq, id) = tip.last().unwrap();
    let head = Head { scanner: SCANNER, epoch: EPOCH, feed, seq, id }.sign(&key());
    Batch { first: 1, entries, head }
}

#[test]
fn a_whole_chain_is_authentic() {
    let checked = chain(5).authenticate(SCANNER, &key().verifying_key()).unwrap();
    assert_eq!(checked.authentic.len(), 5);
    assert!(checked.faults.is_empty());
}

#[test]
fn one_bad_item_costs_itself_only_and_names_those_to_sign_again() {
    let mut batch = chain(5);
    batch.entries[2] = ByteVec::from(vec![0xff, 0x00]);
    let checked = batch.authenticate(SCANNER, &key().verifying_key()).unwrap();
    let kept: Vec<u64> = checked.authentic.iter().map(|a| a.entry.raw.seq).collect();
    assert_eq!(kept, [4, 5]);
    assert_eq!(checked.faults, [(1, Fault::Unsigned), (2, Fault::Unsigned), (3, Fault::Changed)]);
}

#[test]
fn a_head_of_another_key_scanner_or_length_is_refused() {
    let batch = chain(3);
    let other = SigningKey::from_bytes(&[9; 32]).verifying_key();
    assert!(matches!(batch.authenticate(SCANNER, &other), Err(BatchError::Head(HeadError::Envelope(_)))));
    let elsewhere = batch.authenticate(ScannerId([7; 16]), &key().verifying_key());
    assert_eq!(elsewhere, Err(BatchError::Head(HeadError::WrongScanner)));
    let mut short = chain(3);
    short.entries.pop();
    assert_eq!(short.authenticate(SCANNER, &key().verifying_key()), Err(BatchError::NotAtHead));
}

#[test]
fn a_head_can_be_peeked_at() {
    assert_eq!(Head::peek(&chain(3).head).map(|head| (head.scanner, head.seq)), Some((SCANNER, 3)));
    assert_eq!(Head::peek(&[1, 2, 3]), None);
}

/// A batch of one entry that its head vouches for, whatever it says of its place.
fn alone(seq: u64, change: impl FnOnce(&mut RawEntry)) -> Checked {
    let feed = feed_id(key().verifying_key().as_bytes(), EPOCH);
    let prev = (seq > 1).then_some(EntryId([8; 32]));
    let at = Reading { wall_ms: 0, mono_ms: 1, boot: BootId([5; 8]) };
    let mut raw = RawEntry::new(Link { feed, seq, prev }, kind::BOOT, at);
    change(&mut raw);
    let bytes = raw.to_bytes();
    let head = Head { scanner: SCANNER, epoch: EPOCH, feed, seq, id: entry_id(&bytes) }.sign(&key());
    let batch = Batch { first: seq, entries: vec![ByteVec::from(bytes)], head };
    batch.authenticate(SCANNER, &key().verifying_key()).unwrap()
}

type Change = fn(&mut RawEntry);

#[test]
fn an_entry_that_names_another_place_is_misplaced() {
    assert_eq!((alone(1, |_| {}).authentic.len(), alone(7, |_| {}).authentic.len()), (1, 1));
    let changes: [(u64, Change); 4] = [
        (7, |raw| raw.feed = FeedId([9; 16])),
        (7, |raw| raw.seq = 8),
        (7, |raw| raw.prev = None),
        (1, |raw| raw.prev = Some(EntryId([8; 32]))),
    ];
    for (seq, change) in changes {
        let checked = alone(seq, change);
        assert_eq!((checked.authentic.len(), checked.faults), (0, vec![(seq, Fault::Misplaced)]));
    }
}

#[test]
fn bytes_that_are_no_entry_are_named_though_vouched_for() {
    let feed = feed_id(key().verifying_key().as_bytes(), EPOCH);
    let head = Head { scanner: SCANNER, epoch: EPOCH, feed, seq: 1, id: entry_id(&[0xff]) }.sign(&key());
    let batch = Batch { first: 1, entries: vec![ByteVec::from(vec![0xff])], head };
    let checked = batch.authenticate(SCANNER, &key().verifying_key()).unwrap();
    assert_eq!(checked.faults, [(1, Fault::Undecodable)]);
}

#[test]
fn a_batch_reaches_from_its_first_entry_to_its_head_and_has_a_limit() {
    let public = key().verifying_key();
    let batch = |first: u64, entries: usize, seq: u64| {
        let feed = feed_id(public.as_bytes(), EPOCH);
        let head = Head { scanner: SCANNER, epoch: EPOCH, feed, seq, id: EntryId([1; 32]) }.sign(&key());
        let batch = Batch { first, entries: vec![ByteVec::from(vec![]); entries], head };
        batch.authenticate(SCANNER, &public).map(|checked| checked.faults.len())
    };
    assert_eq!(batch(1, MAX_BATCH_ENTRIES, 500), Ok(500));
    assert_eq!(batch(1, MAX_BATCH_ENTRIES + 1, 501), Err(BatchError::TooMany));
    assert_eq!(batch(4, 2, 5), Ok(2));
    for (first, entries, seq) in [(0, 6, 5), (4, 3, 5), (4, 1, 5), (0, 1, u64::MAX), (u64::MAX, 2, 1)] {
        assert_eq!(batch(first, entries, seq), Err(BatchError::NotAtHead), "{first}, {entries}, {seq}");
    }
    assert_eq!(batch(1, 0, 0), Err(BatchError::Head(HeadError::NoEntry)));
}

#[test]
fn a_head_names_the_feed_of_its_key_and_epoch() {
    let public = key().verifying_key();
    let feed = feed_id(public.as_bytes(), EPOCH);
    let head = Head { scanner: SCANNER, epoch: EPOCH, feed, seq: 1, id: EntryId([1; 32]) };
    assert_eq!(Head::open(&head.sign(&key()), SCANNER, &public), Ok(head));
    for wrong in [Head { feed: FeedId([1; 16]), ..head }, Head { epoch: Epoch([3; 16]), ..head }] {
        assert_eq!(Head::open(&wrong.sign(&key()), SCANNER, &public), Err(HeadError::WrongFeed));
    }
}

#[test]
fn a_fault_is_known_by_its_name() {
    for (fault, name) in [
        (Fault::Changed, "changed"),
        (Fault::Undecodable, "undecodable"),
        (Fault::Misplaced, "misplaced"),
        (Fault::Unsigned, "unsigned"),
    ] {
        assert_eq!((fault.name(), Fault::from_name(name)), (name, Some(fault)));
    }
    assert_eq!(Fault::from_name("moonstruck"), None);
}

#[test]
fn a_tip_gives_one_place_after_the_other() {
    let feed = FeedId([4; 16]);
    let tip = Tip::new(feed, None);
    assert_eq!((tip.next(), tip.last(), tip.feed()), (Link { feed, seq: 1, prev: None }, None, feed));
    let tip = tip.advance(b"first");
    let first = entry_id(b"first");
    assert_eq!((tip.next(), tip.last()), (Link { feed, seq: 2, prev: Some(first) }, Some((1, first))));
    assert_eq!(tip.advance(b"second").next().seq, 3);
}
