//! Event, gate and direction. The direction is anybody's at the door; event and gate are a supervisor's once a PIN is set.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use shared::entry::Direction;
use shared::ids::{EventId, GateId};

use crate::engine::Engine;

use super::problem::Problem;
use super::reader::Reader;
use super::state::Door;
use super::supervising::is_unlocked;

/// What to choose; what is absent stays.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    direction: Option<Direction>,
    event: Option<EventId>,
    gate: Option<GateId>,
}

/// Chooses.
pub(super) async fn choose(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    headers: HeaderMap,
    Json(wanted): Json<Wanted>,
) -> Result<StatusCode, Problem> {
    let moves = wanted.event.is_some() || wanted.gate.is_some();
    if moves && door.has_pin() && !is_unlocked(&door, &headers) {
        return Err(Problem::locked(language));
    }
    let chosen = door.device().ask(move |engine| apply(engine, &wanted)).await;
    chosen.map_err(|failure| Problem::of(&failure, language))?;
    door.changed();
    Ok(StatusCode::NO_CONTENT)
}

fn apply(engine: &mut Engine, wanted: &Wanted) -> Result<(), crate::engine::EngineError> {
    let mut settings = engine.settings()?;
    if let Some(event) = wanted.event {
        if settings.event != Some(event) {
            // A gate's number means something within one event only.
            settings.gate = None;
        }
        settings.event = Some(event);
    }
    settings.gate = wanted.gate.or(settings.gate);
    settings.direction = wanted.direction.unwrap_or(settings.direction);
    engine.set_settings(&settings)
}
