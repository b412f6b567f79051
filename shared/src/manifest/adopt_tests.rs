use super::*;
use crate::cose::{SigningKey, key_id, sign_object};
use crate::ids::{OrganizationId, TicketKey};
use crate::manifest::{BucketHasher, Record, TicketState, bucket_of, check_bucket};
use crate::policy::Policy;
use crate::trust::{Keyset, PublicKey, root_fingerprint};

const ORGANIZATION: OrganizationId = OrganizationId([1; 16]);
const EVENT: EventId = EventId([2; 16]);
const NOW: i64 = 1_000;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn trust() -> Trust {
    let public = key(2).verifying_key();
    let signer = PublicKey {
        id: key_id(&public),
        public: public.to_bytes(),
        role: KeyRole::Manifest,
        event: None,
        not_before: 0,
        not_after: i64::MAX,
        withdrawn: None,
    };
    let keyset = Keyset { organization: ORGANIZATION, version: 3, created: 0, keys: vec![signer] };
    let root = key(1).verifying_key();
    Trust::pin(root_fingerprint(&root), &root.to_bytes(), &sign_object(Domain::Keyset, &key(1), &keyset)).unwrap()
}

fn header(tickets: u64) -> Header {
    let bits = bucket_bits(tickets);
    Header {
        organization: ORGANIZATION,
        event: EVENT,
        version: 5,
        created: 10,
        expires: NOW,
        policy: Policy {
            name: "Sommerfest".into(),
            starts: 0,
            ends: 1,
            zones: vec![],
            gates: vec![],
            products: vec![],
            reentry: false,
            capacity: None,
            list_only: false,
            stale_stop: None,
            last_entry: None,
            max_reentries: None,
            retry_window: 0,
            time_zone: "UTC".into(),
        },
        keyset_version: 3,
        certificates: vec![],
        revocations: vec![],
        bucket_bits: bits,
        bucket_hashes: vec![7; BUCKET_HASH_LEN << bits],
        tickets,
    }
}

fn open(change: impl FnOnce(&mut Header), held: Option<Held>) -> Result<u64, ManifestError> {
    let mut offered = header(600);
    change(&mut offered);
    open_for_adoption(&offered.sign(&key(2)), &trust(), EVENT, held, NOW).map(|header| header.version)
}

fn held(version: u64) -> Held {
    Held { version, digest: digest(&header(600).sign(&key(2))) }
}

#[test]
fn a_header_comes_in_only_if_it_is_ours_current_and_newer() {
    assert_eq!(open(|_| {}, None), Ok(5), "in the last moment before it expires");
    assert_eq!(open(|_| {}, Some(held(4))), Ok(5));
    assert_eq!(open(|h| h.organization = OrganizationId([9; 16]), None), Err(ManifestError::WrongOrganization));
    assert_eq!(open(|h| h.event = EventId([9; 16]), None), Err(ManifestError::WrongEvent(EventId([9; 16]))));
    assert_eq!(open(|h| h.expires = NOW - 1, None), Err(ManifestError::Expired { expires: NOW - 1 }));
    assert_eq!(open(|_| {}, Some(held(6))), Err(ManifestError::NotNewer { held: 6, offered: 5 }));
    assert_eq!(open(|_| {}, Some(held(5))), Err(ManifestError::AlreadyHeld(5)));
    assert_eq!(open(|h| h.created = 11, Some(held(5))), Err(ManifestError::Equivocation(5)));
    assert_eq!(open(|h| h.keyset_version = 2, None), Ok(5));
    assert_eq!(open(|h| h.keyset_version = 4, None), Err(ManifestError::KeysetTooOld { held: 3, needed: 4 }));
    let unsigned = open_for_adoption(&header(600).sign(&key(3)), &trust(), EVENT, None, NOW);
    assert!(matches!(unsigned, Err(ManifestError::Trust(_))));
}

#[test]
fn a_header_does_not_contradict_itself() {
    let refused = |change: fn(&mut Header)| open(change, None) == Err(ManifestError::Inconsistent);
    assert!(refused(|h| h.bucket_bits = 2), "more buckets than its tickets need");
    assert!(refused(|h| h.tickets = 512), "fewer tickets than its buckets");
    assert!(refused(|h| h.bucket_hashes.truncate(BUCKET_HASH_LEN)), "one hash for two buckets");
    assert!(refused(|h| h.bucket_hashes.push(0)), "a byte too many");
    assert!(refused(|h| h.created = h.expires + 1), "expired before it was made");
    assert_eq!(open(|h| h.created = h.expires, None), Ok(5));
    for tickets in [0, 512, 513, 1_000_000] {
        assert_eq!(check_header(&header(tickets)), Ok(()), "{tickets}");
    }
    assert_eq!(check_count(&header(600), 600), Ok(()));
    for found in [599, 601] {
        assert_eq!(check_count(&header(600), found), Err(ManifestError::WrongCount { signed: 600, found }));
    }
}

