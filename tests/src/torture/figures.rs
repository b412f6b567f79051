//! Figures of a run.

use std::fmt;
use std::time::Duration;

/// How long something took, each time.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Once more.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Those of another run as well.
    pub fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How often.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many of a hundred did not exceed (nearest rank); zero if there is none.
    pub fn percentile(&self, of_hundred: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * of_hundred).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or_default()
    }

    /// The longest.
    pub fn longest(&self) -> Duration {
        self.percentile(100)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |of_hundred| self.percentile(of_hundred).as_secs_f64() * 1000.0;
        write!(f, "median {:.1} ms, p99 {:.1} ms, longest {:.1} ms ({} times)", ms(50), ms(99), ms(100), self.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_the_nearest_rank() {
        let mut times = Times::default();
        assert_eq!(times.longest(), Duration::ZERO);
        (1..=200).rev().map(Duration::from_millis).for_each(|took| times.add(took));
        let found = [50, 99, 100].map(|of_hundred| times.percentile(of_hundred).as_millis());
        assert_eq!(found, [100, 198, 200]);
    }
}
