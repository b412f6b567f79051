use super::*;
use crate::clock::Reading;
use crate::ids::EventId;

const FEED: FeedId = FeedId([1; 16]);
const TICKET: TicketKey = TicketKey([2; 16]);
const EVENT: EventId = EventId([3; 16]);
const OTHER: EntryId = EntryId([4; 32]);

fn bare(kind: u32) -> RawEntry {
    let at = Reading { wall_ms: -5, mono_ms: 7, boot: BootId([5; 8]) };
    RawEntry::new(Link { feed: FEED, seq: 2, prev: Some(OTHER) }, kind, at)
}

/// An entry of every kind that is understood, each with a ticket where it can have one.
fn sound(kind: u32) -> RawEntry {
    let mut raw = bare(kind);
    raw.event = Some(EVENT);
    raw.gate = Some(GateId(1));
    raw.zone = Some(ZoneId(2));
    raw.from = Some(ZoneId(3));
    raw.ticket = Some(TICKET);
    match kind {
        kind::ENTRY => (raw.bodies, raw.verdict) = (Some(2), Some(0)),
        kind::EXIT => (raw.bodies, raw.verdict) = (Some(2), Some(4)),
        kind::REFUSE => raw.direction = Some(Direction::Exit),
        kind::UNDO => raw.target = Some(OTHER),
        kind::COUNT => (raw.bodies, raw.reason) = (Some(-3), Some("band left".into())),
        kind::TIME => {
            (raw.time_token, raw.mono_request, raw.mono_response) = (Some(vec![1]), Some(5), Some(6));
        }
        _ => {}
    }
    raw
}

fn read(raw: &RawEntry) -> Entry {
    Entry::read(&raw.to_bytes()).unwrap()
}

fn understood(raw: &RawEntry) -> bool {
    read(raw).action != Action::NotUnderstood
}

fn changed(kind: u32, change: impl FnOnce(&mut RawEntry)) -> RawEntry {
    let mut raw = sound(kind);
    change(&mut raw);
    raw
}

#[test]
fn every_kind_says_who_moved_where_and_whose_ticket_it_was() {
    let moved = |bodies| Some(Movement { gate: GateId(1), zone: ZoneId(2), from: Some(ZoneId(3)), bodies });
    for (kind, movement, ticket) in [
        (kind::BOOT, None, None),
        (kind::ENTRY, moved(2), Some(TICKET)),
        (kind::EXIT, moved(-2), Some(TICKET)),
        (kind::REFUSE, None, Some(TICKET)),
        (kind::UNDO, None, Some(TICKET)),
        (kind::COUNT, moved(-3), None),
        (kind::TIME, None, None),
    ] {
        let raw = sound(kind);
        let entry = read(&raw);
        assert_eq!((entry.movement(), entry.ticket()), (movement, ticket), "kind {kind}");
        assert_eq!((&entry.raw, entry.id), (&raw, entry_id(&raw.to_bytes())), "kind {kind}");
        assert!(understood(&raw), "kind {kind}");
    }
    assert_eq!(read(&sound(kind::REFUSE)).action, Action::Refuse { ticket: Some(TICKET), direction: Direction::Exit });
    assert_eq!(read(&sound(kind::UNDO)).action, Action::Undo { target: OTHER, ticket: Some(TICKET) });
    assert_eq!(read(&sound(kind::TIME)).action, Action::Time { token: vec![1], request: 5, response: 6 });
}

type Change = fn(&mut RawEntry);

#[test]
fn what_a_kind_must_have_it_must_have() {
    let without: [(u32, Change); 17] = [
        (kind::ENTRY, |raw| raw.event = None),
        (kind::ENTRY, |raw| raw.gate = None),
        (kind::ENTRY, |raw| raw.zone = None),
        (kind::ENTRY, |raw| raw.bodies = None),
        (kind::ENTRY, |raw| raw.verdict = None),
        (kind::EXIT, |raw| raw.event = None),
        (kind::EXIT, |raw| raw.bodies = None),
        (kind::EXIT, |raw| raw.verdict = None),
        (kind::REFUSE, |raw| raw.event = None),
        (kind::REFUSE, |raw| raw.direction = None),
        (kind::UNDO, |raw| raw.target = None),
        (kind::COUNT, |raw| raw.event = None),
        (kind::COUNT, |raw| raw.bodies = None),
        (kind::COUNT, |raw| raw.reason = None),
        (kind::TIME, |raw| raw.time_token = None),
        (kind::TIME, |raw| raw.mono_request = None),
        (kind::TIME, |raw| raw.mono_response = None),
    ];
    for (n, (kind, change)) in without.into_iter().enumerate() {
        assert!(!understood(&changed(kind, change)), "case {n}");
    }
    assert!(!understood(&sound(7)), "a kind of a later version");
    assert!(!understood(&changed(kind::BOOT, |raw| raw.version = 2)), "a later version");
}

