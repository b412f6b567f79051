//! Real clocks (PROTOCOL.md section 2): wall time, and time since boot that counts suspended time.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use shared::clock::{Clock, Entropy, Reading, random};
use shared::hash::{hash, truncated};
use shared::ids::BootId;

/// Where Linux tells one boot from the next.
#[cfg(target_os = "linux")]
const BOOT_ID_FILE: &str = "/proc/sys/kernel/random/boot_id";

/// The system's clocks. Where the system does not name its boot, each process counts as one: times are then never wrong,
/// only tied together less well.
#[derive(Debug, Clone)]
pub struct SystemClock {
    boot: BootId,
    mono: Mono,
    wall_offset_ms: i64,
}

/// What milliseconds since boot are read from.
#[derive(Debug, Clone, Copy)]
enum Mono {
    /// `CLOCK_BOOTTIME`: runs on while the device sleeps.
    #[cfg(target_os = "linux")]
    Boottime,
    /// Since this process started.
    Process(Instant),
}

impl SystemClock {
    /// The clocks as they are.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self::shifted(entropy, 0)
    }

    /// With the wall clock moved by `offset_ms`, as on a device that was set wrongly. For drills and tests; the time since
    /// boot stays true.
    pub fn shifted(entropy: &dyn Entropy, offset_ms: i64) -> Self {
        let (boot, mono) = named_boot().unwrap_or_else(|| (BootId(random(entropy)), process_start()));
        Self { boot, mono, wall_offset_ms: offset_ms }
    }

    fn mono_ms(&self) -> u64 {
        match self.mono {
            #[cfg(target_os = "linux")]
            Mono::Boottime => boottime_ms(),
            Mono::Process(start) => u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Clock for SystemClock {
    fn read(&self) -> Reading {
        Reading { wall_ms: wall_ms().saturating_add(self.wall_offset_ms), mono_ms: self.mono_ms(), boot: self.boot }
    }
}

/// The boot's id and clock, where the system names its boots. The id is hashed: it goes into every entry, and the system's
/// own is nobody's business.
#[cfg(target_os = "linux")]
fn named_boot() -> Option<(BootId, Mono)> {
    let name = std::fs::read_to_string(BOOT_ID_FILE).ok()?;
    let name = name.trim();
    (!name.is_empty()).then(|| (BootId(truncated(hash("turnstone/v1/boot-id", &[name.as_bytes()]))), Mono::Boottime))
}

#[cfg(not(target_os = "linux"))]
fn named_boot() -> Option<(BootId, Mono)> {
    None
}

#[cfg(target_os = "linux")]
fn boottime_ms() -> u64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    let millis = u64::try_from(now.tv_nsec / 1_000_000).unwrap_or_default();
    seconds.saturating_mul(1000).saturating_add(millis)
}

#[expect(clippy::disallowed_methods, reason = "this is the place that implements Clock")]
fn process_start() -> Mono {
    Mono::Process(Instant::now())
}

/// Milliseconds since 1970-01-01 UTC; negative on a device that believes in an earlier year.
#[expect(clippy::disallowed_methods, reason = "this is the place that implements Clock")]
fn wall_ms() -> i64 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::OsEntropy;

    #[test]
    fn an_offset_moves_the_wall_clock_only() {
        let (plain, shifted) = (SystemClock::new(&OsEntropy), SystemClock::shifted(&OsEntropy, -18_000_000));
        let (before, moved, after) = (plain.read(), shifted.read(), plain.read());
        assert!((before.wall_ms..=after.wall_ms).contains(&(moved.wall_ms + 18_000_000)));
        assert!(before.mono_ms <= after.mono_ms);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn two_processes_of_one_boot_agree_on_boot_and_time() {
        let (one, other) = (SystemClock::new(&OsEntropy), SystemClock::new(&OsEntropy));
        let (a, b) = (one.read(), other.read());
        assert_eq!(a.boot, b.boot);
        assert!(b.mono_ms >= a.mono_ms && b.mono_ms - a.mono_ms < 60_000);
    }
}
