//! The page itself, with all its texts in the reader's language.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::reader::{LANGUAGE_COOKIE, Reader};
use super::state::Door;
use super::texts::Language;

/// Texts that scripts show; all others stand in the page.
const SCRIPT_TEXTS: [&str; 32] = [
    "battery-label",
    "busy",
    "camera-busy",
    "camera-denied",
    "camera-insecure",
    "camera-label",
    "camera-missing",
    "count-done",
    "direction-entry",
    "direction-exit",
    "list-none",
    "log-empty",
    "mark-fail",
    "mark-ok",
    "mark-warn",
    "override-go",
    "override-reason",
    "pin-missing",
    "search-none",
    "state-connecting",
    "state-offline",
    "state-online",
    "supervisor-none",
    "synced-never",
    "undo-done",
    "undo-go",
    "undone",
    "ago-now",
    "inside-label",
    "pending-label",
    "picture-none",
    "lost-title",
];

#[derive(Template)]
#[template(path = "door.html")]
struct Page {
    language: Language,
    texts: BTreeMap<&'static str, String>,
}

impl Page {
    fn t(&self, name: &str) -> String {
        self.language.text(name)
    }
}

/// A language, chosen on the screen.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    language: Option<String>,
}

/// The page; with `?language=` it is remembered first.
pub(super) async fn page(
    State(_): State<Arc<Door>>,
    Reader(language): Reader,
    Query(chosen): Query<Chosen>,
) -> Response {
    if let Some(language) = chosen.language.as_deref().and_then(Language::of_tag) {
        let cookie = format!("{LANGUAGE_COOKIE}={}; Path=/; SameSite=Strict; Max-Age=31536000", language.tag());
        return ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response();
    }
    let texts = SCRIPT_TEXTS.iter().map(|name| (*name, language.text(name))).collect();
    match (Page { language, texts }).render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
