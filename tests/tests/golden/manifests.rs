//! Manifests, buckets, deltas and sealed blobs (PROTOCOL.md section 5) against the golden vectors.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use shared::ids::{ManifestDigest, TicketKey, to_hex};
use shared::manifest::{
    Header, Held, ManifestError, Record, Revocation, TicketState, bucket_of, check_bucket, check_count, digest,
    open_attendee, open_for_adoption,
};
use shared::policy::Policy;
use turnstone_tests::golden::{Findings, Node, Reason, Vector, event, trust, vectors};

type Buckets = Vec<Vec<Vec<u8>>>;
/// Why, and because of which bucket.
type Refusal = (&'static str, Option<u32>);

fn records(node: &Node) -> Vec<Vec<u8>> {
    node.items().iter().map(Node::bytes).collect()
}

fn header(given: &Node) -> Result<Header, ManifestError> {
    let held = given
        .opt("held")
        .map(|held| Held { version: held.at("version").number(), digest: held.at("digest").id::<ManifestDigest>() });
    let now = given.at("now").number();
    open_for_adoption(&given.at("header").bytes(), &trust(given).unwrap(), event(given), held, now)
}

/// The buckets as they were sent, or what a delta makes of the held records.
fn buckets(given: &Node, header: &Header) -> Buckets {
    let Some(delta) = given.opt("delta") else { return given.at("buckets").items().iter().map(records).collect() };
    let mut all: BTreeMap<TicketKey, Vec<u8>> = BTreeMap::new();
    for bytes in records(&given.at("held").at("records")).into_iter().chain(records(&delta)) {
        all.insert(Record::read(&bytes).unwrap().key, bytes);
    }
    let mut buckets: Buckets = vec![Vec::new(); usize::try_from(header.buckets()).unwrap()];
    for (key, bytes) in all {
        buckets[usize::try_from(bucket_of(&key, header.bucket_bits)).unwrap()].push(bytes);
    }
    buckets
}

/// What a device does before a manifest comes into force: header first, then every bucket.
fn adopt(given: &Node) -> Result<(Header, Buckets, Vec<Record>), Refusal> {
    let refused = |error: ManifestError| match error {
        ManifestError::BucketMismatch(bucket) => (error.reason(), Some(bucket)),
        error => (error.reason(), None),
    };
    let header = header(given).map_err(refused)?;
    let buckets = buckets(given, &header);
    let mut all = Vec::new();
    for (bucket, records) in (0u32..).zip(&buckets) {
        all.extend(check_bucket(&header, bucket, records.iter().map(Vec::as_slice)).map_err(refused)?);
    }
    assert_eq!(buckets.len(), usize::try_from(header.buckets()).unwrap());
    check_count(&header, all.len() as u64).map_err(refused)?;
    Ok((header, buckets, all))
}

#[test]
fn manifests_are_adopted_or_refused_for_their_reason() {
    let mut findings = Findings::default();
    for vector in vectors("manifests", None, 10, 30) {
        let expect = vector.json.at("expect");
        match adopt(&vector.json) {
            Ok((header, buckets, records)) => {
                findings.expect(&vector, "reason", None, vector.reason());
                if vector.is_good() {
                    check_header(&vector, &header, &mut findings);
                    check_records(&vector, &buckets, &records, &mut findings);
                }
            }
            Err((reason, bucket)) => {
                findings.expect(&vector, "reason", Some(reason.to_owned()), vector.reason());
                findings.expect(&vector, "bucket", bucket, expect.opt("bucket").map(|bucket| bucket.number()));
            }
        }
    }
    findings.settle();
}

fn check_header(vector: &Vector, header: &Header, findings: &mut Findings) {
    let expect = vector.json.at("expect");
    let bytes = vector.json.at("header").bytes();
    findings.expect(vector, "digest", digest(&bytes), expect.at("digest").id());
    let numbers = [
        ("version", i64::try_from(header.version).unwrap()),
        ("created", header.created),
        ("expires", header.expires),
        ("keyset_version", i64::try_from(header.keyset_version).unwrap()),
        ("bucket_bits", i64::from(header.bucket_bits)),
        ("tickets", i64::try_from(header.tickets).unwrap()),
    ];
    for (name, found) in numbers {
        if let Some(number) = expect.opt(name) {
            findings.expect(vector, name, found, number.number());
        }
    }
    if let Some(name) = expect.opt("policy_name") {
        findings.expect(vector, "policy name", header.policy.name.clone(), name.str());
    }
    if let Some(policy) = expect.opt("policy") {
        findings.expect(vector, "policy", policy_facts(&header.policy), policy.value().clone());
    }
    if let Some(revocations) = expect.opt("revocations") {
        findings.expect(vector, "revocations", revocation_facts(&header.revocations), revocations.value().clone());
    }
    if let Some(certificates) = expect.opt("certificates") {
        let found: Vec<Vec<u8>> = header.certificates.iter().map(|c| c.to_vec()).collect();
        findings.expect(vector, "certificates", found, records(&certificates));
    }
}

fn policy_facts(policy: &Policy) -> Value {
    let zones: Vec<Value> =
        policy.zones.iter().map(|z| json!({"id": z.id, "name": z.name, "capacity": z.capacity})).collect();
    let gates: Vec<Value> = policy
        .gates
        .iter()
        .map(|g| json!({"id": g.id, "name": g.name, "into": g.zone, "from": g.from, "products": g.products}))
        .collect();
    let products: Vec<Value> =
        policy.products.iter().map(|p| json!({"id": p.id, "name": p.name, "zones": p.zones})).collect();
    json!({
        "name": policy.name, "starts": policy.starts, "ends": policy.ends, "zones": zones, "gates": gates,
        "products": products, "reentry": policy.reentry, "capacity": policy.capacity, "list_only": policy.list_only,
        "stale_stop": policy.stale_stop, "last_entry": policy.last_entry, "max_reentries": policy.max_reentries,
        "retry_window": policy.retry_window, "time_zone": policy.time_zone,
    })
}

fn revocation_facts(revocations: &[Revocation]) -> Value {
    let one = |revocation: &Revocation| {
        let cuts: Vec<Value> =
            revocation.cuts.iter().map(|cut| json!({"feed": cut.feed, "seq": cut.seq, "id": cut.id})).collect();
        json!({"scanner": revocation.scanner, "at": revocation.at, "cuts": cuts})
    };
    revocations.iter().map(one).collect()
}

fn check_records(vector: &Vector, buckets: &Buckets, records: &[Record], findings: &mut Findings) {
    let expect = vector.json.at("expect");
    if let Some(after) = expect.opt("buckets") {
        let expected: Buckets = after.items().iter().map(self::records).collect();
        findings.expect(vector, "buckets after the delta", buckets, &expected);
    }
    let find = |node: &Node| {
        let key: TicketKey = node.at("ticket_key").id();
        records.iter().find(|record| record.key == key).unwrap_or_else(|| panic!("{}: no record {key}", vector.name))
    };
    for listed in expect.opt("records").map(|list| list.items()).unwrap_or_default() {
        let record = find(&listed);
        let state = match listed.at("state").value().as_str() {
            Some("valid") => TicketState::Valid,
            Some("canceled") => TicketState::Canceled,
            Some("blocked") => TicketState::Blocked,
            Some("unpaid") => TicketState::Unpaid,
            Some(other) => panic!("state {other}"),
            None => TicketState::Unknown(listed.at("state").number()),
        };
        let found =
            (record.state, record.generation, record.product.0, record.admits, record.not_before, record.not_after);
        let expected = (
            state,
            listed.at("generation").number(),
            listed.at("product").number(),
            listed.at("admits").number(),
            listed.opt("not_before").map(|s| s.number()),
            listed.opt("not_after").map(|s| s.number()),
        );
        findings.expect(vector, "record", found, expected);
        findings.expect(
            vector,
            "record's bytes",
            true,
            buckets.iter().flatten().any(|bytes| *bytes == record.to_bytes()),
        );
    }
    for opens in expect.opt("sealed").map(|list| list.items()).unwrap_or_default() {
        let record = find(&opens);
        let blob = record.sealed.clone().unwrap_or_default();
        check_opens(vector, &opens, record.key, &blob, &opens, findings);
    }
}

/// The secret of a ticket, or the text of an opaque code.
fn material(node: &Node) -> Vec<u8> {
    node.opt("secret").map_or_else(|| node.at("text").str().into_bytes(), |secret| secret.bytes())
}

fn check_opens(vector: &Vector, given: &Node, key: TicketKey, blob: &[u8], expect: &Node, findings: &mut Findings) {
    let found = open_attendee(event(&vector.json), key, &material(given), blob).ok().map(|a| (a.name, a.note));
    let expected = expect.opt("name").map(|name| (name.str(), expect.opt("note").map(|note| note.str())));
    findings.expect(vector, &format!("attendee of {}", to_hex(key.as_bytes())), found, expected);
}

#[test]
fn sealed_blobs_open_with_their_ticket_only() {
    let mut findings = Findings::default();
    for vector in vectors("manifests", Some("sealed"), 2, 6) {
        let given = &vector.json;
        let expect = given.at("expect");
        findings.expect(&vector, "reason", vector.reason().is_none_or(|reason| reason == "sealed"), true);
        findings.expect(&vector, "good or bad", expect.opt("name").is_some(), vector.is_good());
        check_opens(&vector, given, given.at("ticket_key").id(), &given.at("sealed").bytes(), &expect, &mut findings);
    }
    findings.settle();
}
