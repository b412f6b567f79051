//! Asking the server while a guest waits: a short question with a hard deadline, then the scanner decides alone
//! (PROTOCOL.md section 8). Two connected gates then never admit one ticket twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use shared::api::{CONFIRM_DEADLINE_MS, ConfirmRequest, ReleaseRequest};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::engine::{Outcome, ScanRequest, VerifiedConfirmation};

use super::{Backoff, Contact, Desk, Link, SyncError};

/// How long a process that ends waits until reserved tickets are given free. If it fails, the server's own deadline does
/// it (`shared::api::HOLD_MS`).
const RELEASE_LIMIT: Duration = Duration::from_secs(1);

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
    releases: Mutex<JoinSet<()>>,
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
        let online = Arc::new(Online { link, contact, probing: AtomicBool::new(false), releases: Mutex::default() });
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
        Ok(Decided { outcome, server_missed })
    }

    /// Gives releases under way a moment to arrive.
    pub async fn finish(self) {
        let Some(online) = self.online else { return };
        let mut releases = online.releases.lock().await;
        if timeout(RELEASE_LIMIT, async { while releases.join_next().await.is_some() {} }).await.is_err() {
            tracing::debug!("the server was not told in time that a ticket is free again");
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
        let mut releases = self.releases.lock().await;
        while releases.try_join_next().is_some() {}
        releases.spawn(async move {
            if let Err(error) = online.link.release(request).await {
                tracing::debug!(%error, "giving a reserved ticket free");
            }
        });
    }
}
