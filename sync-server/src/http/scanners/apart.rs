//! `GET /scanners/{id}/apart` and `POST /scanners/{id}/keep-apart`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, ScannerId};

use super::body::{ScannerBody, changed};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::http::truth::body::EntryBody;
use crate::state::AppState;

/// Most entries of an answer.
pub const LIMIT: u32 = 500;

/// An entry that does not count.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ApartEntry {
    /// The event it names.
    #[schema(value_type = String)]
    event: EventId,
    /// The entry; `quarantined` says why it does not count.
    #[serde(flatten)]
    entry: EntryBody,
}

/// What is kept apart of a scanner.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ApartBody {
    /// In the order of its feeds; the first 500.
    entries: Vec<ApartEntry>,
    /// How many there are.
    count: u64,
}

/// Entries of a scanner that do not count: logged above the cut of its revocation, or for an event it was never certified for.
/// They count once the cut is moved above them, or the scanner is certified for the event (`PATCH /scanners/{id}`).
#[utoipa::path(
    get, path = "/scanners/{id}/apart", tag = "scanners", params(("id" = String, Path)),
    responses((status = 200, body = ApartBody), (status = 404, body = Problem))
)]
pub async fn entries_apart(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<ScannerId>,
) -> Result<axum::Json<ApartBody>, ApiError> {
    let apart = state.store.apart(caller.viewer(), id, LIMIT).await?.ok_or(ApiError::NotFound("scanner"))?;
    let entry = |(event, row)| ApartEntry { event, entry: EntryBody::from(row) };
    Ok(axum::Json(ApartBody { entries: apart.entries.into_iter().map(entry).collect(), count: apart.count }))
}

/// What somebody looked at.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepInput {
    /// How many entries were kept apart then.
    entries: u64,
}

/// Note that what is kept apart of a scanner was looked at and stays so; the audit log keeps it.
#[utoipa::path(
    post, path = "/scanners/{id}/keep-apart", tag = "scanners", params(("id" = String, Path)), request_body = KeepInput,
    responses((status = 200, body = ScannerBody), (status = 404, body = Problem))
)]
pub async fn keep_apart(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<ScannerId>,
    Json(input): Json<KeepInput>,
) -> Result<axum::Json<ScannerBody>, ApiError> {
    let scanner = changed(state.store.keep_apart(caller.actor(), id, input.entries).await?)?;
    Ok(axum::Json(ScannerBody::new(scanner, state.now_ms())))
}
