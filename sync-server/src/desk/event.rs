//! `/events/{id}`: an event's live page. The page itself holds names and texts; figures come by the API's stream.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, GateId};

use super::counts::Counting;
use super::frame::{EventHead, Frame, Place, Tab};
use super::problem::rendered;
use super::reader::Visitor;
use super::texts::Language;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::state::AppState;

/// Texts that scripts show; all others stand in the page.
pub(super) const SCRIPT_TEXTS: &[&str] = &[
    "act-failed",
    "age-live",
    "age-lost",
    "alarm-acknowledge",
    "alarm-line",
    "alarm-seen",
    "alarm-venue",
    "arrivals-nameless",
    "arrived-of",
    "capacity-none",
    "cause-never",
    "cause-quarantined",
    "cause-queued",
    "cause-second-branch",
    "cause-silent",
    "cause-silent-queued",
    "chart-inside",
    "chart-inside-value",
    "chart-label",
    "chart-moves",
    "chart-moves-value",
    "conflict-acknowledge",
    "conflict-change",
    "conflict-copy",
    "conflict-dark",
    "conflict-first",
    "conflict-note",
    "conflict-note-label",
    "conflict-passed_back",
    "conflict-people",
    "conflict-retry",
    "conflict-scan",
    "conflict-second",
    "conflict-seen",
    "conflict-too_many",
    "conflicts-count",
    "conflicts-new",
    "conflicts-older",
    "count-office",
    "count-unsure",
    "count-void",
    "fill",
    "fill-danger",
    "fill-ok",
    "fill-over",
    "fill-warn",
    "forecast-arrived",
    "forecast-arrived-open",
    "forecast-emptying",
    "forecast-full",
    "forecast-full-open",
    "forecast-label",
    "forecast-nothing",
    "forecast-rough",
    "forecast-steady",
    "forecast-too_little",
    "gate-idle",
    "gate-idle-for",
    "gate-nameless",
    "inside-about",
    "inside-range",
    "levels-now",
    "levels-saved",
    "levels-wrong",
    "odd-battery",
    "odd-clock",
    "odd-equivocation",
    "odd-list",
    "odd-queued",
    "odd-refused",
    "odd-strays",
    "peak-at",
    "reach-connecting",
    "reach-live",
    "reach-lost",
    "scanner-away",
    "scanner-battery",
    "scanner-clock",
    "scanner-disputed",
    "scanner-heard",
    "scanner-invited",
    "scanner-list-none",
    "scanner-never",
    "scanner-offline",
    "scanner-on-list",
    "scanner-online",
    "scanner-pace",
    "scanner-queued",
    "scanner-revoked",
    "scanners-lists",
    "scanners-online",
    "sound-none",
    "sound-off",
    "sound-on",
    "sound-silent",
    "span-days",
    "span-hours",
    "span-minutes",
    "span-seconds",
    "zone-nameless",
];

/// What the page's module knows from the beginning.
#[derive(Serialize)]
struct Facts {
    id: EventId,
    name: String,
    time_zone: String,
    /// Server time (ms).
    now: i64,
    /// Gates between two zones: who passes them neither comes nor goes.
    inner_gates: Vec<GateId>,
    /// Whether the reader may set when alarms are raised.
    may_set: bool,
}

#[derive(Template)]
#[template(path = "live.html")]
struct LivePage {
    language: Language,
    frame: Frame,
    event: EventHead,
    wall: bool,
    counting: Counting,
    facts: Facts,
    texts: BTreeMap<&'static str, String>,
}

/// How the page is to look.
#[derive(Debug, Deserialize)]
pub(super) struct Look {
    /// Big, without controls: `?wall`.
    wall: Option<String>,
}

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(look): Query<Look>,
    id: Result<Path<EventId>, ApiError>,
) -> Response {
    let found = async { state.store.event(visitor.caller.viewer(), id?.0).await?.ok_or(ApiError::NotFound("event")) };
    let event = match found.await {
        Ok(event) => event,
        Err(error) => return visitor.problem(error),
    };
    let head = EventHead::of(&visitor, &event, Tab::Live);
    let counting = Counting::new(&state, visitor.language, &event);
    let inner = event.policy.gates.iter().filter(|gate| gate.from.is_some());
    let facts = Facts {
        id: event.id,
        inner_gates: inner.map(|gate| gate.id).collect(),
        name: event.policy.name,
        time_zone: event.policy.time_zone,
        now: visitor.caller.at,
        may_set: head.admin,
    };
    let (language, frame) = (visitor.language, visitor.frame(Place::Events));
    let texts = language.for_scripts(SCRIPT_TEXTS);
    rendered(&LivePage { language, frame, event: head, wall: look.wall.is_some(), counting, facts, texts })
}
