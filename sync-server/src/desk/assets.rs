//! Styles, scripts and pictures of the pages, built into the program. They say nothing about anybody.

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::http::error::ApiError;

macro_rules! script {
    ($name:literal) => {
        ($name, "text/javascript; charset=utf-8", include_str!(concat!("../../pages/", $name)))
    };
}

macro_rules! style {
    ($name:literal) => {
        ($name, "text/css; charset=utf-8", include_str!(concat!("../../pages/", $name)))
    };
}

/// Name, media type and content.
const ASSETS: &[(&str, &str, &str)] = &[
    style!("desk.css"),
    style!("forms.css"),
    style!("office.css"),
    style!("report.css"),
    ("icon.svg", "image/svg+xml", include_str!("../../pages/icon.svg")),
    script!("alarms.mjs"),
    script!("chart.mjs"),
    script!("conflicts.mjs"),
    script!("counts.mjs"),
    script!("course.mjs"),
    script!("enrol.mjs"),
    script!("forms.mjs"),
    script!("import.mjs"),
    script!("inside.mjs"),
    script!("live.mjs"),
    script!("page.mjs"),
    script!("rules.mjs"),
    script!("scanners.mjs"),
    script!("sound.mjs"),
    script!("stream.mjs"),
];

/// One of them. Never kept by the browser: after an update, old scripts must not meet new answers.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(known, ..)| *known == name) {
        Some((_, media_type, content)) => ([(header::CONTENT_TYPE, *media_type)], *content).into_response(),
        None => ApiError::NoSuchRoute.into_response(),
    }
}
