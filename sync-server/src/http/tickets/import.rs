//! `POST /events/{id}/tickets/import`

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::EventId;

use crate::events::Event;
use crate::http::error::{ApiError, Problem};
use crate::http::events::body::archived;
use crate::http::extract::{Body, Path, Query};
use crate::http::signed_in::Admin;
use crate::invalid::FieldError;
use crate::state::AppState;
use crate::store::tickets::Existing;
use crate::tickets::columns::{Column, Mapping};
use crate::tickets::fault::LineError;
use crate::tickets::import::{Imported, Options, check, prepare};
use crate::tickets::list::{MAX_REPORTED, Unused};

/// Largest list, in bytes. Longer ones are imported on the command line.
pub const BODY_LIMIT: usize = crate::tickets::staged::MAX_BYTES;

/// How to take the list in.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// What happens to tickets that are there already (same code or, for rows without one, same reference, name and e-mail
    /// address): `refuse`, `skip`, `update` (codes only) or `add` (once more, without a code only) [refuse].
    #[serde(default)]
    #[param(inline)]
    existing: Existing,
    /// Take the good lines although there are bad ones [false].
    #[serde(default)]
    partial: bool,
    /// Only tell what would become of the list: nothing is stored [false].
    #[serde(default)]
    check: bool,
    /// Header of the column that holds the code, where the header does not say; empty: no column does. So with the others.
    code: Option<String>,
    /// Header of the names' column.
    name: Option<String>,
    /// Header of the notes' column.
    note: Option<String>,
    /// Header of the e-mail addresses' column.
    email: Option<String>,
    /// Header of the products' column.
    product: Option<String>,
    /// Header of the column that says how many people a ticket lets in.
    admits: Option<String>,
    /// Header of the references' column.
    reference: Option<String>,
    /// Header of the column with the begin of validity.
    valid_from: Option<String>,
    /// Header of the column with the end of validity.
    valid_until: Option<String>,
    /// Header of the column that says what is paid.
    paid: Option<String>,
}

impl ImportQuery {
    fn mapping(&self) -> Vec<Mapping> {
        let named = [
            ("code", &self.code),
            ("name", &self.name),
            ("note", &self.note),
            ("email", &self.email),
            ("product", &self.product),
            ("admits", &self.admits),
            ("reference", &self.reference),
            ("valid_from", &self.valid_from),
            ("valid_until", &self.valid_until),
            ("paid", &self.paid),
        ];
        let column = |header: &String| Column::named(header);
        named
            .iter()
            .filter_map(|(field, header)| Some(Mapping { field, column: header.as_ref().map(column)? }))
            .collect()
    }
}

/// A bad line.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LineBody {
    /// Line of the file, from 1; the header is a line, too.
    line: u64,
    /// What is wrong.
    message: String,
}

impl From<&LineError> for LineBody {
    fn from(error: &LineError) -> Self {
        Self { line: error.line, message: error.message() }
    }
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
    errors: Vec<LineBody>,
    /// How many lines were left out.
    failed: u64,
    /// Columns that were not read; the first 100, those that look like a known one before the others.
    unused: Vec<Unused>,
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
    let mapping = query.mapping();
    if query.check {
        return Ok(axum::Json(checked(bytes, mapping, event).await?));
    }
    let (for_reading, entropy) = (event.clone(), state.entropy.clone());
    let reading = tokio::task::spawn_blocking(move || prepare(&bytes, &mapping, &for_reading, &*entropy, |_| ()));
    let prepared = reading.await.map_err(ApiError::internal)?;
    let prepared = prepared.map_err(|error| ApiError::field("line 1", error.to_string()))?;
    let unused = prepared.unused.iter().take(MAX_REPORTED).cloned().collect();
    let options = Options { existing: query.existing, partial: query.partial };
    match prepared.add(&*state.store, caller.actor(), &event, options, Arc::new(|_| ())).await? {
        Imported::Done(counts, errors) => Ok(axum::Json(ImportDone {
            added: counts.added,
            updated: counts.updated,
            skipped: counts.skipped,
            failed: u64::try_from(errors.len()).map_err(ApiError::internal)?,
            errors: errors.iter().take(MAX_REPORTED).map(LineBody::from).collect(),
            unused,
        })),
        Imported::Refused(errors) => Err(refused(errors)),
        Imported::NotFound => Err(ApiError::NotFound("event")),
        Imported::Archived => Err(archived()),
    }
}

