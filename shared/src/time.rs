//! When something really happened, as an interval (PROTOCOL.md section 9).

use serde::{Deserialize, Serialize};

/// Ms since 1970 UTC between which something happened, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Not before (ms).
    pub lo: i64,
    /// Not after (ms); at least `lo`.
    pub hi: i64,
    /// No time sample of the boot was known: the wall clock was believed within bounds.
    pub uncertain: bool,
}

impl Interval {
    /// An interval from a sample; the ends are put in order.
    pub fn new(a: i64, b: i64) -> Self {
        Self { lo: a.min(b), hi: a.max(b), uncertain: false }
    }

    /// The middle (ms), rounded down: the one time to sort and show by.
    pub fn middle(&self) -> i64 {
        self.lo + (self.hi - self.lo).div_euclid(2)
    }

    /// Half the width (ms), rounded up.
    pub fn error(&self) -> i64 {
        (self.hi - self.lo + 1).div_euclid(2)
    }
}
