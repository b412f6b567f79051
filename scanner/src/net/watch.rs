//! The background worker: as long as it runs, entries go up when they are written, others' entries and ticket lists come
//! down, and the server knows how this scanner is. No network is a normal state, not an error.

use std::convert::Infallible;
use std::future::Future;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Notify, watch};
use tokio::time::{interval, sleep, timeout};

use crate::engine::{Engine, ExchangeLimits, StoreError};

use super::news::{Listener, News};
use super::sync::{Progress, exchange, heartbeat, manifests};
use super::tidy::tidy_gently;
use super::{Backoff, Contact, ExchangeTotals, Link, ManifestReport, ManifestState, NetError, SyncError};

/// Pause between heartbeats while connected.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(10);
/// Pause between questions for others' entries: how old another gate's admission may be before this one knows it
/// without asking.
const DOWNLOAD_EVERY: Duration = Duration::from_secs(3);
/// What is left over (refused, or written while a message was on its way) is tried again after this time.
const UPLOAD_AGAIN: Duration = Duration::from_secs(30);
/// How often the database is asked whether another process wrote to it (a few µs each).
const LOOK_EVERY: Duration = Duration::from_millis(100);

struct Worker<'a> {
    up: &'a Link,
    down: &'a Link,
    contact: &'a Contact,
    news: Listener<'a>,
    progress: Progress<'a>,
    /// Whether the server answered last time; `None` before the first try.
    online: watch::Sender<Option<bool>>,
    last_trouble: Mutex<Option<String>>,
    /// Something was written here, or the server lacks something.
    written: Notify,
    /// The server lacks something that need not be this scanner's own.
    asked_for: AtomicBool,
    /// The server has a newer ticket list.
    newer_manifest: Notify,
}

/// Runs until `stop` is done. Ends with an error only if a person has to do something on this device first. `up` and
/// `down` are one connection with an engine each ([`Link::beside`]), so that no upload waits for a download.
pub async fn watch(
    (up, down): (&Link, &Link),
    contact: &Contact,
    database: &Path,
    news: Listener<'_>,
    progress: Progress<'_>,
    stop: impl Future<Output = ()>,
) -> Result<(), SyncError> {
    let worker = Worker {
        up,
        down,
        contact,
        news,
        progress,
        online: watch::Sender::new(None),
        last_trouble: Mutex::default(),
        written: Notify::new(),
        asked_for: AtomicBool::new(false),
        newer_manifest: Notify::new(),
    };
    let ended = tokio::select! {
        () = stop => return Ok(()),
        ended = worker.heartbeats() => ended,
        ended = worker.uploads() => ended,
        ended = worker.downloads() => ended,
        ended = worker.look_for_writes(database) => ended,
    };
    match ended {
        Ok(never) => match never {},
        Err(error) => Err(error),
    }
}

