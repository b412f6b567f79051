//! Histories of one ticket across feeds (PROTOCOL.md section 10) against the golden vectors.

use std::collections::BTreeMap;

use shared::entry::Entry;
use shared::ids::{EntryId, EventId, FeedId, GateId, ScannerId, TicketKey, ZoneId};
use shared::manifest::{Cut, Revocation};
use shared::merge::reference::{Facts, Group, State, rebuild};
use shared::merge::{Conflict, LooksLike};
use shared::occupancy::{Flow, Occupancy, Reports, Sums};
use shared::time::{TimeToken, Window};
use turnstone_tests::golden::{Findings, Node, Vector, event, trust, vectors};

fn entries(given: &Node) -> Vec<Entry> {
    let feeds = given.at("feeds").items();
    let bytes = feeds.iter().flat_map(|feed| feed.at("entries").items()).map(|entry| entry.at("bytes").bytes());
    bytes.map(|bytes| Entry::read(&bytes).unwrap()).collect()
}

fn revocation(node: &Node) -> Revocation {
    let cut = |cut: &Node| Cut { feed: cut.at("feed").id(), seq: cut.at("seq").number(), id: cut.at("id").id() };
    Revocation { scanner: node.at("scanner").id(), at: 0, cuts: node.at("cuts").items().iter().map(cut).collect() }
}

/// The state of the vector's entries, taken in the order given, then backwards and twice: it must be the same.
fn state(vector: &Vector, findings: &mut Findings) -> State {
    let given = &vector.json;
    let trust = trust(given).unwrap();
    let server_time = |token: &[u8]| TimeToken::open(token, &trust).ok().map(|token| token.server_ms);
    let owner = |feed: &Node| (feed.at("feed").id::<FeedId>(), feed.at("scanner").id::<ScannerId>());
    let window = Window { starts: given.at("starts").number(), ends: given.at("ends").number() };
    let facts = Facts {
        scanners: given.at("feeds").items().iter().map(owner).collect(),
        revocations: given.at("revocations").items().iter().map(revocation).collect(),
        windows: BTreeMap::from([(event(given), window)]),
        time: &server_time,
    };
    let entries = entries(given);
    let state = rebuild(&entries, &facts);
    let again = rebuild(entries.iter().rev().chain(&entries), &facts);
    findings.expect(vector, "state in another order", again == state, true);
    state
}

fn check_entries(vector: &Vector, state: &State, findings: &mut Findings) {
    let expect = vector.json.at("expect");
    let ticket = Group::Ticket(event(&vector.json), expect.at("ticket_key").id::<TicketKey>());
    let empty = shared::merge::TicketFold::default();
    let fold = state.groups.get(&ticket).unwrap_or(&empty);
    let names: BTreeMap<EntryId, String> =
        expect.at("entries").items().iter().map(|entry| (entry.at("id").id(), entry.at("name").str())).collect();
    let found: Vec<&String> = fold.order.iter().filter_map(|id| names.get(id)).collect();
    let ordered = expect.at("entries").items();
    let ordered: Vec<String> = ordered.iter().filter(|e| e.opt("lift").is_some()).map(|e| e.at("name").str()).collect();
    findings.expect(vector, "order", found, ordered.iter().collect());
    for expected in expect.at("entries").items() {
        let name = expected.at("name").str();
        let judged = state.entries[&expected.at("id").id::<EntryId>()];
        findings.expect(
            vector,
            &format!("label of {name}"),
            judged.label.name().to_owned(),
            expected.at("label").str(),
        );
        let [begin, at, end] = ["begin", "at", "end"].map(|part| expected.at(part).number::<i64>());
        let time = judged.time;
        findings.expect(vector, &format!("time of {name}"), (time.lo, time.at, time.hi), (begin, at, end));
        findings.expect(vector, &format!("certainty of {name}"), !judged.time.uncertain, expected.at("certain").bool());
    }
    findings.expect(vector, "inside", fold.history.inside, expect.at("inside").number());
    let duplicates = expect.at("entries").items().iter().filter(|e| e.at("label").str() == "duplicate").count();
    findings.expect(vector, "conflicts", fold.conflicts.len(), duplicates);
    if let Some(story) = expect.opt("story") {
        check_story(vector, &story, &fold.conflicts, findings);
    }
}

