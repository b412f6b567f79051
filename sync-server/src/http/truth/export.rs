//! `GET /events/{id}/export.csv`

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shared::ids::EventId;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::body::EntryBody;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::SignedIn;
use crate::people::Viewer;
use crate::spreadsheet::harmless;
use crate::state::AppState;
use crate::store::truth::EntryQuery;

/// Entries read at once.
const PAGE: u32 = 1000;

/// Pages made ahead of a slow reader.
const AHEAD: usize = 2;

/// Columns of the file.
const COLUMNS: [&str; 18] = [
    "time",
    "error_ms",
    "uncertain",
    "kind",
    "label",
    "quarantined",
    "gate",
    "direction",
    "people",
    "ticket",
    "verdict",
    "reason",
    "operator",
    "scanner",
    "feed",
    "seq",
    "received",
    "id",
];

/// The whole log as CSV (RFC 4180), in order of arrival, times in RFC 3339.
#[utoipa::path(
    get, path = "/events/{id}/export.csv", tag = "doors", params(("id" = String, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub async fn export_csv(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<Response, ApiError> {
    let viewer = caller.viewer();
    state.store.event(viewer, id).await?.ok_or(ApiError::NotFound("event"))?;
    let (pages, stream) = mpsc::channel(AHEAD);
    tokio::spawn(async move { send(&state, viewer, id, &pages).await });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"entries-{id}.csv\"")),
    ];
    Ok((headers, Body::from_stream(ReceiverStream::new(stream))).into_response())
}

type Page = Result<Bytes, std::io::Error>;

/// Reads and sends page by page. Whoever reads notices a failure as a broken connection, never as a short file.
async fn send(state: &AppState, viewer: Viewer, event: EventId, pages: &mpsc::Sender<Page>) {
    let mut after = 0;
    let mut first = true;
    loop {
        let query = EntryQuery { after, limit: PAGE, ..EntryQuery::default() };
        let rows = match state.store.entries(viewer, event, query).await {
            Ok(rows) => rows.unwrap_or_default(),
            Err(error) => {
                tracing::error!(%error, "the export broke off");
                let _ = pages.send(Err(std::io::Error::other("the export broke off"))).await;
                return;
            }
        };
        let Some(last) = rows.last().map(|row| row.number) else {
            if first {
                let _ = pages.send(page(&[], true)).await;
            }
            return;
        };
        let bodies: Vec<EntryBody> = rows.into_iter().map(EntryBody::from).collect();
        if pages.send(page(&bodies, first)).await.is_err() {
            return;
        }
        (after, first) = (last, false);
    }
}

fn page(rows: &[EntryBody], head: bool) -> Page {
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if head {
        csv.write_record(COLUMNS)?;
    }
    for row in rows {
        csv.write_record(record(row))?;
    }
    csv.into_inner().map(Bytes::from).map_err(|error| std::io::Error::other(error.to_string()))
}

fn record(row: &EntryBody) -> [String; 18] {
    let optional = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [
        rfc3339(row.at),
        row.error.to_string(),
        row.uncertain.to_string(),
        row.kind.into(),
        row.label.into(),
        optional(row.quarantined),
        row.gate.map(|gate| gate.to_string()).unwrap_or_default(),
        optional(row.direction),
        row.people.to_string(),
        row.ticket.map(|ticket| ticket.to_string()).unwrap_or_default(),
        optional(row.verdict),
        harmless(row.reason.as_deref().unwrap_or_default()),
        harmless(row.operator.as_deref().unwrap_or_default()),
        harmless(&row.scanner_name),
        row.feed.to_string(),
        row.seq.to_string(),
        rfc3339(row.received),
        row.id.to_string(),
    ]
}

pub(super) fn rfc3339(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map(|at| at.to_string()).unwrap_or_default()
}
