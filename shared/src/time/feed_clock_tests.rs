use proptest::prelude::*;

use super::*;
use crate::time::WINDOW_MARGIN_MS;

const HOUR: i64 = 3_600_000;
const WINDOW: Window = Window { starts: 100 * HOUR, ends: 106 * HOUR };

fn boot(n: u8) -> BootId {
    BootId([n; 8])
}

fn sample(seq: u64, of: u8, request: u64, response: u64, server_ms: i64) -> Sample {
    Sample { seq, boot: boot(of), request, response, server_ms }
}

fn placed(seq: u64, id: u8, of: u8, mono: u64, wall: i64) -> Placed {
    let at = Moment { boot: boot(of), mono, wall };
    Placed { seq, id: EntryId([id; 32]), at, window: Some(WINDOW), counts: true }
}

#[test]
fn without_a_sample_the_wall_clock_stays_within_the_event() {
    let clock = FeedClock::default();
    for (wall, at) in [(i64::MIN, 88 * HOUR), (103 * HOUR, 103 * HOUR), (i64::MAX, 118 * HOUR)] {
        let found = clock.interval(Moment { boot: boot(1), mono: 0, wall }, Between::default(), Some(WINDOW));
        assert_eq!((found.at, found.uncertain), (at, true));
        assert_eq!(found.hi - found.lo, 6 * HOUR + 2 * WINDOW_MARGIN_MS);
    }
    let free = clock.interval(Moment { boot: boot(1), mono: 0, wall: 5 }, Between::default(), None);
    assert_eq!((free.lo, free.at, free.hi), (EARLIEST_MS, 5, LATEST_MS));
}

#[test]
fn a_boot_without_sample_lies_between_its_neighbours() {
    let clock = FeedClock::new([sample(2, 1, 0, 0, 101 * HOUR), sample(6, 3, 0, 0, 103 * HOUR)]);
    for (wall, at) in [(0, 101 * HOUR + 999), (102 * HOUR, 102 * HOUR), (i64::MAX, 103 * HOUR)] {
        let entries = [
            placed(2, 2, 1, 0, 0),
            placed(3, 3, 1, 1000, 0),
            placed(4, 4, 2, 7, wall),
            placed(5, 5, 3, 0, 0),
            placed(6, 6, 3, 10, 0),
        ];
        let mut turned = entries;
        turned.reverse();
        let found = intervals(&clock, &entries);
        assert_eq!(found, intervals(&clock, &turned));
        let between = found[&EntryId([4; 32])];
        assert_eq!((between.lo, between.at, between.hi), (101 * HOUR + 999, at, 103 * HOUR));
        assert!(between.uncertain && !found[&EntryId([3; 32])].uncertain);
    }
}

#[test]
fn neighbours_that_cross_are_put_in_order_and_quarantined_ones_say_nothing() {
    let clock = FeedClock::new([sample(1, 1, 0, 0, 105 * HOUR), sample(3, 3, 0, 0, 102 * HOUR)]);
    let mut entries = [placed(1, 1, 1, 0, 0), placed(2, 2, 2, 0, 0), placed(3, 3, 3, 0, 0)];
    let found = intervals(&clock, &entries)[&EntryId([2; 32])];
    assert_eq!((found.lo, found.at, found.hi), (102 * HOUR, 102 * HOUR, 105 * HOUR));
    entries[0].counts = false;
    let found = intervals(&clock, &entries)[&EntryId([2; 32])];
    assert_eq!((found.lo, found.hi), (88 * HOUR, 102 * HOUR));
}

#[test]
fn of_two_neighbours_at_one_place_the_lower_id_counts() {
    let clock = FeedClock::new([sample(1, 1, 0, 0, 101 * HOUR)]);
    let fork = [placed(1, 9, 1, 90, 0), placed(1, 8, 1, 80, 0), placed(2, 2, 2, 0, 0)];
    assert_eq!(intervals(&clock, &fork)[&EntryId([2; 32])].lo, 101 * HOUR + 79);
    let after = [placed(2, 9, 1, 90, 0), placed(2, 8, 1, 80, 0), placed(1, 2, 2, 0, 0)];
    assert_eq!(intervals(&clock, &after)[&EntryId([2; 32])].hi, 101 * HOUR + 81);
    let beside = [placed(1, 1, 1, 90, 0), placed(1, 2, 2, 0, 0), placed(1, 3, 1, 90, 0)];
    let found = intervals(&clock, &beside)[&EntryId([2; 32])];
    assert_eq!((found.lo, found.hi), WINDOW.bounds(), "what lies beside is neither before nor after");
}

