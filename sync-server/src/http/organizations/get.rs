//! `GET /organizations/{id}`

use axum::extract::State;
use shared::ids::OrganizationId;

use super::{OrganizationBody, own};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// The caller's organization.
#[utoipa::path(
    get, path = "/organizations/{id}", tag = "organizations", params(("id" = String, Path)),
    responses((status = 200, body = OrganizationBody), (status = 404, body = Problem))
)]
pub async fn get_organization(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<OrganizationId>,
) -> Result<axum::Json<OrganizationBody>, ApiError> {
    own(caller.viewer(), id)?;
    let found = state.store.organization(id).await?.ok_or(ApiError::NotFound("organization"))?;
    Ok(axum::Json(found.into()))
}
