//! `POST /events/{id}/tickets`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, ProductId, TicketKey};

use super::body::{conflict, invalid};
use crate::http::error::{ApiError, Problem};
use crate::http::events::body::archived;
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::store::tickets::{AddTickets, Existing};
use crate::tickets::{Draft, NewTicket};

/// Most tickets of one request; longer lists are imported.
const LIMIT: usize = 1000;

/// A ticket to be issued.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketInput {
    /// Another vendor's code; absent to have one of ours made.
    code: Option<String>,
    /// What is sold.
    #[schema(value_type = u32)]
    product: ProductId,
    /// People it lets in [1].
    #[serde(default = "one")]
    admits: u32,
    /// Valid from (s).
    not_before: Option<i64>,
    /// Valid until (s).
    not_after: Option<i64>,
    /// Name on it.
    name: Option<String>,
    /// Note for the door.
    note: Option<String>,
    /// Where it is sent.
    email: Option<String>,
    /// The seller's own number.
    reference: Option<String>,
    /// Not paid yet [false].
    #[serde(default)]
    unpaid: bool,
}

fn one() -> u32 {
    1
}

impl From<TicketInput> for Draft {
    fn from(input: TicketInput) -> Self {
        Self {
            code: input.code,
            product: input.product,
            admits: input.admits,
            not_before: input.not_before,
            not_after: input.not_after,
            attendee: input.name,
            note: input.note,
            email: input.email,
            reference: input.reference,
            unpaid: input.unpaid,
        }
    }
}

/// Tickets that were issued, in the order in which they were asked for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TicketsIssued {
    /// Their ids.
    #[schema(value_type = Vec<String>)]
    tickets: Vec<TicketKey>,
}

/// Issue up to 1,000 tickets: all or none.
#[utoipa::path(
    post, path = "/events/{id}/tickets", tag = "tickets", params(("id" = String, Path)),
    request_body = Vec<TicketInput>,
    responses((status = 201, body = TicketsIssued), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem))
)]
pub async fn issue_tickets(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Json(inputs): Json<Vec<TicketInput>>,
) -> Result<(StatusCode, axum::Json<TicketsIssued>), ApiError> {
    if inputs.len() > LIMIT {
        return Err(ApiError::field("tickets", format!("are more than {LIMIT}; import a list instead")));
    }
    let tickets = issue(&state, &caller, id, inputs.into_iter().map(Draft::from).collect()).await?;
    Ok((StatusCode::CREATED, axum::Json(TicketsIssued { tickets })))
}

/// Issues tickets: all or none.
pub(crate) async fn issue(
    state: &AppState,
    caller: &Admin,
    id: EventId,
    drafts: Vec<Draft>,
) -> Result<Vec<TicketKey>, ApiError> {
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    let make = |draft: Draft| draft.make(event.id, &event.policy, &*state.entropy);
    let new: Result<Vec<NewTicket>, _> = drafts.into_iter().map(make).collect();
    let new = new.map_err(|error| invalid(&error))?;
    let tickets = new.iter().map(|ticket| ticket.key).collect();
    match state.store.add_tickets(caller.actor(), id, new, Existing::Add, Arc::new(|_| ())).await? {
        AddTickets::Added(_) => Ok(tickets),
        AddTickets::NotFound => Err(ApiError::NotFound("event")),
        AddTickets::Archived => Err(archived()),
        AddTickets::Exist(_) => Err(conflict("code_exists", "one of the codes is in this event already")),
    }
}
