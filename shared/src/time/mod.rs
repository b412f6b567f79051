//! When something really happened, as an interval (PROTOCOL.md section 9).

mod feed_clock;
mod sample;

use serde::{Deserialize, Serialize};

use crate::policy::Policy;

pub use feed_clock::{Between, FeedClock, Moment, Placed, estimate, intervals};
pub use sample::{DRIFT_PPM, Sample, TimeToken, narrowest, sampled};

/// The earliest time there is (ms): 1970. Lies below it are pulled up to it.
pub const EARLIEST_MS: i64 = 0;
/// The latest time there is (ms): the begin of the year 9999. It keeps sums and calendars from overflowing.
pub const LATEST_MS: i64 = 253_370_764_800_000;
/// How far outside its event an entry of an unsampled boot may lie (ms): setting up before, clearing up after.
pub const WINDOW_MARGIN_MS: i64 = 12 * 60 * 60 * 1000;
/// Length of the buckets of timelines (ms).
pub const MINUTE_MS: i64 = 60_000;

/// Ms since 1970 UTC between which something happened, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Not before (ms).
    pub lo: i64,
    /// The one time to sort and show by (ms): the middle, rounded down; without a sample the clamped wall clock.
    pub at: i64,
    /// Not after (ms); at least `lo`.
    pub hi: i64,
    /// No time sample of the boot was known: the wall clock was believed within bounds.
    pub uncertain: bool,
}

impl Interval {
    /// An interval from a sample; the ends are put in order and pulled into the times there are.
    pub fn new(a: i64, b: i64) -> Self {
        let (lo, hi) = ends(a, b);
        Self { lo, at: lo + (hi - lo).div_euclid(2), hi, uncertain: false }
    }

    /// The wall clock between two bounds, flagged uncertain. Bounds that cross are put in order.
    pub fn clamped(wall: i64, a: i64, b: i64) -> Self {
        let (lo, hi) = ends(a, b);
        Self { lo, at: wall.clamp(lo, hi), hi, uncertain: true }
    }

    /// How far the truth can be from `at` (ms).
    pub fn error(&self) -> i64 {
        self.at.saturating_sub(self.lo).max(self.hi.saturating_sub(self.at))
    }

    /// The minute it is counted in: whole minutes since 1970 UTC.
    pub fn minute(&self) -> i64 {
        self.at.div_euclid(MINUTE_MS)
    }

    /// Whether it is certain that this happened before `other`: both sampled, and disjoint.
    pub fn surely_before(&self, other: &Self) -> bool {
        !self.uncertain && !other.uncertain && self.hi < other.lo
    }
}

fn ends(a: i64, b: i64) -> (i64, i64) {
    let (a, b) = (a.clamp(EARLIEST_MS, LATEST_MS), b.clamp(EARLIEST_MS, LATEST_MS));
    (a.min(b), a.max(b))
}

/// From when to when an event lasts (ms).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Starts (ms).
    pub starts: i64,
    /// Ends (ms).
    pub ends: i64,
}

impl Window {
    /// The event's own.
    pub fn of(policy: &Policy) -> Self {
        Self { starts: policy.starts, ends: policy.ends }
    }

    /// Bounds (ms) for entries of this event, [`WINDOW_MARGIN_MS`] wider than the event.
    pub fn bounds(&self) -> (i64, i64) {
        (self.starts.saturating_sub(WINDOW_MARGIN_MS), self.ends.saturating_add(WINDOW_MARGIN_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_rounds_down_and_the_error_reaches_both_ends() {
        let interval = Interval::new(13, 10);
        assert_eq!((interval.lo, interval.at, interval.hi, interval.error()), (10, 11, 13, 2));
    }

    #[test]
    fn hostile_ends_stay_within_the_times_there_are() {
        let widest = Interval::new(i64::MIN, i64::MAX);
        assert_eq!((widest.lo, widest.hi), (EARLIEST_MS, LATEST_MS));
        assert_eq!(Interval::clamped(i64::MIN, i64::MAX, i64::MIN).at, EARLIEST_MS);
        let window = Window { starts: i64::MIN, ends: i64::MAX };
        assert_eq!(window.bounds(), (i64::MIN, i64::MAX));
    }

    #[test]
    fn only_disjoint_sampled_intervals_prove_an_order() {
        let (early, late) = (Interval::new(0, 10), Interval::new(11, 20));
        assert!(early.surely_before(&late) && !late.surely_before(&early));
        assert!(!early.surely_before(&Interval::new(10, 20)));
        assert!(!Interval::clamped(0, 0, 10).surely_before(&late));
    }

    #[test]
    fn margins_and_minutes_are_those_of_the_protocol() {
        assert_eq!((WINDOW_MARGIN_MS, MINUTE_MS), (43_200_000, 60_000));
        let window = Window { starts: 50_000_000, ends: 60_000_000 };
        assert_eq!(window.bounds(), (6_800_000, 103_200_000));
        let minute = |at| Interval::new(at, at).minute();
        assert_eq!((minute(0), minute(59_999), minute(60_000), minute(179_999)), (0, 0, 1, 2));
    }
}
