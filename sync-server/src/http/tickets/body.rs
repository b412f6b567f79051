//! What the API says of a ticket, and what all endpoints about tickets share. Never its code.

use serde::{Deserialize, Serialize};
use shared::ids::{EventId, ProductId, TicketKey};
use shared::manifest::TicketState;
use shared::ticket::MAX_CODE_BYTES;

use crate::http::error::{ApiError, Fault};
use crate::http::events::body::archived;
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::store::tickets::{Act, ChangeTicket};
use crate::tickets::draft::MAX_ADMITS;
use crate::tickets::{DraftError, Origin, Ticket};

/// Whether a ticket may be used.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateBody {
    /// May be used.
    Valid,
    /// Given back; for good.
    Canceled,
    /// Barred by the organizer.
    Blocked,
    /// Not paid yet.
    Unpaid,
}

impl From<TicketState> for StateBody {
    fn from(state: TicketState) -> Self {
        match state {
            TicketState::Valid => Self::Valid,
            TicketState::Canceled => Self::Canceled,
            TicketState::Blocked | TicketState::Unknown(_) => Self::Blocked,
            TicketState::Unpaid => Self::Unpaid,
        }
    }
}

impl From<StateBody> for TicketState {
    fn from(body: StateBody) -> Self {
        match body {
            StateBody::Valid => Self::Valid,
            StateBody::Canceled => Self::Canceled,
            StateBody::Blocked => Self::Blocked,
            StateBody::Unpaid => Self::Unpaid,
        }
    }
}

/// A ticket.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TicketBody {
    /// Its key: what scanners and entries know it by.
    #[schema(value_type = String)]
    id: TicketKey,
    /// Event.
    #[schema(value_type = String)]
    event: EventId,
    /// Whether it may be used.
    state: StateBody,
    /// Why it was canceled or blocked.
    reason: Option<String>,
    /// Newest generation; older codes are revoked.
    generation: u32,
    /// What was sold.
    #[schema(value_type = u32)]
    product: ProductId,
    /// People it lets in.
    admits: u32,
    /// Valid from (s).
    not_before: Option<i64>,
    /// Valid until (s).
    not_after: Option<i64>,
    /// Name on it.
    name: Option<String>,
    /// Note for the door.
    note: Option<String>,
    /// Where it was sent.
    email: Option<String>,
    /// The seller's own number.
    reference: Option<String>,
    /// Where its code comes from.
    origin: Origin,
    /// When it was made (ms).
    created: i64,
    /// When it last changed (ms).
    changed: i64,
}

impl From<Ticket> for TicketBody {
    fn from(ticket: Ticket) -> Self {
        Self {
            id: ticket.key,
            event: ticket.event,
            state: ticket.state.into(),
            reason: ticket.reason,
            generation: ticket.generation,
            product: ticket.product,
            admits: ticket.admits,
            not_before: ticket.not_before,
            not_after: ticket.not_after,
            name: ticket.attendee,
            note: ticket.note,
            email: ticket.email,
            reference: ticket.reference,
            origin: ticket.origin,
            created: ticket.created,
            changed: ticket.changed,
        }
    }
}

/// Why a ticket is canceled or blocked.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    /// In an administrator's words, at most 200 characters.
    #[serde(default)]
    pub reason: Option<String>,
}

impl ReasonInput {
    /// Longest reason, in characters (as in entries).
    const LIMIT: usize = 200;

    /// The reason, if there is one.
    pub fn check(self) -> Result<Option<String>, ApiError> {
        crate::tickets::draft::text("reason", self.reason.as_deref(), Self::LIMIT).map_err(|error| invalid(&error))?;
        Ok(self.reason.filter(|reason| !reason.trim().is_empty()))
    }
}

/// Carries out an act and answers how the ticket is then.
pub async fn carry_out(
    state: &AppState,
    caller: &Admin,
    key: TicketKey,
    act: Act,
) -> Result<axum::Json<TicketBody>, ApiError> {
    Ok(axum::Json(done(state, caller, key, act).await?.into()))
}

/// Carries out an act; how the ticket is then.
pub(crate) async fn done(state: &AppState, caller: &Admin, key: TicketKey, act: Act) -> Result<Ticket, ApiError> {
    match state.store.change_ticket(caller.actor(), key, act, state.entropy.clone()).await? {
        ChangeTicket::Done(ticket) => Ok(ticket),
        ChangeTicket::NotFound => Err(ApiError::NotFound("ticket")),
        ChangeTicket::Archived => Err(archived()),
        ChangeTicket::Canceled => {
            Err(conflict("ticket_canceled", "the ticket is canceled for good; issue another one instead"))
        }
        ChangeTicket::NotOurs => {
            Err(conflict("foreign_code", "the code is another vendor's; only the vendor can issue a new one"))
        }
        ChangeTicket::NoCode => Err(no_code()),
        ChangeTicket::Invalid(error) => Err(invalid(&error)),
    }
}

/// The code of a ticket refilled from a scanner's manifest is not known here.
pub fn no_code() -> ApiError {
    conflict("code_unknown", "this server was set up anew and does not know the ticket's code; restore a backup for it")
}

/// A conflict with a stable code.
pub fn conflict(code: &'static str, detail: &str) -> ApiError {
    ApiError::Conflict { code, detail: detail.into() }
}

/// A draft's error by the field's name in the API.
pub fn invalid(error: &DraftError) -> ApiError {
    let fault = |code| Fault::new(code, error.to_string());
    let (field, fault) = match error {
        DraftError::UnknownProduct(_) => ("product", fault("unknown_product")),
        DraftError::Admits(_) => ("admits", fault("admits_out_of_range").with("limit", MAX_ADMITS)),
        DraftError::Window => ("not_after", fault("ends_before_start")),
        DraftError::EmptyCode => ("code", fault("empty")),
        DraftError::LongCode(n) => ("code", fault("too_long").with("n", *n).with("limit", MAX_CODE_BYTES)),
        DraftError::OwnPrefix => ("code", fault("own_prefix")),
        DraftError::Text(field) => {
            (if *field == "e-mail address" { "email" } else { field }, fault("long_or_unreadable"))
        }
    };
    ApiError::field(field, fault)
}
