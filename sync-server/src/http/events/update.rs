//! `PATCH /events/{id}`

use axum::extract::State;
use serde::Deserialize;
use shared::ids::EventId;
use shared::policy::Policy;

use super::body::{EventBody, change};
use crate::change::Change;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::state::AppState;

/// Changes to an event; what is absent stays, null removes a limit.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventPatch {
    /// Name.
    name: Option<String>,
    /// Starts (ms).
    starts: Option<i64>,
    /// Ends (ms).
    ends: Option<i64>,
    /// IANA time zone.
    time_zone: Option<String>,
    /// Whether a ticket may come in again after going out.
    reentry: Option<bool>,
    /// Refuse well-signed tickets that are not in the list.
    list_only: Option<bool>,
    /// The same code again within this many ms on one device is the same scan.
    retry_window: Option<u64>,
    /// People the whole venue may hold.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    capacity: Change<u32>,
    /// Seconds after its expiry from which a manifest stops admitting.
    #[serde(default)]
    #[schema(value_type = Option<u64>)]
    stale_stop: Change<u64>,
    /// No entries after this time (ms).
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    last_entry: Change<i64>,
    /// How often a ticket may come in again.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    max_reentries: Change<u32>,
}

fn set<T>(old: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *old = new;
    }
}

impl EventPatch {
    fn apply(self, policy: &mut Policy) {
        set(&mut policy.name, self.name);
        set(&mut policy.starts, self.starts);
        set(&mut policy.ends, self.ends);
        set(&mut policy.time_zone, self.time_zone);
        set(&mut policy.reentry, self.reentry);
        set(&mut policy.list_only, self.list_only);
        set(&mut policy.retry_window, self.retry_window);
        self.capacity.apply(&mut policy.capacity);
        self.stale_stop.apply(&mut policy.stale_stop);
        self.last_entry.apply(&mut policy.last_entry);
        self.max_reentries.apply(&mut policy.max_reentries);
    }
}

/// Change an event's name, times or rules.
#[utoipa::path(
    patch, path = "/events/{id}", tag = "events", params(("id" = String, Path)), request_body = EventPatch,
    responses((status = 200, body = EventBody), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn update_event(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Json(patch): Json<EventPatch>,
) -> Result<axum::Json<EventBody>, ApiError> {
    change(&state, &caller, id, Box::new(move |policy| patch.apply(policy))).await
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, StatusCode};
    use serde_json::{Value, json};

    use crate::testing::TestApp;

    #[tokio::test]
    async fn what_is_absent_stays_and_null_removes() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let path = format!("/api/v1/events/{}", app.event(&admin).await);
        let set = app.patch(&path, &admin, &json!({ "capacity": 500, "max_reentries": 3 })).await;
        assert_eq!((&set.json()["capacity"], &set.json()["max_reentries"]), (&json!(500), &json!(3)), "{set:?}");
        let cleared = app.patch(&path, &admin, &json!({ "capacity": null, "name": "Autumn night" })).await;
        assert_eq!((&cleared.json()["capacity"], &cleared.json()["max_reentries"]), (&Value::Null, &json!(3)));
        assert_eq!(app.get(&path, &admin).await.json()["name"], "Autumn night");
    }

    #[tokio::test]
    async fn rules_that_make_no_sense_are_refused_and_nothing_changes() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let path = format!("/api/v1/events/{}", app.event(&admin).await);
        let before = app.get(&path, &admin).await.json();
        let put = |what: &str, body: Value| {
            let (path, app, admin) = (format!("{path}/{what}"), &app, &admin);
            async move { app.call(Method::PUT, &path, Some(admin), &body).await }
        };
        assert_eq!(app.patch(&path, &admin, &json!({ "ends": 1 })).await.code(), "invalid");
        assert_eq!(put("zones", json!([])).await.code(), "invalid");
        let gates = json!([{ "id": 1, "name": "North", "zone": 7 }]);
        assert_eq!(put("gates", gates).await.json()["errors"][0]["field"], "gates[0].zone");
        let twice = json!([{ "id": 1, "name": "A" }, { "id": 1, "name": "B" }]);
        assert_eq!(put("products", twice).await.json()["errors"][0]["field"], "products[1].id");
        assert_eq!(app.get(&path, &admin).await.json(), before);
        let policy = app.get(&format!("{path}/policy"), &admin).await.json();
        assert_eq!(policy["gates"], app.get(&format!("{path}/gates"), &admin).await.json());
        let gates =
            json!([{ "id": 1, "name": "North", "zone": 1 }, { "id": 2, "name": "South", "zone": 1, "products": [2] }]);
        assert_eq!(put("gates", gates.clone()).await.json()["gates"][1]["products"], json!([2]));
    }

    #[tokio::test]
    async fn an_archived_event_is_read_only_and_leaves_the_list() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let path = format!("/api/v1/events/{event}");
        let gone = app.call(Method::DELETE, &path, Some(&admin), &Value::Null).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
        assert_eq!(app.patch(&path, &admin, &json!({ "name": "x" })).await.code(), "event_archived");
        let issue = app.post(&format!("{path}/tickets"), &admin, &json!([{ "product": 1 }])).await;
        assert_eq!(issue.code(), "event_archived");
        assert_eq!(app.get("/api/v1/events", &admin).await.json(), json!([]));
        let all = app.get("/api/v1/events?archived=true", &admin).await;
        assert_eq!(all.json()[0]["id"], json!(event));
        assert_eq!(app.get(&path, &admin).await.status, StatusCode::OK);
    }

    #[tokio::test]
    async fn promoters_read_what_is_granted_and_write_nothing() {
        let app = TestApp::new();
        let (admin, other) = (app.found("Hall").await, app.found("Club").await);
        let (granted, hidden) = (app.event(&admin).await, app.event(&admin).await);
        let bob = app.promoter(&admin, "bob@hall.example", vec![granted]).await;
        let list = app.get("/api/v1/events", &bob).await.json();
        assert_eq!((list.as_array().unwrap().len(), &list[0]["id"]), (1, &json!(granted)));
        for (who, event, status) in [
            (&bob, granted, StatusCode::OK),
            (&bob, hidden, StatusCode::NOT_FOUND),
            (&other, granted, StatusCode::NOT_FOUND),
        ] {
            assert_eq!(app.get(&format!("/api/v1/events/{event}"), who).await.status, status);
            assert_eq!(app.get(&format!("/api/v1/events/{event}/tickets"), who).await.status, status);
        }
        let path = format!("/api/v1/events/{granted}");
        assert_eq!(app.patch(&path, &bob, &json!({ "name": "Mine" })).await.status, StatusCode::FORBIDDEN);
        assert_eq!(app.patch(&path, &other, &json!({ "name": "Mine" })).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.get("/api/v1/users", &bob).await.status, StatusCode::FORBIDDEN);
    }
}
