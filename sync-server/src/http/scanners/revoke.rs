//! `DELETE /scanners/{id}`

use axum::extract::State;
use shared::ids::ScannerId;

use super::body::{ScannerBody, changed};
use crate::device::{Scanner, ScannerState};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Path;
use crate::http::signed_in::Admin;
use crate::http::to_the_end;
use crate::people::Actor;
use crate::publish::publish;
use crate::state::AppState;
use crate::store::manifest::AfterRestore;

/// Revoke a scanner: from now on it may do nothing, and what it logged above the cut is kept apart. For good.
#[utoipa::path(
    delete, path = "/scanners/{id}", tag = "scanners", params(("id" = String, Path)),
    responses((status = 200, body = ScannerBody), (status = 404, body = Problem))
)]
pub async fn revoke_scanner(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<ScannerId>,
) -> Result<axum::Json<ScannerBody>, ApiError> {
    let scanner = revoke(&state, &caller, id).await?;
    Ok(axum::Json(ScannerBody::new(scanner, state.now_ms())))
}

/// Revokes it, and tells everybody.
pub(crate) async fn revoke(state: &AppState, caller: &Admin, id: ScannerId) -> Result<Scanner, ApiError> {
    let (state, actor) = (state.clone(), caller.actor());
    to_the_end(async move {
        let scanner = changed(state.store.revoke_scanner(actor.clone(), id).await?)?;
        state.shown.forget(actor.organization, id);
        spread(&state, &actor, &scanner).await;
        Ok(scanner)
    })
    .await
}

/// What follows from a change of a scanner beside the store: its holds end, the other scanners hear of a revocation at
/// once, dashboards show it. The change itself is kept whatever happens here.
pub(super) async fn spread(state: &AppState, actor: &Actor, scanner: &Scanner) {
    let revoked = scanner.state() == ScannerState::Revoked;
    if revoked {
        state.holds.forget(scanner.id);
    }
    for event in &scanner.events {
        if revoked {
            let published = publish(
                &*state.store,
                &*state.clock,
                &*state.entropy,
                actor.clone(),
                *event,
                false,
                AfterRestore::Wait,
            )
            .await;
            if let Err(error) = published {
                tracing::warn!(%event, %error, "the revocation is not in a manifest yet; it is tried again");
            }
        }
        state.hub.changed(actor.organization, *event);
    }
}
