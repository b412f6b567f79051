//! `GET /organizations/{id}/audit.csv`

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use shared::ids::OrganizationId;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::audit::AuditQuery;
use super::own;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query};
use crate::http::signed_in::Admin;
use crate::people::AuditRecord;
use crate::spreadsheet::harmless;
use crate::state::AppState;
use crate::store::people::AuditQuery as Wanted;

/// Lines read at once.
const PAGE: u32 = 1000;

/// Pages made ahead of a slow reader.
const AHEAD: usize = 2;

/// Columns of the file.
const COLUMNS: [&str; 8] = ["id", "time", "actor", "user", "address", "action", "subject", "detail"];

/// What administrators did as CSV (RFC 4180), newest first, times in RFC 3339.
#[utoipa::path(
    get, path = "/organizations/{id}/audit.csv", tag = "organizations", params(("id" = String, Path), AuditQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem))
)]
pub async fn audit_csv(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<OrganizationId>,
    Query(query): Query<AuditQuery>,
) -> Result<Response, ApiError> {
    own(caller.viewer(), id)?;
    let (pages, stream) = mpsc::channel(AHEAD);
    tokio::spawn(async move { send(&state, id, query.wanted(PAGE), &pages).await });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    Ok((headers, Body::from_stream(ReceiverStream::new(stream))).into_response())
}

type Page = Result<Bytes, std::io::Error>;

/// Reads and sends page by page. Whoever reads notices a failure as a broken connection, never as a short file.
async fn send(state: &AppState, organization: OrganizationId, mut wanted: Wanted, pages: &mpsc::Sender<Page>) {
    let mut head = true;
    loop {
        let lines = match state.store.audit(organization, wanted.clone()).await {
            Ok(lines) => lines,
            Err(error) => {
                tracing::error!(%error, "the export broke off");
                let _ = pages.send(Err(std::io::Error::other("the export broke off"))).await;
                return;
            }
        };
        let last = lines.last().map(|line| line.id);
        if pages.send(page(&lines, head)).await.is_err() || last.is_none() {
            return;
        }
        (wanted.before, head) = (last, false);
    }
}

fn page(lines: &[AuditRecord], head: bool) -> Page {
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if head {
        csv.write_record(COLUMNS)?;
    }
    for line in lines {
        csv.write_record(record(line))?;
    }
    csv.into_inner().map(Bytes::from).map_err(|error| std::io::Error::other(error.to_string()))
}

fn record(line: &AuditRecord) -> [String; 8] {
    let text = |text: Option<&str>| harmless(text.unwrap_or_default());
    [
        line.id.to_string(),
        jiff::Timestamp::from_millisecond(line.at).map(|at| at.to_string()).unwrap_or_default(),
        harmless(&line.actor),
        line.user.map(|user| user.to_string()).unwrap_or_default(),
        text(line.address.as_deref()),
        line.action.clone(),
        text(line.subject.as_deref()),
        text(line.detail.as_deref()),
    ]
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};
    use serde_json::json;

    use crate::testing::{NOW, TestApp};

    #[tokio::test]
    async fn acts_are_found_by_person_kind_time_and_event_and_exported_harmlessly() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let (event, other) = (app.event(&admin).await, app.event(&admin).await);
        let id = app.tickets(&admin, event, &json!([{ "product": 1 }])).await.remove(0);
        app.clock.0.fetch_add(1000, std::sync::atomic::Ordering::SeqCst);
        let reason = json!({ "reason": "=HYPERLINK(\"http://evil.example\")" });
        app.post(&format!("/api/v1/tickets/{id}/block"), &admin, &reason).await;
        app.post("/api/v1/scanners/register", &admin, &json!({ "name": "North", "events": [other] })).await;
        let path = format!("/api/v1/organizations/{}/audit", admin.user.organization);
        let found = async |query: &str| {
            let page = app.get(&format!("{path}?{query}"), &admin).await.json();
            let lines = page["lines"].as_array().unwrap().clone();
            lines.iter().map(|line| line["action"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(found("action=ticket").await, ["ticket.block"]);
        assert_eq!(found("action=ticket.block").await, ["ticket.block"]);
        assert_eq!(found(&format!("event={event}")).await, ["ticket.block", "tickets.add", "event.create"]);
        assert_eq!(found(&format!("event={other}")).await, ["scanner.register", "event.create"]);
        assert_eq!(found(&format!("from={}", NOW + 1)).await, ["scanner.register", "ticket.block"]);
        assert_eq!(found(&format!("until={NOW}")).await, Vec::<String>::new());
        assert_eq!(found("actor=ADMIN@&action=scanner").await, ["scanner.register"]);
        assert_eq!(found("actor=%25").await, Vec::<String>::new(), "signs are taken literally");
        let csv = app.get(&format!("{path}.csv?action=ticket"), &admin).await;
        assert_eq!(
            (csv.status, csv.headers[header::CONTENT_TYPE].to_str().unwrap()),
            (StatusCode::OK, "text/csv; charset=utf-8")
        );
        let text = String::from_utf8(csv.bytes).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains("admin@hall.example") && text.contains("192.0.2.7") && text.contains("ticket.block"));
        let whole = String::from_utf8(app.get(&format!("{path}.csv"), &admin).await.bytes).unwrap();
        let rows = csv::Reader::from_reader(whole.as_bytes()).records().map(Result::unwrap).collect::<Vec<_>>();
        assert!(rows.len() >= 6 && rows.iter().all(|row| row.iter().all(|cell| !cell.starts_with(['=', '+', '@']))));
    }
}
