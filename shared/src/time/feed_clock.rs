//! The time of every entry of one feed, from its samples and its neighbours.
//!
//! What a store must compute again when something arrives in a feed:
//! - the new entries themselves;
//! - for a new sample, the entries of its boot within [`FeedClock::reach`];
//! - the entries of boots without a sample, whose bounds are the entries around them.
//!
//! Samples and neighbours that are quarantined say nothing: a stolen device must not move the times below its cut.
//! Thus a revocation, and a keyset that withdraws a server key, mean computing the feed again.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::clock::Reading;
use crate::entry::Entry;
use crate::ids::{BootId, EntryId};
use crate::time::{EARLIEST_MS, Interval, LATEST_MS, Sample, Window, narrowest, sampled};

/// The members of an entry that say when it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Boot of the device.
    pub boot: BootId,
    /// Ms since that boot.
    pub mono: u64,
    /// Raw wall clock (ms).
    pub wall: i64,
}

impl Moment {
    /// As the entry says.
    pub fn of(entry: &Entry) -> Self {
        Self { boot: entry.raw.boot, mono: entry.raw.mono, wall: entry.raw.wall }
    }
}

impl From<Reading> for Moment {
    fn from(reading: Reading) -> Self {
        Self { boot: reading.boot, mono: reading.mono_ms, wall: reading.wall_ms }
    }
}

/// Times of the nearest entries of the same feed whose boot has a sample and that are not quarantined. Where a fork
/// leaves two at the nearest seq, the lower id counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Between {
    /// The nearest with a lower seq.
    pub before: Option<Interval>,
    /// The nearest with a higher seq.
    pub after: Option<Interval>,
}

/// The verified samples of one feed that are not quarantined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedClock {
    boots: BTreeMap<BootId, Vec<Sample>>,
}

impl FeedClock {
    /// From samples in any order.
    pub fn new(samples: impl IntoIterator<Item = Sample>) -> Self {
        let mut clock = Self::default();
        for sample in samples {
            clock.add(sample);
        }
        clock
    }

    /// Adds a sample; one that is already there changes nothing.
    pub fn add(&mut self, sample: Sample) {
        let samples = self.boots.entry(sample.boot).or_default();
        if !samples.contains(&sample) {
            samples.push(sample);
        }
    }

    /// Whether the boot has a sample.
    pub fn knows(&self, boot: BootId) -> bool {
        self.boots.contains_key(&boot)
    }

    /// The boots that have one, in order.
    pub fn boots(&self) -> impl Iterator<Item = BootId> + '_ {
        self.boots.keys().copied()
    }

    /// From the narrowest sample of the boot; `None` if it has none.
    pub fn sampled(&self, boot: BootId, mono: u64) -> Option<Interval> {
        narrowest(self.boots.get(&boot)?, boot, mono).map(|sample| sampled(sample, mono))
    }

    /// The time of an entry: from a sample of its boot, else its wall clock between its neighbours and within the
    /// event's window. `between` is only looked at where the boot has no sample. What comes later in a feed happened
    /// later: not before the earlier neighbour *can* have been (its begin), not after the later one can have been (its
    /// end). Nothing tighter is sure.
    pub fn interval(&self, at: Moment, between: Between, window: Option<Window>) -> Interval {
        self.sampled(at.boot, at.mono).unwrap_or_else(|| {
            let (opens, closes) = window.map_or((EARLIEST_MS, LATEST_MS), |window| window.bounds());
            let lo = between.before.map_or(opens, |before| before.lo.max(opens));
            let hi = between.after.map_or(closes, |after| after.hi.min(closes));
            Interval::clamped(at.wall, lo, hi)
        })
    }

    /// The monos of the sample's boot whose time it can change, given the other samples; perhaps a few too many, never
    /// too few. All of them if it is the boot's first.
    pub fn reach(&self, sample: &Sample) -> RangeInclusive<u64> {
        let others: Vec<&Sample> =
            self.boots.get(&sample.boot).into_iter().flatten().filter(|other| *other != sample).collect();
        // Away from the exchange its interval widens as fast as any: once another is narrower, it stays so.
        let wins = |mono: u64| {
            let best = others.iter().map(|other| other.exact_width(mono)).min();
            best.is_none_or(|best| sample.exact_width(mono) <= best + Sample::ROUNDING)
        };
        let first = last_true(sample.request, |step| wins(sample.request - step));
        let last = last_true(u64::MAX - sample.response, |step| wins(sample.response + step));
        sample.request - first..=sample.response + last
    }
}

/// The greatest `n ≤ most` for which `holds`, where it holds up to some number and not beyond; 0 if it never does.
fn last_true(most: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut yes, mut no) = (0, most);
    if holds(most) {
        return most;
    }
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        if holds(middle) { yes = middle } else { no = middle }
    }
    yes
}

/// One entry of a feed, as [`intervals`] needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Position.
    pub seq: u64,
    /// Which entry.
    pub id: EntryId,
    /// What its clocks said.
    pub at: Moment,
    /// The window of the event it names; `None` if it names none, or one that is not known.
    pub window: Option<Window>,
    /// Whether it is not quarantined, so that others may lean on its time.
    pub counts: bool,
}

/// The times of a whole feed, in any order given.
pub fn intervals(clock: &FeedClock, entries: &[Placed]) -> BTreeMap<EntryId, Interval> {
    let mut sorted: Vec<&Placed> = entries.iter().collect();
    sorted.sort_unstable_by_key(|entry| (entry.seq, entry.id));
    let anchor = |entry: &Placed| {
        if entry.counts { clock.sampled(entry.at.boot, entry.at.mono) } else { None }
    };
    let mut between = vec![Between::default(); sorted.len()];
    let mut nearest = Nearest::default();
    for (entry, slot) in sorted.iter().zip(&mut between) {
        slot.before = nearest.seen_from(entry.seq);
        nearest.offer(entry.seq, anchor(entry), false);
    }
    nearest = Nearest::default();
    for (entry, slot) in sorted.iter().zip(&mut between).rev() {
        slot.after = nearest.seen_from(entry.seq);
        nearest.offer(entry.seq, anchor(entry), true);
    }
    sorted
        .iter()
        .zip(between)
        .map(|(entry, between)| (entry.id, clock.interval(entry.at, between, entry.window)))
        .collect()
}

/// The nearest anchor passed so far; those at the seq one stands on do not count yet.
#[derive(Default)]
struct Nearest {
    settled: Option<Interval>,
    latest: Option<(u64, Interval)>,
}

impl Nearest {
    fn seen_from(&mut self, seq: u64) -> Option<Interval> {
        if let Some((_, interval)) = self.latest.filter(|(at, _)| *at != seq) {
            self.settled = Some(interval);
        }
        self.settled
    }

    /// `replace` says whether a second one at the same seq wins over the first.
    fn offer(&mut self, seq: u64, anchor: Option<Interval>, replace: bool) {
        let Some(interval) = anchor else { return };
        if replace || self.latest.is_none_or(|(at, _)| at != seq) {
            self.latest = Some((seq, interval));
        }
    }
}

/// The device's own present time. `last` is the time of its latest entry of a sampled boot.
pub fn estimate(clock: &FeedClock, now: Reading, last: Option<Interval>, window: Option<Window>) -> Interval {
    clock.interval(now.into(), Between { before: last, after: None }, window)
}

#[cfg(test)]
#[path = "feed_clock_tests.rs"]
mod tests;
