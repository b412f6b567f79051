//! `PATCH /organizations/{id}`

use axum::extract::State;
use serde::Deserialize;
use shared::ids::OrganizationId;

use super::{OrganizationBody, own};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::invalid::Checks;
use crate::state::AppState;

/// Longest name, in characters.
const NAME_LIMIT: usize = 100;

/// Changes to the organization.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationPatch {
    /// New name.
    name: String,
}

/// Rename the caller's organization.
#[utoipa::path(
    patch, path = "/organizations/{id}", tag = "organizations", params(("id" = String, Path)),
    request_body = OrganizationPatch,
    responses((status = 200, body = OrganizationBody), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn update_organization(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<OrganizationId>,
    Json(patch): Json<OrganizationPatch>,
) -> Result<axum::Json<OrganizationBody>, ApiError> {
    own(caller.viewer(), id)?;
    let mut checks = Checks::default();
    checks.text("name", &patch.name, NAME_LIMIT);
    checks.finish().map_err(ApiError::Invalid)?;
    let renamed = state.store.rename_organization(caller.actor(), patch.name).await?;
    Ok(axum::Json(renamed.ok_or(ApiError::NotFound("organization"))?.into()))
}
