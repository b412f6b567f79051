//! Whether the server answered lately: shared by all processes on one data folder, so that a scan knows at once whether
//! asking the server is worth a guest's time, and the background worker's heartbeats keep that knowledge fresh.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::api::CONFIRM_DEADLINE_MS;
use shared::clock::{Clock, Reading};

use crate::device::write_private;

/// A contact is recent for this long, in ms of the same boot: some heartbeats may get lost in between.
pub const RECENT_MS: u64 = 120_000;
/// Name of the file in the data folder.
const FILE: &str = "contact.json";

/// The file's content. Losing it costs nothing but one unasked question.
#[derive(Debug, Serialize, Deserialize)]
struct Last {
    boot: String,
    mono_ms: u64,
    answered: bool,
}

/// What is known of the last contact with the server.
#[derive(Clone)]
pub struct Contact {
    file: PathBuf,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact").field("file", &self.file).finish_non_exhaustive()
    }
}

impl Contact {
    /// Kept in this data folder.
    pub fn new(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        Self { file: folder.join(FILE), clock }
    }

    /// The server answered a question that was asked at `asked`. Too slow an answer is none for a guest who waits.
    pub fn answered(&self, asked: Reading) {
        let now = self.clock.read();
        let in_time = asked.boot == now.boot && now.mono_ms.saturating_sub(asked.mono_ms) <= CONFIRM_DEADLINE_MS;
        self.note(now, in_time);
    }

    /// The server did not answer, or not in time.
    pub fn lost(&self) {
        self.note(self.clock.read(), false);
    }

    /// Whether it answered in time, lately, and did not fail to since.
    pub fn is_recent(&self) -> bool {
        let now = self.clock.read();
        let last = fs::read(&self.file).ok().and_then(|bytes| serde_json::from_slice::<Last>(&bytes).ok());
        last.is_some_and(|last| {
            let same_boot = last.boot == now.boot.to_string();
            last.answered && same_boot && now.mono_ms.saturating_sub(last.mono_ms) <= RECENT_MS
        })
    }

    fn note(&self, now: Reading, answered: bool) {
        let last = Last { boot: now.boot.to_string(), mono_ms: now.mono_ms, answered };
        let written = serde_json::to_vec(&last).map_err(Into::into).and_then(|bytes| write_private(&self.file, &bytes));
        if let Err(error) = written {
            tracing::debug!(%error, "the note of the last contact could not be written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::BootId;
    use std::sync::atomic::{AtomicU64, Ordering};

    struct Hand(AtomicU64);
    impl Clock for Hand {
        fn read(&self) -> Reading {
            Reading { wall_ms: 0, mono_ms: self.0.load(Ordering::SeqCst), boot: BootId([1; 8]) }
        }
    }

    #[test]
    fn a_contact_is_recent_until_it_is_lost_old_or_was_slow() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(Hand(AtomicU64::new(1_000)));
        let contact = Contact::new(folder.path(), clock.clone());
        assert!(!contact.is_recent());
        contact.answered(clock.read());
        assert!(contact.is_recent());
        assert!(Contact::new(folder.path(), clock.clone()).is_recent(), "another process knows it too");
        contact.lost();
        assert!(!contact.is_recent());
        let asked = clock.read();
        clock.0.fetch_add(CONFIRM_DEADLINE_MS + 1, Ordering::SeqCst);
        contact.answered(asked);
        assert!(!contact.is_recent(), "a slow answer does not help at a door");
        contact.answered(clock.read());
        clock.0.fetch_add(RECENT_MS + 1, Ordering::SeqCst);
        assert!(!contact.is_recent());
    }

    #[test]
    fn a_torn_note_is_no_contact() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{\"boot\":").unwrap();
        assert!(!Contact::new(folder.path(), Arc::new(Hand(AtomicU64::new(0)))).is_recent());
    }
}
