//! Asking the server while a guest waits: a short question with a hard deadline, then the scanner decides alone
//! (PROTOCOL.md section 8). Two connected gates then never admit one ticket twice.
//!
//! What was decided with the server's word goes up at once: the hold it gave ends after half a minute, and from then on
//! only the entry itself tells the other gates.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use shared::api::{CONFIRM_DEADLINE_MS, ConfirmRequest, ReleaseRequest};
use tokio::sync::{Mutex, Notify};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::engine::{Engine, ExchangeLimits, Outcome, ScanRequest, VerifiedConfirmation};

use super::sync::exchange;
use super::{Backoff, Contact, Desk, Link, SyncError};

/// How long a process that ends waits until entries have gone up and reserved tickets are given free. If that fails, the
/// next exchange sends the entries, and the server's own deadline frees the tickets (`shared::api::HOLD_MS`).
const FINISH_LIMIT: Duration = Duration::from_secs(2);
/// Head start of the background worker (`sync --watch`), if one runs: then nothing is left to send here.
const WORKER_FIRST: Duration = Duration::from_millis(250);

/// Judges scans, with the server's word where it comes in time.
#[derive(Debug, Clone)]
pub struct Confirmer {
    door: Desk,
    online: Option<Arc<Online>>,
}

#[derive(Debug)]
struct Online {
    link: Link,
    contact: Contact,
    probing: AtomicBool,
    /// Releases and uploads under way.
    errands: Mutex<JoinSet<()>>,
    /// An upload is waiting to begin.
    upload_due: AtomicBool,
    /// Whoever waits to begin, begins.
    hurry: Notify,
}

/// What was asked of the server for one scan, and what came of it.
enum Word {
    /// The server was not asked.
    NotAsked,
    /// It was asked and did not answer in time (or not credibly); it may have reserved the ticket all the same.
    Missing(ConfirmRequest),
    /// Its word.
    Given(VerifiedConfirmation),
}

/// A judged scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The answer; durable.
    pub outcome: Outcome,
    /// The server was asked and did not answer in time.
    pub server_missed: bool,
}

impl Confirmer {
    /// Judges alone, always.
    pub fn offline(door: Desk) -> Self {
        Self { door, online: None }
    }

    /// Asks the server first whenever it answered lately. Starts signing in at once, so that the first guest need not wait
    /// for that.
    pub fn online(door: Desk, link: Link, contact: Contact) -> Self {
        let online = Arc::new(Online {
            link,
            contact,
            probing: AtomicBool::new(false),
            errands: Mutex::default(),
            upload_due: AtomicBool::new(false),
            hurry: Notify::new(),
        });
        if online.contact.is_recent() {
            let warm = online.clone();
            tokio::spawn(async move {
                if let Err(error) = warm.link.sign_in().await {
                    tracing::debug!(%error, "signing in ahead of the first scan");
                }
            });
        }
        Self { door, online: Some(online) }
    }

    /// Judges a scan. What it returns is committed.
    pub async fn scan(&self, mut scan: ScanRequest) -> Result<Decided, SyncError> {
        let word = match &self.online {
            Some(online) if online.contact.is_recent() => online.ask(&self.door, &scan).await?,
            _ => Word::NotAsked,
        };
        let unanswered = match word {
            Word::NotAsked => None,
            Word::Missing(request) => Some(ReleaseRequest { event: request.event, ticket: request.ticket }),
            Word::Given(confirmation) => {
                scan.confirmation = Some(confirmation);
                None
            }
        };
        let mut outcome = self.door.ask(move |engine| engine.scan(&scan)).await?;
        let server_missed = unanswered.is_some();
        let refused = outcome.answer.verdict.passes().is_none();
        let release = outcome.release.take().or_else(|| unanswered.filter(|_| refused));
        if let (Some(online), Some(release)) = (&self.online, release) {
            online.release(release).await;
        }
        if let Some(online) = self.online.as_ref().filter(|online| !outcome.repeat && online.contact.is_recent()) {
            online.upload().await;
        }
        Ok(Decided { outcome, server_missed })
    }

    /// Gives errands under way a moment to arrive.
    pub async fn finish(self) {
        let Some(online) = self.online else { return };
        let mut errands = online.errands.lock().await;
        online.hurry.notify_waiters();
        if timeout(FINISH_LIMIT, async { while errands.join_next().await.is_some() {} }).await.is_err() {
            tracing::debug!("the server was not told everything in time; the next exchange does it");
        }
    }
}

impl Online {
    async fn ask(self: &Arc<Self>, door: &Desk, scan: &ScanRequest) -> Result<Word, SyncError> {
        let question = scan.clone();
        let Some(request) = door.ask(move |engine| engine.needs_confirmation(&question)).await? else {
            return Ok(Word::NotAsked);
        };
        let asked = self.link.clock().read();
        let deadline = Duration::from_millis(CONFIRM_DEADLINE_MS);
        let response = match timeout(deadline, self.link.confirm(request.clone())).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                tracing::debug!(%error, "asking the server about a ticket");
                self.lose();
                return Ok(Word::Missing(request));
            }
            Err(_) => {
                self.lose();
                return Ok(Word::Missing(request));
            }
        };
        self.contact.answered(asked);
        let sent = request.clone();
        match door.ask(move |engine| engine.verify_confirmation(&sent, &response)).await {
            Ok(confirmation) => Ok(Word::Given(confirmation)),
            Err(error) if error.is_bad_answer() => {
                tracing::warn!(%error, "the server's word on a ticket is not believed; decided alone");
                Ok(Word::Missing(request))
            }
            Err(error) => Err(error),
        }
    }

    /// The next guests are not made to wait; a task looks whether the server is back.
    fn lose(self: &Arc<Self>) {
        self.contact.lost();
        if self.probing.swap(true, Ordering::AcqRel) {
            return;
        }
        let online = self.clone();
        tokio::spawn(async move {
            let mut backoff = Backoff::default();
            while !online.contact.is_recent() {
                sleep(backoff.pause(online.link.entropy(), None)).await;
                let asked = online.link.clock().read();
                if online.link.sign_in().await.is_ok() && online.link.reach().await.is_ok() {
                    online.contact.answered(asked);
                }
            }
            online.probing.store(false, Ordering::Release);
        });
    }

    async fn release(self: &Arc<Self>, request: ReleaseRequest) {
        let online = self.clone();
        self.run(async move {
            if let Err(error) = online.link.release(request).await {
                tracing::debug!(%error, "giving a reserved ticket free");
            }
        })
        .await;
    }

    /// Sends what waits, unless somebody else has done so by then.
    async fn upload(self: &Arc<Self>) {
        if self.upload_due.swap(true, Ordering::AcqRel) {
            return;
        }
        let online = self.clone();
        self.run(async move {
            drop(timeout(WORKER_FIRST, online.hurry.notified()).await);
            // What is written from here on asks for an upload of its own.
            online.upload_due.store(false, Ordering::Release);
            if let Err(error) = online.send_pending().await {
                tracing::debug!(%error, "sending entries right after a scan");
            }
        })
        .await;
    }

    async fn send_pending(&self) -> Result<(), SyncError> {
        if self.link.desk().ask(Engine::pending).await?.entries > 0 {
            let limits = ExchangeLimits { accept: 0, ..ExchangeLimits::default() };
            exchange(&self.link, limits, &|_| ()).await?;
        }
        Ok(())
    }

    async fn run(&self, errand: impl Future<Output = ()> + Send + 'static) {
        let mut errands = self.errands.lock().await;
        while errands.try_join_next().is_some() {}
        errands.spawn(errand);
    }
}
