//! `PATCH /scanners/{id}`

use axum::extract::State;
use serde::{Deserialize, Deserializer};
use shared::ids::{EventId, GateId, ScannerId};

use super::body::{RoleBody, ScannerBody};
use super::revoke::done;
use crate::device::{MAX_EVENTS, MAX_NAME_CHARS, NewCut, Scanner, ScannerChange};
use crate::http::error::{ApiError, Fault, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::invalid::Checks;
use crate::state::AppState;

/// Most cuts in one request.
const MAX_CUTS: usize = 100;

/// What to change; what is left out stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScannerInput {
    /// Another name.
    name: Option<String>,
    /// Another role.
    role: Option<RoleBody>,
    /// Another gate; null: none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u32>)]
    gate: Option<NewGate>,
    /// Other events.
    #[schema(value_type = Option<Vec<String>>)]
    events: Option<Vec<EventId>>,
    /// For a revoked scanner: up to where its feeds are trusted.
    cut: Option<Vec<NewCut>>,
}

/// A gate, or none.
#[derive(Debug, Clone, Copy)]
struct NewGate(Option<GateId>);

/// Tells a null from a member that is not there.
fn given<'de, D: Deserializer<'de>>(d: D) -> Result<Option<NewGate>, D::Error> {
    Option::deserialize(d).map(|gate| Some(NewGate(gate)))
}

/// Rename a scanner, move it to another gate, give it another role or other events; or move the cut of a revoked one.
#[utoipa::path(
    patch, path = "/scanners/{id}", tag = "scanners", params(("id" = String, Path)), request_body = ScannerInput,
    responses((status = 200, body = ScannerBody), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem))
)]
pub async fn change_scanner(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<ScannerId>,
    Json(input): Json<ScannerInput>,
) -> Result<axum::Json<ScannerBody>, ApiError> {
    let role = input.role.map(Into::into);
    let wanted = ScannerChange { name: input.name, gate: input.gate.map(|new| new.0), role, events: input.events };
    let scanner = match input.cut {
        Some(cuts) if wanted == ScannerChange::default() => cut(&state, &caller, id, cuts).await?,
        Some(_) => {
            return Err(ApiError::field("cut", "is changed alone: a revoked scanner has nothing else to change"));
        }
        None => change(&state, &caller, id, wanted).await?,
    };
    Ok(axum::Json(ScannerBody::new(scanner, state.now_ms())))
}

/// Checks what was filled in, and changes the scanner.
pub(crate) async fn change(
    state: &AppState,
    caller: &Admin,
    id: ScannerId,
    change: ScannerChange,
) -> Result<Scanner, ApiError> {
    let mut checks = Checks::default();
    if let Some(name) = &change.name {
        checks.text("name", name, MAX_NAME_CHARS);
    }
    let few = change.events.as_ref().is_none_or(|events| (1..=MAX_EVENTS).contains(&events.len()));
    checks.require(
        few,
        "events",
        Fault::new("few_events", format!("needs 1 to {MAX_EVENTS} events")).with("limit", MAX_EVENTS),
    );
    checks.finish().map_err(ApiError::Invalid)?;
    done(state, caller, move |store, actor| async move { store.change_scanner(actor, id, change).await }).await
}

/// Moves the cut of a revoked scanner.
pub(crate) async fn cut(
    state: &AppState,
    caller: &Admin,
    id: ScannerId,
    cuts: Vec<NewCut>,
) -> Result<Scanner, ApiError> {
    let mut checks = Checks::default();
    checks.require(cuts.len() <= MAX_CUTS, "cut", format!("has more than {MAX_CUTS}"));
    checks.finish().map_err(ApiError::Invalid)?;
    done(state, caller, move |store, actor| async move { store.move_cut(actor, id, cuts).await }).await
}
