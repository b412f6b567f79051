//! `/events/{id}/tickets`: the list, searched and in pages.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use shared::ids::{EventId, TicketKey};
use shared::manifest::TicketState;

use super::super::frame::{EventHead, Frame, Place, Tab};
use super::super::problem::rendered;
use super::super::reader::Manager;
use super::super::texts::Language;
use super::{called, event_of, product_name, state_name, state_text};
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::state::AppState;
use crate::store::tickets::TicketQuery;
use crate::tickets::Ticket;

/// Tickets of a page; also of a printed sheet.
pub(super) const PAGE: u32 = 50;

/// What somebody looks for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    pub(super) search: String,
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) product: String,
    #[serde(default)]
    pub(super) after: String,
}

const STATES: [TicketState; 4] = [TicketState::Valid, TicketState::Unpaid, TicketState::Blocked, TicketState::Canceled];

impl Wanted {
    /// For the store; what cannot be read is left out.
    pub(super) fn query(&self, limit: u32) -> TicketQuery {
        TicketQuery {
            search: Some(self.search.trim().to_owned()).filter(|text| !text.is_empty()),
            product: self.product.parse().ok(),
            state: STATES.into_iter().find(|state| state_name(*state) == self.state),
            after: self.after.parse().ok(),
            limit,
        }
    }

    /// The same as part of an address, behind another ticket.
    fn link(&self, after: Option<TicketKey>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [("search", &self.search), ("state", &self.state), ("product", &self.product)];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some(after) = after {
            query.append_pair("after", &after.to_string());
        }
        query.finish()
    }

    fn is_narrow(&self) -> bool {
        !(self.search.trim().is_empty() && self.state.is_empty() && self.product.is_empty())
    }
}

/// A line of the list.
struct Line {
    key: String,
    name: String,
    reference: String,
    product: String,
    admits: u32,
    state: &'static str,
    state_text: String,
}

/// Something to choose in the head of the list.
struct Offer {
    value: String,
    text: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "tickets.html")]
struct TicketsPage {
    language: Language,
    frame: Frame,
    event: EventHead,
    total: String,
    wanted: Wanted,
    states: Vec<Offer>,
    products: Vec<Offer>,
    lines: Vec<Line>,
    /// Behind the last one, if there are more.
    next: Option<String>,
    /// Whether this is the list's begin.
    first: bool,
    /// The same list, printed.
    printed: String,
}

/// The list.
pub(super) async fn page(
    State(state): State<AppState>,
    manager: Manager,
    Query(wanted): Query<Wanted>,
    id: Result<Path<EventId>, ApiError>,
) -> Result<Response, Response> {
    let event = event_of(&state, &manager, id.map(|Path(id)| id)).await?;
    let (viewer, language) = (manager.caller.viewer(), manager.language);
    let found = state.store.tickets(viewer, event.id, wanted.query(PAGE + 1)).await;
    let mut tickets = found.map_err(|error| manager.problem(error))?.unwrap_or_default();
    let all = state.store.events(viewer, true).await.map_err(|error| manager.problem(error))?;
    let total = all.iter().find(|one| one.id == event.id).map_or(0, |one| one.tickets);
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = tickets.len() > size;
    tickets.truncate(size);
    let next = tickets.last().filter(|_| more).map(|last| wanted.link(Some(last.key)));
    let line = |ticket: Ticket| Line {
        name: called(&ticket),
        key: ticket.key.to_string(),
        product: product_name(&event.policy, ticket.product),
        admits: ticket.admits,
        state: state_name(ticket.state),
        state_text: state_text(language, ticket.state),
        reference: ticket.reference.unwrap_or_default(),
    };
    let offer = |value: String, text: String, chosen: &str| Offer { chosen: value == chosen, value, text };
    let states = STATES.map(|one| offer(state_name(one).into(), state_text(language, one), &wanted.state));
    let products = event.policy.products.iter();
    let products = products.map(|one| offer(one.id.to_string(), one.name.clone(), &wanted.product)).collect();
    Ok(rendered(&TicketsPage {
        language,
        frame: manager.frame(Place::Events),
        event: EventHead::of(&manager, &event, Tab::Tickets),
        total: language.fill("tickets", [("count", i64::try_from(total).unwrap_or(i64::MAX).into())]),
        states: states.into(),
        products,
        lines: tickets.into_iter().map(line).collect(),
        next,
        first: wanted.after.is_empty(),
        printed: wanted.link(wanted.after.parse().ok()),
        wanted,
    }))
}
