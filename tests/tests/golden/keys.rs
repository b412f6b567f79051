//! Derived values of PROTOCOL.md section 2 against the golden tables.

use shared::cose::{SigningKey, key_id};
use shared::entry::entry_id;
use shared::feed::feed_id;
use shared::ids::{EntryId, Epoch, FeedId, Fingerprint, KeyId, ManifestDigest, TicketKey, to_hex};
use shared::manifest::{BucketHasher, bucket_bits, bucket_of, digest};
use shared::ticket::{Secret, opaque_key, secret_key};
use shared::trust::root_fingerprint;
use turnstone_tests::golden::{Findings, Node, event, vectors};

/// What `shared` makes of one row, beside what the table says.
fn row(table: &str, case: &Node) -> (String, String) {
    let public = || case.at("public_key").public_key();
    match table {
        "good-key-id" => (key_id(&public()).to_string(), case.at("key_id").id::<KeyId>().to_string()),
        "good-public-key" => {
            let key = SigningKey::from_bytes(&case.at("seed").bytes32());
            (to_hex(key.verifying_key().as_bytes()), case.at("public_key").str())
        }
        "good-root-fingerprint" => {
            (root_fingerprint(&public()).to_string(), case.at("fingerprint").id::<Fingerprint>().to_string())
        }
        "good-feed-id" => {
            let epoch: Epoch = case.at("epoch").id();
            (feed_id(public().as_bytes(), epoch).to_string(), case.at("feed").id::<FeedId>().to_string())
        }
        "good-ticket-key-secret" => {
            let secret = Secret(case.at("secret").bytes().try_into().unwrap());
            (secret_key(event(case), &secret).to_string(), case.at("ticket_key").id::<TicketKey>().to_string())
        }
        "good-ticket-key-opaque" => {
            let key = opaque_key(event(case), &case.at("text").str());
            (key.to_string(), case.at("ticket_key").id::<TicketKey>().to_string())
        }
        "good-entry-id" => (entry_id(&case.at("bytes").bytes()).to_string(), case.at("id").id::<EntryId>().to_string()),
        "good-manifest-digest" => {
            (digest(&case.at("bytes").bytes()).to_string(), case.at("digest").id::<ManifestDigest>().to_string())
        }
        "good-bucket-hash" => {
            let mut hasher = BucketHasher::new(event(case), case.at("index").number());
            hasher.add(&case.at("records").bytes());
            (to_hex(&hasher.finish()), case.at("hash").str())
        }
        "good-bucket-bits" => {
            (bucket_bits(case.at("tickets").number()).to_string(), case.at("bits").number::<u8>().to_string())
        }
        "good-bucket-index" => {
            let bucket = bucket_of(&case.at("ticket_key").id(), case.at("bits").number());
            (bucket.to_string(), case.at("index").number::<u32>().to_string())
        }
        other => panic!("fixtures/keys/{other}.json is checked by nobody"),
    }
}

#[test]
fn derived_values_are_those_of_the_independent_generator() {
    let mut findings = Findings::default();
    for vector in vectors("keys", None, 11, 0) {
        let table = vector.name.trim_start_matches("keys/").trim_end_matches(".json");
        let cases = vector.json.at("cases").items();
        assert!(!cases.is_empty(), "{}: no cases", vector.name);
        for case in cases {
            let (found, expected) = row(table, &case);
            findings.expect(&vector, &format!("{case:?}"), found, expected);
        }
    }
    findings.settle();
}
