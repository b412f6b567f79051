//! Every route of the server, on one page.

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::error::ApiError;
use crate::http::{docs, health, layers, metrics};
use crate::state::AppState;

/// Largest body, in bytes, of routes that do not set their own.
const BODY_LIMIT: usize = 1024 * 1024;

/// The whole application.
pub fn router(state: AppState) -> Router {
    let (routes, openapi) = described().split_for_parts();
    routes
        .merge(docs::routes(openapi))
        .fallback(|| async { ApiError::NoSuchRoute })
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(layers::answer_panic))
        .layer(middleware::from_fn_with_state(state.clone(), layers::around))
        .with_state(state)
}

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(docs::Description::openapi()).merge(operation()).nest("/api/v1", api())
}

/// For those who run the server.
fn operation() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(metrics::metrics))
}

/// For people, scripts and scanners.
fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().merge(devices()).merge(live())
}

/// Scanners: registration, enrolment, authentication, exchange, manifests, confirmation, heartbeat.
fn devices() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}

/// What happens at the doors: statistics, occupancy, timeline, conflicts, live stream, export.
fn live() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
}
