//! An event's tickets: the list, one ticket with its story, what is done with it, new ones, lists of them, printed ones.

mod acts;
mod choose;
mod edit;
mod importing;
mod list;
mod moments;
mod progress;
mod sheet;
mod ticket;
mod told;
mod upload;

use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::response::Response;
use shared::ids::{EventId, ProductId, TicketKey};
use shared::manifest::TicketState;
use shared::policy::Policy;

pub(super) use moments::act_text;
pub(super) use sheet::inline;
use told::row_fault;

use super::field::Choice;
use super::pages::Pages;
use super::reader::Manager;
use super::texts::Language;
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::state::AppState;
use crate::tickets::Ticket;

/// Pages about tickets.
pub(super) fn pages(pages: Pages) -> Pages {
    let long = DefaultBodyLimit::max(upload::BODY_LIMIT);
    pages
        .page("/events/{id}/tickets", list::page)
        .typed("/events/{id}/tickets/new", edit::show_new, edit::issue)
        .form("/events/{id}/tickets/import", upload::show, upload::send.layer(long))
        .form("/events/{id}/tickets/import/{upload}", choose::show, choose::act)
        .page("/events/{id}/tickets/import/{upload}/progress", progress::stream)
        .page("/events/{id}/tickets/import/{upload}/errors.csv", choose::errors)
        .page("/events/{id}/tickets/sheet", sheet::page)
        .page("/events/{id}/tickets/{ticket}", ticket::page)
        .typed("/events/{id}/tickets/{ticket}/edit", edit::show, edit::change)
        .typed("/events/{id}/tickets/{ticket}/cancel", acts::ask_cancel, acts::cancel)
        .typed("/events/{id}/tickets/{ticket}/block", acts::ask_block, acts::block)
        .form("/events/{id}/tickets/{ticket}/reissue", acts::ask_reissue, acts::reissue)
        .deed("/events/{id}/tickets/{ticket}/unblock", acts::unblock)
        .deed("/events/{id}/tickets/{ticket}/paid", acts::paid)
}

/// The event of a page's address.
async fn event_of(state: &AppState, manager: &Manager, id: Result<EventId, ApiError>) -> Result<Event, Response> {
    let found = async { state.store.event(manager.caller.viewer(), id?).await?.ok_or(ApiError::NotFound("event")) };
    found.await.map_err(|error| manager.problem(error))
}

/// An event and a ticket of it, in an address.
type TicketPath = Result<Path<(EventId, TicketKey)>, ApiError>;

/// The event and the ticket of a page's address.
async fn ticket_of(state: &AppState, manager: &Manager, path: TicketPath) -> Result<(Event, Ticket), Response> {
    let Path((event, key)) = path.map_err(|error| manager.problem(error))?;
    let event = event_of(state, manager, Ok(event)).await?;
    let found = state.store.ticket(manager.caller.viewer(), key).await.map_err(|error| manager.problem(error))?;
    match found.filter(|ticket| ticket.event == event.id) {
        Some(ticket) => Ok((event, ticket)),
        None => Err(manager.problem(ApiError::NotFound("ticket"))),
    }
}

/// The address of a ticket's page.
fn address(ticket: &Ticket) -> String {
    format!("/events/{}/tickets/{}", ticket.event, ticket.key)
}

/// The name of a product, or its number where the event no longer has it.
fn product_name(policy: &Policy, product: ProductId) -> String {
    policy.product(product).map_or_else(|| product.to_string(), |product| product.name.clone())
}

/// The event's products, to choose from.
fn products(policy: &Policy) -> Vec<Choice> {
    policy.products.iter().map(|product| Choice::new(product.id.to_string(), product.name.clone())).collect()
}

/// The stable name of a state.
fn state_name(state: TicketState) -> &'static str {
    match state {
        TicketState::Valid => "valid",
        TicketState::Canceled => "canceled",
        TicketState::Blocked | TicketState::Unknown(_) => "blocked",
        TicketState::Unpaid => "unpaid",
    }
}

/// A state in words.
fn state_text(language: Language, state: TicketState) -> String {
    match state {
        TicketState::Valid => language.text("ticket-valid"),
        TicketState::Canceled => language.text("ticket-canceled"),
        TicketState::Blocked | TicketState::Unknown(_) => language.text("ticket-blocked"),
        TicketState::Unpaid => language.text("ticket-unpaid"),
    }
}

/// What stands for a ticket in lists: its name, else its reference, else the beginning of its id.
fn called(ticket: &Ticket) -> String {
    let name = ticket.attendee.clone().or_else(|| ticket.reference.clone());
    name.unwrap_or_else(|| ticket.key.to_string().chars().take(8).collect())
}