fn check_story(vector: &Vector, expect: &Node, conflicts: &[Conflict], findings: &mut Findings) {
    let this: EntryId = expect.at("this").id();
    let Some(Conflict { story, .. }) = conflicts.iter().find(|conflict| conflict.entry == this) else {
        return findings.expect(vector, "story", false, true);
    };
    let looks = match story.looks_like {
        LooksLike::Retry => "retry",
        LooksLike::PassedBack => "passed_back",
        LooksLike::Copy => "copy",
        LooksLike::TooMany => "too_many",
    };
    findings.expect(vector, "looks like", looks.to_owned(), expect.at("looks_like").str());
    let first = expect.opt("first").map(|first| first.id::<EntryId>());
    findings.expect(vector, "first admission", story.first.map(|first| first.entry), first);
    let Some(first) = story.first else { return };
    let feeds = vector.json.at("feeds").items();
    let owners: BTreeMap<FeedId, ScannerId> =
        feeds.iter().map(|feed| (feed.at("feed").id(), feed.at("scanner").id())).collect();
    let mut dark: Vec<ScannerId> =
        [first, story.second].iter().filter(|side| side.dark).map(|side| owners[&side.feed]).collect();
    let mut expected_dark: Vec<ScannerId> = expect.at("dark").items().iter().map(Node::id).collect();
    dark.sort_unstable();
    expected_dark.sort_unstable();
    let gates: Vec<GateId> = expect.at("gates").items().iter().map(|gate| GateId(gate.number())).collect();
    findings.expect(vector, "gates", vec![first.gate, story.second.gate], gates);
    findings.expect(vector, "gap", story.gap_ms, expect.at("between").number());
    findings.expect(vector, "dark", dark, expected_dark);
    findings.expect(vector, "order certain", story.order_certain, expect.at("certain").bool());
}

/// Rows of zero say nothing, so that both sides may keep them or not.
fn without_zeros<K: Ord>(rows: impl IntoIterator<Item = (K, i64)>) -> BTreeMap<K, i64> {
    rows.into_iter().filter(|(_, bodies)| *bodies != 0).collect()
}

fn net(flow: Flow) -> i64 {
    flow.inward - flow.outward
}

fn check_sums(vector: &Vector, sums: &Sums, findings: &mut Findings) {
    let expect = vector.json.at("expect");
    let rows = |name: &str| expect.at("sums").at(name).items();
    let bodies = |row: &Node| row.at("bodies").number::<i64>();
    let zones = rows("zones").iter().map(|row| (ZoneId(row.at("zone").number()), bodies(row))).collect::<Vec<_>>();
    let gates = rows("gates").iter().map(|row| (GateId(row.at("gate").number()), bodies(row))).collect::<Vec<_>>();
    let place = |row: &Node| (row.at("minute").number::<i64>(), GateId(row.at("gate").number()));
    let minutes = rows("minutes").iter().map(|row| (place(row), bodies(row))).collect::<Vec<_>>();
    findings.expect(vector, "bodies", sums.bodies(), expect.at("bodies").number());
    findings.expect(vector, "zones", without_zeros(sums.zones.clone()), without_zeros(zones));
    let found = sums.gates.iter().map(|(gate, flow)| (*gate, net(*flow)));
    findings.expect(vector, "gates", without_zeros(found), without_zeros(gates));
    let found = sums.minutes.iter().map(|(key, flow)| (*key, net(*flow)));
    findings.expect(vector, "minutes", without_zeros(found), without_zeros(minutes));
    let total = Occupancy::of(sums, &Reports::default()).total;
    let (low, high) = match expect.opt("range") {
        Some(range) => (range.at("low").number(), range.at("high").number()),
        None => (sums.bodies(), sums.bodies()),
    };
    findings.expect(vector, "range", (total.low, total.high), (low, high));
}

#[test]
fn histories_fold_to_what_the_independent_generator_says() {
    let mut findings = Findings::default();
    for vector in vectors("merge", None, 30, 0) {
        let of: EventId = event(&vector.json);
        let state = state(&vector, &mut findings);
        check_entries(&vector, &state, &mut findings);
        check_sums(&vector, state.sums.get(&of).unwrap_or(&Sums::default()), &mut findings);
        let digest = vector.json.at("expect").at("state_digest").id();
        findings.expect(&vector, "state digest", state.digest(of), digest);
    }
    findings.settle();
}
