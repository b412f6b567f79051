//! One picture of an event for everybody who watches it.
//!
//! Whoever changes something says so ([`Hub::changed`]); a task for each watched event computes the picture at most
//! [`FASTEST`] and hands it to all watchers at once. Changes by other processes are found by looking every [`SLOWEST`].
//! Watchers share the bytes: a slow one holds the picture it is being sent and gets the newest one after it, whatever
//! was shown in between.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use shared::ids::{EventId, OrganizationId};
use tokio::sync::{Notify, watch};

use crate::people::Viewer;
use crate::people::session::TokenHash;

/// Least time between two pictures of one event: four a second.
pub const FASTEST: Duration = Duration::from_millis(250);

/// Most time between two looks at an event that nobody said anything about: silence is news, too.
pub const SLOWEST: Duration = Duration::from_secs(2);

/// Most watchers of all events together. Each holds a connection and some kilobytes of buffers; the program raises its
/// limit of open files to make room for them beside the scanners.
pub const MAX_WATCHERS: usize = 1_500;

/// Conflicts told of at once; who missed more reads the list.
pub const RECENT: usize = 200;

/// A computed picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The event's revision it shows.
    pub revision: i64,
    /// The whole picture as a server-sent event.
    pub state: Bytes,
    /// Conflicts that appeared or changed lately.
    pub recent: Recent,
}

/// The latest conflicts as server-sent events, each with the revision in which it appeared or changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recent {
    /// All that happened after this revision is here.
    since: i64,
    told: VecDeque<(i64, Bytes)>,
}

impl Recent {
    /// Nothing is known of what was up to `revision`.
    pub fn since(revision: i64) -> Self {
        Self { since: revision, told: VecDeque::new() }
    }

    /// One more, in order of revision. Beyond [`RECENT`] the oldest is forgotten.
    pub fn tell(&mut self, revision: i64, message: Bytes) {
        self.told.push_back((revision, message));
        if self.told.len() > RECENT
            && let Some((gone, _)) = self.told.pop_front()
        {
            self.since = gone;
        }
    }

    /// What happened after `known`; `None` if that is too long ago.
    pub fn after(&self, known: i64) -> Option<impl Iterator<Item = &Bytes>> {
        let newer = self.told.iter().filter(move |(revision, _)| *revision > known).map(|(_, message)| message);
        (known >= self.since).then_some(newer)
    }
}

/// What all watchers of an event see.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// The newest picture.
    pub picture: Option<Arc<Picture>>,
    /// The course of the evening as a server-sent event; computed less often.
    pub course: Option<Bytes>,
    /// Who may not watch any more.
    pub refused: Arc<HashSet<Seat>>,
}

/// By which session somebody watches, and what they saw when they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Seat {
    /// Of the session.
    pub token: TokenHash,
    /// What it could see.
    pub viewer: Viewer,
}

type Key = (OrganizationId, EventId);
type Channels = Arc<Mutex<HashMap<Key, Channel>>>;

#[derive(Debug)]
struct Channel {
    wake: Arc<Notify>,
    shown: watch::Sender<Shown>,
    /// Streams by seat: one session can watch in several windows.
    seats: HashMap<Seat, usize>,
}

/// All watched events.
#[derive(Debug, Default)]
pub struct Hub {
    channels: Channels,
    /// Events that changed while nobody watched them.
    unwatched: Mutex<HashSet<Key>>,
    stirred: Notify,
}

/// What a watcher gets; dropping it gives the place back.
#[derive(Debug)]
pub struct Watching {
    /// What there is to see; changes with every new picture.
    pub shown: watch::Receiver<Shown>,
    /// Present for the first watcher, who starts the task that computes.
    pub starts: Option<Computing>,
    seat: Seat,
    key: Key,
    channels: Channels,
}

/// The computing side of a channel.
#[derive(Debug, Clone)]
pub struct Computing {
    /// Told of changes.
    pub wake: Arc<Notify>,
    key: Key,
}

impl Hub {
    /// Something that dashboards show has changed.
    pub fn changed(&self, organization: OrganizationId, event: EventId) {
        if let Some(channel) = lock(&self.channels).get(&(organization, event)) {
            channel.wake.notify_one();
        } else {
            self.unwatched.lock().unwrap_or_else(PoisonError::into_inner).insert((organization, event));
            self.stirred.notify_one();
        }
    }

