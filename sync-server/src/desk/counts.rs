//! `/events/{id}/counts`: people without tickets, counted by hand, and the list of what was counted. The live page holds the
//! same form; its script sends it here and takes what is new of the answer.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use shared::entry::MAX_BODIES;
use shared::ids::{EventId, GateId};

use super::field::{Choice, Field};
use super::form::{Fields, Filled, Form, answered};
use super::frame::{EventHead, Frame, Place, Tab};
use super::notice::Notice;
use super::reader::Visitor;
use super::texts::Language;
use super::times;
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::http::truth::counts::{CountInput, LIST_LIMIT, count};
use crate::office::RequestId;
use crate::state::AppState;
use crate::store::office::CountRow;

const LABELS: &[(&str, &str)] = &[("gate", "count-gate"), ("people", "count-people"), ("reason", "count-reason")];

/// Reasons that are offered; any other can be typed.
const REASONS: [&str; 4] =
    ["count-reason-crew", "count-reason-guests", "count-reason-press", "count-reason-correction"];

/// The form, on whichever page.
#[derive(Debug, Template)]
#[template(path = "count-form.html")]
pub(super) struct Counting {
    language: Language,
    event: EventId,
    form: Form,
    gates: Vec<Choice>,
    /// Sent along, so that a form that is sent twice counts once.
    request: String,
}

/// Its fields escape themselves, and its template the rest.
impl HtmlSafe for Counting {}

impl Counting {
    /// An empty form.
    pub(super) fn new(state: &AppState, language: Language, event: &Event) -> Self {
        Self::of(language, event, Form::new(language, LABELS).with("people", "1"), RequestId::generate(&*state.entropy))
    }

    fn of(language: Language, event: &Event, form: Form, request: RequestId) -> Self {
        let zone = |id| event.policy.zone(id).map_or_else(String::new, |zone| zone.name.clone());
        let choice = |gate: &shared::policy::Gate| {
            let values = [("gate", gate.name.as_str().into()), ("zone", zone(gate.zone).into())];
            Choice::new(gate.id.0.to_string(), language.fill("count-gate-into", values))
        };
        let gates = event.policy.gates.iter().map(choice).collect();
        Self { language, event: event.id, form, gates, request: request.to_string() }
    }

    fn gate(&self) -> Field {
        self.form.list("gate", &self.gates).required()
    }

    fn people(&self) -> Field {
        self.form.number("people").required().attribute("maxlength", "9")
    }

    fn reason(&self) -> Field {
        self.form.line("reason").required().attribute("list", "count-reasons")
    }

    fn reasons(&self) -> impl Iterator<Item = String> {
        REASONS.iter().map(|reason| self.language.text(reason))
    }
}

#[derive(Template)]
#[template(path = "counts.html")]
struct CountsPage {
    language: Language,
    frame: Frame,
    event: EventHead,
    counting: Counting,
    lines: Vec<Line>,
    /// Said below a list that is cut off.
    cut: Option<String>,
}

/// A line of the list.
struct Line {
    at: String,
    people: String,
    gate: String,
    reason: String,
    who: String,
    /// The scanner; none at the office.
    scanner: Option<String>,
    counted: bool,
}

impl Line {
    fn of(CountRow { row, at_office }: CountRow, event: &Event, language: Language) -> Self {
        let raw = &row.entry.raw;
        let people = row.entry.movement().map_or(0, |movement| movement.bodies);
        let gate = raw.gate.map(|gate| match event.policy.gate(gate) {
            Some(gate) => gate.name.clone(),
            None => language.fill("gate-nameless", [("n", gate.0.into())]),
        });
        Self {
            at: times::second(row.time.at, &event.policy.time_zone),
            people: signed(people),
            gate: gate.unwrap_or_default(),
            reason: raw.reason.clone().unwrap_or_default(),
            who: raw.operator.clone().unwrap_or_default(),
            scanner: (!at_office).then_some(row.scanner_name),
            counted: row.label == shared::merge::Label::Counted,
        }
    }
}

