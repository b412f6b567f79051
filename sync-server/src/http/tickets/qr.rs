//! `GET /tickets/{id}/qr`

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use shared::ids::TicketKey;

use super::body::{conflict, no_code};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query};
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::tickets::qr::{ErrorCorrection, Qr};

/// How to draw it.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct QrQuery {
    /// Error correction: M, Q or H [M].
    #[serde(default)]
    #[param(inline)]
    ec: ErrorCorrection,
    /// `png` or `svg` [what `Accept` asks for, else png].
    #[param(inline)]
    format: Option<Format>,
}

/// File format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Pixels.
    Png,
    /// Vectors.
    Svg,
}

/// The ticket's code as a picture. Whoever has it has the ticket: for admins only, never cached.
#[utoipa::path(
    get, path = "/tickets/{id}/qr", tag = "tickets", params(("id" = String, Path), QrQuery),
    responses((status = 200, content((Vec<u8> = "image/png"), (String = "image/svg+xml"))), (status = 404, body = Problem),
              (status = 409, body = Problem))
)]
pub async fn ticket_qr(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<TicketKey>,
    Query(query): Query<QrQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let found = state.store.printable(caller.viewer(), id, state.now_ms()).await?;
    let found = found.ok_or(ApiError::NotFound("ticket"))?;
    let text = found.text().map_err(|missing| match missing {
        crate::tickets::Missing::Code => no_code(),
        crate::tickets::Missing::Key => conflict("no_ticket_key", "no key of this event may sign; run `keys rotate`"),
    })?;
    let qr = Qr::new(&text, query.ec).map_err(|error| ApiError::field("ec", error.to_string()))?;
    let (kind, bytes) = match query.format.unwrap_or_else(|| wanted(&headers)) {
        Format::Png => ("image/png", qr.png().map_err(ApiError::internal)?),
        Format::Svg => ("image/svg+xml", qr.svg().into_bytes()),
    };
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], bytes).into_response())
}

fn wanted(headers: &HeaderMap) -> Format {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.starts_with("image/svg") { Format::Svg } else { Format::Png }
}

#[cfg(test)]
mod tests {
    use axum::http::{StatusCode, header};
    use serde_json::{Value, json};
    use shared::ids::{EventId, TicketKey};
    use shared::ticket::Code;
    use shared::trust::Keyset;

    use crate::people::Viewer;
    use crate::store::{KeyStore, TicketStore};
    use crate::testing::{Person, TestApp};

    async fn text(app: &TestApp, admin: &Person, id: &str) -> String {
        let key: TicketKey = id.parse().unwrap();
        let found = app.store.printable(Viewer::admin(admin.user.organization), key, app.state.now_ms()).await;
        found.unwrap().unwrap().text().unwrap()
    }

    async fn read(app: &TestApp, admin: &Person, event: EventId, text: &str) -> Code {
        let organization = admin.user.organization;
        let keys = app.store.keys(organization).await.unwrap();
        let root = keys.iter().find(|key| key.used_for == crate::keys::KeyUse::Root).unwrap();
        let root = root.seed.as_ref().unwrap().signing_key().verifying_key();
        let keyset = app.store.keyset(organization).await.unwrap().unwrap();
        Code::read(text, event, &Keyset::open(&keyset.signed, &root).unwrap())
    }

    #[tokio::test]
    async fn a_reissued_code_is_a_newer_generation_of_the_same_ticket() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let id = app.tickets(&admin, event, &json!([{ "product": 2, "admits": 3 }])).await.remove(0);
        let old = text(&app, &admin, &id).await;
        let answer = app.post(&format!("/api/v1/tickets/{id}/regenerate-qr"), &admin, &Value::Null).await;
        assert_eq!(answer.json()["generation"], 2);
        let new = text(&app, &admin, &id).await;
        for (text, generation) in [(old, 1), (new, 2)] {
            let Code::Ticket { ticket, key } = read(&app, &admin, event, &text).await else { panic!("{text}") };
            assert_eq!((key.to_string(), ticket.generation, ticket.people()), (id.clone(), generation, 3));
        }
    }

    #[tokio::test]
    async fn pictures_come_in_the_wanted_form_and_are_never_cached() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let id = app.tickets(&admin, event, &json!([{ "product": 1 }])).await.remove(0);
        let png = app.get(&format!("/api/v1/tickets/{id}/qr"), &admin).await;
        assert_eq!((png.headers[header::CONTENT_TYPE].to_str().unwrap(), &png.bytes[1..4]), ("image/png", &b"PNG"[..]));
        assert_eq!(png.headers[header::CACHE_CONTROL], "no-store");
        let svg = app.get(&format!("/api/v1/tickets/{id}/qr?format=svg&ec=H"), &admin).await;
        assert!(svg.bytes.starts_with(b"<?xml"));
        assert_eq!(app.get(&format!("/api/v1/tickets/{id}/qr?ec=X"), &admin).await.status, StatusCode::BAD_REQUEST);
        let bob = app.promoter(&admin, "bob@hall.example", vec![event]).await;
        assert_eq!(app.get(&format!("/api/v1/tickets/{id}/qr"), &bob).await.status, StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn another_vendors_code_is_printed_as_it_was_and_cannot_be_reissued() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let id = app.tickets(&admin, event, &json!([{ "product": 1, "code": "TICKET:1:ABC:2" }])).await.remove(0);
        assert_eq!(text(&app, &admin, &id).await, "TICKET:1:ABC:2");
        let answer = app.post(&format!("/api/v1/tickets/{id}/regenerate-qr"), &admin, &Value::Null).await;
        assert_eq!(answer.code(), "foreign_code");
    }
}
