//! `GET /events/{id}/tickets`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, ProductId, TicketKey};

use super::body::{StateBody, TicketBody};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query, within};
use crate::http::signed_in::SignedIn;
use crate::state::AppState;
use crate::store::tickets::TicketQuery;

/// Tickets of an answer, unless asked for otherwise.
const DEFAULT_LIMIT: u32 = 100;

/// Most tickets of an answer.
const MAX_LIMIT: u32 = 1000;

/// Which tickets.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TicketsQuery {
    /// Part of name, e-mail address or reference, the beginning of the id (4 digits or more), or a whole code.
    search: Option<String>,
    /// Only of this product.
    #[param(value_type = Option<u32>)]
    product: Option<ProductId>,
    /// Only in this state.
    #[param(inline)]
    state: Option<StateBody>,
    /// Behind this ticket: `next` of the answer before.
    #[param(value_type = Option<String>)]
    after: Option<TicketKey>,
    /// At most so many: 1 to 1000 [100].
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A part of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct TicketPage {
    /// Oldest first.
    tickets: Vec<TicketBody>,
    /// For `after` of the next request; absent at the end.
    #[schema(value_type = Option<String>)]
    next: Option<TicketKey>,
}

/// Tickets of an event, oldest first.
#[utoipa::path(
    get, path = "/events/{id}/tickets", tag = "tickets", params(("id" = String, Path), TicketsQuery),
    responses((status = 200, body = TicketPage), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn list_tickets(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
    Query(query): Query<TicketsQuery>,
) -> Result<axum::Json<TicketPage>, ApiError> {
    let limit = within("limit", query.limit.unwrap_or(DEFAULT_LIMIT), 1..=MAX_LIMIT)?;
    let query = TicketQuery {
        search: query.search,
        product: query.product,
        state: query.state.map(Into::into),
        after: query.after,
        before: None,
        limit: limit + 1,
    };
    let found = state.store.tickets(caller.viewer(), id, query).await?;
    let mut tickets = found.ok_or(ApiError::NotFound("event"))?;
    // One more than asked for tells whether there is a next page.
    let limit = usize::try_from(limit).map_err(ApiError::internal)?;
    let more = tickets.len() > limit;
    tickets.truncate(limit);
    let next = tickets.last().filter(|_| more).map(|ticket| ticket.key);
    Ok(axum::Json(TicketPage { tickets: tickets.into_iter().map(TicketBody::from).collect(), next }))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::{Value, json};

    use crate::testing::TestApp;

    #[tokio::test]
    async fn pages_cover_every_ticket_once() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let new: Vec<Value> = (0..7).map(|n| json!({ "product": 1, "name": format!("Guest {n}") })).collect();
        let all = app.tickets(&admin, event, &json!(new)).await;
        let (mut seen, mut after) = (vec![], String::new());
        loop {
            let page = app.get(&format!("/api/v1/events/{event}/tickets?limit=3{after}"), &admin).await.json();
            seen.extend(page["tickets"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen, all);
    }

    #[tokio::test]
    async fn more_than_is_possible_is_refused_and_not_cut_down_silently() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        for (path, field) in [
            ("tickets?limit=100000", "limit"),
            ("tickets?limit=0", "limit"),
            ("entries?limit=1001", "limit"),
            ("conflicts?limit=1001", "limit"),
            ("timeline?step=1441", "step"),
        ] {
            let refused = app.get(&format!("/api/v1/events/{event}/{path}"), &admin).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            let error = refused.json()["errors"][0].clone();
            assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!("out_of_range")), "{path}");
            assert!(error["message"].as_str().unwrap().contains("1 to 1"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_search_finds_parts_and_takes_signs_literally() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let new = json!([
            { "product": 1, "name": "Ada Lovelace", "reference": "A_1" },
            { "product": 2, "email": "grace@example.org", "reference": "AX1" },
            { "product": 1, "code": "100%", "unpaid": true },
        ]);
        let ids = app.tickets(&admin, event, &new).await;
        let prefix = ids[2][..6].to_uppercase();
        for (query, expected) in [
            ("search=lovel", vec![0]),
            ("search=GRACE", vec![1]),
            ("search=A_1", vec![0]),
            ("search=%25", vec![]),
            ("state=unpaid", vec![2]),
            ("product=2", vec![1]),
            ("search=100%25", vec![2]),
            (&format!("search={prefix}"), vec![2]),
        ] {
            let page = app.get(&format!("/api/v1/events/{event}/tickets?{query}"), &admin).await.json();
            let found: Vec<_> =
                page["tickets"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
            let expected: Vec<_> = expected.iter().map(|at: &usize| ids[*at].as_str()).collect();
            assert_eq!(found, expected, "{query}");
        }
    }
}
