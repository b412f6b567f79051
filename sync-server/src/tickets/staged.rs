//! Lists that somebody has sent and not imported yet: kept so that columns can be named and errors be read without sending
//! the file again. In memory only, so that no list of guests is left on a disk: within [`KEEP_MS`], after an import, or when the
//! server ends it is gone.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::clock::{Entropy, random};
use shared::ids::{EventId, UserId, from_hex, to_hex};
use tokio::sync::watch;

use super::columns::Mapping;
use super::fault::LineError;
use super::import::Options;
use super::list::{ListError, Unused};
use super::look::Look;
use crate::store::tickets::Added;

/// Largest list, in bytes: about 500,000 tickets.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Most bytes of all lists together.
pub const MAX_TOGETHER: usize = 256 * 1024 * 1024;

/// Most lists at once.
pub const MAX_LISTS: usize = 64;

/// How long a list is kept after somebody last looked at it (ms): half an hour, time enough to ask a colleague.
pub const KEEP_MS: u64 = 30 * 60 * 1000;

/// Bad lines kept of one list; more are counted.
pub const MAX_ERRORS: usize = 10_000;

/// Names a list that was sent; cannot be guessed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UploadId([u8; 16]);

impl std::fmt::Debug for UploadId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UploadId(…)")
    }
}

impl std::fmt::Display for UploadId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl FromStr for UploadId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        from_hex(text).and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(())
    }
}

/// Bad lines: some, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BadLines {
    /// The first [`MAX_ERRORS`].
    pub lines: Vec<LineError>,
    /// All.
    pub count: usize,
}

impl From<Vec<LineError>> for BadLines {
    fn from(mut lines: Vec<LineError>) -> Self {
        let count = lines.len();
        lines.truncate(MAX_ERRORS);
        lines.shrink_to_fit();
        Self { lines, count }
    }
}

/// What a list would become, as far as its columns are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Rows that would become tickets.
    pub good: usize,
    /// Rows that would not.
    pub bad: BadLines,
    /// The first rows, read: a ticket, or what is wrong.
    pub preview: Vec<(u64, Result<super::Draft, LineError>)>,
    /// Columns nobody reads.
    pub unused: Vec<Unused>,
    /// Whether codes are in the list; else they are made.
    pub coded: bool,
}

/// What somebody has said of a list.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Where each field is.
    pub mapping: Vec<Mapping>,
    /// What is wanted of the import.
    pub options: Options,
}

/// How far the import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nobody began it.
    Waiting,
    /// The list is read: bytes so far.
    Reading(u64),
    /// Its tickets are stored: so many of so many.
    Storing(u64, u64),
    /// It is over.
    Ended(Arc<Ended>),
}

impl Stage {
    /// Whether it is going on now.
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Reading(_) | Self::Storing(..))
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Done; these lines were left out.
    Done {
        /// How many of each.
        counts: Added,
        /// Left out.
        left: BadLines,
        /// Whether codes were in the list.
        coded: bool,
    },
    /// Nothing was added, because of these lines.
    Refused(BadLines),
    /// It cannot be read at all.
    Unreadable(ListError),
    /// The event is gone.
    NotFound,
    /// The event is archived.
    Archived,
    /// Something broke here; nothing was added.
    Broke,
}

/// A list that was sent.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Which.
    pub id: UploadId,
    /// Into which event it goes.
    pub event: EventId,
    /// What the file is called.
    pub name: String,
    /// The file; empty once it is imported.
    pub bytes: Arc<[u8]>,
    /// Its columns.
    pub look: Arc<Look>,
    /// What somebody has said of it.
    pub choice: Choice,
    /// What it would become.
    pub checked: Arc<Result<Checked, ListError>>,
    /// How far its import is.
    pub stage: Stage,
}

/// No room for another list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

#[derive(Debug)]
struct Kept {
    owner: UserId,
    upload: Upload,
    stage: watch::Sender<Stage>,
    /// When somebody last looked at it, on the server's monotonic clock (ms).
    touched: u64,
}

/// All lists that were sent and are still here.
#[derive(Debug, Default)]
pub struct Uploads(Mutex<HashMap<UploadId, Kept>>);

impl Uploads {
    /// Keeps a list; one that its owner sent for the same event before, and does not import now, goes. `now` is the server's
    /// monotonic time (ms).
    pub fn put(
        &self,
        owner: UserId,
        upload: impl FnOnce(UploadId) -> Upload,
        now: u64,
        entropy: &dyn Entropy,
    ) -> Result<UploadId, Full> {
        let id = UploadId(random(entropy));
        let upload = upload(id);
        let mut lists = self.lock();
        lists.retain(|_, kept| {
            let replaced = kept.owner == owner && kept.upload.event == upload.event;
            kept.stage.borrow().is_working() || (!replaced && fresh(kept, now))
        });
        let together: usize = lists.values().map(|kept| kept.upload.bytes.len()).sum();
        if lists.len() >= MAX_LISTS || together + upload.bytes.len() > MAX_TOGETHER {
            return Err(Full);
        }
        let (stage, _) = watch::channel(Stage::Waiting);
        lists.insert(id, Kept { owner, upload, stage, touched: now });
        Ok(id)
    }

