//! Time and randomness as parameters: nothing in the rules reads a clock or rolls dice.

use crate::ids::BootId;

/// A point in time on a device: what its clocks say, right or wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Wall clock, milliseconds since 1970-01-01 UTC; may be hours off.
    pub wall_ms: i64,
    /// Milliseconds since boot, counting suspended time; never runs backwards within a boot.
    pub mono_ms: u64,
    /// Which boot `mono_ms` counts from.
    pub boot: BootId,
}

/// Where times come from.
pub trait Clock: Send + Sync {
    /// All clocks at one moment.
    fn read(&self) -> Reading;

    /// Wall clock, milliseconds since 1970-01-01 UTC.
    fn wall_ms(&self) -> i64 {
        self.read().wall_ms
    }
}

/// Where random bytes come from. Must be cryptographically strong outside simulations.
pub trait Entropy: Send + Sync {
    /// Fills `buffer` wholly.
    fn fill(&self, buffer: &mut [u8]);
}

/// A fresh array of random bytes.
pub fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stopped;

    impl Clock for Stopped {
        fn read(&self) -> Reading {
            Reading { wall_ms: 42, mono_ms: 7, boot: BootId([1; 8]) }
        }
    }

    struct Counting;

    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for (byte, n) in buffer.iter_mut().zip(5..) {
                *byte = n;
            }
        }
    }

    #[test]
    fn the_wall_clock_is_the_one_of_the_reading_and_random_bytes_are_those_of_the_source() {
        assert_eq!(Stopped.wall_ms(), 42);
        assert_eq!(random::<3>(&Counting), [5, 6, 7]);
    }
}
