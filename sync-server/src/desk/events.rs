//! `/events`: the events somebody may see.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::frame::{Frame, Place};
use super::problem::rendered;
use super::reader::Visitor;
use super::texts::Language;
use crate::events::EventSummary;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "events.html")]
struct EventsPage {
    language: Language,
    frame: Frame,
    events: Vec<Line>,
    archived: bool,
}

struct Line {
    id: String,
    name: String,
    starts: String,
    ends: String,
    time_zone: String,
    tickets: String,
    archived: bool,
}

impl Line {
    fn of(event: EventSummary, language: Language) -> Self {
        let tickets = i64::try_from(event.tickets).unwrap_or(i64::MAX);
        Self {
            id: event.id.to_string(),
            starts: local_minute(event.starts, &event.time_zone),
            ends: local_minute(event.ends, &event.time_zone),
            name: event.name,
            time_zone: event.time_zone,
            archived: event.archived.is_some(),
            tickets: language.fill("tickets", [("count", tickets.into())]),
        }
    }
}

/// Which events.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    /// Those that are archived as well: `?archived`.
    archived: Option<String>,
}

/// The list, latest start first.
pub(super) async fn page(State(state): State<AppState>, visitor: Visitor, Query(which): Query<Which>) -> Response {
    let (language, archived) = (visitor.language, which.archived.is_some());
    let events = match state.store.events(visitor.caller.viewer(), archived).await {
        Ok(events) => events.into_iter().map(|event| Line::of(event, language)).collect(),
        Err(error) => return visitor.problem(error),
    };
    rendered(&EventsPage { language, frame: visitor.frame(Place::Events), events, archived })
}

/// A time (ms) as people at the event write it; UTC if the zone is not known.
fn local_minute(ms: i64, zone: &str) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(ms) else { return ms.to_string() };
    match at.in_tz(zone) {
        Ok(local) => local.strftime("%Y-%m-%d %H:%M").to_string(),
        Err(_) => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    }
}
