//! `POST /tickets/{id}/unblock`

use axum::extract::State;
use shared::ids::TicketKey;

use super::body::{TicketBody, carry_out};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::store::tickets::Act;

/// Unblock a ticket. An unpaid one is still unpaid afterwards.
#[utoipa::path(
    post, path = "/tickets/{id}/unblock", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, body = TicketBody), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub async fn unblock_ticket(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<TicketKey>,
) -> Result<axum::Json<TicketBody>, ApiError> {
    carry_out(&state, &caller, id, Act::Unblock).await
}
