//! Ticket lists: signed headers with their parts, and changes on top of a list that is in force.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use scanner::engine::{Engine, ManifestProgress, ScanRequest};
use shared::api::{BucketPart, ManifestResponse};
use shared::cose::{Domain, decode_all, encode, peek};
use shared::manifest::{
    BUCKET_HASH_LEN, BucketHasher, Header, bucket_bits, bucket_of, check_bucket, open_for_adoption,
};

use super::world::{content, signed, world};
use crate::golden::{Vector, vectors};

/// A header and records, as they come from the network.
#[derive(Encode, Decode)]
struct Sent {
    #[n(0)]
    header: ByteVec,
    #[n(1)]
    records: Vec<ByteVec>,
}

/// A whole list for a device that has none.
pub(super) fn manifest(input: &[u8]) {
    let Some(sent) = decode_all::<Sent>(input) else { return offer(input, &[]) };
    offer(&sent.header, &sent.records);
}

fn offer(header: &[u8], records: &[ByteVec]) {
    let world = world();
    let damaged = signed(Domain::Manifest, &world.manifests, header);
    // A list whose keys, hashes and numbers are right whatever its records are.
    let fitting = fitted(&content(header), records).map(|header| header.sign(&world.manifests));
    for header in [Some(header.to_vec()), Some(damaged), fitting].into_iter().flatten() {
        let Ok(opened) = open_for_adoption(&header, &world.trust, world.event, None, world.now) else { continue };
        let mut device = world.device();
        let part = BucketPart { bucket: 0, records: records.to_vec() };
        let checked = check_bucket(&opened, 0, records.iter().map(|record| &record[..]));
        let answers = [
            ManifestResponse::Header { header, keyset: None },
            ManifestResponse::Buckets { version: opened.version, parts: vec![part] },
        ];
        let adopted = take(&mut device, &answers);
        assert!(!adopted || opened.buckets() > 1 || checked.is_ok(), "a list in force whose part does not fit");
        if adopted {
            use_it(&mut device);
        }
    }
}

/// The header with hashes and numbers that fit the records; `None` where it cannot be read or has several parts.
fn fitted(header: &[u8], records: &[ByteVec]) -> Option<Header> {
    let mut header: Header = decode_all(header)?;
    header.tickets = u64::try_from(records.len()).ok()?;
    header.bucket_bits = bucket_bits(header.tickets);
    if header.bucket_bits > 0 {
        return None;
    }
    let mut hasher = BucketHasher::new(header.event, 0);
    for record in records {
        hasher.add(record);
    }
    header.bucket_hashes = hasher.finish().to_vec();
    debug_assert_eq!(header.bucket_hashes.len(), BUCKET_HASH_LEN);
    Some(header)
}

/// Whether the device put a list into force.
fn take(device: &mut Engine, answers: &[ManifestResponse]) -> bool {
    // A refusal is a fine answer; what must not happen is a panic or a list in force that was refused.
    let mut adopted = false;
    for answer in answers {
        let progress = device.apply_manifest(world().event, answer);
        adopted |= matches!(progress, Ok(ManifestProgress::Adopted { .. }));
    }
    adopted
}

/// Scans with whatever is in force.
fn use_it(device: &mut Engine) {
    for text in ["TICKET:1:2:3", "TS1:X"] {
        // A policy may name no gate; then the scan says so.
        drop(device.scan(&ScanRequest::of(text)));
    }
    device.status().expect("the device still says how it is");
}

/// Golden lists: a header with its first part.
pub(super) fn manifest_corpus() -> Vec<Vec<u8>> {
    let whole = |vector: &Vector| {
        let parts = vector.json.opt("buckets")?.items();
        let records: Vec<ByteVec> =
            parts.first()?.items().iter().take(600).map(|record| record.bytes().into()).collect();
        Some(encode(&Sent { header: vector.json.at("header").bytes().into(), records }))
    };
    let vectors = vectors("manifests", None, 10, 30);
    // Beyond 16 KiB a mutation rarely hits what decides.
    let lists = vectors.iter().filter_map(whole).filter(|bytes| bytes.len() < 16 * 1024);
    let headers = vectors.iter().filter_map(|vector| vector.json.opt("header")).map(|header| content(&header.bytes()));
    lists.chain(headers.filter(|bytes| bytes.len() < 16 * 1024)).collect()
}

/// Changes for a device that holds `good-small.json`.
pub(super) fn delta(input: &[u8]) {
    let world = world();
    let Some(sent) = decode_all::<Sent>(input) else { return };
    let damaged = signed(Domain::Manifest, &world.manifests, &sent.header);
    let fitting = changed(&content(&sent.header), &sent.records).map(|header| header.sign(&world.manifests));
    for header in [Some(sent.header.to_vec()), Some(damaged), fitting].into_iter().flatten() {
        if peek::<Header>(&header).is_none() {
            continue;
        }
        let mut device = world.device_with_list();
        let before = world.header.version;
        let answer = ManifestResponse::Delta { header, records: sent.records.clone(), keyset: None };
        let outcome = device.apply_manifest(world.event, &answer);
        let request = device.manifest_request(world.event).expect("the device knows what to ask next");
        let adopted = matches!(outcome, Ok(ManifestProgress::Adopted { .. }));
        assert_eq!(request.have.is_some_and(|version| version > before), adopted, "{outcome:?}");
        use_it(&mut device);
    }
}

/// The header with a higher version and hashes of the held list after the change.
fn changed(header: &[u8], records: &[ByteVec]) -> Option<Header> {
    let world = world();
    let mut all = std::collections::BTreeMap::new();
    let held = world.list.at("buckets").items()[0].items();
    for bytes in held.iter().map(|record| ByteVec::from(record.bytes())).chain(records.iter().cloned()) {
        let key = shared::manifest::Record::read(&bytes)?.key;
        all.insert(key, bytes);
    }
    let sorted: Vec<ByteVec> = all.into_values().collect();
    let mut header = fitted(header, &sorted)?;
    header.version = header.version.max(world.header.version + 1);
    debug_assert_eq!(bucket_of(&shared::ids::TicketKey([0xff; 16]), 0), 0);
    Some(header)
}

/// Golden deltas, and golden lists taken for deltas.
pub(super) fn delta_corpus() -> Vec<Vec<u8>> {
    let vectors = vectors("manifests", None, 10, 30);
    let deltas = vectors.iter().filter_map(|vector| {
        let records = vector.json.opt("delta")?.items().iter().map(|record| record.bytes().into()).collect();
        Some(encode(&Sent { header: vector.json.at("header").bytes().into(), records }))
    });
    let deltas: Vec<Vec<u8>> = deltas.filter(|bytes| bytes.len() < 16 * 1024).collect();
    deltas.into_iter().chain(manifest_corpus().into_iter().take(12)).collect()
}
