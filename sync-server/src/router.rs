//! Every route of the server, on one page.

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use crate::desk;
use crate::http::live as http_live;
use crate::http::{
    auth, device, docs, events, health, layers, metrics, organizations, scanners, tickets, truth, users,
};
use crate::state::AppState;

/// Largest body, in bytes, of routes that do not set their own.
const BODY_LIMIT: usize = 1024 * 1024;

/// The whole application.
pub fn router(state: AppState) -> Router {
    let (routes, openapi) = described().split_for_parts();
    routes
        .merge(docs::routes(docs::complete(openapi)))
        .merge(desk::routes(&state))
        .fallback(desk::nothing_here)
        .method_not_allowed_fallback(desk::nothing_to_show)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(layers::answer_panic))
        .layer(middleware::from_fn_with_state(state.clone(), layers::around))
        .with_state(state)
}

fn described() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(docs::Description::openapi()).merge(operation()).nest("/api/v1", api())
}

/// The description of all routes (OpenAPI).
#[cfg(test)]
pub(crate) fn description() -> serde_json::Value {
    serde_json::to_value(described().into_openapi()).unwrap_or_default()
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
    OpenApiRouter::new().merge(people()).merge(administration()).merge(ticketing()).merge(devices()).merge(live())
}

/// Signing in, the organization, its users.
fn people() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(auth::login::login))
        .routes(routes!(auth::logout::logout))
        .routes(routes!(auth::me::me))
        .routes(routes!(auth::password::change_password))
        .routes(routes!(auth::sessions::list_own_sessions, auth::sessions::end_other_sessions))
        .routes(routes!(auth::sessions::end_own_session))
        .routes(routes!(organizations::list::list_organizations))
        .routes(routes!(organizations::get::get_organization, organizations::update::update_organization))
        .routes(routes!(organizations::audit::audit_log))
        .routes(routes!(organizations::audit_csv::audit_csv))
        .routes(routes!(users::list::list_users, users::create::create_user))
        .routes(routes!(users::update::update_user, users::delete::delete_user))
        .routes(routes!(users::sessions::list_sessions, users::sessions::end_sessions))
}

/// Events and their rules.
fn administration() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(events::list::list_events, events::create::create_event))
        .routes(routes!(events::get::get_event, events::update::update_event, events::archive::archive_event))
        .routes(routes!(events::policy::get_policy, events::policy::set_policy))
        .routes(routes!(events::zones::get_zones, events::zones::set_zones))
        .routes(routes!(events::gates::get_gates, events::gates::set_gates))
        .routes(routes!(events::products::get_products, events::products::set_products))
}

/// Tickets.
fn ticketing() -> OpenApiRouter<AppState> {
    let long = DefaultBodyLimit::max(tickets::import::BODY_LIMIT);
    OpenApiRouter::new()
        .routes(routes!(tickets::list::list_tickets, tickets::issue::issue_tickets))
        .routes(routes!(tickets::import::import_tickets).layer(long))
        .routes(routes!(tickets::get::get_ticket, tickets::update::update_ticket))
        .routes(routes!(tickets::cancel::cancel_ticket))
        .routes(routes!(tickets::block::block_ticket))
        .routes(routes!(tickets::unblock::unblock_ticket))
        .routes(routes!(tickets::regenerate_qr::regenerate_qr))
        .routes(routes!(tickets::qr::ticket_qr))
        .routes(routes!(tickets::story::ticket_story))
}

/// Scanners: registration, enrolment, authentication, exchange, manifests, confirmation, heartbeat.
fn devices() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(scanners::list::list_scanners))
        .routes(routes!(scanners::register::register_scanner))
        .routes(routes!(scanners::invitation::invite_scanner))
        .routes(routes!(scanners::apart::entries_apart))
        .routes(routes!(scanners::apart::keep_apart))
        .routes(routes!(scanners::get::get_scanner, scanners::change::change_scanner, scanners::revoke::revoke_scanner))
        .routes(routes!(device::enrol::enrol))
        .routes(routes!(device::challenge::challenge))
        .routes(routes!(device::auth::authenticate))
        .routes(routes!(device::heartbeat::heartbeat))
        .routes(routes!(device::logs::exchange))
        .routes(routes!(device::manifest::manifest))
        .routes(routes!(device::refill::refill))
        .routes(routes!(device::scan::confirm))
        .routes(routes!(device::release::release))
        .routes(routes!(device::search::search))
}

/// What happens at the doors: statistics, occupancy, timeline, conflicts, live stream, export.
fn live() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(truth::publish::publish_event, truth::publish::get_outlook))
        .routes(routes!(truth::stats::get_stats))
        .routes(routes!(truth::occupancy::get_occupancy))
        .routes(routes!(truth::timeline::get_timeline))
        .routes(routes!(truth::scanner_stats::get_scanner_stats))
        .routes(routes!(truth::conflicts::list_conflicts))
        .routes(routes!(truth::acknowledge::note_conflict))
        .routes(routes!(events::alarms::get_alarms, events::alarms::set_alarms))
        .routes(routes!(events::alarms::acknowledge_alarm))
        .routes(routes!(truth::counts::list_counts, truth::counts::add_count))
        .routes(routes!(truth::entries::list_entries))
        .routes(routes!(truth::digest::get_state_digest))
        .routes(routes!(truth::export::export_csv))
        .routes(routes!(truth::minutes::export_minutes))
        .routes(routes!(http_live::live))
}

#[cfg(test)]
#[path = "router_tests.rs"]
mod tests;
