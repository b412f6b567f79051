//! The caller's organization.

pub mod audit;
pub mod audit_csv;
pub mod get;
pub mod list;
pub mod update;

#[cfg(test)]
mod audit_tests;

use serde::Serialize;
use shared::ids::OrganizationId;

use super::error::ApiError;
use crate::people::{Organization, Viewer};

/// An organization.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OrganizationBody {
    /// Its id.
    #[schema(value_type = String)]
    id: OrganizationId,
    /// Its name.
    name: String,
    /// When it was made (ms).
    created: i64,
}

impl From<Organization> for OrganizationBody {
    fn from(organization: Organization) -> Self {
        Self { id: organization.id, name: organization.name, created: organization.created }
    }
}

/// Other organizations do not exist for the caller.
fn own(viewer: Viewer, id: OrganizationId) -> Result<(), ApiError> {
    if viewer.organization == id { Ok(()) } else { Err(ApiError::NotFound("organization")) }
}
