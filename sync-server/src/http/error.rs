//! The one error of the API and its problem details (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::api::RevocationProof;

use crate::device::DeviceRefusal;
pub use crate::invalid::{Fault, FieldError};
use crate::store::StoreError;

/// Everything a request can be answered with instead of what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No session, or an ended one.
    #[error("sign in first")]
    Unauthenticated,
    /// E-mail address or password.
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    /// Signed in, but not entitled.
    #[error("your role does not allow this")]
    Forbidden,
    /// A cookie was sent with a request from another site.
    #[error("this request came from another site; it was not carried out")]
    CrossSite,
    /// There is no such thing, or it belongs to another organization.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// No endpoint has this path.
    #[error("there is nothing at this address; /docs lists what there is")]
    NoSuchRoute,
    /// The endpoint does not have this method.
    #[error("this address does not have this method")]
    MethodNotAllowed,
    /// The request could not be read; says where.
    #[error("{0}")]
    Malformed(String),
    /// The body has another content type than the endpoint reads.
    #[error("the body must be sent as {0}")]
    UnsupportedMediaType(&'static str),
    /// Well-formed, but these fields cannot be accepted.
    #[error("{}", first_message(.0))]
    Invalid(Vec<FieldError>),
    /// It contradicts what is there. The code is stable.
    #[error("{detail}")]
    Conflict {
        /// Stable code, `snake_case`.
        code: &'static str,
        /// For the person in front of it.
        detail: String,
    },
    /// The body is larger than the limit.
    #[error("the body is larger than this address accepts")]
    TooLarge,
    /// The answer took too long.
    #[error("the answer took too long; nothing is known about whether it was carried out")]
    Timeout,
    /// Too many requests.
    #[error("too many requests; try again in {retry_after} s")]
    RateLimited {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// No place for another request.
    #[error("the server is busy; try again")]
    Busy,
    /// A scanner's call is refused.
    #[error(transparent)]
    Device(#[from] DeviceRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something broke here. The text is logged, never shown.
    #[error("internal error")]
    Internal(String),
}

fn first_message(errors: &[FieldError]) -> String {
    errors.first().map_or_else(|| "invalid".into(), |error| format!("{}: {}", error.field, error.message))
}

/// Problem details (RFC 9457).
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// `urn:turnstone:problem:` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// Text of the status.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// Stable, for programs.
    pub code: String,
    /// For the person in front of it.
    pub detail: String,
    /// Which fields cannot be accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// With `scanner_revoked`: signed manifest `header` and `keyset`, hexadecimal, that show the scanner that it is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::HashMap<String, String>>)]
    pub revocation: Option<RevocationProof>,
}

/// Media type of problem details.
pub const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Seconds to wait before asking a busy server again.
const BUSY_RETRY_S: u64 = 2;

impl ApiError {
    /// One invalid field.
    pub fn field(field: &str, fault: impl Into<Fault>) -> Self {
        Self::Invalid(vec![FieldError::new(field, fault)])
    }

    /// Something broke here.
    pub fn internal(source: impl std::fmt::Display) -> Self {
        Self::Internal(source.to_string())
    }

    /// Status and stable code.
    pub fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Self::WrongCredentials => (StatusCode::UNAUTHORIZED, "wrong_credentials"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Self::CrossSite => (StatusCode::FORBIDDEN, "cross_site"),
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not_found"),
            Self::NoSuchRoute => (StatusCode::NOT_FOUND, "no_such_route"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed_request"),
            Self::UnsupportedMediaType(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            Self::Conflict { code, .. } => (StatusCode::CONFLICT, code),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::Timeout => (StatusCode::GATEWAY_TIMEOUT, "timeout"),
            Self::RateLimited { .. } => (StatusCode::TOO_MANY_REQUESTS, "rate_limited"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Device(refusal) => refusal.status(),
            Self::Store(StoreError::Full) => (StatusCode::INSUFFICIENT_STORAGE, "storage_full"),
            Self::Store(StoreError::Disk(_)) => (StatusCode::INSUFFICIENT_STORAGE, "storage_failed"),
            Self::Store(error) if error.is_passing() => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::Store(_) | Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// What is told to the outside: for inner errors nothing but that they happened.
    fn detail(&self) -> String {
        match self {
            Self::Store(StoreError::Full) => "the server's disk is full; nothing was stored".into(),
            Self::Store(StoreError::Disk(_)) => {
                "the server's disk failed or may not be written; nothing was stored".into()
            }
            Self::Store(error) if error.is_passing() => "the server is busy; nothing was stored, try again".into(),
            Self::Store(_) | Self::Internal(_) => {
                "internal error; the server's log has it under this request id".into()
            }
            other => other.to_string(),
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited { retry_after } => Some(*retry_after),
            Self::Busy => Some(BUSY_RETRY_S),
            Self::Store(error) if error.is_passing() => Some(BUSY_RETRY_S),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status();
        match &self {
            Self::Store(error) => tracing::error!(error = %error, code, "the store failed"),
            Self::Internal(source) => tracing::error!(%source, code, "internal error"),
            _ => {}
        }
        let (detail, retry_after) = (self.detail(), self.retry_after());
        let (errors, revocation) = match self {
            Self::Invalid(errors) => (errors, None),
            Self::Device(DeviceRefusal::Revoked(proof)) => (vec![], proof.map(|proof| *proof)),
            _ => (vec![], None),
        };
        let problem = Problem {
            kind: format!("urn:turnstone:problem:{code}"),
            title: status.canonical_reason().unwrap_or("Error").into(),
            status: status.as_u16(),
            code: code.into(),
            detail,
            errors,
            revocation,
        };
        let mut response = (status, Json(problem)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, PROBLEM_JSON);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
