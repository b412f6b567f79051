//! The CDDL of PROTOCOL.md against the golden vectors, by an independent CDDL library: every good object fits it, every
//! damaged one does not, and all of its rules are used.

use std::collections::BTreeSet;

use cddl_cat::cbor::validate_cbor;
use cddl_cat::context::BasicContext;
use cddl_cat::flatten::flatten_from_str;
use shared::cose::encode;
use shared::manifest::Attendee;
use turnstone_tests::golden::{Node, Vector, fixtures, vectors};

/// Damaged for a reason that a grammar cannot say: sizes in characters or bytes of a whole, comparisons of members.
const BEYOND: [&str; 8] = [
    "entries/bad-damaged-over-4-kib.json",
    "entries/bad-not-understood-operator-65.json",
    "entries/bad-not-understood-reason-201.json",
    "entries/bad-not-understood-time-backwards.json",
    "heads/bad-damaged-seq-0.json",
    "manifests/bad-damaged--bits-and-hashes.json",
    "manifests/bad-damaged--bits-not-smallest.json",
    "manifests/bad-damaged--hashes-cut.json",
];

/// All CDDL blocks of the document.
fn grammar_text() -> String {
    let document = std::fs::read_to_string(fixtures().join("../docs/PROTOCOL.md")).unwrap();
    let blocks = document.split("```cddl\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    let text = blocks.collect::<Vec<_>>().join("\n");
    // The library cannot read the lowest number of 64 bits; here the grammar does without it.
    text.replace("-9223372036854775808", "-9223372036854775807")
}

struct Grammar {
    rules: BasicContext,
    used: BTreeSet<String>,
    wrong: Vec<String>,
    checked: usize,
}

impl Grammar {
    fn read() -> Self {
        let rules = flatten_from_str(&grammar_text()).unwrap_or_else(|e| panic!("docs/PROTOCOL.md: {e}"));
        Self { rules: BasicContext::new(rules), used: BTreeSet::new(), wrong: Vec::new(), checked: 0 }
    }

    fn fits(&mut self, rule: &str, bytes: &[u8]) -> Result<(), String> {
        self.used.insert(rule.to_owned());
        self.checked += 1;
        let mut rest = bytes;
        let value: ciborium::Value = ciborium::from_reader(&mut rest).map_err(|e| e.to_string())?;
        if !rest.is_empty() {
            return Err("bytes follow".into());
        }
        let rule = self.rules.rules.get(rule).unwrap_or_else(|| panic!("docs/PROTOCOL.md has no rule {rule}"));
        validate_cbor(rule, &value, &self.rules).map_err(|e| e.to_string())
    }

    /// The envelope, and what is in it.
    fn signed_fits(&mut self, rule: &str, bytes: &[u8]) -> Result<(), String> {
        self.fits("signed", bytes)?;
        let envelope: Vec<ciborium::Value> = ciborium::from_reader(bytes).map_err(|e| e.to_string())?;
        let payload = envelope[2].as_bytes().cloned().unwrap_or_default();
        self.fits(rule, &payload)
    }

    fn expect(&mut self, vector: &Vector, what: &str, found: Result<(), String>, good: bool) {
        match found {
            Err(why) if good => self.wrong.push(format!("{} {what}: {why}", vector.name)),
            Ok(()) if !good && !BEYOND.contains(&vector.name.as_str()) => {
                self.wrong.push(format!("{} {what}: the grammar lets it pass", vector.name));
            }
            _ => {}
        }
    }

    fn expect_signed(&mut self, vector: &Vector, member: &str, rule: &str) {
        // Well-formed, but refused for what a grammar does not see: another key, another time.
        let damaged = vector.reason().is_some_and(|reason| reason == "damaged");
        if vector.is_good() || damaged {
            let found = self.signed_fits(rule, &vector.json.at(member).bytes());
            self.expect(vector, rule, found, vector.is_good());
        }
    }

    fn expect_entries(&mut self, vector: &Vector, entries: &[Node]) {
        for entry in entries.iter().filter(|entry| entry.has("fields")) {
            let bytes = entry.at("bytes").bytes();
            let placed = self.fits("placed", &bytes);
            self.expect(vector, "placed", placed, true);
            let fields = entry.at("fields");
            let known = fields.at("version").value() == 1 && fields.at("kind").value().is_string();
            let understood = self.fits("entry", &bytes);
            self.expect(vector, "entry", understood, known);
        }
    }
}

fn messages(grammar: &mut Grammar) {
    for kind in super::messages::kinds().into_iter().flatten() {
        for vector in vectors("messages", Some(kind), 1, 1) {
            for message in vector.json.at("messages").items() {
                let found = grammar.fits(kind, &message.at("bytes").bytes());
                grammar.expect(&vector, &message.at("about").str(), found, vector.is_good());
            }
        }
    }
}

fn signed(grammar: &mut Grammar) {
    for (folder, kind, member, rule) in [
        ("trust", Some("keyset"), "keyset", "keyset"),
        ("trust", Some("certificate"), "certificate", "certificate"),
        ("manifests", None, "header", "header"),
        ("heads", None, "head", "head"),
        ("time", Some("token"), "token", "time-token"),
    ] {
        for vector in vectors(folder, kind, 1, 1) {
            grammar.expect_signed(&vector, member, rule);
        }
    }
    for vector in vectors("manifests", None, 1, 1).iter().filter(|vector| vector.is_good()) {
        for record in vector.json.at("buckets").items().iter().flat_map(Node::items) {
            let found = grammar.fits("record", &record.bytes());
            grammar.expect(vector, "record", found, true);
        }
    }
}

/// Sealed where it travels; what we seal fits.
fn attendees(grammar: &mut Grammar) {
    let vector = &vectors("manifests", Some("sealed"), 1, 1)[0];
    for note in [None, Some("wheelchair".to_owned())] {
        let found = grammar.fits("attendee", &encode(&Attendee { name: "Ada Lovelace".into(), note }));
        grammar.expect(vector, "attendee", found, true);
    }
}

/// What is inside the texts of QR codes.
fn texts(grammar: &mut Grammar) {
    // A bad vector may be no Base45 at all; then there is nothing inside to hold against the grammar.
    let inside = |text: &str, prefix: &str| base45::decode(text.trim().strip_prefix(prefix)?).ok();
    for vector in vectors("tickets", None, 1, 1) {
        let reading = vector.json.at("expect").at("reading").str();
        if reading != "ticket" && reading != "damaged" {
            continue;
        }
        let bytes = inside(&vector.json.at("text").str(), "TS1:");
        let found = bytes.map_or(Err("no base45".into()), |bytes| grammar.signed_fits("ticket", &bytes));
        grammar.expect(&vector, "ticket", found, vector.is_good());
    }
    for vector in vectors("trust", Some("invitation"), 1, 1) {
        let Some(bytes) = inside(&vector.json.at("text").str(), "TSE1:") else { continue };
        if vector.is_good() || vector.reason().is_some_and(|reason| reason == "damaged") {
            let found = grammar.fits("invitation", &bytes);
            grammar.expect(&vector, "invitation", found, vector.is_good());
        }
    }
}

fn entries(grammar: &mut Grammar) {
    for kind in ["entry", "later", "garbage"] {
        for vector in vectors("entries", Some(kind), 0, 0) {
            let bytes = vector.json.at("entry").at("bytes").bytes();
            let placed = grammar.fits("placed", &bytes);
            grammar.expect(&vector, "placed", placed, kind != "garbage");
            let understood = grammar.fits("entry", &bytes);
            grammar.expect(&vector, "entry", understood, vector.is_good());
        }
    }
    for vector in vectors("entries", Some("batch"), 1, 1).iter().filter(|vector| vector.is_good()) {
        grammar.expect_entries(vector, &vector.json.at("entries").items());
        let head = grammar.signed_fits("head", &vector.json.at("head").bytes());
        grammar.expect(vector, "head", head, true);
    }
    for (folder, kind) in [("time", Some("feeds")), ("merge", None)] {
        for vector in vectors(folder, kind, 1, 0) {
            for feed in vector.json.at("feeds").items() {
                grammar.expect_entries(&vector, &feed.at("entries").items());
            }
        }
    }
}

#[test]
fn good_vectors_fit_the_grammar_and_damaged_ones_do_not() {
    let mut grammar = Grammar::read();
    messages(&mut grammar);
    signed(&mut grammar);
    texts(&mut grammar);
    attendees(&mut grammar);
    entries(&mut grammar);
    let Grammar { used, wrong, checked, .. } = grammar;
    assert!(wrong.is_empty(), "{} of {checked}\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked > 1_000, "only {checked} objects were checked");
    // Objects of their own; the other rules are parts of these.
    let objects = ["attendee", "certificate", "entry", "head", "header", "invitation", "keyset", "placed", "record"];
    let objects = objects.into_iter().chain(["signed", "ticket", "time-token"]);
    let objects = objects.chain(super::messages::kinds().into_iter().flatten());
    let unused: Vec<&str> = objects.filter(|rule| !used.contains(*rule)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