#[test]
fn limits_are_the_last_that_is_understood() {
    for (kind, bodies, good) in [
        (kind::ENTRY, 1, true),
        (kind::ENTRY, MAX_BODIES, true),
        (kind::ENTRY, 0, false),
        (kind::ENTRY, -1, false),
        (kind::ENTRY, MAX_BODIES + 1, false),
        (kind::EXIT, 1, true),
        (kind::EXIT, MAX_BODIES, true),
        (kind::EXIT, 0, false),
        (kind::EXIT, -1, false),
        (kind::COUNT, MAX_BODIES, true),
        (kind::COUNT, -MAX_BODIES, true),
        (kind::COUNT, 0, false),
        (kind::COUNT, -MAX_BODIES - 1, false),
        (kind::COUNT, MAX_BODIES + 1, false),
    ] {
        assert_eq!(understood(&changed(kind, |raw| raw.bodies = Some(bodies))), good, "kind {kind}, {bodies} people");
    }
    let reason = |many| changed(kind::BOOT, |raw| raw.reason = Some("ü".repeat(many)));
    assert!(understood(&reason(MAX_REASON_CHARS)) && !understood(&reason(MAX_REASON_CHARS + 1)));
    let operator = |many| changed(kind::BOOT, |raw| raw.operator = Some("ü".repeat(many)));
    assert!(understood(&operator(MAX_OPERATOR_CHARS)) && !understood(&operator(MAX_OPERATOR_CHARS + 1)));
    let saw = |many| changed(kind::BOOT, |raw| raw.saw = Some(vec![OTHER; many]));
    assert!(understood(&saw(MAX_SAW)) && !understood(&saw(MAX_SAW + 1)));
    assert_eq!(read(&saw(2)).saw(), [OTHER; 2]);
    assert!(read(&sound(kind::BOOT)).saw().is_empty());
    let asked = |request| changed(kind::TIME, |raw| raw.mono_request = Some(request));
    assert!(understood(&asked(6)) && !understood(&asked(7)), "received before it was asked for");
}

#[test]
fn the_largest_entry_is_read_and_one_byte_more_is_not() {
    let sized = |text: usize| changed(kind::BOOT, |raw| raw.software = Some("x".repeat(text))).to_bytes();
    let overhead = sized(3_000).len() - 3_000;
    let largest = sized(MAX_ENTRY_BYTES - overhead);
    assert_eq!(largest.len(), MAX_ENTRY_BYTES);
    assert!(Entry::read(&largest).is_ok());
    assert_eq!(Entry::read(&sized(MAX_ENTRY_BYTES - overhead + 1)), Err(EntryError::TooLarge));
}

#[test]
fn the_verdict_must_not_contradict_the_kind_and_only_an_override_is_one() {
    for (kind, good) in [(kind::ENTRY, [0, 1, 2, 3]), (kind::EXIT, [4, 5, 4, 5])] {
        for verdict in (0..=5).chain(16..=28) {
            let entry = changed(kind, |raw| raw.verdict = Some(verdict));
            assert_eq!(understood(&entry), good.contains(&verdict), "kind {kind}, verdict {verdict}");
            assert_eq!(read(&entry).verdict().map(Verdict::number), Some(verdict));
        }
    }
    for (verdict, by_override) in [(0, false), (2, false), (3, true), (6, false)] {
        let Action::Entry(passage) = read(&changed(kind::ENTRY, |raw| raw.verdict = Some(verdict))).action else {
            panic!("verdict {verdict} is not understood");
        };
        assert_eq!(passage.by_override, by_override, "verdict {verdict}");
    }
    assert_eq!(read(&sound(kind::BOOT)).verdict(), None);
}

#[test]
fn a_verdict_or_basis_of_a_later_version_only_explains() {
    for (kind, bodies) in [(kind::ENTRY, 2), (kind::EXIT, -2)] {
        let entry = read(&changed(kind, |raw| raw.verdict = Some(6)));
        assert_eq!((entry.movement().map(|m| m.bodies), entry.verdict()), (Some(bodies), None));
    }
    for (number, basis) in [(0, Basis::Local), (1, Basis::Lan), (2, Basis::Server), (3, Basis::Local)] {
        assert_eq!(Basis::from_number(number), basis);
        assert_eq!(cose::decode_all::<Basis>(&cose::encode(&number)), Some(basis));
        assert_eq!(cose::encode(&basis), cose::encode(&basis.number()));
        assert_eq!(basis.number() == number, number < 3);
    }
    assert_eq!(cose::decode_all::<Basis>(&cose::encode(&(1u64 << 32))), None, "no u32");
}

#[test]
fn a_passage_carries_what_its_entry_says_or_the_defaults() {
    let Action::Entry(passage) = read(&sound(kind::ENTRY)).action else { panic!() };
    assert_eq!((passage.admits, passage.reentry, passage.basis), (1, false, Basis::Local));
    let told = changed(kind::ENTRY, |raw| {
        (raw.admits, raw.reentry, raw.basis) = (Some(4), Some(true), Some(Basis::Server));
    });
    let Action::Entry(passage) = read(&told).action else { panic!() };
    assert_eq!((passage.admits, passage.reentry, passage.basis), (4, true, Basis::Server));
}

#[test]
fn an_entry_whose_members_make_no_sense_keeps_its_place() {
    // A text where the event's id belongs.
    let mut bytes = bare(kind::ENTRY).to_bytes();
    bytes[0] += 1;
    bytes.extend([0x08, 0x61, b'x']);
    let entry = Entry::read(&bytes).unwrap();
    assert_eq!(entry.action, Action::NotUnderstood);
    assert_eq!(entry.raw, bare(kind::ENTRY));
    assert_eq!((entry.movement(), entry.ticket()), (None, None));
    assert_eq!(Entry::read(&bytes[..20]), Err(EntryError::Undecodable));
}

#[test]
fn the_entry_before_is_found_without_reading_the_rest() {
    for kind in [kind::ENTRY, kind::UNDO, 77] {
        let mut raw = sound(kind);
        assert_eq!(prev_of(&raw.to_bytes()), Some(OTHER));
        (raw.seq, raw.prev) = (1, None);
        assert_eq!(prev_of(&raw.to_bytes()), None);
    }
    assert_eq!(prev_of(b"not an entry"), None);
}
