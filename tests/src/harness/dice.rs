//! Randomness that can be repeated.

use std::hash::{BuildHasher, RandomState};

/// Variable that repeats a run.
const SEED: &str = "TURNSTONE_SEED";

/// A seed that nobody chose.
pub fn any_seed() -> u64 {
    RandomState::new().hash_one(SEED)
}

/// Random numbers from a seed (SplitMix64, Steele and others 2014).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Another seed each time, unless the environment names one. It is shown where the test fails.
    #[must_use]
    pub fn thrown() -> Self {
        let seed = std::env::var(SEED).ok().map(|text| text.parse().expect("a seed is a whole number"));
        let seed = seed.unwrap_or_else(any_seed);
        eprintln!("{SEED}={seed} repeats these choices");
        Self(seed)
    }

    /// The dice of this seed.
    pub fn of(seed: u64) -> Self {
        Self(seed)
    }

    /// Other dice, whose numbers do not depend on how often these are thrown afterwards.
    #[must_use]
    pub fn another(&mut self) -> Self {
        Self(self.next())
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// True in about so many cases of a hundred.
    pub fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let at = usize::try_from(self.next() % of.len() as u64).expect("an index");
        &of[at]
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
