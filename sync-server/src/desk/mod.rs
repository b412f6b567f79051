//! The pages of promoters and administrators.
//!
//! One page a file. `pages` lists them, `reader` says who asks and in which language, `frame` what stands around every page,
//! `form` reads and shows forms, `kept` those of somebody whose session ended, `notice` says after a redirect what was done, `headers` what a page may load, `problem` what
//! went wrong in words. Pages decide nothing: their handlers call the same use cases as the API. The live page holds no
//! figures of its own: its modules (`pages/*.mjs`) show what the API tells.

mod account;
mod assets;
mod audit;
mod confirm;
mod counts;
mod curve;
mod event;
mod events;
mod field;
mod form;
mod frame;
mod headers;
mod kept;
mod notice;
mod pages;
mod people;
mod problem;
mod reader;
mod report;
mod rules;
mod scanners;
mod setup;
mod sign_in;
mod story;
mod texts;
mod tickets;
mod times;

use axum::extract::Request;
use axum::response::Response;
use axum::{Router, middleware};

use crate::http::error::ApiError;
use crate::state::AppState;
use pages::Pages;
use reader::Reader;
pub(crate) use story::in_all_languages;

/// All pages, and what they load.
pub fn routes(state: &AppState) -> Router<AppState> {
    let ours = middleware::from_fn_with_state(state.clone(), reader::ours_only);
    pages().into_router().layer(ours).layer(middleware::from_fn(headers::of_pages))
}

/// The answer where there is no page.
pub(crate) async fn nothing_here(Reader(language): Reader, request: Request) -> Response {
    problem::nothing_here(language, &request, ApiError::NoSuchRoute)
}

/// The answer where there is something, but not to be looked at: a button's address, for instance, that was loaded again.
pub(crate) async fn nothing_to_show(Reader(language): Reader, request: Request) -> Response {
    problem::nothing_here(language, &request, ApiError::MethodNotAllowed)
}

/// All pages. Larger parts of the site list their own.
fn pages() -> Pages {
    let pages = Pages::new()
        .page("/", sign_in::page)
        .form("/setup", setup::show, setup::found)
        .form("/sign-in", sign_in::page, sign_in::sign_in)
        .deed("/sign-out", sign_in::sign_out)
        .page("/events", events::page)
        .page("/events/{id}", event::page)
        .typed("/events/{id}/counts", counts::show, counts::act)
        .page("/events/{id}/report", report::page)
        .page("/enrol", problem::enrol)
        .page("/assets/{name}", assets::asset);
    let pages = rules::pages(people::pages(account::pages(pages)));
    scanners::pages(tickets::pages(pages)).page("/audit", audit::page)
}

#[cfg(test)]
mod counts_tests;

#[cfg(test)]
mod kept_tests;

#[cfg(test)]
mod office_tests;

#[cfg(test)]
mod setup_tests;

#[cfg(test)]
#[path = "desk_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "rules_tests.rs"]
mod rules_tests;
