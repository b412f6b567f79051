//! `GET` and `PUT /events/{id}/alarms`, `POST /events/{id}/alarms/{alarm}/acknowledge`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use shared::ids::{EventId, ZoneId};
use shared::policy::Policy;

use super::body::change_settings;
use crate::events::check_thresholds;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::{Admin, SignedIn};
use crate::live::alarm::{Alarm, Level, Thresholds};
use crate::state::AppState;
use crate::store::alarms::AcknowledgeAlarm;
use crate::store::events::Settings;

/// When alarms are raised, and which were.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AlarmsBody {
    /// From which shares of a capacity on, in per cent of the most people there can be.
    thresholds: Thresholds,
    /// The latest first.
    alarms: Vec<AlarmBody>,
}

/// An alarm. When it rises it ends and another begins, which nobody has acknowledged.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AlarmBody {
    /// Rises with time.
    id: i64,
    /// Which zone; absent: the whole venue.
    #[schema(value_type = Option<u32>)]
    zone: Option<ZoneId>,
    /// The zone's name, if the event still has it.
    zone_name: Option<String>,
    /// What it was raised at …
    level: Level,
    /// … and where it stands since.
    standing: Level,
    /// When (ms).
    raised: i64,
    /// Most people there could be at that moment …
    people: i64,
    /// … where so many are allowed.
    capacity: u32,
    /// When it fell below, or rose (ms); absent: it stands.
    ended: Option<i64>,
    /// Who has seen it; absent: nobody.
    acknowledged: Option<AcknowledgedBody>,
}

/// Who has seen an alarm.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AcknowledgedBody {
    /// Their name.
    by: String,
    /// When (ms).
    at: i64,
}

impl AlarmBody {
    /// With the zone's name from the event's rules.
    pub fn new(alarm: Alarm, policy: &Policy) -> Self {
        let zone_name = alarm.zone.and_then(|zone| policy.zone(zone)).map(|zone| zone.name.clone());
        Self {
            id: alarm.id,
            zone: alarm.zone,
            zone_name,
            level: alarm.level,
            standing: alarm.standing,
            raised: alarm.raised,
            people: alarm.people,
            capacity: alarm.capacity,
            ended: alarm.ended,
            acknowledged: alarm.acknowledged.map(|(by, at)| AcknowledgedBody { by, at }),
        }
    }
}

