use super::*;
use crate::ids::{EventId, KeyId, TicketKey, ZoneId};
use crate::policy::{Product, Zone};
use crate::ticket::{Secret, Ticket};

/// A moment within the event (ms), and the same in seconds.
const NOW: i64 = NOW_S * 1000;
const NOW_S: i64 = 1_780_000_000;
const KEY: TicketKey = TicketKey([9; 16]);
const NORTH: GateId = GateId(1);

/// Everything a question borrows. The ticket is good, listed and new; a case changes what it is about.
#[derive(Clone)]
struct Door {
    code: Code,
    record: Option<Record>,
    history: History,
    policy: Policy,
    gate: Gate,
    direction: Direction,
    people: Option<u32>,
    now: Interval,
    staleness: Staleness,
    held: Option<Hold>,
    by_override: bool,
}

impl Door {
    fn new() -> Self {
        let zone = Zone { id: ZoneId(1), name: "Hall".into(), capacity: None };
        let product = Product { id: ProductId(1), name: "Standard".into(), zones: None };
        let gate = Gate { id: NORTH, name: "North".into(), zone: ZoneId(1), from: None, products: None };
        let policy = Policy {
            name: "Concert".into(),
            starts: NOW - 3_600_000,
            ends: NOW + 3_600_000,
            zones: vec![zone],
            gates: vec![gate.clone()],
            products: vec![product],
            reentry: true,
            capacity: None,
            list_only: false,
            stale_stop: None,
            last_entry: None,
            max_reentries: None,
            retry_window: 5_000,
            time_zone: "Europe/Berlin".into(),
        };
        Self {
            code: ticket_code(|_| {}),
            record: Some(record()),
            history: History::default(),
            policy,
            gate,
            direction: Direction::Entry,
            people: None,
            now: Interval::new(NOW, NOW),
            staleness: Staleness::Fresh,
            held: None,
            by_override: false,
        }
    }

    fn ask(&self) -> Answer {
        judge(&Question {
            code: &self.code,
            record: self.record.as_ref(),
            history: &self.history,
            policy: &self.policy,
            gate: &self.gate,
            direction: self.direction,
            people: self.people,
            now: self.now,
            staleness: self.staleness,
            held: self.held,
            by_override: self.by_override,
        })
    }

    fn listed(&mut self) -> &mut Record {
        self.record.as_mut().unwrap()
    }

    /// As many were admitted at the north gate, and so many of them are inside.
    fn came(&mut self, admitted: u32, inside: u32) {
        self.history =
            History { inside, admitted, reentries: 0, went_out: inside < admitted, last_admission: Some(LAST) };
    }
}

const LAST: (GateId, Interval) =
    (NORTH, Interval { lo: NOW - 60_000, at: NOW - 60_000, hi: NOW - 60_000, uncertain: false });
const BEFORE: Because = Because::Before { gate: LAST.0, at: LAST.1 };

fn ticket_code(change: impl FnOnce(&mut Ticket)) -> Code {
    let mut ticket = Ticket {
        secret: Secret([5; 16]),
        generation: 1,
        product: ProductId(1),
        not_after: None,
        not_before: None,
        admits: None,
    };
    change(&mut ticket);
    Code::Ticket { ticket, key: KEY }
}

fn record() -> Record {
    Record {
        key: KEY,
        state: TicketState::Valid,
        generation: 1,
        product: ProductId(1),
        admits: 1,
        not_before: None,
        not_after: None,
        sealed: None,
    }
}

