//! The one place that reads the system's clocks and random numbers; everything else takes them as parameters.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use shared::clock::{Clock, Entropy, Reading, random};
use shared::ids::BootId;

/// The system's clocks. The server's "boot" is its process: it needs the monotonic time for nothing that lasts longer.
#[derive(Debug)]
pub struct SystemClock {
    started: Instant,
    boot: BootId,
}

impl SystemClock {
    /// Starts counting the monotonic time.
    #[expect(clippy::disallowed_methods, reason = "this is the place that implements Clock")]
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self { started: Instant::now(), boot: BootId(random(entropy)) }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the place that implements Clock")]
    fn read(&self) -> Reading {
        // Before 1970 counts as 1970: no meaningful time of this product lies there.
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mono = self.started.elapsed();
        Reading {
            wall_ms: i64::try_from(wall.as_millis()).unwrap_or(i64::MAX),
            mono_ms: u64::try_from(mono.as_millis()).unwrap_or(u64::MAX),
            boot: self.boot,
        }
    }
}

/// The operating system's random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "without random numbers no key and no session may be made")]
        getrandom::fill(buffer).expect("invariant: the operating system gives random numbers");
    }
}
