//! `DELETE /scanners/{id}`

use std::sync::Arc;

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
use crate::store::device::ChangeScanner;
use crate::store::manifest::AfterRestore;
use crate::store::{Store, StoreError};

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
    done(state, caller, move |store, actor| async move { store.revoke_scanner(actor, id).await }).await
}

/// Changes a scanner in the store, and does what follows from it.
pub(super) async fn done<W>(
    state: &AppState,
    caller: &Admin,
    work: impl FnOnce(Arc<dyn Store>, Actor) -> W + Send + 'static,
) -> Result<Scanner, ApiError>
where
    W: Future<Output = Result<ChangeScanner, StoreError>> + Send,
{
    let (state, actor) = (state.clone(), caller.actor());
    to_the_end(async move {
        let scanner = changed(work(state.store.clone(), actor.clone()).await?)?;
        spread(&state, actor, &scanner).await;
        Ok(scanner)
    })
    .await
}

/// What follows from a change of a scanner beside the store: a revoked one's holds and invitation end, the others hear of it
/// at once, dashboards show the change. It is kept whatever happens here.
async fn spread(state: &AppState, actor: Actor, scanner: &Scanner) {
    let revoked = scanner.state() == ScannerState::Revoked;
    if revoked {
        state.holds.forget(scanner.id);
        state.shown.forget(actor.organization, scanner.id);
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
