//! Medians and spread.

use std::time::{Duration, Instant};

use serde::Serialize;

/// Measured values: the middle and what lies around it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// Median.
    pub(crate) p50: f64,
    /// A tenth lies below …
    pub(crate) p10: f64,
    /// … and a tenth above.
    pub(crate) p90: f64,
    /// One of a hundred lies above.
    pub(crate) p99: f64,
    /// How many were measured.
    pub(crate) count: usize,
}

impl Spread {
    /// Of at least one value.
    pub(crate) fn of(mut values: Vec<f64>) -> Self {
        assert!(!values.is_empty(), "something was measured");
        values.sort_by(f64::total_cmp);
        let at = |share: usize| values[(values.len() * share / 100).min(values.len() - 1)];
        Self { p50: at(50), p10: at(10), p90: at(90), p99: at(99), count: values.len() }
    }
}

/// Turns that are compared as one: their medians are divided.
const BLOCKS: usize = 20;

/// How `ours` compares to `peer`, both measured in turns: the ratio of the medians, and how it spreads over parts of the run.
pub(crate) fn ratio(ours: &[f64], peer: &[f64]) -> Spread {
    let size = (ours.len().min(peer.len()) / BLOCKS).max(1);
    let middle = |values: &[f64]| Spread::of(values.to_vec()).p50;
    let parts = ours.chunks(size).zip(peer.chunks(size)).map(|(ours, peer)| middle(ours) / middle(peer)).collect();
    Spread { p50: middle(ours) / middle(peer), count: ours.len(), ..Spread::of(parts) }
}

/// What `work` made, and how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let made = work();
    (made, begun.elapsed())
}

/// Milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
