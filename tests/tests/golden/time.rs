//! Time tokens and the times of entries (PROTOCOL.md section 9) against the golden vectors.

use std::collections::BTreeMap;

use shared::entry::Entry;
use shared::ids::{EntryId, Nonce};
use shared::merge::reference::{Facts, rebuild};
use shared::time::{Interval, TimeToken, Window};
use turnstone_tests::golden::{Findings, Node, Reason, event, trust, vectors};

#[test]
fn time_tokens_are_believed_or_refused_for_their_reason() {
    let mut findings = Findings::default();
    for vector in vectors("time", Some("token"), 1, 8) {
        let given = &vector.json;
        let nonce: Nonce = given.at("nonce").id();
        let opened = TimeToken::open(&given.at("token").bytes(), &trust(given).unwrap())
            .map_err(|error| error.reason())
            .and_then(|token| if token.nonce == nonce { Ok(token) } else { Err("nonce") });
        findings.expect(&vector, "reason", opened.err().map(str::to_owned), vector.reason());
        let (Ok(token), true) = (opened, vector.is_good()) else { continue };
        let expect = given.at("expect");
        let members = TimeToken {
            nonce: expect.at("nonce").id(),
            server_ms: expect.at("server_time").number(),
            store: expect.at("store").id(),
        };
        findings.expect(&vector, "members", token, members);
    }
    findings.settle();
}

fn interval(expect: &Node) -> Interval {
    Interval {
        lo: expect.at("begin").number(),
        at: expect.at("at").number(),
        hi: expect.at("end").number(),
        uncertain: !expect.at("certain").bool(),
    }
}

#[test]
fn entries_happened_when_the_independent_generator_says() {
    let mut findings = Findings::default();
    for vector in vectors("time", Some("feeds"), 10, 0) {
        let given = &vector.json;
        let trust = trust(given).unwrap();
        let window = Window { starts: given.at("starts").number(), ends: given.at("ends").number() };
        let server_time = |token: &[u8]| TimeToken::open(token, &trust).ok().map(|token| token.server_ms);
        let facts = Facts {
            scanners: BTreeMap::new(),
            revocations: Vec::new(),
            windows: BTreeMap::from([(event(given), window)]),
            time: &server_time,
        };
        let entries: Vec<Entry> = given
            .at("feeds")
            .items()
            .iter()
            .flat_map(|feed| feed.at("entries").items())
            .map(|entry| Entry::read(&entry.at("bytes").bytes()).unwrap())
            .collect();
        let state = rebuild(&entries, &facts);
        let expected = given.at("expect").at("times").items();
        assert!(!expected.is_empty(), "{}: nothing expected", vector.name);
        for expect in expected {
            let id: EntryId = expect.at("id").id();
            findings.expect(&vector, &expect.at("name").str(), state.entries[&id].time, interval(&expect));
        }
    }
    findings.settle();
}