/// Alarms of fullness: from when on they are raised, and all that were.
#[utoipa::path(
    get, path = "/events/{id}/alarms", tag = "doors", params(("id" = String, Path)),
    responses((status = 200, body = AlarmsBody), (status = 404, body = Problem))
)]
pub async fn get_alarms(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<AlarmsBody>, ApiError> {
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    let alarms = state.store.alarms(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    let alarms = alarms.into_iter().map(|alarm| AlarmBody::new(alarm, &event.policy)).collect();
    Ok(axum::Json(AlarmsBody { thresholds: event.thresholds, alarms }))
}

/// Set from which shares of a capacity on alarms are raised, for the venue and its zones.
#[utoipa::path(
    put, path = "/events/{id}/alarms", tag = "doors", params(("id" = String, Path)), request_body = Thresholds,
    responses((status = 200, body = Thresholds), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn set_alarms(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Json(thresholds): Json<Thresholds>,
) -> Result<axum::Json<Thresholds>, ApiError> {
    check_thresholds(thresholds).map_err(ApiError::Invalid)?;
    let set = Box::new(move |settings: &mut Settings| settings.thresholds = thresholds);
    Ok(axum::Json(change_settings(&state, &caller, id, set).await?.thresholds))
}

/// Say that an alarm was seen: everybody who watches is shown by whom. It comes again when it rises, or after it fell and rose.
#[utoipa::path(
    post, path = "/events/{id}/alarms/{alarm}/acknowledge", tag = "doors",
    params(("id" = String, Path), ("alarm" = i64, Path)),
    responses((status = 204), (status = 404, body = Problem))
)]
pub async fn acknowledge_alarm(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((id, alarm)): Path<(EventId, i64)>,
) -> Result<StatusCode, ApiError> {
    let actor = caller.actor();
    let organization = actor.organization;
    match state.store.acknowledge_alarm(actor, caller.viewer(), id, alarm).await? {
        AcknowledgeAlarm::Done => {
            state.hub.changed(organization, id);
            Ok(StatusCode::NO_CONTENT)
        }
        AcknowledgeAlarm::NotFound => Err(ApiError::NotFound("alarm")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Method, StatusCode};
    use serde_json::json;

    use crate::live::alarm::{Level, Settlement, Step};
    use crate::testing::TestApp;

    #[tokio::test]
    async fn thresholds_are_kept_checked_and_shown_with_the_event() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let path = format!("/api/v1/events/{event}/alarms");
        let of = |body: &serde_json::Value| body["thresholds"].clone();
        assert_eq!(of(&app.get(&path, &admin).await.json()), json!({ "warning": 80, "danger": 95 }));
        let put = async |body: serde_json::Value| app.call(Method::PUT, &path, Some(&admin), &body).await;
        assert_eq!(put(json!({ "warning": 60, "danger": 90 })).await.status, StatusCode::OK);
        assert_eq!(put(json!({ "warning": 90, "danger": 90 })).await.code(), "invalid");
        assert_eq!(put(json!({ "warning": 0, "danger": 101 })).await.code(), "invalid");
        let shown = app.get(&format!("/api/v1/events/{event}"), &admin).await.json();
        assert_eq!(shown["alarms"], json!({ "warning": 60, "danger": 90 }));
        let promoter = app.promoter(&admin, "pat@hall.example", vec![event]).await;
        let body = json!({ "warning": 1, "danger": 2 });
        let refused = app.call(Method::PUT, &path, Some(&promoter), &body).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn an_alarm_is_acknowledged_once_by_name_and_comes_again_when_it_rises() {
        let app = TestApp::new();
        let admin = app.found("Hall").await;
        let event = app.event(&admin).await;
        let promoter = app.promoter(&admin, "pat@hall.example", vec![event]).await;
        let path = format!("/api/v1/events/{event}/alarms");
        let organization = app.state.store.organizations().await.unwrap()[0].id;
        let settle = |step, people| {
            let settlement = Settlement { zone: None, step, people, capacity: 100 };
            app.state.store.settle_alarms(organization, event, people, vec![settlement])
        };
        settle(Step::Raise(Level::Warning), 80).await.unwrap();
        settle(Step::Raise(Level::Warning), 81).await.unwrap();
        let shown = app.get(&path, &promoter).await.json();
        assert_eq!(shown["alarms"].as_array().unwrap().len(), 1, "two judges, one alarm: {shown}");
        let id = shown["alarms"][0]["id"].as_i64().unwrap();
        let acknowledge = format!("{path}/{id}/acknowledge");
        assert_eq!(app.post(&acknowledge, &promoter, &json!(null)).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.post(&acknowledge, &admin, &json!(null)).await.status, StatusCode::NO_CONTENT);
        let first = app.get(&path, &admin).await.json()["alarms"][0].clone();
        assert!(first["acknowledged"]["by"].is_string() && first["ended"].is_null(), "{first}");
        let log = app.get(&format!("/api/v1/organizations/{organization}/audit"), &admin).await.json().to_string();
        assert_eq!(log.matches("alarm.acknowledge").count(), 1, "the second changed nothing: {log}");
        assert!(log.contains("pat@hall.example"));
        settle(Step::Raise(Level::Danger), 95).await.unwrap();
        settle(Step::Ease(Level::Warning), 90).await.unwrap();
        let all = app.get(&path, &admin).await.json()["alarms"].clone();
        assert_eq!((&all[0]["level"], &all[0]["standing"]), (&json!("danger"), &json!("warning")));
        assert!(all[0]["acknowledged"].is_null() && all[1]["ended"] == json!(95), "{all}");
        settle(Step::End, 10).await.unwrap();
        assert_eq!(app.get(&path, &admin).await.json()["alarms"][0]["ended"], json!(10));
        let other = app.found("Club").await;
        assert_eq!(app.post(&acknowledge, &other, &json!(null)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            app.post(&format!("{path}/999/acknowledge"), &admin, &json!(null)).await.status,
            StatusCode::NOT_FOUND
        );
    }
}
