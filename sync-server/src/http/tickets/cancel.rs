//! `POST /tickets/{id}/cancel`

use axum::extract::State;
use shared::ids::TicketKey;

use super::body::{ReasonInput, TicketBody, carry_out};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::store::tickets::Act;

/// Cancel a ticket for good: it was given back.
#[utoipa::path(
    post, path = "/tickets/{id}/cancel", tag = "tickets", params(("id" = String, Path)),
    request_body = Option<ReasonInput>,
    responses((status = 200, body = TicketBody), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub async fn cancel_ticket(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<TicketKey>,
    input: Option<Json<ReasonInput>>,
) -> Result<axum::Json<TicketBody>, ApiError> {
    let reason = input.map(|Json(input)| input).unwrap_or_default().check()?;
    carry_out(&state, &caller, id, Act::Cancel(reason)).await
}
