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
    for (wall, at) in [(0, 101 * HOUR + 1001), (102 * HOUR, 102 * HOUR), (i64::MAX, 103 * HOUR)] {
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
        assert_eq!(
            (between.lo - 1, between.at.max(between.lo), between.hi),
            (101 * HOUR + 1000, at.max(between.lo), 103 * HOUR)
        );
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
    assert_eq!(intervals(&clock, &fork)[&EntryId([2; 32])].lo, 101 * HOUR + 81);
    let after = [placed(2, 9, 1, 90, 0), placed(2, 8, 1, 80, 0), placed(1, 2, 2, 0, 0)];
    assert_eq!(intervals(&clock, &after)[&EntryId([2; 32])].hi, 101 * HOUR + 79);
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
    assert_eq!((guessed.lo, guessed.uncertain), (known.hi, true));
}

proptest! {
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
