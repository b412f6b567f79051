//! What can go wrong between scanner and server, told apart by what to do about it.

use std::time::Duration;

use serde::Deserialize;
use shared::api::{RevocationProof, problem};

use crate::engine::{EngineError, StoreError};

/// A call did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The address is none, or TLS cannot be set up on this device.
    #[error("the server's address {server} cannot be used: {why}")]
    BadAddress {
        /// As configured.
        server: String,
        /// Why.
        why: String,
    },
    /// Nobody answered, or not in time. Nothing is known about whether the request was carried out.
    #[error("the server {server} cannot be reached: {why}")]
    Unreachable {
        /// Its address.
        server: String,
        /// What happened, for people.
        why: String,
    },
    /// Whoever answers cannot show with a certificate that it is the server. Nothing was sent.
    #[error("{server} is not trusted: {why}")]
    Untrusted {
        /// Its address.
        server: String,
        /// What is wrong with the certificate, for people.
        why: String,
    },
    /// The server understood and said no.
    #[error(transparent)]
    Refused(#[from] ApiError),
    /// Something answered, but not in this protocol: cut off, changed, too large, or not a Turnstone server at all.
    #[error("the answer of {server} is damaged: {what}")]
    Damaged {
        /// Its address.
        server: String,
        /// What is wrong with it.
        what: String,
    },
}

impl NetError {
    /// Whether trying again later, unchanged, can help.
    pub fn is_passing(&self) -> bool {
        match self {
            // A network's sign-in page stands in the way until somebody signs in.
            Self::Unreachable { .. } | Self::Untrusted { .. } => true,
            Self::Refused(refusal) => refusal.is_passing(),
            Self::BadAddress { .. } | Self::Damaged { .. } => false,
        }
    }

    /// The server's refusal with this code ([`problem`]).
    pub fn is_refusal(&self, code: &str) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.code == code)
    }

    /// How long the server asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            _ => None,
        }
    }
}

/// A round with the server did not come to its end. What was exchanged before is kept.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// There is no server to talk to yet.
    #[error("this scanner is not enrolled")]
    NotEnrolled,
    /// The server or the way to it.
    #[error(transparent)]
    Net(#[from] NetError),
    /// This side.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The engine's thread could not be started.
    #[error("the system gives no thread: {0}")]
    Thread(#[source] std::io::Error),
    /// The engine's thread ended; a defect of this program.
    #[error("the scanner's engine stopped unexpectedly: start the program again")]
    Stopped,
}

impl SyncError {
    /// Whether trying again later can help; otherwise a person has to do something first.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Net(error) => error.is_passing(),
            Self::Engine(EngineError::Store(error)) => matches!(error, StoreError::Full | StoreError::Busy),
            Self::Engine(_) | Self::NotEnrolled | Self::Thread(_) | Self::Stopped => false,
        }
    }

    /// Whether the worker must end: no answer of the server can change it.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::NotEnrolled | Self::Thread(_) | Self::Stopped | Self::Engine(EngineError::NotEnrolled) => true,
            // A disk that is full, fails or may not be written may be well again: nothing is lost by trying on.
            Self::Engine(EngineError::Store(error)) => matches!(error, StoreError::Damaged(_) | StoreError::Other(_)),
            Self::Net(_) | Self::Engine(_) => false,
        }
    }

    /// The server's answer was not believed; what is in force here stays.
    pub(super) fn is_bad_answer(&self) -> bool {
        matches!(self, Self::Engine(EngineError::BadAnswer { .. } | EngineError::Manifest(_)))
    }

    /// How long the server asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Net(error) => error.retry_after(),
            _ => None,
        }
    }
}

/// A refusal as problem details (RFC 9457) with a stable code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server refused: {detail} ({code})")]
pub struct ApiError {
    /// Stable name, see [`problem`].
    pub code: String,
    /// Short text for the kind of problem.
    pub title: String,
    /// For the person in front of it.
    pub detail: String,
    /// HTTP status.
    pub status: u16,
    /// From the `Retry-After` header, capped at [`MAX_RETRY_AFTER`].
    pub retry_after: Option<Duration>,
    /// With [`problem::SCANNER_REVOKED`]: what shows that it is so. Not verified yet.
    pub revocation: Option<Box<RevocationProof>>,
}

/// Longest time a server's `Retry-After` is obeyed.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);
/// Longest text taken over from an answer, in characters.
const MAX_TEXT_CHARS: usize = 500;

/// The members of RFC 9457 and ours; all optional, because a proxy in between may send its own.
#[derive(Debug, Default, Deserialize)]
struct Problem {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    detail: Option<String>,
    #[serde(default)]
    revocation: Option<Box<RevocationProof>>,
}

impl ApiError {
    /// From a problem document; `None` if the body is none.
    pub fn read(status: u16, body: &[u8], retry_after: Option<Duration>) -> Option<Self> {
        let problem: Problem = serde_json::from_slice(body).ok()?;
        let title = problem.title.map_or_else(|| format!("HTTP {status}"), |title| printable(&title));
        Some(Self {
            code: printable(&problem.code?),
            detail: problem.detail.map_or_else(|| title.clone(), |detail| printable(&detail)),
            title,
            status,
            retry_after: retry_after.map(|wait| wait.min(MAX_RETRY_AFTER)),
            revocation: problem.revocation,
        })
    }

    /// Whether the same request may succeed later.
    pub fn is_passing(&self) -> bool {
        self.status >= 500 || self.status == 429 || self.status == 408 || self.code == problem::RATE_LIMITED
    }
}

/// Foreign text for a terminal: bounded and without control characters.
fn printable(text: &str) -> String {
    text.chars().take(MAX_TEXT_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problem_details_become_a_typed_refusal() {
        let body = br#"{"type":"urn:x","title":"Gone","status":410,"code":"invitation_used","detail":"used \u001b[31mbefore"}"#;
        let error = ApiError::read(410, body, Some(Duration::from_secs(9_999))).unwrap();
        assert_eq!((error.code.as_str(), error.detail.as_str()), ("invitation_used", "used  [31mbefore"));
        assert_eq!(error.retry_after, Some(MAX_RETRY_AFTER));
        assert!(!error.is_passing());
    }

    #[test]
    fn the_worker_outlives_a_disk_that_may_be_well_again_and_ends_with_a_damaged_one() {
        let of = |error| SyncError::Engine(EngineError::Store(error));
        for error in [StoreError::Full, StoreError::Busy, StoreError::ReadOnly, StoreError::Disk("failed".into())] {
            assert!(!of(error).is_fatal());
        }
        assert!(of(StoreError::Damaged("torn".into())).is_fatal());
    }

    #[test]
    fn what_is_no_problem_document_is_not_taken_for_one() {
        assert_eq!(ApiError::read(500, b"<html>", None), None);
        assert_eq!(ApiError::read(500, b"{}", None), None);
    }
}
