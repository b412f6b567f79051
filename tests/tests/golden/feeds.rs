//! Entries, chains and heads (PROTOCOL.md sections 6 and 8) against the golden vectors.

use shared::entry::{Action, Basis, Direction, Entry, RawEntry, entry_id};
use shared::feed::{Batch, BatchError, Fault, Head, feed_id};
use shared::ids::{EntryId, GateId, ScannerId, ZoneId};
use turnstone_tests::golden::{Findings, Node, Reason, Vector, vectors};

/// The members of an entry as a vector names them.
fn members(fields: &Node) -> RawEntry {
    let number = |name: &str| fields.opt(name);
    RawEntry {
        version: fields.at("version").number(),
        feed: fields.at("feed").id(),
        seq: fields.at("seq").number(),
        prev: fields.opt("prev").map(|id| id.id()),
        kind: kind(&fields.at("kind").str()),
        boot: fields.at("boot").id(),
        mono: fields.at("mono").number(),
        wall: fields.at("wall").number(),
        event: fields.opt("event").map(|id| id.id()),
        gate: number("gate").map(|n| GateId(n.number())),
        zone: number("into").map(|n| ZoneId(n.number())),
        from: number("from").map(|n| ZoneId(n.number())),
        direction: number("direction").map(|n| match n.number::<u8>() {
            1 => Direction::Entry,
            _ => Direction::Exit,
        }),
        ticket: fields.opt("ticket_key").map(|id| id.id()),
        bodies: number("bodies").map(|n| n.number()),
        admits: number("admits").map(|n| n.number()),
        reentry: fields.opt("reentry").map(|b| b.bool()),
        verdict: number("verdict").map(|n| n.number()),
        reason: fields.opt("reason").map(|t| t.str()),
        operator: fields.opt("operator").map(|t| t.str()),
        manifest_version: number("manifest_version").map(|n| n.number()),
        manifest_digest: fields.opt("manifest_digest").map(|id| id.id()),
        basis: number("basis").map(|n| match n.number::<u8>() {
            0 => Basis::Local,
            1 => Basis::Lan,
            _ => Basis::Server,
        }),
        saw: fields.opt("saw").map(|saw| saw.items().iter().map(Node::id).collect()),
        target: fields.opt("target").map(|id| id.id()),
        time_token: fields.opt("time_token").map(|bytes| bytes.bytes()),
        mono_request: number("mono_request").map(|n| n.number()),
        mono_response: number("mono_response").map(|n| n.number()),
        generation: number("generation").map(|n| n.number()),
        scanner: fields.opt("scanner").map(|id| id.id()),
        public: fields.opt("public_key").map(|key| key.bytes32()),
        epoch: fields.opt("epoch").map(|id| id.id()),
        software: fields.opt("software").map(|t| t.str()),
    }
}

fn kind(name: &str) -> u32 {
    let names = ["boot", "entry", "exit", "refuse", "undo", "count", "time"];
    u32::try_from(names.iter().position(|n| *n == name).unwrap_or_else(|| panic!("kind {name}"))).unwrap()
}

fn action(action: &Action) -> &'static str {
    match action {
        Action::Boot => "boot",
        Action::Entry(_) => "entry",
        Action::Exit(_) => "exit",
        Action::Refuse { .. } => "refuse",
        Action::Undo { .. } => "undo",
        Action::Count { .. } => "count",
        Action::Time { .. } => "time",
        Action::NotUnderstood => "not_understood",
    }
}

/// Reads an entry back, compares its members, and writes them again: the same bytes must come out.
fn check_understood(vector: &Vector, given: &Node, findings: &mut Findings) {
    let bytes = given.at("bytes").bytes();
    let entry = Entry::read(&bytes).unwrap();
    let fields = given.at("fields");
    findings.expect(vector, "id", entry.id, given.at("id").id::<EntryId>());
    findings.expect(vector, "kind", action(&entry.action).to_owned(), fields.at("kind").str());
    findings.expect(vector, "members", entry.raw, members(&fields));
    findings.expect(vector, "our bytes", members(&fields).to_bytes(), bytes);
}

#[test]
fn entries_are_read_as_the_independent_generator_wrote_them() {
    let mut findings = Findings::default();
    for vector in vectors("entries", Some("entry"), 5, 15) {
        let given = vector.json.at("entry");
        let understood = vector.json.at("expect").at("understood").bool();
        findings.expect(&vector, "good or bad", understood, vector.is_good());
        if understood {
            check_understood(&vector, &given, &mut findings);
            continue;
        }
        // An authentic entry that makes no sense keeps its place in the chain.
        let entry = Entry::read(&given.at("bytes").bytes()).unwrap();
        let fields = given.at("fields");
        findings.expect(&vector, "id", entry.id, given.at("id").id());
        findings.expect(&vector, "reason", Some(action(&entry.action).to_owned()), vector.reason());
        findings.expect(&vector, "moves", entry.movement(), None);
        findings.expect(&vector, "feed", entry.raw.feed, fields.at("feed").id());
        findings.expect(&vector, "seq", entry.raw.seq, fields.at("seq").number());
        findings.expect(&vector, "prev", entry.raw.prev, fields.opt("prev").map(|id| id.id()));
    }
    findings.settle();
}