    /// A list of this person for this event, as it is now.
    pub fn get(&self, id: UploadId, owner: UserId, event: EventId, now: u64) -> Option<Upload> {
        self.with(id, owner, event, now, |kept| {
            let stage = kept.stage.borrow().clone();
            Upload { stage, ..kept.upload.clone() }
        })
    }

    /// Notes what somebody said of it, and what it would become.
    pub fn choose(
        &self,
        id: UploadId,
        owner: UserId,
        event: EventId,
        choice: Choice,
        checked: Result<Checked, ListError>,
    ) {
        if let Some(kept) = self.lock().get_mut(&id).filter(|kept| kept.owner == owner && kept.upload.event == event)
            && !kept.stage.borrow().is_working()
        {
            (kept.upload.choice, kept.upload.checked) = (choice, Arc::new(checked));
            kept.stage.send_replace(Stage::Waiting);
        }
    }

    /// Begins the import; `None` if it has begun, is done, or there is no such list.
    pub fn begin(self: &Arc<Self>, id: UploadId, owner: UserId, event: EventId, now: u64) -> Option<(Upload, Working)> {
        let begun = self.with(id, owner, event, now, |kept| {
            let refused = matches!(&*kept.stage.borrow(), Stage::Ended(end) if matches!(**end, Ended::Done { .. }));
            if refused || kept.stage.borrow().is_working() {
                return None;
            }
            kept.stage.send_replace(Stage::Reading(0));
            Some((kept.upload.clone(), kept.stage.clone()))
        });
        let (upload, stage) = begun.flatten()?;
        Some((upload, Working { uploads: Arc::clone(self), id, stage }))
    }

    /// How far the import is, with every change; for its owner.
    pub fn watch(&self, id: UploadId, owner: UserId, event: EventId, now: u64) -> Option<watch::Receiver<Stage>> {
        self.with(id, owner, event, now, |kept| kept.stage.subscribe())
    }

    /// Forgets a list, unless it is being imported.
    pub fn forget(&self, id: UploadId, owner: UserId) {
        let mut lists = self.lock();
        if lists.get(&id).is_some_and(|kept| kept.owner == owner && !kept.stage.borrow().is_working()) {
            lists.remove(&id);
        }
    }

    /// Forgets what nobody has looked at for [`KEEP_MS`].
    pub fn sweep(&self, now: u64) {
        self.lock().retain(|_, kept| kept.stage.borrow().is_working() || fresh(kept, now));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with<T>(
        &self,
        id: UploadId,
        owner: UserId,
        event: EventId,
        now: u64,
        tell: impl FnOnce(&mut Kept) -> T,
    ) -> Option<T> {
        let mut lists = self.lock();
        let kept = lists.get_mut(&id).filter(|kept| kept.owner == owner && kept.upload.event == event)?;
        if !kept.stage.borrow().is_working() && !fresh(kept, now) {
            return None;
        }
        kept.touched = now;
        Some(tell(kept))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<UploadId, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn fresh(kept: &Kept, now: u64) -> bool {
    now.saturating_sub(kept.touched) < KEEP_MS
}

/// An import that goes on. One that is dropped before it ended broke off.
#[derive(Debug)]
pub struct Working {
    uploads: Arc<Uploads>,
    id: UploadId,
    stage: watch::Sender<Stage>,
}

impl Working {
    /// Tells how far it is.
    pub fn tell(&self, stage: Stage) {
        self.stage.send_replace(stage);
    }

    /// Somebody who tells beside this.
    pub fn teller(&self) -> watch::Sender<Stage> {
        self.stage.clone()
    }

    /// It is over. Of a list that was imported only the outcome is kept.
    pub fn end(self, ended: Ended) {
        if matches!(ended, Ended::Done { .. })
            && let Some(kept) = self.uploads.lock().get_mut(&self.id)
        {
            kept.upload.bytes = Arc::default();
            kept.upload.checked = Arc::new(Err(ListError::NoRows));
        }
        self.stage.send_replace(Stage::Ended(Arc::new(ended)));
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        if self.stage.borrow().is_working() {
            self.stage.send_replace(Stage::Ended(Arc::new(Ended::Broke)));
        }
    }
}

#[cfg(test)]
#[path = "staged_tests.rs"]
mod tests;
