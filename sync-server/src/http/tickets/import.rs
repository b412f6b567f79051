//! `POST /events/{id}/tickets/import`

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::EventId;

use crate::http::error::{ApiError, Problem};
use crate::http::events::body::archived;
use crate::http::extract::{Body, Path, Query};
use crate::http::signed_in::Admin;
use crate::invalid::FieldError;
use crate::state::AppState;
use crate::store::tickets::Existing;
use crate::tickets::import::{Imported, Options, prepare};
use crate::tickets::list::{LineError, MAX_REPORTED};

/// Largest list, in bytes: about 500,000 tickets. Longer ones are imported on the command line.
pub const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// How to take the list in.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// What happens to tickets that are there already: `refuse`, `skip` or `update` [refuse].
    #[serde(default)]
    #[param(inline)]
    existing: Existing,
    /// Take the good lines although there are bad ones [false].
    #[serde(default)]
    partial: bool,
}

/// What was taken in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ImportDone {
    /// New tickets.
    added: u64,
    /// There already, changed.
    updated: u64,
    /// There already, left alone.
    skipped: u64,
    /// Lines that were left out; the first 100.
    errors: Vec<LineError>,
    /// How many lines were left out.
    failed: u64,
}

/// Import a CSV file (UTF-8; `,`, `;` or tab): all lines or none, unless `partial`. Columns by header: code, name,
/// email, note, product, admits, reference, valid_from, valid_until, paid. Without a code column, codes are made.
#[utoipa::path(
    post, path = "/events/{id}/tickets/import", tag = "tickets", params(("id" = String, Path), ImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = ImportDone), (status = 404, body = Problem), (status = 413, body = Problem),
              (status = 422, body = Problem))
)]
pub async fn import_tickets(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Query(query): Query<ImportQuery>,
    Body(bytes): Body,
) -> Result<axum::Json<ImportDone>, ApiError> {
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    let (for_reading, entropy) = (event.clone(), state.entropy.clone());
    let reading = tokio::task::spawn_blocking(move || prepare(&bytes, &[], &for_reading, &*entropy, |_| ()));
    let prepared = reading.await.map_err(ApiError::internal)?;
    let prepared = prepared.map_err(|error| ApiError::field("line 1", error.to_string()))?;
    let options = Options { existing: query.existing, partial: query.partial };
    match prepared.add(&*state.store, caller.actor(), &event, options, Arc::new(|_| ())).await? {
        Imported::Done(counts, errors) => Ok(axum::Json(ImportDone {
            added: counts.added,
            updated: counts.updated,
            skipped: counts.skipped,
            failed: u64::try_from(errors.len()).map_err(ApiError::internal)?,
            errors: errors.into_iter().take(MAX_REPORTED).collect(),
        })),
        Imported::Refused(errors) => Err(refused(errors)),
        Imported::NotFound => Err(ApiError::NotFound("event")),
        Imported::Archived => Err(archived()),
    }
}

fn refused(errors: Vec<LineError>) -> ApiError {
    let by_line = |error: LineError| FieldError::new(format!("line {}", error.line), error.message);
    ApiError::Invalid(errors.into_iter().take(MAX_REPORTED).map(by_line).collect())
}
