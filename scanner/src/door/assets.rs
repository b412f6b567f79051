//! Styles, scripts and pictures of the page, built into the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! script {
    ($name:literal) => {
        ($name, SCRIPT, include_str!(concat!("../../screen/", $name)))
    };
}

/// Name, media type and content.
const ASSETS: &[(&str, &str, &str)] = &[
    ("door.css", "text/css; charset=utf-8", include_str!("../../screen/door.css")),
    ("icon.svg", "image/svg+xml", include_str!("../../screen/icon.svg")),
    script!("answer.mjs"),
    script!("api.mjs"),
    script!("camera.mjs"),
    script!("door.mjs"),
    script!("live.mjs"),
    script!("menu.mjs"),
    script!("page.mjs"),
    script!("signals.mjs"),
    script!("supervisor.mjs"),
    script!("wedge.mjs"),
];

/// One of them. Never kept by the browser: after an update of the scanner, old scripts must not meet new answers.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, media_type, content)) => ([(header::CONTENT_TYPE, *media_type)], *content).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
