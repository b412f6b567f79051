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
use crate::store::StoreError;
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
    #[serde(default)]
    pub(super) before: String,
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
            before: self.before.parse().ok(),
            limit,
        }
    }

    /// The same as part of an address, from another ticket on or up to it.
    fn link(&self, place: Option<(&str, TicketKey)>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [("search", &self.search), ("state", &self.state), ("product", &self.product)];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some((side, ticket)) = place {
            query.append_pair(side, &ticket.to_string());
        }
        query.finish()
    }

    /// Where the page begins or ends, if it is not the first.
    fn place(&self) -> Option<(&'static str, TicketKey)> {
        let before = self.before.parse().ok().map(|ticket| ("before", ticket));
        before.or_else(|| Some(("after", self.after.parse().ok()?)))
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
    /// Before the first one, if there are any.
    previous: Option<String>,
    /// The same list from its beginning.
    begin: String,
    /// The same list, printed.
    printed: String,
}

/// A page of the list.
struct Leaf {
    tickets: Vec<Ticket>,
    /// Its last ticket, if there are more behind it.
    next: Option<TicketKey>,
    /// Its first ticket, if there are some before it.
    previous: Option<TicketKey>,
}

/// The page that is asked for. Going back, the first page is a whole one again, from the list's beginning.
async fn leaf(state: &AppState, manager: &Manager, event: EventId, wanted: &mut Wanted) -> Result<Leaf, StoreError> {
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let viewer = manager.caller.viewer();
    if wanted.query(PAGE).before.is_some() {
        let mut tickets = state.store.tickets(viewer, event, wanted.query(PAGE + 1)).await?.unwrap_or_default();
        if tickets.len() > size {
            tickets.remove(0);
            let (next, previous) = (tickets.last().map(|last| last.key), tickets.first().map(|first| first.key));
            return Ok(Leaf { tickets, next, previous });
        }
        (wanted.before, wanted.after) = (String::new(), String::new());
    }
    let query = wanted.query(PAGE + 1);
    let on_the_way = query.after.is_some();
    let mut tickets = state.store.tickets(viewer, event, query).await?.unwrap_or_default();
    let more = tickets.len() > size;
    tickets.truncate(size);
    let next = tickets.last().filter(|_| more).map(|last| last.key);
    let previous = tickets.first().filter(|_| on_the_way).map(|first| first.key);
    Ok(Leaf { tickets, next, previous })
}

/// The list.
pub(super) async fn page(
    State(state): State<AppState>,
    manager: Manager,
    Query(mut wanted): Query<Wanted>,
    id: Result<Path<EventId>, ApiError>,
) -> Result<Response, Response> {
    let event = event_of(&state, &manager, id.map(|Path(id)| id)).await?;
    let (viewer, language) = (manager.caller.viewer(), manager.language);
    let Leaf { tickets, next, previous } =
        leaf(&state, &manager, event.id, &mut wanted).await.map_err(|error| manager.problem(error))?;
    let all = state.store.events(viewer, true).await.map_err(|error| manager.problem(error))?;
    let total = all.iter().find(|one| one.id == event.id).map_or(0, |one| one.tickets);
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
        next: next.map(|ticket| wanted.link(Some(("after", ticket)))),
        previous: previous.map(|ticket| wanted.link(Some(("before", ticket)))),
        begin: wanted.link(None),
        printed: wanted.link(wanted.place()),
        wanted,
    }))
}
