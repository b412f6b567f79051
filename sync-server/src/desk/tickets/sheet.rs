//! `/events/{id}/tickets/sheet`: tickets to be printed, those chosen in the list or a page of it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use shared::ids::{EventId, TicketKey};

use super::super::problem::rendered;
use super::super::reader::Manager;
use super::super::texts::Language;
use super::super::times;
use super::list::{PAGE, Wanted};
use super::{event_of, product_name};
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::state::AppState;
use crate::store::people::QuietAct;
use crate::store::tickets::Printable;
use crate::tickets::qr::{ErrorCorrection, Qr};

/// Most tickets that are chosen one by one.
const MOST: usize = 100;

/// One ticket on paper.
struct Printed {
    name: Option<String>,
    product: String,
    reference: Option<String>,
    admits: u32,
    /// The picture; it holds no text of anybody.
    svg: String,
}

#[derive(Template)]
#[template(path = "tickets-sheet.html")]
struct SheetPage {
    language: Language,
    event: String,
    starts: String,
    back: String,
    tickets: Vec<Printed>,
    /// Tickets whose code is not known here.
    left_out: String,
}

/// The sheet.
pub(super) async fn page(
    State(state): State<AppState>,
    manager: Manager,
    RawQuery(query): RawQuery,
    id: Result<Path<EventId>, ApiError>,
) -> Result<Response, Response> {
    let event = event_of(&state, &manager, id.map(|Path(id)| id)).await?;
    let query = query.unwrap_or_default();
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value =
        |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let chosen: Vec<TicketKey> =
        fields.iter().filter(|(name, _)| name == "ticket").filter_map(|(_, key)| key.parse().ok()).take(MOST).collect();
    let (viewer, now) = (manager.caller.viewer(), manager.caller.at);
    let wanted = Wanted {
        search: value("search"),
        state: value("state"),
        product: value("product"),
        after: value("after"),
        before: value("before"),
    };
    let found = async {
        if chosen.is_empty() {
            return state.store.printables(viewer, event.id, wanted.query(PAGE), now).await;
        }
        let mut found = vec![];
        for key in chosen {
            found.extend(state.store.printable(viewer, key, now).await?);
        }
        Ok(found)
    };
    let mut found = found.await.map_err(|error| manager.problem(error))?;
    found.retain(|one| one.ticket.event == event.id);
    let all = found.len();
    let drawn = tokio::task::spawn_blocking(move || found.iter().filter_map(draw).collect::<Vec<_>>());
    let drawn = drawn.await.map_err(|error| manager.problem(ApiError::internal(error)))?;
    // Whoever has the pictures has the tickets.
    let act = QuietAct::CodesDrawn { event: event.id, tickets: u64::try_from(drawn.len()).unwrap_or(u64::MAX) };
    state.store.note_act(manager.actor(), act).await.map_err(|error| manager.problem(error))?;
    let left = i64::try_from(all - drawn.len()).unwrap_or(i64::MAX);
    let tickets = drawn.into_iter().map(|(ticket, svg)| Printed {
        product: product_name(&event.policy, ticket.product),
        name: ticket.attendee,
        reference: ticket.reference,
        admits: ticket.admits,
        svg,
    });
    let language = manager.language;
    Ok(rendered(&SheetPage {
        language,
        tickets: tickets.collect(),
        starts: times::minute(event.policy.starts, &event.policy.time_zone),
        back: format!("/events/{}/tickets", event.id),
        event: event.policy.name,
        left_out: if left > 0 { language.fill("sheet-left-out", [("n", left.into())]) } else { String::new() },
    }))
}

fn draw(printable: &Printable) -> Option<(crate::tickets::Ticket, String)> {
    let qr = Qr::new(&printable.text().ok()?, ErrorCorrection::M).ok()?;
    Some((printable.ticket.clone(), inline(&qr)))
}

/// A picture as part of a page.
pub(in crate::desk) fn inline(qr: &Qr) -> String {
    let svg = qr.svg();
    svg.find("<svg").and_then(|at| svg.get(at..)).unwrap_or_default().to_owned()
}
