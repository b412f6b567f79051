//! `POST /events/{id}/publish`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::EventId;
use shared::policy::Policy;

use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query};
use crate::http::signed_in::Admin;
use crate::publish::{Publish, Published, publish};
use crate::state::AppState;
use crate::store::manifest::{AfterRestore, FORCING};

/// A manifest that was put into force.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PublishedBody {
    /// Its version.
    version: u64,
    /// Tickets in it.
    tickets: u64,
    /// Tickets that changed.
    changed: u64,
    /// Not to be adopted after (ms).
    expires: i64,
}

impl From<Published> for PublishedBody {
    fn from(made: Published) -> Self {
        Self { version: made.version, tickets: made.tickets, changed: made.changed, expires: made.expires }
    }
}

/// How.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PublishQuery {
    /// Publish although this database was restored and scanners may know of changes that it has forgotten: those are lost.
    #[serde(default)]
    force_after_restore: bool,
}

/// Publish everything that changed as the next manifest, now. Without this it happens by itself a moment later. After the
/// database was restored it is held back (409 `held_after_restore`) until scanners have told which list they hold.
#[utoipa::path(
    post, path = "/events/{id}/publish", tag = "events", params(("id" = String, Path), PublishQuery),
    responses((status = 200, body = PublishedBody), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub async fn publish_event(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Query(query): Query<PublishQuery>,
) -> Result<axum::Json<PublishedBody>, ApiError> {
    let after_restore = if query.force_after_restore { AfterRestore::Force } else { AfterRestore::Wait };
    Ok(axum::Json(publish_now(&state, &caller, id, after_restore).await?.into()))
}

/// Publishes an event of the caller's organization.
pub async fn publish_now(
    state: &AppState,
    caller: &Admin,
    id: EventId,
    after_restore: AfterRestore,
) -> Result<Published, ApiError> {
    let conflict = |code, detail: &str| Err(ApiError::Conflict { code, detail: detail.into() });
    match publish(&*state.store, &*state.clock, &*state.entropy, caller.actor(), id, true, after_restore).await? {
        Publish::Published(made) => {
            state.hub.changed(caller.actor().organization, id);
            Ok(made)
        }
        Publish::NotFound => Err(ApiError::NotFound("event")),
        Publish::Archived => conflict("event_archived", "the event is archived: it is read-only"),
        Publish::Held(hold) => {
            let forcing = format!("To publish all the same: ?force_after_restore=true. {FORCING}");
            conflict("held_after_restore", &format!("{}. {forcing}", hold.cause()))
        }
        Publish::NoKey => conflict("no_manifest_key", "no key may sign manifests now; run `keys rotate`"),
    }
}

/// What scanners have, and what the next manifest would change.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OutlookBody {
    /// Version in force; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u64>,
    /// When it was made (ms).
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<i64>,
    /// Not to be adopted after (ms).
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    /// Tickets in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    tickets: Option<u64>,
    /// The rules in it, exactly as scanners have them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    policy: Option<Policy>,
    /// Tickets changed since.
    edited: u64,
    /// Whether anything is to be published: rules, scanners or tickets.
    due: bool,
}

/// What scanners have, and what the next manifest would change.
#[utoipa::path(
    get, path = "/events/{id}/publish", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = OutlookBody), (status = 404, body = Problem))
)]
pub async fn get_outlook(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
) -> Result<axum::Json<OutlookBody>, ApiError> {
    let outlook = state.store.outlook(caller.viewer().organization, id).await?.ok_or(ApiError::NotFound("event"))?;
    let list = outlook.in_force.as_ref();
    Ok(axum::Json(OutlookBody {
        version: list.map(|list| list.version),
        created: list.map(|list| list.created),
        expires: list.map(|list| list.expires),
        tickets: list.map(|list| list.tickets),
        policy: list.map(|list| list.policy.clone()),
        edited: outlook.edited,
        due: outlook.due,
    }))
}
