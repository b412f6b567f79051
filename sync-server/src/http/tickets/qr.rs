//! `GET /tickets/{id}/qr`

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::ids::TicketKey;

use super::body::{conflict, no_code};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query};
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::tickets::qr::{ErrorCorrection, Qr};

/// How to draw it.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct QrQuery {
    /// Error correction: M, Q or H [M].
    #[serde(default)]
    #[param(inline)]
    ec: ErrorCorrection,
    /// `png` or `svg` [what `Accept` asks for, else png].
    #[param(inline)]
    format: Option<Format>,
}

/// File format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Pixels.
    Png,
    /// Vectors.
    Svg,
}

/// The ticket's code as a picture. Whoever has it has the ticket: for admins only, never cached.
#[utoipa::path(
    get, path = "/tickets/{id}/qr", tag = "tickets", params(("id" = String, Path), QrQuery),
    responses((status = 200, body = Vec<u8>, content_type = "image/png"), (status = 404, body = Problem),
              (status = 409, body = Problem))
)]
pub async fn ticket_qr(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<TicketKey>,
    Query(query): Query<QrQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = state.store.printable(caller.viewer(), id, state.now_ms()).await?;
    let found = found.ok_or(ApiError::NotFound("ticket"))?;
    let text = found.text().map_err(|missing| match missing {
        crate::tickets::Missing::Code => no_code(),
        crate::tickets::Missing::Key => conflict("no_ticket_key", "no key of this event may sign; run `keys rotate`"),
    })?;
    let qr = Qr::new(&text, query.ec).map_err(|error| ApiError::field("ec", error.to_string()))?;
    let (kind, bytes) = match query.format.unwrap_or_else(|| wanted(&headers)) {
        Format::Png => ("image/png", qr.png().map_err(ApiError::internal)?),
        Format::Svg => ("image/svg+xml", qr.svg().into_bytes()),
    };
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], bytes).into_response())
}

fn wanted(headers: &HeaderMap) -> Format {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.starts_with("image/svg") { Format::Svg } else { Format::Png }
}
