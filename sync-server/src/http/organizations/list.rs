//! `GET /organizations`

use axum::extract::State;
use serde::Serialize;

use super::OrganizationBody;
use crate::http::error::{ApiError, Problem};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;

/// Organizations the caller belongs to.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OrganizationList {
    /// Today exactly one: everybody belongs to one organization.
    organizations: Vec<OrganizationBody>,
}

/// The organizations the caller belongs to; others are nobody's business.
#[utoipa::path(
    get, path = "/organizations", tag = "organizations",
    responses((status = 200, body = OrganizationList), (status = 401, body = Problem))
)]
pub async fn list_organizations(
    State(state): State<AppState>,
    caller: SignedIn,
) -> Result<axum::Json<OrganizationList>, ApiError> {
    let own = state.store.organization(caller.viewer().organization).await?;
    Ok(axum::Json(OrganizationList { organizations: own.into_iter().map(OrganizationBody::from).collect() }))
}

#[cfg(test)]
mod tests {
    use crate::testing::TestApp;

    #[tokio::test]
    async fn everybody_sees_their_own_organization_only() {
        let app = TestApp::new();
        let (hall, club) = (app.found("Hall").await, app.found("Club").await);
        for (person, name) in [(&hall, "Hall"), (&club, "Club")] {
            let seen = app.get("/api/v1/organizations", person).await.json();
            let names: Vec<_> = seen["organizations"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
            assert_eq!(names, [name]);
        }
    }
}