    /// Waits until an event changed that nobody watches.
    pub async fn unwatched(&self) {
        self.stirred.notified().await;
    }

    /// Those events; they are not named again until they change again.
    pub fn take_unwatched(&self) -> HashSet<(OrganizationId, EventId)> {
        std::mem::take(&mut *self.unwatched.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Watches an event; `None` if there are too many watchers.
    pub fn watch(&self, seat: Seat, event: EventId) -> Option<Watching> {
        let mut channels = lock(&self.channels);
        if watchers(&channels) >= MAX_WATCHERS {
            return None;
        }
        let key = (seat.viewer.organization, event);
        let mut starts = None;
        let channel = channels.entry(key).or_insert_with(|| {
            let wake = Arc::new(Notify::new());
            starts = Some(Computing { wake: wake.clone(), key });
            Channel { wake, shown: watch::Sender::new(Shown::default()), seats: HashMap::new() }
        });
        *channel.seats.entry(seat).or_default() += 1;
        // Whoever comes has just been checked, perhaps after being refused.
        if channel.shown.borrow().refused.contains(&seat) {
            channel.shown.send_modify(|shown| {
                Arc::make_mut(&mut shown.refused).remove(&seat);
            });
        }
        // The first look shows what there is: it counts as a change.
        channel.wake.notify_one();
        Some(Watching { shown: channel.shown.subscribe(), starts, seat, key, channels: self.channels.clone() })
    }

    /// Hands a picture to all watchers, if it is another one; false once nobody watches any more, and then the channel
    /// is gone.
    pub fn show(&self, computing: &Computing, picture: Option<Picture>) -> bool {
        self.put(computing, |shown| match picture {
            Some(picture) if shown.picture.as_deref() != Some(&picture) => {
                shown.picture = Some(Arc::new(picture));
                true
            }
            _ => false,
        })
    }

    /// The same for the course of the evening.
    pub fn show_course(&self, computing: &Computing, course: Bytes) -> bool {
        self.put(computing, |shown| {
            let other = shown.course.as_ref() != Some(&course);
            shown.course = Some(course);
            other
        })
    }

    /// Tells who may not watch any more; their streams end.
    pub fn refuse(&self, computing: &Computing, refused: HashSet<Seat>) -> bool {
        self.put(computing, |shown| {
            let other = *shown.refused != refused;
            shown.refused = Arc::new(refused);
            other
        })
    }

    fn put(&self, computing: &Computing, change: impl FnOnce(&mut Shown) -> bool) -> bool {
        let mut channels = lock(&self.channels);
        let Some(channel) = channels.get(&computing.key) else { return false };
        if channel.seats.is_empty() {
            channels.remove(&computing.key);
            return false;
        }
        channel.shown.send_if_modified(change);
        true
    }

    /// Who watches an event.
    pub fn seats(&self, computing: &Computing) -> Vec<Seat> {
        lock(&self.channels)
            .get(&computing.key)
            .map(|channel| channel.seats.keys().copied().collect())
            .unwrap_or_default()
    }

    /// Ends a channel whose computation broke off: watchers notice and come again.
    pub fn end(&self, computing: &Computing) {
        lock(&self.channels).remove(&computing.key);
    }

    /// How many watch now.
    pub fn watchers(&self) -> usize {
        watchers(&lock(&self.channels))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut channels = lock(&self.channels);
        // Another channel may have taken the place of one that ended; its seats are not ours.
        let Some(channel) =
            channels.get_mut(&self.key).filter(|channel| channel.shown.subscribe().same_channel(&self.shown))
        else {
            return;
        };
        if let Some(count) = channel.seats.get_mut(&self.seat) {
            *count -= 1;
            if *count == 0 {
                channel.seats.remove(&self.seat);
            }
        }
    }
}

fn watchers(channels: &HashMap<Key, Channel>) -> usize {
    channels.values().flat_map(|channel| channel.seats.values()).sum()
}

fn lock(channels: &Channels) -> MutexGuard<'_, HashMap<Key, Channel>> {
    channels.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "hub_tests.rs"]
mod tests;