/// What would become of a list: `added` are the good lines, whether or not their tickets are there already.
async fn checked(bytes: Bytes, mapping: Vec<Mapping>, event: Event) -> Result<ImportDone, ApiError> {
    let checking = tokio::task::spawn_blocking(move || check(&bytes, &mapping, &event));
    let checked = checking.await.map_err(ApiError::internal)?;
    let checked = checked.map_err(|error| ApiError::field("line 1", error.to_string()))?;
    Ok(ImportDone {
        added: u64::try_from(checked.good).map_err(ApiError::internal)?,
        updated: 0,
        skipped: 0,
        failed: u64::try_from(checked.bad.count).map_err(ApiError::internal)?,
        errors: checked.bad.lines.iter().take(MAX_REPORTED).map(LineBody::from).collect(),
        unused: checked.unused.into_iter().take(MAX_REPORTED).collect(),
    })
}

fn refused(errors: Vec<LineError>) -> ApiError {
    let by_line = |error: LineError| FieldError::new(format!("line {}", error.line), error.message());
    ApiError::Invalid(errors.into_iter().take(MAX_REPORTED).map(by_line).collect())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Method, Request, StatusCode, header};
    use shared::ids::EventId;

    use crate::testing::{Answer, Person, TestApp};

    async fn import(app: &TestApp, admin: &Person, event: EventId, query: &str, text: &str) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1/events/{event}/tickets/import{query}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", admin.token))
            .header(header::CONTENT_TYPE, "text/csv");
        app.send(request.body(Body::from(text.to_owned())).unwrap()).await
    }

    async fn count(app: &TestApp, admin: &Person, event: EventId) -> usize {
        let page = app.get(&format!("/api/v1/events/{event}/tickets?limit=1000"), admin).await.json();
        page["tickets"].as_array().unwrap().len()
    }

    #[tokio::test]
    async fn one_bad_line_keeps_all_out_unless_partial() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let text = "code,name,product\nA,Ada,VIP\nB,Bob,Balcony\nC,Cy,\n";
        let refused = import(&app, &admin, event, "", text).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
        assert_eq!(refused.json()["errors"][0]["field"], "line 3");
        assert_eq!(count(&app, &admin, event).await, 0);
        let partial = import(&app, &admin, event, "?partial=true", text).await.json();
        assert_eq!(
            (&partial["added"], &partial["failed"], &partial["errors"][0]["line"]),
            (&2.into(), &1.into(), &3.into())
        );
        assert_eq!(count(&app, &admin, event).await, 2);
    }

    #[tokio::test]
    async fn columns_are_named_and_a_check_stores_nothing() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let text = "Barcode no,Who,id\nA,Ada,7\nB,Bob,8\nB,Eve,9\n";
        let named = "code=Barcode%20no&name=who&reference=";
        let checked = import(&app, &admin, event, &format!("?check=true&{named}"), text).await.json();
        assert_eq!(
            (&checked["added"], &checked["failed"], &checked["errors"][0]["line"]),
            (&2.into(), &1.into(), &4.into())
        );
        assert_eq!(count(&app, &admin, event).await, 0);
        import(&app, &admin, event, &format!("?partial=true&{named}"), text).await;
        let page = app.get(&format!("/api/v1/events/{event}/tickets?search=Ada"), &admin).await.json();
        assert_eq!(page["tickets"][0]["reference"], serde_json::Value::Null, "the column was left out on purpose");
        assert_eq!(count(&app, &admin, event).await, 2);
    }

    #[tokio::test]
    async fn codes_that_are_there_are_refused_skipped_or_updated() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        import(&app, &admin, event, "", "code,name\nA,Ada\n").await;
        let again = "code,name\nA,Ada King\nB,Bob\n";
        let refused = import(&app, &admin, event, "", again).await;
        assert_eq!(refused.json()["errors"][0]["field"], "line 2");
        assert_eq!(count(&app, &admin, event).await, 1);
        let partial = import(&app, &admin, event, "?partial=true", again).await.json();
        assert_eq!((&partial["added"], &partial["failed"]), (&1.into(), &1.into()));
        let skipped = import(&app, &admin, event, "?existing=skip", again).await.json();
        assert_eq!((&skipped["added"], &skipped["skipped"]), (&0.into(), &2.into()));
        let updated = import(&app, &admin, event, "?existing=update", again).await.json();
        assert_eq!(updated["updated"], 2);
        let page = app.get(&format!("/api/v1/events/{event}/tickets?search=king"), &admin).await.json();
        assert_eq!(page["tickets"][0]["name"], "Ada King");
    }

    #[tokio::test]
    async fn what_is_no_list_says_so() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        for text in ["", "colour,shape\nred,round\n", "\u{0}\u{1}\u{2}"] {
            let answer = import(&app, &admin, event, "", text).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
                "{text}"
            );
        }
    }
}
