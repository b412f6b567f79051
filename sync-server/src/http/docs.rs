//! `/openapi.json` and `/docs`: the description of the API, made from the handlers, and pages to try it.

use axum::Router;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
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

/// The pages. Everything is in the binary; the validator badge, which would ask another host, is off.
pub fn routes(openapi: utoipa::openapi::OpenApi) -> Router<AppState> {
    let config = Config::from("/openapi.json").validator_url("none").use_base_layout();
    SwaggerUi::new("/docs").url("/openapi.json", openapi).config(config).into()
}
