//! `/scanners/{id}/release`: letting entries of a revoked scanner count, up to and including one.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use shared::ids::{EntryId, FeedId};

use super::super::confirm::Confirm;
use super::super::form::answered;
use super::super::frame::Place;
use super::super::notice::Notice;
use super::super::reader::Manager;
use super::{ScannerPath, scanner_of};
use crate::device::NewCut;
use crate::http::error::ApiError;
use crate::http::scanners::apart::LIMIT;
use crate::http::scanners::change::cut;
use crate::http::truth::body::EntryBody;
use crate::state::AppState;

/// The last entry that is to count.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Last {
    feed: FeedId,
    seq: u64,
    id: EntryId,
}

type LastOf = Result<Query<Last>, axum::extract::rejection::QueryRejection>;

fn last_of(last: LastOf) -> Result<Last, ApiError> {
    last.map(|Query(last)| last).map_err(|_| ApiError::NotFound("entry"))
}

/// The question, with how many entries and people it is about.
pub(super) async fn ask(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
    last: LastOf,
) -> Result<Response, Response> {
    let scanner = scanner_of(&state, &manager, path).await?;
    let (last, language) = (last_of(last).map_err(|error| manager.problem(error))?, manager.language);
    let apart = state.store.apart(manager.caller.viewer(), scanner.id, LIMIT).await;
    let apart = apart.map_err(|error| manager.problem(error))?.unwrap_or_default();
    let (mut entries, mut inward, mut outward) = (0_i64, 0_i64, 0_i64);
    for (_, row) in apart.entries {
        let body = EntryBody::from(row);
        if body.feed == last.feed && body.seq <= last.seq && body.quarantined == Some("revoked") {
            entries += 1;
            inward += body.people.max(0);
            outward += body.people.min(0).abs();
        }
    }
    let forked = scanner.feeds.iter().any(|feed| feed.feed == last.feed && feed.forked);
    let mut says = vec![
        language.fill("release-means", [("n", entries.into()), ("in", inward.into()), ("out", outward.into())]),
        language.text("release-when"),
    ];
    if forked {
        says.push(language.text("release-forked"));
    }
    says.push(language.text("release-back"));
    let title = language.fill("release-title", [("who", scanner.name.clone().into())]);
    let (deed, back) = (language.text("release-deed"), format!("/scanners/{}", scanner.id));
    let page = Confirm::of(&manager, Place::Scanners, title, says, deed, back);
    Ok(answered(StatusCode::OK, &Confirm { harmful: false, ..page }))
}

/// Moves the cut.
pub(super) async fn release(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
    last: LastOf,
) -> Result<Response, Response> {
    let scanner = scanner_of(&state, &manager, path).await?;
    let last = last_of(last).map_err(|error| manager.problem(error))?;
    let wanted = NewCut { feed: last.feed, seq: last.seq, id: Some(last.id) };
    let moved = cut(&state, &manager.admin(), scanner.id, vec![wanted]).await;
    moved.map_err(|error| manager.refusal(error))?;
    Ok(Notice::new("scanner-released").on(&format!("/scanners/{}", scanner.id)))
}