#[test]
fn the_next_version_is_above_all_that_is_known_and_all_that_was_forgotten() {
    let from_2020 = |seconds: i64| (EPOCH_2020_S + seconds) * 1000 + 999;
    assert_eq!(next_version(3, 7, 0), 8);
    assert_eq!(next_version(7, 3, 0), 8);
    assert_eq!(next_version(7, 3, from_2020(8)), 8);
    assert_eq!(next_version(7, 3, from_2020(9)), 9);
    assert_eq!(next_version(u64::MAX, 0, i64::MAX), u64::MAX);
}

fn record(first: u8, last: u8) -> Vec<u8> {
    let mut key = TicketKey([first; 16]);
    key.0[15] = last;
    let (generation, product, admits) = (1, crate::ids::ProductId(7), 1);
    let state = TicketState::Valid;
    Record { key, state, generation, product, admits, not_before: None, not_after: None, sealed: None }.to_bytes()
}

/// A header of two buckets that signs exactly these records for one of them.
fn signing(bucket: u32, records: &[Vec<u8>]) -> Header {
    let mut hasher = BucketHasher::new(EVENT, bucket);
    for record in records {
        hasher.add(record);
    }
    let mut header = header(600);
    let at = bucket as usize * BUCKET_HASH_LEN;
    header.bucket_hashes[at..at + BUCKET_HASH_LEN].copy_from_slice(&hasher.finish());
    header
}

fn check(header: &Header, bucket: u32, records: &[Vec<u8>]) -> Result<usize, ManifestError> {
    check_bucket(header, bucket, records.iter().map(Vec::as_slice)).map(|read| read.len())
}

#[test]
fn a_bucket_fits_its_hash_its_place_and_its_order() {
    let (one, two, three) = (record(0x80, 1), record(0x80, 2), record(0xff, 1));
    for records in [vec![], vec![one.clone()], vec![one.clone(), two.clone(), three.clone()]] {
        assert_eq!(check(&signing(1, &records), 1, &records), Ok(records.len()));
    }
    let all = [one.clone(), two.clone()];
    let damaged = Err(ManifestError::BucketMismatch(1));
    assert_eq!(check(&signing(1, &all), 1, &all[..1]), damaged, "one is missing");
    assert_eq!(check(&signing(1, &all[..1]), 1, &all), damaged, "one too many");
    assert_eq!(check(&signing(0, &all), 0, &all), Err(ManifestError::BucketMismatch(0)), "rightly signed, wrong place");
    assert_eq!(check(&signing(0, &all), 1, &all), damaged, "another bucket's hash");
    assert_eq!(check(&signing(1, &all), 2, &all), Err(ManifestError::BucketMismatch(2)), "there is no such bucket");
    for (why, signed) in [
        ("falling", vec![two.clone(), one.clone()]),
        ("twice", vec![one.clone(), one.clone()]),
        ("falling at the end", vec![one.clone(), three, two]),
        ("no record", vec![one.clone(), vec![0xff]]),
        ("a byte behind a record", vec![[&one[..], &[0]].concat()]),
    ] {
        assert_eq!(check(&signing(1, &signed), 1, &signed), damaged, "{why}");
    }
    let mut last = one;
    let at = last.len() - 4;
    last[at] ^= 1;
    assert_eq!(check(&signing(1, &all), 1, &[last, all[1].clone()]), damaged, "one bit");
}

#[test]
fn a_header_has_a_hash_for_each_of_its_buckets() {
    let mut header = header(2_000);
    for (at, byte) in header.bucket_hashes.iter_mut().enumerate() {
        *byte = u8::try_from(at / BUCKET_HASH_LEN).unwrap();
    }
    assert_eq!(header.buckets(), 4);
    for bucket in 0..4 {
        assert_eq!(header.bucket_hash(bucket), Some([u8::try_from(bucket).unwrap(); BUCKET_HASH_LEN]));
    }
    assert_eq!(header.bucket_hash(4), None);
    assert_eq!(bucket_of(&TicketKey([0x12, 0xf4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 12), 0x12f);
    assert_eq!(bucket_of(&TicketKey([0xff; 16]), 0), 0);
}
