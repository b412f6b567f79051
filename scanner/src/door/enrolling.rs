//! Making this device a scanner, from its screen.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::api::Invitation;

use crate::commands::enrol::enrol as trade;
use crate::commands::words::clean;
use crate::device::name_of_this_machine;
use crate::net::Authority;

use super::problem::Problem;
use super::reader::Reader;
use super::state::Door;
use super::texts::Language;

/// The administrator's code, as text.
#[derive(Debug, Deserialize)]
pub(super) struct Given {
    text: String,
}

/// A new scanner.
#[derive(Debug, Serialize)]
pub(super) struct Enrolled {
    says: String,
}

/// By text.
pub(super) async fn enrol(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    Json(given): Json<Given>,
) -> Result<Json<Enrolled>, Problem> {
    let invitation = Invitation::read(&given.text).map_err(|error| failed(&error, language))?;
    enrol_with(&door, invitation, language).await.map(Json)
}

/// With an invitation that was read. The new certificate is in use from the next scan on.
pub(super) async fn enrol_with(
    door: &Arc<Door>,
    invitation: Invitation,
    language: Language,
) -> Result<Enrolled, Problem> {
    // Nobody shows a venue's own authority to a camera: the one given to this device before still vouches for its server.
    let authority = Authority::kept(door.device().folder()).map_err(|error| failed(&error, language))?;
    let shown = trade(door.device(), invitation, name_of_this_machine(), authority).await;
    let shown = shown.map_err(|failure| failed(&failure, language))?;
    door.forget_judge().await;
    door.changed();
    let values = [("name", clean(shown.name()).into()), ("organization", clean(shown.organization()).into())];
    Ok(Enrolled { says: language.fill("enrol-done", values) })
}

fn failed(why: &impl ToString, language: Language) -> Problem {
    let text = language.fill("enrol-failed", [("why", clean(&why.to_string()).into())]);
    Problem::new(StatusCode::CONFLICT, text)
}
