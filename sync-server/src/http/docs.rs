//! `/openapi.json` and `/docs`: the description of the API, made from the handlers, and pages to try it.

use axum::Router;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, KnownFormat, ObjectBuilder, PathItem, Ref, RefOr, Response, SchemaFormat, Type};
use utoipa::{Modify, OpenApi};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::cookie::SESSION_COOKIE;
use crate::state::AppState;

/// Head of the description; paths and schemas come from the router.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Turnstone sync server",
        description = "Errors are problem details (RFC 9457) with a stable `code`. Times are milliseconds since \
                       1970-01-01 UTC unless a field says seconds. Ids are 32 hexadecimal digits."
    ),
    modifiers(&Schemes),
    security(("bearer" = []), ("cookie" = []))
)]
pub struct Description;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        let cookie = ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    }
}

/// Media type of problem details, as [`super::error::PROBLEM_JSON`].
const PROBLEM: &str = "application/problem+json";

/// Says of every operation what holds for all of them, so that no handler has to repeat it: any error is problem details,
/// and what is neither JSON nor text is bytes.
pub fn complete(mut openapi: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for item in openapi.paths.paths.values_mut() {
        operations(item).for_each(complete_operation);
    }
    openapi
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

fn complete_operation(operation: &mut Operation) {
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        body.content.iter_mut().for_each(|(kind, content)| as_bytes(kind, content));
    }
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        response.content.iter_mut().for_each(|(kind, content)| as_bytes(kind, content));
        if status.starts_with(['4', '5']) {
            response.content = [(PROBLEM.to_owned(), RefOr::T(problem()))].into();
        }
    }
    for (status, what) in
        [("4XX", "What was wrong with the request"), ("5XX", "What broke, or that the server is busy")]
    {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| {
            let mut response = Response::new(what);
            response.content.insert(PROBLEM.to_owned(), RefOr::T(problem()));
            RefOr::T(response)
        });
    }
}

fn problem() -> Content {
    Content::new(Some(Ref::from_schema_name("Problem")))
}

/// A list of numbers is what a `Vec<u8>` would be in JSON; here it is the body itself.
fn as_bytes(kind: &str, content: &mut RefOr<Content>) {
    let text = kind.starts_with("text/") || kind.ends_with("json");
    if !text {
        let bytes = ObjectBuilder::new().schema_type(Type::String);
        let bytes = bytes.format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        *content = RefOr::T(Content::new(Some(bytes)));
    }
}

/// The pages. Everything is in the binary; the validator badge, which would ask another host, is off.
pub fn routes(openapi: utoipa::openapi::OpenApi) -> Router<AppState> {
    let config = Config::from("/openapi.json").validator_url("none").use_base_layout();
    SwaggerUi::new("/docs").url("/openapi.json", openapi).config(config).into()
}
