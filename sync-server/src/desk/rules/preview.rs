//! `/events/preview`: what the rules that are being filled in mean. It keeps nothing; the page's module asks it as one types.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::{fields, said};
use crate::desk::form::Filled;
use crate::desk::reader::Manager;

#[derive(Serialize)]
struct Preview {
    /// A sentence each; none while something is not filled in yet.
    said: Vec<String>,
}

/// The sentences.
pub(super) async fn act(manager: Manager, Filled(fields): Filled) -> Response {
    let said = fields::read(&fields, None).map(|policy| said::sentences(manager.language, &policy));
    Json(Preview { said: said.unwrap_or_default() }).into_response()
}
