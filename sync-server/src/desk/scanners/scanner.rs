//! `/scanners/{id}`: one scanner: its invitation until its device has come, how it is, changing it, what was done with it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::field::Choice;
use super::super::form::{Filled, Form, answered};
use super::super::frame::{Frame, Place};
use super::super::notice::Notice;
use super::super::reader::Manager;
use super::super::texts::Language;
use super::super::tickets::{act_text, inline};
use super::super::times;
use super::apart::{Apart, apart_of};
use super::facts::{self, ZONE};
use super::register::{LABELS, role, roles};
use super::{ScannerPath, event_choices, events, gate_name, gates, scanner_of};
use crate::device::{Scanner, ScannerChange, ScannerState};
use crate::http::error::ApiError;
use crate::http::scanners::body::RoleBody;
use crate::http::scanners::change::change as change_scanner;
use crate::state::AppState;
use crate::tickets::qr::{ErrorCorrection, Qr};

/// What is shown to the device.
struct Invited {
    svg: String,
    text: String,
    url: String,
    until: String,
    /// The address in it is good on this machine only.
    only_here: bool,
}

/// Something that was done with it.
struct Act {
    at: String,
    what: String,
    who: String,
}

#[derive(Template)]
#[template(path = "scanner.html")]
struct ScannerPage {
    language: Language,
    frame: Frame,
    id: String,
    name: String,
    state: &'static str,
    state_text: String,
    waits: bool,
    invited: Option<Invited>,
    /// An event whose stream tells when it has come.
    watched: Option<String>,
    /// What is known of it: label and value.
    facts: Vec<(String, String)>,
    disputed: bool,
    revoked: Option<String>,
    form: Form,
    events: Vec<Choice>,
    gates: Vec<Choice>,
    roles: Vec<Choice>,
    apart: Apart,
    acts: Vec<Act>,
}

/// The page.
pub(super) async fn show(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
) -> Result<Response, Response> {
    let scanner = scanner_of(&state, &manager, path).await?;
    let mut form = Form::new(manager.language, LABELS)
        .with("name", scanner.name.clone())
        .with("gate", scanner.gate.map(|gate| gate.to_string()).unwrap_or_default())
        .with("role", if RoleBody::from(scanner.role) == RoleBody::Supervisor { "supervisor" } else { "scan" });
    for event in &scanner.events {
        form = form.with("events", event.to_string());
    }
    page(&state, &manager, StatusCode::OK, &scanner, form).await.map_err(|error| manager.problem(error))
}

async fn page(
    state: &AppState,
    manager: &Manager,
    status: StatusCode,
    scanner: &Scanner,
    form: Form,
) -> Result<Response, ApiError> {
    let (language, organization, now) = (manager.language, manager.actor().organization, manager.caller.at);
    let all = events(state, manager, Some(scanner)).await?;
    let acts = state.store.audit_of(organization, scanner.id.to_string()).await?;
    let acts = acts.into_iter().rev().map(|record| Act {
        at: times::minute(record.at, ZONE),
        what: act_text(language, &record.action),
        who: record.actor,
    });
    let (mark, state_text) = facts::state(language, scanner, now);
    let waits = scanner.state() == ScannerState::Invited;
    let shown = ScannerPage {
        language,
        frame: manager.frame(Place::Scanners),
        id: scanner.id.to_string(),
        name: scanner.name.clone(),
        state: mark,
        state_text,
        waits,
        invited: if waits { invited(state, manager, scanner)? } else { None },
        watched: scanner.events.first().filter(|_| waits).map(ToString::to_string),
        facts: known(language, scanner, gate_name(scanner, &all)),
        disputed: scanner.disputed,
        revoked: scanner.revoked.map(|at| format!("{} {ZONE}", times::minute(at, ZONE))),
        form,
        events: event_choices(&all),
        gates: gates(language.text("scanner-no-gate"), &all),
        roles: roles(language),
        apart: apart_of(state, manager, scanner).await?,
        acts: acts.collect(),
    };
    Ok(answered(status, &shown))
}

/// The invitation that may still be shown.
fn invited(state: &AppState, manager: &Manager, scanner: &Scanner) -> Result<Option<Invited>, ApiError> {
    let shown = state.shown.of(manager.actor().organization, scanner.id, manager.caller.at);
    let Some(invitation) = shown else { return Ok(None) };
    let text = invitation.to_code();
    let qr = Qr::new(&text, ErrorCorrection::M).map_err(ApiError::internal)?;
    Ok(Some(Invited {
        svg: inline(&qr),
        text,
        url: invitation.to_url(),
        until: format!("{} {ZONE}", times::minute(invitation.expires, ZONE)),
        only_here: crate::device::invite::is_good_here_only(&invitation.server),
    }))
}

fn known(language: Language, scanner: &Scanner, gate: Option<String>) -> Vec<(String, String)> {
    let moment = |at: i64| format!("{} {ZONE}", times::minute(at, ZONE));
    let mut facts = vec![
        (language.text("scanner-gate"), gate.unwrap_or_else(|| language.text("scanner-no-gate"))),
        (language.text("scanner-role"), facts::role(language, scanner)),
        (language.text("scanner-registered"), moment(scanner.created)),
    ];
    facts.extend(scanner.enrolled.map(|at| (language.text("scanner-enrolled"), moment(at))));
    facts.extend(scanner.device.clone().map(|device| (language.text("scanner-device"), device)));
    facts.extend(scanner.certified_to.map(|at| (language.text("scanner-certified-to"), moment(at))));
    if scanner.enrolled.is_some() {
        facts.push((language.text("scanner-last-heard"), facts::heard(language, scanner)));
    }
    if let Some(there) = &scanner.presence {
        facts.push((language.text("scanner-pending"), there.pending.to_string()));
        facts.push((language.text("scanner-software"), there.software.clone()));
        facts.extend(there.battery.map(|percent| (language.text("scanner-power"), format!("{percent} %"))));
        facts.extend(there.manifest.map(|version| (language.text("scanner-list"), version.to_string())));
    }
    facts
}

/// Renames it, moves it, gives it another role or other events: only what differs.
pub(super) async fn change(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
    Filled(fields): Filled,
) -> Result<Response, Response> {
    let scanner = scanner_of(&state, &manager, path).await?;
    let mut form = Form::of(manager.language, LABELS, fields);
    let events: Vec<_> = form.fields().all("events").filter_map(|id| id.parse().ok()).collect();
    // The empty choice is "no gate"; a number the event does not have is refused by the use case.
    let gate = form.fields().get("gate").parse().ok();
    let wanted = ScannerChange {
        name: Some(form.fields().get("name").to_owned()).filter(|name| *name != scanner.name),
        gate: Some(gate).filter(|gate| *gate != scanner.gate),
        role: Some(role(&form)).filter(|role| *role != scanner.role),
        events: Some(events).filter(|events| !same(events, &scanner.events)),
    };
    let changed = async {
        form.is_asked()?;
        change_scanner(&state, &manager.admin(), scanner.id, wanted).await
    };
    match changed.await {
        Ok(_) => Ok(Notice::new("scanner-changed").on(&format!("/scanners/{}", scanner.id))),
        Err(error) => {
            let status = form.blame(error).map_err(|error| manager.problem(error))?;
            page(&state, &manager, status, &scanner, form).await.map_err(|error| manager.problem(error))
        }
    }
}

fn same<T: Ord + Clone>(some: &[T], others: &[T]) -> bool {
    let sorted = |all: &[T]| {
        let mut all = all.to_vec();
        all.sort();
        all
    };
    sorted(some) == sorted(others)
}
