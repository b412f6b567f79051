//! What the API says of a scanner, and what all endpoints about scanners share.

use serde::{Deserialize, Serialize};
use shared::ids::{EventId, GateId, ScannerId};
use shared::trust::ScannerRole;

use crate::device::{FeedState, Presence, SILENT_AFTER_MS, Scanner, ScannerState};
use crate::http::error::{ApiError, Fault};
use crate::invalid::FieldError;
use crate::store::device::ChangeScanner;

/// What a scanner may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum RoleBody {
    /// Scan tickets.
    Scan,
    /// Also search, override, undo and count.
    Supervisor,
}

impl From<RoleBody> for ScannerRole {
    fn from(role: RoleBody) -> Self {
        match role {
            RoleBody::Scan => Self::Scan,
            RoleBody::Supervisor => Self::Supervisor,
        }
    }
}

impl From<ScannerRole> for RoleBody {
    fn from(role: ScannerRole) -> Self {
        match role {
            ScannerRole::Scan => Self::Scan,
            ScannerRole::Supervisor => Self::Supervisor,
        }
    }
}

/// A scanner.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ScannerBody {
    /// Id.
    #[schema(value_type = String)]
    pub id: ScannerId,
    /// What people call it.
    pub name: String,
    /// Where it stands in its life.
    pub state: ScannerState,
    /// What it may do.
    pub role: RoleBody,
    /// Gate it was registered for.
    #[schema(value_type = Option<u32>)]
    pub gate: Option<GateId>,
    /// Events it is certified for.
    #[schema(value_type = Vec<String>)]
    pub events: Vec<EventId>,
    /// Registered (ms).
    pub created: i64,
    /// What kind of device it is.
    pub device: Option<String>,
    /// Enrolled (ms).
    pub enrolled: Option<i64>,
    /// Last moment of its certificate (ms).
    pub certified_to: Option<i64>,
    /// Revoked (ms).
    pub revoked: Option<i64>,
    /// It signed two chains in one feed: its database was copied, or its key.
    pub disputed: bool,
    /// Heard of within the last half minute.
    pub online: bool,
    /// Its latest heartbeat.
    pub presence: Option<Presence>,
    /// Its feeds.
    pub feeds: Vec<FeedState>,
}

impl ScannerBody {
    /// As seen at `now` (ms).
    pub fn new(scanner: Scanner, now: i64) -> Self {
        let state = scanner.state();
        let fresh = scanner.presence.as_ref().is_some_and(|there| now.saturating_sub(there.seen) <= SILENT_AFTER_MS);
        Self {
            id: scanner.id,
            name: scanner.name,
            state,
            role: scanner.role.into(),
            gate: scanner.gate,
            events: scanner.events,
            created: scanner.created,
            device: scanner.device,
            enrolled: scanner.enrolled,
            certified_to: scanner.certified_to,
            revoked: scanner.revoked,
            disputed: scanner.disputed,
            online: fresh && state == ScannerState::Active,
            presence: scanner.presence,
            feeds: scanner.feeds,
        }
    }
}

/// The scanner after a change, or why there was none.
pub fn changed(outcome: ChangeScanner) -> Result<Scanner, ApiError> {
    let conflict = |code, detail: &str| Err(ApiError::Conflict { code, detail: detail.into() });
    match outcome {
        ChangeScanner::Done(scanner) => Ok(*scanner),
        ChangeScanner::NotFound => Err(ApiError::NotFound("scanner")),
        ChangeScanner::NoSuchEvent(event) => {
            Err(ApiError::field("events", Fault::new("unknown_event", format!("there is no event {event}"))))
        }
        ChangeScanner::Revoked => {
            conflict("scanner_revoked", "the scanner was revoked; register its device as a new one")
        }
        ChangeScanner::Enrolled => conflict(
            "scanner_enrolled",
            "the scanner has enrolled already; a new device is registered as a new scanner",
        ),
        ChangeScanner::NotRevoked => conflict("scanner_not_revoked", "only a revoked scanner has a cut"),
        ChangeScanner::NoSuchFeed(feed) => {
            Err(ApiError::Invalid(vec![FieldError::new("cut", format!("this scanner has no feed {feed}"))]))
        }
        ChangeScanner::NoSuchEntry { feed, seq } => {
            let text = format!("no single entry {seq} of feed {feed} is here; name its id if there are several");
            Err(ApiError::Invalid(vec![FieldError::new("cut", text)]))
        }
    }
}
