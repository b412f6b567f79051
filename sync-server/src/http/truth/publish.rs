//! `POST /events/{id}/publish`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::EventId;

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
    let conflict = |code, detail: &str| Err(ApiError::Conflict { code, detail: detail.into() });
    let after_restore = if query.force_after_restore { AfterRestore::Force } else { AfterRestore::Wait };
    match publish(&*state.store, &*state.clock, caller.actor(), id, true, after_restore).await? {
        Publish::Published(made) => {
            state.hub.changed(caller.actor().organization, id);
            Ok(axum::Json(made.into()))
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
