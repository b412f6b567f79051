//! `/events/{id}/clone`: another event like this one, at another time. Tickets and scanners are not taken along.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::policy::Policy;

use super::{Named, event, moment};
use crate::desk::form::{Filled, Form, answered};
use crate::desk::frame::{EventHead, Frame, Place, Tab};
use crate::desk::notice::Notice;
use crate::desk::reader::Manager;
use crate::desk::texts::Language;
use crate::events::{Event, day};
use crate::http::error::ApiError;
use crate::http::events::create::create;
use crate::state::AppState;

const LABELS: &[(&str, &str)] = &[("name", "rules-name"), ("starts", "rules-starts")];

/// How much later the copy is proposed (ms): a week, as most series go.
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;

#[derive(Template)]
#[template(path = "clone.html")]
struct ClonePage {
    language: Language,
    frame: Frame,
    event: EventHead,
    form: Form,
    zone: String,
    lasts: String,
}

fn page(manager: &Manager, status: StatusCode, event: &Event, form: Form) -> Response {
    let (language, zone) = (manager.language, event.policy.time_zone.clone());
    let lasts = language.fill(
        "clone-lasts",
        [("from", day(event.policy.starts, &zone).into()), ("to", day(event.policy.ends, &zone).into())],
    );
    let head = EventHead::of(manager, event, Tab::Settings);
    answered(status, &ClonePage { language, frame: manager.frame(Place::Events), event: head, form, zone, lasts })
}

/// The form: name and start.
pub(super) async fn show(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    let event = match event(&state, &manager, id).await {
        Ok(event) => event,
        Err(response) => return response,
    };
    let (starts, zone) = (event.policy.starts, &event.policy.time_zone);
    let next = moment::local(moment::shifted(starts, 0, WEEK_MS, zone), zone);
    let form = Form::new(manager.language, LABELS).with("name", &event.policy.name).with("starts", next);
    page(&manager, StatusCode::OK, &event, form)
}

/// The same rules at another time.
fn copy(policy: &Policy, name: &str, starts: i64) -> Policy {
    let shifted = |ms| moment::shifted(ms, policy.starts, starts, &policy.time_zone);
    Policy {
        name: name.to_owned(),
        starts,
        ends: shifted(policy.ends),
        last_entry: policy.last_entry.map(shifted),
        ..policy.clone()
    }
}

/// Makes it.
pub(super) async fn act(
    State(state): State<AppState>,
    manager: Manager,
    id: Named,
    Filled(fields): Filled,
) -> Response {
    let event = match event(&state, &manager, id).await {
        Ok(event) => event,
        Err(response) => return response,
    };
    let mut form = Form::of(manager.language, LABELS, fields);
    let made = async {
        form.is_asked()?;
        let starts = moment::read(form.fields().get("starts"), &event.policy.time_zone, None);
        let starts = starts.map_err(|fault| ApiError::field("starts", fault))?;
        let policy = copy(&event.policy, form.fields().get("name"), starts);
        create(&state, &manager.admin(), policy, event.thresholds).await
    };
    match made.await {
        Ok(event) => Notice::new("event-cloned").on(&format!("/events/{}/settings", event.id)),
        Err(error) => match form.blame(error) {
            Ok(status) => page(&manager, status, &event, form),
            Err(error) => manager.problem(error),
        },
    }
}