impl Worker<'_> {
    /// Also the one that finds out that the network is back: the other loops wait for that.
    async fn heartbeats(&self) -> Result<Infallible, SyncError> {
        let mut backoff = Backoff::default();
        loop {
            let asked = self.down.clock().read();
            let Some(report) = self.settle(heartbeat(self.down).await, &mut backoff).await? else { continue };
            self.contact.answered(asked);
            if !report.newer_manifests.is_empty() {
                self.newer_manifest.notify_one();
            }
            if report.rewound {
                (self.news)(News::Rewound);
                self.written.notify_one();
            }
            report.refused.into_iter().for_each(|what| self.trouble(what));
            if let Err(error) = tidy_gently(self.down.desk()).await {
                self.pause(error, &mut backoff).await?;
            }
            let mut online = self.online.subscribe();
            // Ends early when another loop loses the server: then finding it again is this one's job.
            drop(timeout(HEARTBEAT_EVERY, online.wait_for(|online| *online == Some(false))).await);
        }
    }

    async fn uploads(&self) -> Result<Infallible, SyncError> {
        let limits = ExchangeLimits { accept: 0, ..ExchangeLimits::default() };
        let mut backoff = Backoff::default();
        loop {
            self.connected().await;
            match self.upload(limits).await {
                Ok(None) => {}
                Ok(Some(totals)) => {
                    self.set_online(true);
                    backoff.reset();
                    self.tell(&totals);
                }
                Err(error) => {
                    self.pause(error, &mut backoff).await?;
                    continue;
                }
            }
            drop(timeout(UPLOAD_AGAIN, self.written.notified()).await);
        }
    }

    /// Nothing is sent where nothing waits: this side's own notes (acknowledgements, time) wake the loop, too.
    async fn upload(&self, limits: ExchangeLimits) -> Result<Option<ExchangeTotals>, SyncError> {
        let asked_for = self.asked_for.swap(false, Ordering::AcqRel);
        if !asked_for && self.up.desk().ask(Engine::pending).await?.entries == 0 {
            return Ok(None);
        }
        exchange(self.up, limits, self.progress).await.map(Some)
    }

    async fn downloads(&self) -> Result<Infallible, SyncError> {
        let limits = ExchangeLimits { batches: 0, bytes: 0, ..ExchangeLimits::default() };
        let mut backoff = Backoff::default();
        let mut manifests_due = true;
        loop {
            self.connected().await;
            if manifests_due {
                let Some(reports) = self.settle(manifests(self.down, self.progress).await, &mut backoff).await? else {
                    continue;
                };
                for report in reports {
                    self.tell_manifest(report);
                }
                manifests_due = false;
            }
            let Some(totals) = self.settle(exchange(self.down, limits, self.progress).await, &mut backoff).await?
            else {
                continue;
            };
            self.tell(&totals);
            if totals.more_to_send {
                self.asked_for.store(true, Ordering::Release);
                self.written.notify_one();
            }
            manifests_due = timeout(DOWNLOAD_EVERY, self.newer_manifest.notified()).await.is_ok();
        }
    }

    /// Notices what this and other processes write: SQLite's `data_version` changes with every commit of others.
    async fn look_for_writes(&self, database: &Path) -> Result<Infallible, SyncError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(database, flags).map_err(broken)?;
        let mut seen = 0_i64;
        let mut clock = interval(LOOK_EVERY);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            match conn.pragma_query_value(None, "data_version", |row| row.get(0)).map_err(broken) {
                Ok(version) if version == seen => {}
                Ok(version) => {
                    seen = version;
                    self.written.notify_one();
                }
                Err(error) if error.is_fatal() => return Err(error),
                // A full disk, for example: the next look is soon.
                Err(error) => self.trouble(error.to_string()),
            }
        }
    }

    /// Waits until the server answers.
    async fn connected(&self) {
        // The sender lives as long as this worker, so the wait cannot fail.
        drop(self.online.subscribe().wait_for(|online| *online == Some(true)).await);
    }

    /// What to do after a call: go on, pause, or (with an error) end.
    async fn settle<T>(&self, tried: Result<T, SyncError>, backoff: &mut Backoff) -> Result<Option<T>, SyncError> {
        match tried {
            Ok(value) => {
                self.set_online(true);
                backoff.reset();
                Ok(Some(value))
            }
            Err(error) => self.pause(error, backoff).await.map(|()| None),
        }
    }

    /// After a failure: says so and waits, or (with the error) ends where waiting cannot help.
    async fn pause(&self, error: SyncError, backoff: &mut Backoff) -> Result<(), SyncError> {
        if error.is_fatal() {
            return Err(error);
        }
        if matches!(error, SyncError::Net(NetError::Unreachable { .. })) {
            self.contact.lost();
            if self.set_online(false) {
                (self.news)(News::Disconnected { why: error.to_string() });
            }
        } else {
            self.trouble(error.to_string());
        }
        sleep(backoff.pause(self.up.entropy(), error.retry_after())).await;
        Ok(())
    }

    /// Returns whether that is new.
    fn set_online(&self, now: bool) -> bool {
        let changed = self.online.send_if_modified(|online| {
            let changed = *online != Some(now);
            *online = Some(now);
            changed
        });
        if changed && now {
            (self.news)(News::Connected);
        }
        changed
    }

    /// Says it once, not with every try.
    fn trouble(&self, what: String) {
        let mut last = self.last_trouble.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.as_ref() != Some(&what) {
            *last = Some(what.clone());
            (self.news)(News::Trouble { what });
        }
    }

    fn tell(&self, totals: &ExchangeTotals) {
        if totals.rewound {
            (self.news)(News::Rewound);
        }
        if totals.new_epoch {
            (self.news)(News::NewEpoch);
        }
        if totals.acknowledged > 0 {
            (self.news)(News::Sent { acknowledged: totals.acknowledged, pending: totals.pending });
        }
        if totals.received > 0 {
            (self.news)(News::Received { received: totals.received });
        }
        for refused in &totals.refused {
            self.trouble(format!("entry {} was not kept: {}", refused.seq, refused.why));
        }
    }

    fn tell_manifest(&self, report: ManifestReport) {
        if !matches!(report.state, ManifestState::Current { .. }) {
            (self.news)(News::Manifest(report));
        }
    }
}

fn broken(error: rusqlite::Error) -> SyncError {
    SyncError::Engine(StoreError::from(error).into())
}
