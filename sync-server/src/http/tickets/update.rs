//! `PATCH /tickets/{id}`

use axum::extract::State;
use serde::Deserialize;
use shared::ids::{ProductId, TicketKey};

use super::body::{TicketBody, carry_out};
use crate::change::Change;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::store::tickets::{Act, Edit};

/// Changes to a ticket; what is absent stays, null removes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketPatch {
    /// Whether it is paid; with this, nothing else can be changed in the same request.
    paid: Option<bool>,
    /// What was sold.
    #[schema(value_type = Option<u32>)]
    product: Option<ProductId>,
    /// People it lets in.
    admits: Option<u32>,
    /// Valid from (s).
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    not_before: Change<i64>,
    /// Valid until (s).
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    not_after: Change<i64>,
    /// Name on it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Change<String>,
    /// Note for the door.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    note: Change<String>,
    /// Where it was sent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Change<String>,
    /// The seller's own number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reference: Change<String>,
}

impl TicketPatch {
    fn act(self) -> Result<Act, ApiError> {
        let edit = Edit {
            product: self.product,
            admits: self.admits,
            not_before: self.not_before,
            not_after: self.not_after,
            attendee: self.name,
            note: self.note,
            email: self.email,
            reference: self.reference,
        };
        match self.paid {
            None => Ok(Act::Edit(edit)),
            Some(paid) if edit == Edit::default() => Ok(Act::Paid(paid)),
            Some(_) => Err(ApiError::field("paid", "must be changed in a request of its own")),
        }
    }
}

/// Change a ticket's facts, or mark it paid or unpaid.
#[utoipa::path(
    patch, path = "/tickets/{id}", tag = "tickets", params(("id" = String, Path)), request_body = TicketPatch,
    responses((status = 200, body = TicketBody), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem))
)]
pub async fn update_ticket(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<TicketKey>,
    Json(patch): Json<TicketPatch>,
) -> Result<axum::Json<TicketBody>, ApiError> {
    carry_out(&state, &caller, id, patch.act()?).await
}
