//! `GET /tickets/{id}`

use axum::extract::State;
use shared::ids::TicketKey;

use super::body::TicketBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// One ticket.
#[utoipa::path(
    get, path = "/tickets/{id}", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, body = TicketBody), (status = 404, body = Problem))
)]
pub async fn get_ticket(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<TicketKey>,
) -> Result<axum::Json<TicketBody>, ApiError> {
    let ticket = state.store.ticket(caller.viewer(), id).await?.ok_or(ApiError::NotFound("ticket"))?;
    Ok(axum::Json(ticket.into()))
}
