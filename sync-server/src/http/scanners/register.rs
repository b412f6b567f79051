//! `POST /scanners/register`

use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, GateId};

use super::body::{RoleBody, ScannerBody, changed};
use crate::device::invite::{Invited, Registration, register};
use crate::device::{MAX_EVENTS, MAX_NAME_CHARS};
use crate::http::error::{ApiError, Fault, Problem};
use crate::http::extract::Json;
use crate::http::signed_in::Admin;
use crate::invalid::Checks;
use crate::state::AppState;
use crate::store::device::ChangeScanner;
use crate::tickets::qr::{ErrorCorrection, Qr};

/// A scanner to be registered.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterInput {
    /// What people call it, as "North 1".
    name: String,
    /// What it may do.
    #[serde(default = "scan")]
    role: RoleBody,
    /// Gate it stands at, a number within its events.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    gate: Option<GateId>,
    /// Events it may scan for.
    #[schema(value_type = Vec<String>)]
    events: Vec<EventId>,
}

fn scan() -> RoleBody {
    RoleBody::Scan
}

/// A registered scanner and its invitation, which the API does not show again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Registered {
    /// The scanner.
    scanner: ScannerBody,
    /// For its device.
    invitation: InvitationBody,
}

/// Shown to one device, good once and for 15 minutes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct InvitationBody {
    /// As a link.
    url: String,
    /// As compact text, as in the picture.
    code: String,
    /// Good until (ms).
    expires: i64,
    /// The picture as SVG.
    svg: String,
    /// The picture as PNG, base64.
    png: String,
}

/// Register a scanner. Answers with a one-time invitation for its device.
#[utoipa::path(
    post, path = "/scanners/register", tag = "scanners", request_body = RegisterInput,
    responses((status = 201, body = Registered), (status = 422, body = Problem))
)]
pub async fn register_scanner(
    State(state): State<AppState>,
    caller: Admin,
    Json(input): Json<RegisterInput>,
) -> Result<(StatusCode, axum::Json<Registered>), ApiError> {
    let registration =
        Registration { name: input.name, gate: input.gate, role: input.role.into(), events: input.events };
    Ok((StatusCode::CREATED, axum::Json(registered(&state, &caller, enlist(&state, &caller, registration).await?)?)))
}

/// Checks what was filled in, and registers the scanner.
pub(crate) async fn enlist(
    state: &AppState,
    caller: &Admin,
    registration: Registration,
) -> Result<Result<Invited, ChangeScanner>, ApiError> {
    let mut checks = Checks::default();
    checks.text("name", &registration.name, MAX_NAME_CHARS);
    let few = (1..=MAX_EVENTS).contains(&registration.events.len());
    checks.require(
        few,
        "events",
        Fault::new("few_events", format!("needs 1 to {MAX_EVENTS} events")).with("limit", MAX_EVENTS),
    );
    checks.finish().map_err(ApiError::Invalid)?;
    Ok(register(&*state.store, &*state.entropy, &state.public_url, caller.actor(), registration).await?)
}

/// The scanner with its invitation, which pages may show until its device has come; or why there is none.
pub(crate) fn taken(
    state: &AppState,
    caller: &Admin,
    invited: Result<Invited, ChangeScanner>,
) -> Result<Invited, ApiError> {
    match invited {
        Ok(invited) => {
            let organization = caller.actor().organization;
            state.shown.keep(organization, invited.scanner.id, invited.invitation.clone(), state.now_ms());
            Ok(invited)
        }
        Err(refused) => changed(refused).and(Err(ApiError::internal("registered without an invitation"))),
    }
}

/// The same for the API.
pub(super) fn registered(
    state: &AppState,
    caller: &Admin,
    invited: Result<Invited, ChangeScanner>,
) -> Result<Registered, ApiError> {
    let invited = taken(state, caller, invited)?;
    let code = invited.invitation.to_code();
    let qr = Qr::new(&code, ErrorCorrection::M).map_err(ApiError::internal)?;
    let invitation = InvitationBody {
        url: invited.invitation.to_url(),
        expires: invited.invitation.expires,
        svg: qr.svg(),
        png: BASE64.encode(qr.png().map_err(ApiError::internal)?),
        code,
    };
    Ok(Registered { scanner: ScannerBody::new(invited.scanner, state.now_ms()), invitation })
}