#[test]
fn the_device_knows_its_present_from_its_sample_or_guesses() {
    let now = Reading { wall_ms: 5, mono_ms: 20_000, boot: boot(1) };
    let clock = FeedClock::new([sample(1, 1, 0, 100, 102 * HOUR)]);
    let known = estimate(&clock, now, None, Some(WINDOW));
    assert_eq!((known.lo, known.hi), (102 * HOUR + 19_898, 102 * HOUR + 20_002));
    let booted_again = Reading { boot: boot(2), ..now };
    let guessed = estimate(&clock, booted_again, Some(known), Some(WINDOW));
    assert_eq!((guessed.lo, guessed.uncertain), (known.lo, true));
}

#[test]
fn it_knows_the_boots_that_have_a_sample_and_a_sample_only_once() {
    let mut clock = FeedClock::new([sample(2, 3, 0, 0, 5), sample(1, 1, 0, 0, 5)]);
    assert_eq!(clock.boots().collect::<Vec<_>>(), [boot(1), boot(3)]);
    assert!(clock.knows(boot(1)) && !clock.knows(boot(2)));
    let before = clock.clone();
    clock.add(sample(2, 3, 0, 0, 5));
    assert_eq!(clock, before);
    clock.add(sample(4, 3, 0, 0, 5));
    assert_ne!(clock, before);
}

#[test]
fn a_sample_reaches_to_where_another_is_surely_narrower() {
    let (early, late) = (sample(1, 1, 0, 10, 5), sample(2, 1, 1_000_000, 1_000_010, 1_000_005));
    let apart = sample(3, 2, 0, 0, 5);
    let clock = FeedClock::new([early, late, apart]);
    // Half way, and what rounding can change: 10 s of drift on either side.
    assert_eq!(clock.reach(&early), 0..=510_005);
    assert_eq!(clock.reach(&late), 490_005..=u64::MAX);
    assert_eq!(clock.reach(&apart), 0..=u64::MAX, "the only one of its boot");
    assert_eq!(FeedClock::new([early]).reach(&late), 490_005..=u64::MAX, "asked before it is added");
    // One that is wider everywhere reaches no further than itself.
    let slow = sample(4, 1, 0, 60_000, 5);
    assert_eq!(clock.reach(&slow), 0..=60_000);
}

#[test]
fn wide_neighbours_do_not_exclude_the_truth_beside_their_middle() {
    let clock = FeedClock::new([sample(1, 1, 0, 60_000, 101 * HOUR), sample(3, 3, 0, 60_000, 101 * HOUR + 70_000)]);
    let entries = [placed(1, 1, 1, 60_000, 0), placed(2, 2, 2, 0, 0), placed(3, 3, 3, 0, 0)];
    let found = intervals(&clock, &entries)[&EntryId([2; 32])];
    assert_eq!((found.lo, found.hi), (101 * HOUR, 101 * HOUR + 70_000), "begin of the earlier, end of the later");
}

/// One entry of a made-up device: when it truly happened, and what the device wrote.
struct Lived {
    truth: i64,
    placed: Placed,
    sample: Option<Sample>,
}

/// A boot: ms of darkness before it, how fast its clock runs (ppm), what its wall clock adds to the truth, and its
/// entries: ms since the one before (the device may sleep, its mono goes on), and a sample's way there and back (ms).
type Boot = (i64, i64, i64, Vec<(i64, Option<(i64, i64)>, bool)>);

/// Mono of a true time, rounded down.
fn mono(boot: i64, ppm: i64, truth: i64) -> u64 {
    u64::try_from(i128::from(truth - boot) * i128::from(1_000_000 + ppm) / 1_000_000).unwrap()
}

