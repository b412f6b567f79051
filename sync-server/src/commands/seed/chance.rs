//! Repeatable chance: SplitMix64 (Steele, Lea, Flood 2014). For patterns only, never for secrets.

/// A stream of numbers that follows from its seed.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

const FIRST: [&str; 16] = [
    "Ada", "Ben", "Clara", "Deniz", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Lena", "Mika", "Nora",
    "Olga", "Paul",
];

const LAST: [&str; 16] = [
    "Albrecht", "Baum", "Celik", "Demir", "Engel", "Fischer", "Gruber", "Huber", "Ivanov", "Jansen", "Kowalski",
    "Lang", "Meyer", "Nowak", "Otto", "Peters",
];

impl Chance {
    /// Starts a stream.
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 for a limit of 0. Slightly uneven, which does not matter here.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// True once in `n` times.
    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(from.len()).unwrap_or(u64::MAX));
        from.get(usize::try_from(at).unwrap_or(0))
    }

    /// Around the middle of `0..span` more often than at its ends, as people arrive.
    pub(super) fn bell(&mut self, span: u64) -> u64 {
        (self.below(span) + self.below(span) + self.below(span)) / 3
    }

    /// Made-up bytes, as of a key nobody has.
    pub(super) fn bytes(&mut self) -> [u8; 16] {
        (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes()
    }

    /// A made-up name.
    pub(super) fn name(&mut self) -> String {
        let first = self.pick(&FIRST).copied().unwrap_or_default();
        let last = self.pick(&LAST).copied().unwrap_or_default();
        format!("{first} {last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_evening_again() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..50).map(|n| chance.below(n)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
