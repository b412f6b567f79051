//! How long to wait before trying again: longer each time, never too long, and never in step with two hundred others.

use std::time::Duration;

use shared::clock::{Entropy, random};

/// First pause.
pub const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause: a network that came back is noticed within this time.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Capped exponential backoff with full jitter over its upper half.
#[derive(Debug, Clone)]
pub struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST_PAUSE }
    }
}

impl Backoff {
    /// The pause before the next try: between half and the whole of the current step; at least `least` (what the server
    /// asked for).
    pub fn pause(&mut self, entropy: &dyn Entropy, least: Option<Duration>) -> Duration {
        let step = self.next;
        self.next = (step * 2).min(LONGEST_PAUSE);
        let share = f64::from(u16::from_be_bytes(random(entropy))) / f64::from(u16::MAX);
        step.mul_f64(0.5 + share / 2.0).max(least.unwrap_or_default())
    }

    /// It worked: the next trouble starts with a short pause again.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u8);
    impl Entropy for Always {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn pauses_grow_to_the_cap_and_start_again_after_success() {
        let mut backoff = Backoff::default();
        let pauses: Vec<Duration> = (0..10).map(|_| backoff.pause(&Always(255), None)).collect();
        assert_eq!(pauses[..3], [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]);
        assert_eq!(pauses[9], LONGEST_PAUSE);
        backoff.reset();
        assert_eq!(backoff.pause(&Always(0), None), FIRST_PAUSE / 2);
        let asked = Duration::from_secs(77);
        assert_eq!(backoff.pause(&Always(255), Some(asked)), asked);
    }
}
