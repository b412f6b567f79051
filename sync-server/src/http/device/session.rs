//! Which scanner is behind a request.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::device::{Device, DeviceRefusal};
use crate::http::ApiError;
use crate::people::session::Token;
use crate::state::AppState;
use crate::store::device::DeviceSession;

impl FromRequestParts<AppState> for Device {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = shown(parts).ok_or(DeviceRefusal::NotAuthenticated)?;
        match state.store.device_session(token.hash().0, state.now_ms()).await? {
            DeviceSession::Open(device) => {
                state.limits.caller(device.scanner.0)?;
                Ok(*device)
            }
            DeviceSession::Revoked => Err(DeviceRefusal::Revoked(None).into()),
            DeviceSession::None => Err(DeviceRefusal::NotAuthenticated.into()),
        }
    }
}

fn shown(parts: &Parts) -> Option<Token> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    Token::read(token.trim()).filter(|_| scheme.eq_ignore_ascii_case("bearer"))
}