/// With its sign, as people write it.
fn signed(people: i64) -> String {
    if people < 0 { format!("−{}", people.unsigned_abs()) } else { format!("+{people}") }
}

/// What a link or a form asks of the page.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    /// The gate of the count before.
    gate: Option<u32>,
}

type Named = Result<Path<EventId>, ApiError>;

async fn event(state: &AppState, visitor: &Visitor, id: Named) -> Result<Event, Response> {
    let found = async { state.store.event(visitor.caller.viewer(), id?.0).await?.ok_or(ApiError::NotFound("event")) };
    found.await.map_err(|error| visitor.problem(error))
}

async fn page(state: &AppState, visitor: &Visitor, event: &Event, status: StatusCode, counting: Counting) -> Response {
    let rows = match state.store.counts(visitor.caller.viewer(), event.id, LIST_LIMIT).await {
        Ok(rows) => rows.unwrap_or_default(),
        Err(error) => return visitor.problem(error),
    };
    let language = visitor.language;
    let full = rows.len() >= usize::try_from(LIST_LIMIT).unwrap_or(usize::MAX);
    let page = CountsPage {
        language,
        frame: visitor.frame(Place::Events),
        event: EventHead::of(visitor, event, Tab::Live),
        counting,
        lines: rows.into_iter().map(|row| Line::of(row, event, language)).collect(),
        cut: full.then(|| language.fill("counts-cut", [("n", LIST_LIMIT.into())])),
    };
    answered(status, &page)
}

/// Form and list.
pub(super) async fn show(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(chosen): Query<Chosen>,
    id: Named,
) -> Result<Response, Response> {
    let event = event(&state, &visitor, id).await?;
    let mut counting = Counting::new(&state, visitor.language, &event);
    if let Some(gate) = chosen.gate {
        counting.form = counting.form.with("gate", gate.to_string());
    }
    Ok(page(&state, &visitor, &event, StatusCode::OK, counting).await)
}

/// What the form says.
fn input(fields: &Fields, gate: Option<u32>) -> Result<CountInput, ApiError> {
    let sign = match fields.get("way") {
        "in" => 1,
        "out" => -1,
        _ => return Err(ApiError::Malformed("which way people went is missing".into())),
    };
    let people = fields.get("people").parse().ok().filter(|people| (1..=MAX_BODIES).contains(people)).unwrap_or(0);
    Ok(CountInput {
        request: fields.get("request").to_owned(),
        // No event has a gate of this number, so that it is refused like one that is gone.
        gate: GateId(gate.unwrap_or(u32::MAX)),
        people: sign * people,
        reason: fields.get("reason").to_owned(),
    })
}

/// Counts.
pub(super) async fn act(
    State(state): State<AppState>,
    visitor: Visitor,
    id: Named,
    Filled(fields): Filled,
) -> Result<Response, Response> {
    let event = event(&state, &visitor, id).await?;
    let known = RequestId::read(fields.get("request"));
    let gate = fields.get("gate").parse().ok().filter(|gate| event.policy.gate(GateId(*gate)).is_some());
    let mut form = Form::of(visitor.language, LABELS, fields.clone());
    let tried = async {
        form.is_asked()?;
        count(&state, &visitor.caller, event.id, input(&fields, gate)?).await
    };
    let error = match tried.await {
        Ok(counted) => {
            let text = if counted.people > 0 { "count-in" } else { "count-out" };
            let here = format!("/events/{}/counts?gate={}", event.id, gate.unwrap_or_default());
            return Ok(Notice::new(text).with("n", counted.people.abs()).on(&here));
        }
        Err(error) => error,
    };
    // A request's id that stands for something else is of no more use.
    let used = matches!(&error, ApiError::Conflict { code: "request_used", .. });
    let status = form.blame(error).map_err(|error| visitor.problem(error))?;
    let request = known.filter(|_| !used).unwrap_or_else(|| RequestId::generate(&*state.entropy));
    let counting = Counting::of(visitor.language, &event, form, request);
    Ok(page(&state, &visitor, &event, status, counting).await)
}
