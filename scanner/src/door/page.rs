//! The page itself, with all its texts in the reader's language.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::reader::{LANGUAGE_COOKIE, Reader};
use super::state::Door;
use super::texts::Language;
use super::theme::{self, Theme};

/// Texts that scripts show; all others stand in the page.
const SCRIPT_TEXTS: [&str; 24] = [
    "age-now",
    "busy",
    "camera-busy",
    "camera-denied",
    "camera-insecure",
    "camera-label",
    "camera-missing",
    "count-done",
    "list-none",
    "log-empty",
    "mark-fail",
    "mark-ok",
    "mark-warn",
    "no-answer",
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
];

#[derive(Template)]
#[template(path = "door.html")]
struct Page {
    language: Language,
    theme: Theme,
    texts: BTreeMap<&'static str, String>,
}

impl Page {
    fn t(&self, name: &str) -> String {
        self.language.text(name)
    }
}

/// What somebody chose on the screen.
#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    language: Option<String>,
    theme: Option<Theme>,
}

/// The page; with `?language=` or `?theme=` that is remembered first.
pub(super) async fn page(
    State(_): State<Arc<Door>>,
    Reader(language): Reader,
    headers: HeaderMap,
    Query(chosen): Query<Chosen>,
) -> Response {
    let kept = match (chosen.language.as_deref().and_then(Language::of_tag), chosen.theme) {
        (Some(language), _) => Some((LANGUAGE_COOKIE, language.tag())),
        (None, Some(theme)) => Some((theme::COOKIE, theme.name())),
        (None, None) => None,
    };
    if let Some((name, value)) = kept {
        let cookie = format!("{name}={value}; Path=/; SameSite=Strict; Max-Age=31536000");
        return ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response();
    }
    let texts = SCRIPT_TEXTS.iter().map(|name| (*name, language.text(name))).collect();
    match (Page { language, theme: Theme::chosen(&headers), texts }).render() {
        Ok(page) => Html(page).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
