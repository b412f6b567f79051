//! Clocks of devices that are wrong, and the true one.

use std::sync::atomic::{AtomicU64, Ordering};

use scanner::device::{OsEntropy, SystemClock};
use shared::clock::{Clock, Reading};
use shared::ids::BootId;

/// What the server believes, too (ms).
pub(crate) fn true_time() -> i64 {
    SystemClock::new(&OsEntropy).wall_ms()
}

/// Time that never jumps (ms), to measure how long something took.
pub(crate) fn stopwatch() -> u64 {
    SystemClock::new(&OsEntropy).read().mono_ms
}

/// This machine's clocks as a device sees them that was switched on a while ago and believes another time.
pub(crate) struct Rebooted {
    real: SystemClock,
    boot: BootId,
    mono_at_boot: u64,
    wall_off: i64,
}

impl Rebooted {
    pub(crate) fn with_clock_off_by(wall_off: i64, boot: u8) -> Self {
        let real = SystemClock::new(&OsEntropy);
        let mono_at_boot = real.read().mono_ms.saturating_sub(90_000);
        Self { real, boot: BootId([boot; 8]), mono_at_boot, wall_off }
    }
}

impl Clock for Rebooted {
    fn read(&self) -> Reading {
        let now = self.real.read();
        Reading {
            wall_ms: now.wall_ms + self.wall_off,
            mono_ms: now.mono_ms.saturating_sub(self.mono_at_boot),
            boot: self.boot,
        }
    }
}

/// This machine's clocks as they were so long ago: an evening passes in moments, and a sample taken now sets its times right.
pub(crate) struct Earlier {
    real: SystemClock,
    ago_ms: AtomicU64,
}

impl Earlier {
    pub(crate) fn new() -> Self {
        Self { real: SystemClock::new(&OsEntropy), ago_ms: AtomicU64::new(0) }
    }

    /// From now on it is so long ago (ms); never longer than before, because time goes on.
    pub(crate) fn set(&self, ago_ms: u64) {
        self.ago_ms.store(ago_ms, Ordering::SeqCst);
    }
}

impl Clock for Earlier {
    fn read(&self) -> Reading {
        let (now, ago) = (self.real.read(), self.ago_ms.load(Ordering::SeqCst));
        let wall_ms = now.wall_ms - i64::try_from(ago).expect("less than an evening");
        // Switched on long before, however long this machine is on.
        Reading { wall_ms, mono_ms: now.mono_ms + 86_400_000 - ago, boot: BootId([0x5e; 8]) }
    }
}
