//! One picture of an event for everybody who watches it.
//!
//! Whoever changes something says so ([`Hub::changed`]); a task for each watched event computes the picture at most
//! [`FASTEST`] and hands it to all watchers at once. Changes by other processes are found by looking every [`SLOWEST`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shared::ids::{EventId, OrganizationId};
use tokio::sync::{Notify, watch};

/// Least time between two pictures of one event: four a second.
pub const FASTEST: Duration = Duration::from_millis(250);

/// Most time between two looks at an event that nobody said anything about: silence is news, too.
pub const SLOWEST: Duration = Duration::from_secs(2);

/// Most watchers of all events together; each holds a connection.
pub const MAX_WATCHERS: usize = 500;

/// A computed picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The event's revision it shows.
    pub revision: i64,
    /// JSON text, the same for everybody.
    pub json: Arc<str>,
}

type Key = (OrganizationId, EventId);

#[derive(Debug)]
struct Channel {
    wake: Arc<Notify>,
    pictures: watch::Sender<Option<Picture>>,
}

/// All watched events.
#[derive(Debug, Default)]
pub struct Hub {
    channels: Mutex<HashMap<Key, Channel>>,
}

/// What a watcher gets.
#[derive(Debug)]
pub struct Watching {
    /// The newest picture; changes with every new one.
    pub pictures: watch::Receiver<Option<Picture>>,
    /// Present for the first watcher, who starts the task that computes.
    pub starts: Option<Computing>,
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
        if let Some(channel) = self.lock().get(&(organization, event)) {
            channel.wake.notify_one();
        }
    }

    /// Watches an event; `None` if there are too many watchers.
    pub fn watch(&self, organization: OrganizationId, event: EventId) -> Option<Watching> {
        let mut channels = self.lock();
        let watchers: usize = channels.values().map(|channel| channel.pictures.receiver_count()).sum();
        if watchers >= MAX_WATCHERS {
            return None;
        }
        let key = (organization, event);
        if let Some(channel) = channels.get(&key) {
            return Some(Watching { pictures: channel.pictures.subscribe(), starts: None });
        }
        let (pictures, receiver) = watch::channel(None);
        let wake = Arc::new(Notify::new());
        channels.insert(key, Channel { wake: wake.clone(), pictures });
        Some(Watching { pictures: receiver, starts: Some(Computing { wake, key }) })
    }

    /// Hands a picture to all watchers, if it is another one; false once nobody watches any more, and then the channel
    /// is gone.
    pub fn show(&self, computing: &Computing, picture: Option<Picture>) -> bool {
        let mut channels = self.lock();
        let Some(channel) = channels.get(&computing.key) else { return false };
        if channel.pictures.receiver_count() == 0 {
            channels.remove(&computing.key);
            return false;
        }
        if let Some(picture) = picture {
            channel.pictures.send_if_modified(|shown| {
                let other = shown.as_ref().is_none_or(|shown| shown.json != picture.json);
                if other {
                    *shown = Some(picture);
                }
                other
            });
        }
        true
    }

    /// Ends a channel whose computation broke off: watchers notice and come again.
    pub fn end(&self, computing: &Computing) {
        self.lock().remove(&computing.key);
    }

    /// How many watch now.
    pub fn watchers(&self) -> usize {
        self.lock().values().map(|channel| channel.pictures.receiver_count()).sum()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Channel>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = (OrganizationId([1; 16]), EventId([2; 16]));

    #[tokio::test]
    async fn all_watchers_get_one_picture_and_only_new_ones() {
        let hub = Hub::default();
        let first = hub.watch(KEY.0, KEY.1).unwrap();
        let computing = first.starts.unwrap();
        let mut second = hub.watch(KEY.0, KEY.1).unwrap();
        assert!(second.starts.is_none());
        let picture = Picture { revision: 7, json: "{}".into() };
        assert!(hub.show(&computing, Some(picture.clone())));
        second.pictures.changed().await.unwrap();
        assert_eq!(*second.pictures.borrow_and_update(), Some(picture.clone()));
        assert!(hub.show(&computing, Some(picture)));
        assert!(!second.pictures.has_changed().unwrap());
        drop((first.pictures, second));
        assert!(!hub.show(&computing, None));
        assert!(hub.watch(KEY.0, KEY.1).unwrap().starts.is_some());
    }
}
