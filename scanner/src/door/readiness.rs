//! "Ready for doors?" as a page: the same checks as `scanner doctor`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::commands::doctor::{Check, State as How, examine};

use super::problem::Problem;
use super::reader::Reader;
use super::state::Door;

/// All checks and what they come to.
#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    state: How,
    says: String,
    checks: Vec<Check>,
}

/// Looks at everything; takes as long as the server takes to answer, at most some seconds.
pub(super) async fn doctor(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
) -> Result<Json<Readiness>, Problem> {
    let checks = examine(door.device()).await.map_err(|failure| Problem::of(&failure, language))?;
    let state = checks.iter().map(|check| check.state).max().unwrap_or(How::Ok);
    let says = language.text(match state {
        How::Ok => "doctor-ok",
        How::Warn => "doctor-warn",
        How::Fail => "doctor-fail",
    });
    Ok(Json(Readiness { state, says, checks }))
}
