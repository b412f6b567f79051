//! What the screen is told when something was not done: a sentence for the person in front of it.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::commands::Failure;
use crate::commands::words::clean;
use crate::engine::EngineError;
use crate::net::{NetError, SyncError};

use super::texts::Language;

/// Something was not done.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    text: String,
}

#[derive(Serialize)]
struct Body {
    problem: String,
}

impl Problem {
    /// With this sentence.
    pub(super) fn new(status: StatusCode, text: String) -> Self {
        Self { status, text }
    }

    /// What was sent makes no sense; only a defect of the page sends such a thing.
    pub(super) fn nonsense(what: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what.to_owned())
    }

    /// A supervisor has to unlock first.
    pub(super) fn locked(language: Language) -> Self {
        Self::new(StatusCode::FORBIDDEN, language.text("problem-locked"))
    }

    /// Of a failed verb.
    pub(super) fn of(failure: &Failure, language: Language) -> Self {
        let name = match failure {
            Failure::NoScanner(_) | Failure::Sync(SyncError::NotEnrolled) => Some("problem-not-enrolled"),
            Failure::Sync(SyncError::Net(NetError::Unreachable { .. })) => Some("problem-no-server"),
            Failure::Sync(SyncError::Engine(error)) => of_engine(error),
            _ => None,
        };
        let status = match failure {
            Failure::Sync(SyncError::Net(_)) => StatusCode::BAD_GATEWAY,
            Failure::Sync(SyncError::Engine(EngineError::Store(_)) | SyncError::Stopped | SyncError::Thread(_)) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            _ => StatusCode::CONFLICT,
        };
        let other = || language.fill("problem-other", [("why", clean(&failure.to_string()).into())]);
        Self::new(status, name.map_or_else(other, |name| language.text(name)))
    }

    /// Of what engine or network did not do.
    pub(super) fn of_sync(error: SyncError, language: Language) -> Self {
        Self::of(&Failure::Sync(error), language)
    }
}

fn of_engine(error: &EngineError) -> Option<&'static str> {
    match error {
        EngineError::NotEnrolled => Some("problem-not-enrolled"),
        EngineError::Revoked => Some("problem-revoked"),
        EngineError::NoGate(_) | EngineError::UnknownGate { .. } => Some("problem-no-gate"),
        EngineError::NoEvent => Some("problem-no-event"),
        EngineError::NoManifest(_) => Some("problem-no-list"),
        _ => None,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.status, Json(Body { problem: self.text })).into_response()
    }
}
