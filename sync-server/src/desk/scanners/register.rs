//! `/scanners/new`, and inviting once more.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::trust::ScannerRole;

use super::super::field::Choice;
use super::super::form::{Filled, Form, answered};
use super::super::frame::{Frame, Place};
use super::super::notice::Notice;
use super::super::reader::Manager;
use super::super::texts::Language;
use super::{ScannerPath, event_choices, events, gates};
use crate::device::invite::{Registration, again as invite_again, namesake};
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::scanners::register::{enlist, taken};
use crate::state::AppState;

pub(super) const LABELS: &[(&str, &str)] = &[
    ("name", "scanner-name"),
    ("events", "scanner-events"),
    ("gate", "scanner-gate"),
    ("role", "scanner-role"),
    ("same_name", "scanner-same-name"),
];

#[derive(Template)]
#[template(path = "scanner-new.html")]
struct NewPage {
    language: Language,
    frame: Frame,
    form: Form,
    events: Vec<Choice>,
    gates: Vec<Choice>,
    roles: Vec<Choice>,
    /// Another scanner has this name: whether that is meant.
    asks_again: bool,
}

/// What a scanner may do, to choose from.
pub(super) fn roles(language: Language) -> Vec<Choice> {
    vec![
        Choice::new("scan", language.text("scanner-role-scan")),
        Choice::new("supervisor", language.text("scanner-role-supervisor")),
    ]
}

/// The role somebody chose.
pub(super) fn role(form: &Form) -> ScannerRole {
    if form.fields().get("role") == "supervisor" { ScannerRole::Supervisor } else { ScannerRole::Scan }
}

fn page(manager: &Manager, status: StatusCode, all: &[Event], form: Form, asks_again: bool) -> Response {
    let language = manager.language;
    answered(
        status,
        &NewPage {
            language,
            frame: manager.frame(Place::Scanners),
            events: event_choices(all),
            gates: gates(language.text("scanner-no-gate"), all),
            roles: roles(language),
            form,
            asks_again,
        },
    )
}

/// The form.
pub(super) async fn show(State(state): State<AppState>, manager: Manager) -> Result<Response, Response> {
    let all = events(&state, &manager, None).await.map_err(|error| manager.problem(error))?;
    let mut form = Form::new(manager.language, LABELS).with("role", "scan");
    if let [only] = all.as_slice() {
        form = form.with("events", only.id.to_string());
    }
    Ok(page(&manager, StatusCode::OK, &all, form, false))
}

/// Registers it; its page shows the invitation.
pub(super) async fn register(
    State(state): State<AppState>,
    manager: Manager,
    Filled(fields): Filled,
) -> Result<Response, Response> {
    let all = events(&state, &manager, None).await.map_err(|error| manager.problem(error))?;
    let mut form = Form::of(manager.language, LABELS, fields);
    let chosen: Vec<_> = form.fields().all("events").filter_map(|id| id.parse().ok()).collect();
    let name = form.fields().get("name").to_owned();
    if !form.fields().has("same_name") {
        let organization = manager.actor().organization;
        let same = namesake(&*state.store, organization, &name, &chosen).await;
        if same.map_err(|error| manager.problem(error))?.is_some() {
            form.refuse("name", "scanner-name-taken");
            return Ok(page(&manager, StatusCode::CONFLICT, &all, form, true));
        }
    }
    let registration =
        Registration { name, gate: form.fields().get("gate").parse().ok(), role: role(&form), events: chosen };
    let admin = manager.admin();
    let tried = async {
        form.is_asked()?;
        taken(&state, &admin, enlist(&state, &admin, registration).await?)
    };
    match tried.await {
        Ok(invited) => Ok(Notice::new("scanner-registered").on(&format!("/scanners/{}", invited.scanner.id))),
        Err(error) => {
            let status = form.blame(error).map_err(|error| manager.problem(error))?;
            Ok(page(&manager, status, &all, form, false))
        }
    }
}

/// Invites its device once more.
pub(super) async fn again(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
) -> Result<Response, Response> {
    let admin = manager.admin();
    let tried = async {
        let id = path?.0;
        let invited = invite_again(&*state.store, &*state.entropy, &state.public_url, admin.actor(), id).await?;
        taken(&state, &admin, invited)
    };
    match tried.await {
        Ok(invited) => Ok(Notice::new("scanner-invited").on(&format!("/scanners/{}", invited.scanner.id))),
        Err(error @ ApiError::Conflict { .. }) => Err(manager.refusal(error)),
        Err(error) => Err(manager.problem(error)),
    }
}
