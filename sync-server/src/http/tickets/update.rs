//! `PATCH /tickets/{id}`

use axum::extract::State;
use serde::Deserialize;
use shared::ids::{ProductId, TicketKey};

use super::body::{TicketBody, carry_out};
use crate::change::Change;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::Admin;
use crate::state::AppState;
use crate::store::tickets::{Act, Edit};

/// Changes to a ticket; what is absent stays, null removes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketPatch {
    /// Whether it is paid; with this, nothing else can be changed in the same request.
    paid: Option<bool>,
    /// What was sold.
    #[schema(value_type = Option<u32>)]
    product: Option<ProductId>,
    /// People it lets in.
    admits: Option<u32>,
    /// Valid from (s).
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    not_before: Change<i64>,
    /// Valid until (s).
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    not_after: Change<i64>,
    /// Name on it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Change<String>,
    /// Note for the door.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    note: Change<String>,
    /// Where it was sent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    email: Change<String>,
    /// The seller's own number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    reference: Change<String>,
}

impl TicketPatch {
    fn act(self) -> Result<Act, ApiError> {
        let edit = Edit {
            product: self.product,
            admits: self.admits,
            not_before: self.not_before,
            not_after: self.not_after,
            attendee: self.name,
            note: self.note,
            email: self.email,
            reference: self.reference,
        };
        match self.paid {
            None => Ok(Act::Edit(edit)),
            Some(paid) if edit == Edit::default() => Ok(Act::Paid(paid)),
            Some(_) => Err(ApiError::field("paid", "must be changed in a request of its own")),
        }
    }
}

/// Change a ticket's facts, or mark it paid or unpaid.
#[utoipa::path(
    patch, path = "/tickets/{id}", tag = "tickets", params(("id" = String, Path)), request_body = TicketPatch,
    responses((status = 200, body = TicketBody), (status = 404, body = Problem), (status = 409, body = Problem),
              (status = 422, body = Problem))
)]
pub async fn update_ticket(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<TicketKey>,
    Json(patch): Json<TicketPatch>,
) -> Result<axum::Json<TicketBody>, ApiError> {
    carry_out(&state, &caller, id, patch.act()?).await
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::{Value, json};

    use crate::testing::TestApp;

    #[tokio::test]
    async fn an_unblocked_unpaid_ticket_is_still_unpaid() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let id = app.tickets(&admin, event, &json!([{ "product": 1, "unpaid": true }])).await.remove(0);
        let path = format!("/api/v1/tickets/{id}");
        let act = |what: &str| {
            let (path, app, admin) = (format!("{path}/{what}"), &app, &admin);
            async move { app.post(&path, admin, &Value::Null).await.json()["state"].clone() }
        };
        assert_eq!(app.get(&path, &admin).await.json()["state"], "unpaid");
        assert_eq!(act("block").await, "blocked");
        assert_eq!(act("unblock").await, "unpaid");
        assert_eq!(app.patch(&path, &admin, &json!({ "paid": true })).await.json()["state"], "valid");
        assert_eq!(act("cancel").await, "canceled");
        assert_eq!(app.post(&format!("{path}/unblock"), &admin, &Value::Null).await.code(), "ticket_canceled");
    }

    #[tokio::test]
    async fn facts_are_changed_one_by_one_and_checked() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let new = json!([{ "product": 1, "name": "Ada", "email": "ada@example.org" }]);
        let path = format!("/api/v1/tickets/{}", app.tickets(&admin, event, &new).await.remove(0));
        let changed =
            app.patch(&path, &admin, &json!({ "product": 2, "email": null, "note": "wheelchair" })).await.json();
        assert_eq!((&changed["product"], &changed["email"]), (&json!(2), &Value::Null));
        assert_eq!((&changed["name"], &changed["note"]), (&json!("Ada"), &json!("wheelchair")));
        for (patch, field) in [
            (json!({ "product": 9 }), "product"),
            (json!({ "admits": 0 }), "admits"),
            (json!({ "not_before": 10, "not_after": 5 }), "not_after"),
            (json!({ "paid": true, "admits": 2 }), "paid"),
        ] {
            assert_eq!(app.patch(&path, &admin, &patch).await.json()["errors"][0]["field"], field);
        }
        assert_eq!(app.get(&path, &admin).await.json(), changed);
    }

    #[tokio::test]
    async fn tickets_of_another_organization_do_not_exist() {
        let app = TestApp::new();
        let (ours, theirs) = (app.found("Hall").await, app.found("Club").await);
        let event = app.event(&theirs).await;
        let path = format!("/api/v1/tickets/{}", app.tickets(&theirs, event, &json!([{ "product": 1 }])).await[0]);
        assert_eq!(app.get(&path, &ours).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.get(&format!("{path}/qr"), &ours).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.patch(&path, &ours, &json!({ "admits": 9 })).await.status, StatusCode::NOT_FOUND);
        for act in ["cancel", "block", "unblock", "regenerate-qr"] {
            let answer = app.post(&format!("{path}/{act}"), &ours, &Value::Null).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
        }
        assert_eq!(app.get(&path, &theirs).await.json()["state"], "valid");
    }

    #[tokio::test]
    async fn what_was_done_is_in_the_audit_log() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let id = app.tickets(&admin, event, &json!([{ "product": 1 }])).await.remove(0);
        app.post(&format!("/api/v1/tickets/{id}/block"), &admin, &json!({ "reason": "stolen" })).await;
        let path = format!("/api/v1/organizations/{}/audit", admin.user.organization);
        let log = app.get(&path, &admin).await.json();
        let line = &log["lines"][0];
        assert_eq!((&line["action"], &line["subject"]), (&json!("ticket.block"), &json!(id)));
        assert_eq!((&line["actor"], &line["address"]), (&json!("admin@hall.example"), &json!("192.0.2.7")));
        assert_eq!(line["detail"]["reason"], "stolen");
    }
}
