//! `POST /scanners/register`

use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, GateId};

use super::body::{RoleBody, ScannerBody, changed};
use crate::device::invite::{Registration, register};
use crate::device::{MAX_EVENTS, MAX_NAME_CHARS};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Json;
use crate::http::signed_in::Admin;
use crate::invalid::Checks;
use crate::state::AppState;
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

/// A registered scanner and its invitation, which is not shown again.
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
    let mut checks = Checks::default();
    checks.text("name", &input.name, MAX_NAME_CHARS);
    let few = (1..=MAX_EVENTS).contains(&input.events.len());
    checks.require(few, "events", format!("needs 1 to {MAX_EVENTS} events"));
    checks.finish().map_err(ApiError::Invalid)?;
    let registration =
        Registration { name: input.name, gate: input.gate, role: input.role.into(), events: input.events };
    let invited = register(&*state.store, &*state.entropy, &state.public_url, caller.actor(), registration).await?;
    let invited = match invited {
        Ok(invited) => invited,
        Err(refused) => return changed(refused).and(Err(ApiError::internal("registered without an invitation"))),
    };
    let code = invited.invitation.to_code();
    let qr = Qr::new(&code, ErrorCorrection::M).map_err(ApiError::internal)?;
    let invitation = InvitationBody {
        url: invited.invitation.to_url(),
        expires: invited.invitation.expires,
        svg: qr.svg(),
        png: BASE64.encode(qr.png().map_err(ApiError::internal)?),
        code,
    };
    let scanner = ScannerBody::new(invited.scanner, state.now_ms());
    Ok((StatusCode::CREATED, axum::Json(Registered { scanner, invitation })))
}
