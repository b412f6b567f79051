//! True time, and the clocks of machines that may be wrong about it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use shared::clock::{Clock, Reading};
use shared::ids::BootId;

/// True time, ms since 1970 UTC. Only the schedule moves it.
#[derive(Debug, Clone)]
pub struct TrueTime(Arc<AtomicI64>);

impl TrueTime {
    /// Starting here.
    pub fn at(ms: i64) -> Self {
        Self(Arc::new(AtomicI64::new(ms)))
    }

    /// Now.
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves on; never back.
    pub fn move_to(&self, ms: i64) {
        self.0.fetch_max(ms, Ordering::SeqCst);
    }
}

#[derive(Debug, Clone, Copy)]
struct Hands {
    /// Wall clock minus true time (ms).
    offset: i64,
    /// How much too fast both clocks run, in millionths.
    drift_ppm: i64,
    booted: i64,
    boot: BootId,
}

/// The clocks of one machine.
#[derive(Debug)]
pub struct MachineClock {
    time: TrueTime,
    hands: Mutex<Hands>,
}

impl MachineClock {
    /// Booted now.
    pub fn new(time: &TrueTime, offset: i64, drift_ppm: i64, boot: BootId) -> Arc<Self> {
        let hands = Hands { offset, drift_ppm, booted: time.now(), boot };
        Arc::new(Self { time: time.clone(), hands: Mutex::new(hands) })
    }

    fn hands(&self) -> std::sync::MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The wall clock jumps.
    pub fn jump(&self, ms: i64) {
        self.hands().offset += ms;
    }

    /// The machine boots: its monotonic clock begins again.
    pub fn reboot(&self, boot: BootId) {
        let mut hands = self.hands();
        (hands.booted, hands.boot) = (self.time.now(), boot);
    }
}

impl Clock for MachineClock {
    fn read(&self) -> Reading {
        let (hands, now) = (*self.hands(), self.time.now());
        let since = now - hands.booted;
        let since = since + since * hands.drift_ppm / 1_000_000;
        Reading {
            wall_ms: hands.booted + since + hands.offset,
            mono_ms: u64::try_from(since).unwrap_or(0),
            boot: hands.boot,
        }
    }
}
