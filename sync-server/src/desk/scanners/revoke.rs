//! `/scanners/{id}/revoke`: what revoking means for what the scanner logged, and then doing it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::confirm::Confirm;
use super::super::form::answered;
use super::super::frame::Place;
use super::super::notice::Notice;
use super::super::reader::Manager;
use super::{ScannerPath, scanner_of};
use crate::http::scanners::revoke::revoke as revoke_scanner;
use crate::state::AppState;

/// The question.
pub(super) async fn ask(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
) -> Result<Response, Response> {
    let scanner = scanner_of(&state, &manager, path).await?;
    let language = manager.language;
    let (mut arrived, mut told) = (0_u64, 0_u64);
    for feed in &scanner.feeds {
        arrived = arrived.saturating_add(feed.contiguous);
        told = told.saturating_add(feed.witnessed.saturating_sub(feed.contiguous));
    }
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let mut says = vec![language.text("revoke-means")];
    if scanner.enrolled.is_some() {
        says.push(language.fill("revoke-arrived", [("n", number(arrived).into())]));
        if told > 0 {
            says.push(language.fill("revoke-told", [("n", number(told).into())]));
        }
        says.push(language.text("revoke-later"));
        says.push(language.text("revoke-wrong"));
    }
    says.push(language.text("revoke-for-good"));
    let title = language.fill("revoke-title", [("who", scanner.name.clone().into())]);
    let (deed, back) = (language.text("revoke-deed"), format!("/scanners/{}", scanner.id));
    let page = Confirm::of(&manager, Place::Scanners, title, says, deed, back);
    Ok(answered(StatusCode::OK, &page))
}

/// Revokes it.
pub(super) async fn revoke(
    State(state): State<AppState>,
    manager: Manager,
    path: ScannerPath,
) -> Result<Response, Response> {
    let scanner = scanner_of(&state, &manager, path).await?;
    revoke_scanner(&state, &manager.admin(), scanner.id).await.map_err(|error| manager.refusal(error))?;
    Ok(Notice::new("scanner-revoked").on(&format!("/scanners/{}", scanner.id)))
}
