//! The organization's scanners: the list, new ones, one with its invitation, revoking, and entries that are kept apart.

mod apart;
mod facts;
mod list;
mod register;
mod release;
mod revoke;
mod scanner;

use axum::response::Response;
use shared::ids::{GateId, ScannerId};

use super::field::Choice;
use super::pages::Pages;
use super::reader::Manager;
use crate::device::Scanner;
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::state::AppState;
use crate::store::StoreError;

/// Pages about scanners.
pub(super) fn pages(pages: Pages) -> Pages {
    pages
        .page("/scanners", list::page)
        .typed("/scanners/new", register::show, register::register)
        .typed("/scanners/{id}", scanner::show, scanner::change)
        .form("/scanners/{id}/revoke", revoke::ask, revoke::revoke)
        .form("/scanners/{id}/release", release::ask, release::release)
        .deed("/scanners/{id}/keep-apart", apart::keep)
        .deed("/scanners/{id}/certify", apart::certify)
        .deed("/scanners/{id}/invite", register::again)
}

/// A scanner, in an address.
type ScannerPath = Result<Path<ScannerId>, ApiError>;

/// The scanner of a page's address.
async fn scanner_of(state: &AppState, manager: &Manager, path: ScannerPath) -> Result<Scanner, Response> {
    let found =
        async { state.store.scanner(manager.caller.viewer(), path?.0).await?.ok_or(ApiError::NotFound("scanner")) };
    found.await.map_err(|error| manager.problem(error))
}

/// Events that are not archived, and those the scanner has; latest start first.
async fn events(state: &AppState, manager: &Manager, scanner: Option<&Scanner>) -> Result<Vec<Event>, StoreError> {
    let viewer = manager.caller.viewer();
    let mut found = vec![];
    for one in state.store.events(viewer, true).await? {
        let its_own = scanner.is_some_and(|scanner| scanner.events.contains(&one.id));
        if one.archived.is_none() || its_own {
            found.extend(state.store.event(viewer, one.id).await?);
        }
    }
    Ok(found)
}

/// The gates of these events, to choose from: numbers are those of each event, so names of one number stand together.
fn gates(none: String, events: &[Event]) -> Vec<Choice> {
    let mut names: std::collections::BTreeMap<GateId, Vec<&str>> = std::collections::BTreeMap::new();
    for gate in events.iter().flat_map(|event| &event.policy.gates) {
        let known = names.entry(gate.id).or_default();
        if !known.contains(&gate.name.as_str()) {
            known.push(&gate.name);
        }
    }
    let gate = |(id, names): (GateId, Vec<&str>)| Choice::new(id.to_string(), names.join(" / "));
    std::iter::once(Choice::new("", none)).chain(names.into_iter().map(gate)).collect()
}

/// What the scanner's gate is called in its events.
fn gate_name(scanner: &Scanner, events: &[Event]) -> Option<String> {
    let gate = scanner.gate?;
    let own = events.iter().filter(|event| scanner.events.contains(&event.id));
    own.filter_map(|event| event.policy.gate(gate)).map(|gate| gate.name.clone()).next()
}

/// Events to choose from; those of a series are called the same, and told apart by their days.
fn event_choices(events: &[Event]) -> Vec<Choice> {
    let choice = |event: &Event| {
        let day = crate::events::day(event.policy.starts, &event.policy.time_zone);
        Choice::new(event.id.to_string(), format!("{} ({day})", event.policy.name))
    };
    events.iter().map(choice).collect()
}