#[test]
fn numbers_of_a_later_version_that_only_explain_do_not_stop_an_entry() {
    let mut findings = Findings::default();
    for vector in vectors("entries", Some("later"), 4, 0) {
        let given = vector.json.at("entry");
        let expect = vector.json.at("expect");
        let entry = Entry::read(&given.at("bytes").bytes()).unwrap();
        findings.expect(&vector, "id", entry.id, given.at("id").id());
        findings.expect(&vector, "kind", action(&entry.action).to_owned(), given.at("fields").at("kind").str());
        let moves = expect.opt("moves").map(|bodies| bodies.number::<i64>());
        findings.expect(&vector, "moves", entry.movement().map(|movement| movement.bodies), moves);
        findings.expect(&vector, "basis", entry.raw.basis, Some(Basis::Local));
    }
    findings.settle();
}

#[test]
fn bytes_that_are_no_entry_are_damaged() {
    let mut findings = Findings::default();
    for vector in vectors("entries", Some("garbage"), 0, 6) {
        let bytes = vector.json.at("entry").at("bytes").bytes();
        findings.expect(&vector, "reason", Entry::read(&bytes).is_err().then(|| "damaged".to_owned()), vector.reason());
        findings.expect(&vector, "id", entry_id(&bytes), vector.json.at("entry").at("id").id());
    }
    findings.settle();
}

fn seqs(expect: &Node, name: &str) -> Vec<u64> {
    expect.opt(name).map(|list| list.items().iter().map(Node::number).collect()).unwrap_or_default()
}

fn check_batch(vector: &Vector, findings: &mut Findings) {
    let given = &vector.json;
    let expect = given.at("expect");
    let entries: Vec<Vec<u8>> = given.at("entries").items().iter().map(|entry| entry.at("bytes").bytes()).collect();
    let key = given.at("public_key").public_key();
    let feed = feed_id(key.as_bytes(), given.at("epoch").id());
    findings.expect(vector, "feed", feed, given.at("feed").id());
    let batch = Batch {
        first: given.at("first").number(),
        entries: entries.into_iter().map(Into::into).collect(),
        head: given.at("head").bytes(),
    };
    let checked = match batch.authenticate(given.at("scanner").id(), &key) {
        Ok(checked) => checked,
        Err(error) => {
            let reason = match error {
                BatchError::Head(error) => error.reason(),
                BatchError::NotAtHead => "not_at_head",
                BatchError::TooMany => "too_many",
            };
            findings.expect(vector, "reason", Some(reason.to_owned()), vector.reason());
            return;
        }
    };
    let kept: Vec<u64> = checked.authentic.iter().map(|item| item.entry.raw.seq).collect();
    let faults = |unsigned: bool| -> Vec<u64> {
        checked
            .faults
            .iter()
            .filter(|(_, fault)| (*fault == Fault::Unsigned) == unsigned)
            .map(|(seq, _)| *seq)
            .collect()
    };
    let reason = (!checked.faults.is_empty()).then(|| "chain".to_owned());
    findings.expect(vector, "reason", reason, vector.reason());
    findings.expect(vector, "kept", kept, seqs(&expect, "kept"));
    findings.expect(vector, "broken", faults(false), seqs(&expect, "broken"));
    findings.expect(vector, "unsigned", faults(true), seqs(&expect, "unsigned"));
    let odd: Vec<u64> = checked
        .authentic
        .iter()
        .filter(|item| item.entry.action == Action::NotUnderstood)
        .map(|item| item.entry.raw.seq)
        .collect();
    findings.expect(vector, "not understood", &odd, &seqs(&expect, "not_understood"));
    for given in
        given.at("entries").items().iter().filter(|entry| vector.is_good() && odd.is_empty() && entry.has("fields"))
    {
        check_understood(vector, given, findings);
    }
}

#[test]
fn a_bad_item_in_a_batch_costs_itself_only() {
    let mut findings = Findings::default();
    for vector in vectors("entries", Some("batch"), 6, 10) {
        check_batch(&vector, &mut findings);
    }
    findings.settle();
}

#[test]
fn heads_are_believed_or_refused_for_their_reason() {
    let mut findings = Findings::default();
    for vector in vectors("heads", None, 2, 12) {
        let given = &vector.json;
        let scanner: ScannerId = given.at("scanner").id();
        let opened = Head::open(&given.at("head").bytes(), scanner, &given.at("public_key").public_key());
        findings.expect(&vector, "reason", opened.err().map(|e| e.reason().to_owned()), vector.reason());
        let (Ok(head), true) = (opened, vector.is_good()) else { continue };
        let expect = given.at("expect");
        let members = Head {
            scanner: expect.at("scanner").id(),
            epoch: expect.at("epoch").id(),
            feed: expect.at("feed").id(),
            seq: expect.at("seq").number(),
            id: expect.at("id").id(),
        };
        findings.expect(&vector, "members", head, members);
    }
    findings.settle();
}