fn live(boots: &[Boot]) -> Vec<Lived> {
    let mut now = 100 * HOUR;
    let mut lived = Vec::new();
    for (boot, (dark, ppm, wall_error, entries)) in (1..).zip(boots) {
        now += dark;
        let started = now;
        for (pause, exchange, counts) in entries {
            now += pause;
            let seq = lived.len() as u64 + 1;
            let asked = now;
            let taken = exchange.map(|(there, back)| {
                now += there + back;
                sample(seq, boot, mono(started, *ppm, asked), mono(started, *ppm, now), asked + there)
            });
            let mut placed = placed(seq, 0, boot, mono(started, *ppm, now), now.saturating_add(*wall_error));
            placed.id.0[..8].copy_from_slice(&seq.to_be_bytes());
            placed.counts = *counts;
            lived.push(Lived { truth: now, placed, sample: taken.filter(|_| *counts) });
        }
    }
    lived
}

fn boots() -> impl Strategy<Value = Vec<Boot>> {
    let exchange = prop::option::weighted(0.3, (0i64..30_000, 0i64..30_000));
    let pause = prop_oneof![0i64..100, 0i64..60_000, 0i64..3 * HOUR];
    let entry = (pause, exchange, prop::bool::weighted(0.9));
    let dark = prop_oneof![0i64..5_000, 0i64..5 * HOUR];
    let wall_error = prop_oneof![Just(0), -6 * HOUR..6 * HOUR, any::<i64>()];
    prop::collection::vec((dark, -99i64..=99, wall_error, prop::collection::vec(entry, 1..6)), 1..7)
}

proptest! {
    /// An honest device in the hands of an honest server: whatever its wall clock says, however often it sleeps, reboots
    /// or misses a sample, no interval excludes when the entry really happened.
    #[test]
    fn the_truth_is_always_inside(boots in boots(), early in 0..WINDOW_MARGIN_MS, late in 0..WINDOW_MARGIN_MS) {
        let mut lived = live(&boots);
        // People scan from 12 h before the event to 12 h after it.
        let (first, last) = (lived[0].truth, lived[lived.len() - 1].truth);
        let window = Window { starts: first + early, ends: last - late };
        for entry in &mut lived {
            entry.placed.window = Some(window);
        }
        let clock = FeedClock::new(lived.iter().filter_map(|entry| entry.sample));
        let placed: Vec<Placed> = lived.iter().map(|entry| entry.placed).collect();
        let found = intervals(&clock, &placed);
        // Monos and server times are whole ms, and within an exchange of a minute the clock drifts by 6 ms.
        let slack = 8;
        for Lived { truth, placed, .. } in &lived {
            let time = found[&placed.id];
            prop_assert!(
                time.lo - slack <= *truth && *truth <= time.hi + slack,
                "entry {} at {truth} is outside {time:?}", placed.seq
            );
            prop_assert!(time.lo <= time.at && time.at <= time.hi);
            prop_assert_eq!(time.uncertain, !clock.knows(placed.at.boot));
        }
    }

    #[test]
    fn nothing_beyond_its_reach_changes(
        old in prop::collection::vec((0u64..2_000_000, 0u64..500), 0..4), new in (0u64..2_000_000, 0u64..500),
        mono in prop::collection::vec(0u64..4_000_000, 20),
    ) {
        let make = |seq, (at, travel): (u64, u64)| sample(seq, 1, at, at + travel, 1_000_000);
        let mut clock = FeedClock::new(old.iter().zip(1u64..).map(|(taken, seq)| make(seq, *taken)));
        let added = make(9, new);
        let reach = clock.reach(&added);
        let before: Vec<_> = mono.iter().map(|mono| clock.sampled(boot(1), *mono)).collect();
        clock.add(added);
        for (mono, before) in mono.iter().zip(before) {
            prop_assert!(reach.contains(mono) || clock.sampled(boot(1), *mono) == before, "{mono} outside {reach:?}");
        }
    }

    #[test]
    fn hostile_samples_do_not_overflow_the_reach(a in any::<[u64; 4]>(), server in any::<i64>()) {
        let make = |x: u64, y: u64| sample(x, 1, x.min(y), x.max(y), server);
        let (one, two) = (make(a[0], a[1]), make(a[2], a[3]));
        let clock = FeedClock::new([one, two]);
        prop_assert!(clock.reach(&one).start() <= clock.reach(&one).end());
        prop_assert!(clock.reach(&two).contains(&two.request) || one.width_is_at_most(&two));
    }
}

impl Sample {
    fn width_is_at_most(&self, other: &Self) -> bool {
        self.exact_width(other.request) <= other.exact_width(other.request)
    }
}
