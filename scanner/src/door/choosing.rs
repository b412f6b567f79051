//! Event, gate and direction. The direction is anybody's at the door; so are event and gate while none is chosen, because
//! nobody could scan without. To change them is a supervisor's.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use shared::entry::Direction;
use shared::ids::{EventId, GateId};

use crate::engine::{Engine, Status};

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
    // The direction alone, which is changed all evening, needs no look at all that is held.
    let guarded = (wanted.event.is_some() || wanted.gate.is_some()) && !is_unlocked(&door, &headers);
    let chosen = door.device().ask(move |engine| {
        if guarded && wanted.moves(&engine.status()?) {
            return Ok(false);
        }
        apply(engine, &wanted)?;
        Ok(true)
    });
    if !chosen.await.map_err(|failure| Problem::of(&failure, language))? {
        return Err(Problem::locked(language));
    }
    door.changed();
    Ok(StatusCode::NO_CONTENT)
}

impl Wanted {
    /// Whether this device would stand for another event or gate than it does.
    fn moves(&self, status: &Status) -> bool {
        let other_event = status.event.is_some_and(|event| self.event.is_some_and(|wanted| wanted != event));
        other_event || status.gate.is_some_and(|gate| self.gate.is_some_and(|wanted| wanted != gate))
    }
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
