//! `POST /auth/logout`

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::http::cookie;
use crate::http::error::{ApiError, Problem};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// End the session of this request.
#[utoipa::path(
    post, path = "/auth/logout", tag = "auth",
    responses((status = 204), (status = 401, body = Problem))
)]
pub async fn logout(State(state): State<AppState>, caller: SignedIn) -> Result<Response, ApiError> {
    let actor = caller.principal.actor(caller.address, caller.at);
    state.store.close_session(actor, caller.principal.token).await?;
    let gone = cookie::set("", &state.public_url, 0)?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]).into_response())
}