type Case = (&'static str, fn(&mut Door), Verdict, Because);

/// In the order of PROTOCOL.md section 7: what refuses first stands first.
fn refusals() -> Vec<Case> {
    use Because as B;
    use Verdict as V;
    vec![
        ("too long", |d| d.code = Code::TooLong(5000), V::Invalid, B::TooLong { bytes: 5000 }),
        ("damaged", |d| d.code = Code::Damaged, V::Invalid, B::Damaged),
        ("unknown key", |d| d.code = Code::UnknownKey(KeyId([1; 8])), V::Invalid, B::UnknownKey),
        ("forged", |d| d.code = Code::Forged(KeyId([1; 8])), V::Forged, B::Plain),
        (
            "other event",
            |d| d.code = Code::OtherEvent(EventId([2; 16])),
            V::WrongEvent,
            B::Event { event: EventId([2; 16]) },
        ),
        ("opaque, not listed", |d| (d.code, d.record) = (Code::Opaque(KEY), None), V::Invalid, B::UnknownCode),
        ("not listed", |d| (d.record, d.policy.list_only) = (None, true), V::Invalid, B::NotListed),
        ("stopped", |d| d.staleness = Staleness::Stopped { expired: 7 }, V::StaleManifest, B::Expired { at: 7 }),
        ("canceled", |d| d.listed().state = TicketState::Canceled, V::Canceled, B::Plain),
        ("blocked", |d| d.listed().state = TicketState::Blocked, V::Blocked, B::Plain),
        ("unpaid", |d| d.listed().state = TicketState::Unpaid, V::Unpaid, B::Plain),
        ("reissued", |d| d.listed().generation = 2, V::Revoked, B::Generation { presented: 1, current: 2 }),
        (
            "too late",
            |d| d.listed().not_after = Some(NOW_S - 1),
            V::InvalidTime,
            B::Window { from: None, until: Some(NOW_S - 1) },
        ),
        ("product", |d| d.gate.products = Some(vec![]), V::Product, B::Product { product: ProductId(1) }),
        ("last entry", |d| d.policy.last_entry = Some(NOW - 1), V::Rules, B::LastEntry { at: NOW - 1 }),
        ("held", |d| d.held = Some(Hold { gate: GateId(2) }), V::AlreadyInside, B::Held { gate: GateId(2) }),
        ("inside", |d| d.came(1, 1), V::AlreadyInside, BEFORE),
        ("too many", |d| d.people = Some(2), V::Rules, B::People { asked: 2, left: 1 }),
    ]
}

#[test]
fn each_refusal_names_its_fact() {
    for (name, wrong, verdict, because) in refusals() {
        let mut door = Door::new();
        wrong(&mut door);
        let answer = door.ask();
        assert_eq!((answer.verdict, answer.because, answer.people), (verdict, because, 0), "{name}");
    }
}

#[test]
fn the_first_that_applies_wins() {
    let cases = refusals();
    for (n, (name, first, verdict, because)) in cases.iter().enumerate() {
        for (other, second, ..) in &cases[n + 1..] {
            if loses_record(other) || (loses_record(name) && needs_record(other)) {
                continue;
            }
            let mut door = Door::new();
            second(&mut door);
            first(&mut door);
            let answer = door.ask();
            assert_eq!((answer.verdict, &answer.because), (*verdict, because), "{name} before {other}");
        }
    }
}

fn loses_record(name: &str) -> bool {
    matches!(name, "opaque, not listed" | "not listed")
}

fn needs_record(name: &str) -> bool {
    matches!(name, "canceled" | "blocked" | "unpaid" | "reissued" | "too late")
}

#[test]
fn admissions_say_how() {
    let case = |change: fn(&mut Door)| {
        let mut door = Door::new();
        change(&mut door);
        let answer = door.ask();
        (answer.verdict, answer.people)
    };
    assert_eq!(case(|_| {}), (Verdict::Ok, 1));
    assert_eq!(case(|d| d.came(1, 0)), (Verdict::OkReentry, 1));
    assert_eq!(case(|d| d.record = None), (Verdict::OkUnlisted, 1));
    assert_eq!(case(|d| d.code = Code::Opaque(KEY)), (Verdict::Ok, 1));
    assert_eq!(case(|d| d.staleness = Staleness::Stale { expired: 0 }), (Verdict::Ok, 1));
    assert_eq!(case(|d| d.history.went_out = true), (Verdict::OkReentry, 1), "its first admission is not known here");
}

#[test]
fn every_verdict_is_reached() {
    let mut reached: Vec<Verdict> = refusals().iter().map(|case| case.2).collect();
    reached.extend([Verdict::Ok, Verdict::OkReentry, Verdict::OkUnlisted]);
    reached.extend([Verdict::OkOverride, Verdict::OkExit, Verdict::OkExitUnmatched, Verdict::AlreadyRedeemed]);
    for verdict in Verdict::ALL {
        assert!(reached.contains(verdict), "{verdict} has no case");
    }
}

#[test]
fn without_re_entry_a_ticket_is_used_once() {
    let mut door = Door::new();
    door.policy.reentry = false;
    door.came(1, 0);
    assert_eq!(door.ask().verdict, Verdict::AlreadyRedeemed);
    assert_eq!(door.ask().because, BEFORE);
    door.held = Some(Hold { gate: GateId(2) });
    assert_eq!((door.ask().verdict, door.ask().because), (Verdict::AlreadyRedeemed, Because::Held { gate: GateId(2) }));
}

#[test]
fn a_group_comes_in_parts() {
    let mut door = Door::new();
    door.listed().admits = 4;
    assert_eq!(door.ask().people, 4, "all of them, if nobody says how many");
    door.came(3, 3);
    assert_eq!((door.ask().verdict, door.ask().people), (Verdict::Ok, 1));
    door.people = Some(2);
    assert_eq!((door.ask().verdict, door.ask().because), (Verdict::Rules, Because::People { asked: 2, left: 1 }));
    door.came(4, 4);
    assert_eq!((door.ask().verdict, door.ask().because), (Verdict::AlreadyInside, BEFORE));
    door.came(4, 2);
    assert_eq!((door.ask().verdict, door.ask().people), (Verdict::OkReentry, 2));
    door.policy.reentry = false;
    door.came(2, 1);
    assert_eq!(
        (door.ask().verdict, door.ask().people),
        (Verdict::Ok, 2),
        "the rest of the group comes for the first time"
    );
    door.came(4, 0);
    assert_eq!(door.ask().verdict, Verdict::AlreadyRedeemed);
}

#[test]
fn a_ticket_for_nobody_admits_nobody() {
    let mut door = Door::new();
    door.listed().admits = 0;
    assert_eq!((door.ask().verdict, door.ask().because), (Verdict::Rules, Because::People { asked: 1, left: 0 }));
}

#[test]
fn nobody_is_let_through_who_could_not_be_recorded() {
    let mut door = Door::new();
    door.listed().admits = 5_000;
    assert_eq!((door.ask().verdict, door.ask().people), (Verdict::Ok, 1_000));
    door.people = Some(1_001);
    assert_eq!(door.ask().because, Because::People { asked: 1_001, left: 1_000 });
    door.by_override = true;
    assert_eq!((door.ask().verdict, door.ask().people), (Verdict::OkOverride, 1_000));
    door.direction = Direction::Exit;
    assert_eq!(door.ask().people, 1_000);
}

#[test]
fn re_entries_are_counted_where_they_are_limited() {
    let mut door = Door::new();
    door.policy.max_reentries = Some(2);
    door.came(3, 0);
    door.history.reentries = 1;
    assert_eq!(door.ask().verdict, Verdict::OkReentry);
    door.history.reentries = 2;
    assert_eq!((door.ask().verdict, door.ask().because), (Verdict::Rules, Because::Reentries { most: 2 }));
}

#[test]
fn an_override_lets_in_whatever_was_wrong_and_still_says_what() {
    for (name, wrong, _, because) in refusals() {
        let mut door = Door::new();
        wrong(&mut door);
        door.by_override = true;
        let answer = door.ask();
        assert_eq!((answer.verdict, answer.because), (Verdict::OkOverride, because), "{name}");
        assert!(answer.people >= 1);
    }
    let mut good = Door::new();
    good.by_override = true;
    assert_eq!(good.ask().verdict, Verdict::Ok, "nothing to override");
}

#[test]
fn the_window_is_the_records_or_else_the_codes() {
    let mut door = Door::new();
    door.code = ticket_code(|ticket| ticket.not_after = Some(NOW_S - 10));
    assert_eq!(door.ask().verdict, Verdict::InvalidTime);
    door.listed().not_before = Some(NOW_S - 10);
    assert_eq!(door.ask().verdict, Verdict::Ok, "the record's window replaces the code's wholly");
    door.record = None;
    assert_eq!(door.ask().because, Because::Window { from: None, until: Some(NOW_S - 10) });
}

#[test]
fn the_whole_interval_must_be_outside_to_refuse() {
    let mut door = Door::new();
    let verdict = |door: &mut Door, lo: i64, hi: i64| {
        door.now = Interval::new(NOW + lo, NOW + hi);
        door.ask().verdict
    };
    door.listed().not_before = Some(NOW_S);
    door.listed().not_after = Some(NOW_S + 10);
    assert_eq!(verdict(&mut door, -5_000, -1), Verdict::InvalidTime);
    assert_eq!(verdict(&mut door, -5_000, 0), Verdict::Ok);
    assert_eq!(verdict(&mut door, 10_999, 50_000), Verdict::Ok, "the last second counts to its end");
    assert_eq!(verdict(&mut door, 11_000, 50_000), Verdict::InvalidTime);
    let mut closing = Door::new();
    closing.policy.last_entry = Some(NOW);
    assert_eq!(verdict(&mut closing, 0, 60_000), Verdict::Ok);
    assert_eq!(verdict(&mut closing, 1, 60_000), Verdict::Rules);
    // Ends of time do not overflow.
    closing.listed().not_after = Some(i64::MAX);
    closing.listed().not_before = Some(i64::MIN);
    assert_eq!(verdict(&mut closing, 0, 0), Verdict::Ok);
}

#[test]
fn a_list_goes_stale_and_then_stops_if_the_policy_says_so() {
    let policy = |stop| Policy { stale_stop: stop, ..Door::new().policy };
    let of = |stop, lo| Staleness::of(NOW, &policy(stop), Interval::new(lo, NOW + 9_000_000), None);
    assert_eq!(of(Some(60), NOW), Staleness::Fresh);
    assert_eq!(of(Some(60), NOW + 1), Staleness::Stale { expired: NOW });
    assert_eq!(of(Some(60), NOW + 60_000), Staleness::Stale { expired: NOW });
    assert_eq!(of(Some(60), NOW + 60_001), Staleness::Stopped { expired: NOW });
    assert_eq!(of(None, i64::MAX), Staleness::Stale { expired: NOW });
    assert_eq!(of(Some(u64::MAX), i64::MAX), Staleness::Stale { expired: NOW });
    assert_eq!(of(Some(60), NOW - 9_000_000), Staleness::Fresh, "a doubtful clock alone closes no door");
    let by_wall = |lo, wall| Staleness::of(NOW, &policy(Some(60)), Interval::new(lo, NOW + 9_000_000), Some(wall));
    assert_eq!(by_wall(NOW - 1, NOW + 9_000_000_000), Staleness::Stale { expired: NOW }, "but it is said");
    assert_eq!(by_wall(NOW - 1, NOW - 9_000_000_000), Staleness::Fresh);
    assert_eq!(by_wall(NOW + 60_001, 0), Staleness::Stopped { expired: NOW }, "nor does it open one again");
}

#[test]
fn a_generation_newer_than_the_list_is_no_older_one() {
    let mut door = Door::new();
    door.code = ticket_code(|ticket| ticket.generation = 5);
    assert_eq!(door.ask().verdict, Verdict::Ok);
}

#[path = "judge_properties.rs"]
mod properties;
