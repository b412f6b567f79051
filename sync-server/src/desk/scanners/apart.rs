//! Entries of a scanner that do not count: what they are, why, and what can be done about it.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use shared::ids::EventId;

use super::super::form::Filled;
use super::super::notice::Notice;
use super::super::reader::Manager;
use super::super::times;
use super::{ScannerPath, scanner_of};
use crate::device::{Scanner, ScannerChange, ScannerState};
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::scanners::apart::LIMIT;
use crate::http::scanners::body::changed;
use crate::http::scanners::change::change as change_scanner;
use crate::http::truth::body::EntryBody;
use crate::state::AppState;

/// An entry that does not count.
pub(super) struct Line {
    pub(super) at: String,
    pub(super) event: String,
    /// What it says happened, people included.
    pub(super) what: String,
    /// Address and beginning of the number of its ticket.
    pub(super) ticket: Option<(String, String)>,
    pub(super) why: String,
    /// Where it can be released; `None` where the scanner's cut does not decide.
    pub(super) release: Option<String>,
}

/// An event the scanner logged for without being certified for it.
pub(super) struct Uncertified {
    pub(super) id: String,
    pub(super) name: String,
}

/// All of it.
pub(super) struct Apart {
    pub(super) lines: Vec<Line>,
    pub(super) count: u64,
    /// In words, where not all are shown.
    pub(super) more: Option<String>,
    /// Where all entries of the newest log can be released at once.
    pub(super) all: Option<String>,
    /// Events to certify it for; empty for a revoked one.
    pub(super) uncertified: Vec<Uncertified>,
}

/// What is kept apart of a scanner.
pub(super) async fn apart_of(state: &AppState, manager: &Manager, scanner: &Scanner) -> Result<Apart, ApiError> {
    let (language, viewer) = (manager.language, manager.caller.viewer());
    let found = state.store.apart(viewer, scanner.id, LIMIT).await?.unwrap_or_default();
    let mut events: BTreeMap<EventId, Option<Event>> = BTreeMap::new();
    let mut apart = Apart { lines: vec![], count: found.count, more: None, all: None, uncertified: vec![] };
    for (event, row) in found.entries {
        if let std::collections::btree_map::Entry::Vacant(place) = events.entry(event) {
            place.insert(state.store.event(viewer, event).await?);
        }
        let known = events.get(&event).and_then(Option::as_ref);
        let body = EntryBody::from(row);
        let revoked = body.quarantined == Some("revoked");
        let (zone, name) =
            known.map_or(("UTC", event.to_string()), |event| (&event.policy.time_zone, event.policy.name.clone()));
        let release = revoked
            .then(|| format!("/scanners/{}/release?feed={}&seq={}&id={}", scanner.id, body.feed, body.seq, body.id));
        if let (false, Some(known), ScannerState::Active) = (revoked, known, scanner.state())
            && !apart.uncertified.iter().any(|one| one.id == event.to_string())
        {
            apart.uncertified.push(Uncertified { id: event.to_string(), name: known.policy.name.clone() });
        }
        apart.all = release.clone().or(apart.all);
        let what = match body.kind {
            "entry" => language.fill("apart-entry", [("n", body.people.abs().into())]),
            "exit" => language.fill("apart-exit", [("n", body.people.abs().into())]),
            "refuse" => language.text("moment-refused"),
            "undo" => language.text("moment-undo"),
            "count" => language.fill("apart-count", [("n", body.people.into())]),
            _ => language.text("apart-other"),
        };
        let short = |key: shared::ids::TicketKey| {
            (format!("/events/{event}/tickets/{key}"), key.to_string().chars().take(8).collect())
        };
        apart.lines.push(Line {
            at: times::second(body.at, zone),
            event: name,
            what,
            ticket: body.ticket.map(short),
            why: language.text(if revoked { "apart-revoked" } else { "apart-not-certified" }),
            release,
        });
    }
    let left = apart.count.saturating_sub(u64::try_from(apart.lines.len()).unwrap_or(u64::MAX));
    apart.more =
        (left > 0).then(|| language.fill("import-more-bad", [("n", i64::try_from(left).unwrap_or(i64::MAX).into())]));
    Ok(apart)
}

/// Notes that somebody looked at them and left them as they are.
pub(super) async fn keep(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
    Filled(fields): Filled,
) -> Result<Response, Response> {
    let scanner = scanner_of(&state, &manager, path).await?;
    let entries = fields.get("entries").parse().unwrap_or_default();
    let kept = async { changed(state.store.keep_apart(manager.actor(), scanner.id, entries).await?) };
    kept.await.map_err(|error| manager.refusal(error))?;
    Ok(Notice::new("scanner-kept-apart").on(&format!("/scanners/{}", scanner.id)))
}

/// Certifies a scanner for an event it logged for already: those entries count then.
pub(super) async fn certify(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
    Filled(fields): Filled,
) -> Result<Response, Response> {
    let scanner = scanner_of(&state, &manager, path).await?;
    let event = fields.get("event").parse().map_err(|_| manager.problem(ApiError::NotFound("event")))?;
    let mut events = scanner.events.clone();
    events.push(event);
    let wanted = ScannerChange { events: Some(events), ..ScannerChange::default() };
    let done = change_scanner(&state, &manager.admin(), scanner.id, wanted).await;
    done.map_err(|error| manager.refusal(error))?;
    Ok(Notice::new("scanner-changed").on(&format!("/scanners/{}", scanner.id)))
}
