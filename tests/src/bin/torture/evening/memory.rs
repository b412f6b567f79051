//! Whether the server's memory grows while its work stays the same: the second half of what is watched against the first.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use turnstone_tests::torture::evidence;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// At the beginning so much of the time is not watched: statements are compiled, connections opened.
const WARM_UP: u32 = 8;
/// What the second half may hold more than the first, in KiB, besides pages of the database: caches of connections that are
/// opened late (2 MiB each), and messages of 20 scanners under way at the wrong moment.
const ROOM_KIB: u64 = 16 * 1024;
/// The writer keeps pages of the database in memory, up to so many KiB: as much as that grew, memory may.
const WRITER_CACHE_KIB: u64 = 64 * 1024;
/// When all scanners ask for everything at once: 1 MiB of each message, in KiB.
const AGREEING_KIB: u64 = 20 * 1024;

/// Medians of both halves, in KiB.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    first: Half,
    second: Half,
    /// After all agreed.
    end: u64,
}

#[derive(Debug, Clone, Copy)]
struct Half {
    /// Of the process.
    resident: u64,
    /// Of the database and its log.
    database: u64,
}

impl Half {
    fn of(looks: &[(u64, u64)]) -> Self {
        let middle = |mut values: Vec<u64>| {
            values.sort_unstable();
            values.get(values.len() / 2).copied().unwrap_or(0)
        };
        let (resident, database) = looks.iter().copied().unzip();
        Self { resident: middle(resident), database: middle(database) }
    }
}

/// Looks at a process for so long, which goes on working on that database.
pub(crate) async fn watch(process: u32, database: &Path, length: Duration) -> Memory {
    let (began, mut looks) = (Instant::now(), Vec::new());
    tokio::time::sleep(length / WARM_UP).await;
    while began.elapsed() < length {
        looks.push((resident_kib(process), evidence::size(database) / 1024));
        tokio::time::sleep(LOOK_EVERY).await;
    }
    let (first, second) = looks.split_at(looks.len() / 2);
    let memory = Memory { first: Half::of(first), second: Half::of(second), end: 0 };
    assert!(memory.first.resident > 0, "the system tells what a process holds");
    assert!(memory.second.resident <= memory.most(), "the server's memory grows: {memory}");
    memory
}

impl Memory {
    /// What the second half may hold.
    fn most(&self) -> u64 {
        let pages = self.second.database.saturating_sub(self.first.database).min(WRITER_CACHE_KIB);
        self.first.resident + ROOM_KIB + pages
    }

    /// All agreed, and the process holds so much.
    pub(crate) fn end(self, resident: u64) -> Self {
        let memory = Self { end: resident, ..self };
        assert!(resident <= memory.most() + AGREEING_KIB, "the server's memory grew when all agreed: {memory}");
        memory
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Half { resident: before, .. }, Half { resident: after, .. }) = (self.first, self.second);
        let most = self.most();
        write!(f, "memory of the server, median: first half {before} KiB, second half {after} (at most {most})")?;
        write!(f, "; after all agreed {}", self.end)
    }
}

/// Memory of a process that is in use (KiB).
pub(crate) fn resident_kib(process: u32) -> u64 {
    let status =
        std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
