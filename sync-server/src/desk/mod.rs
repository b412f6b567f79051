//! The promoter's pages: sign-in, the events one may see, and an event's live page.
//!
//! One page a file; `reader` says who asks and in which language, `headers` what a page may load, `problem` what went wrong in
//! words. The pages hold no figures of their own: their modules (`pages/*.mjs`) show what the API tells.

mod assets;
mod event;
mod events;
mod headers;
mod problem;
mod reader;
mod sign_in;
mod texts;

use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::state::AppState;

/// All pages, and what they load.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(sign_in::page))
        .route("/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/events", get(events::page))
        .route("/events/{id}", get(event::page))
        .route("/assets/{name}", get(assets::asset))
        .layer(middleware::from_fn(headers::of_pages))
}

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;
