//! `/scanners`: all of them.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::frame::{Frame, Place};
use super::super::problem::rendered;
use super::super::reader::Manager;
use super::super::texts::Language;
use super::{events, facts, gate_name};
use crate::state::AppState;

struct Line {
    id: String,
    name: String,
    state: &'static str,
    state_text: String,
    gate: String,
    role: String,
    events: Vec<String>,
    heard: String,
    pending: u64,
    disputed: bool,
}

#[derive(Template)]
#[template(path = "scanners.html")]
struct ScannersPage {
    language: Language,
    frame: Frame,
    lines: Vec<Line>,
}

/// The list, by name; revoked ones last.
pub(super) async fn page(State(state): State<AppState>, manager: Manager) -> Result<Response, Response> {
    let language = manager.language;
    let found = async {
        let scanners = state.store.scanners(manager.caller.viewer()).await?;
        let events = events(&state, &manager, None).await?;
        Ok::<_, crate::store::StoreError>((scanners, events))
    };
    let (mut scanners, events) = found.await.map_err(|error| manager.problem(error))?;
    scanners.sort_by_key(|scanner| scanner.revoked.is_some());
    let lines = scanners.iter().map(|scanner| {
        let (state, state_text) = facts::state(language, scanner, manager.caller.at);
        let own = events.iter().filter(|event| scanner.events.contains(&event.id));
        Line {
            id: scanner.id.to_string(),
            name: scanner.name.clone(),
            state,
            state_text,
            gate: gate_name(scanner, &events).unwrap_or_default(),
            role: facts::role(language, scanner),
            events: own.map(|event| event.policy.name.clone()).collect(),
            heard: facts::heard(language, scanner),
            pending: scanner.presence.as_ref().map_or(0, |there| there.pending),
            disputed: scanner.disputed,
        }
    });
    Ok(rendered(&ScannersPage { language, frame: manager.frame(Place::Scanners), lines: lines.collect() }))
}
