//! Messages in CBOR: one item that fills the body, within the protocol's limit.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shared::api::{MAX_MESSAGE_BYTES, MEDIA_TYPE};

use crate::device::DeviceRefusal;
use crate::http::ApiError;

/// A message.
#[derive(Debug, Clone, Copy)]
pub struct Cbor<T>(pub T);

impl<S: Send + Sync, T: for<'b> minicbor::Decode<'b, ()>> FromRequest<S> for Cbor<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        if kind.is_none_or(|kind| !kind.eq_ignore_ascii_case(MEDIA_TYPE.as_bytes())) {
            return Err(ApiError::UnsupportedMediaType(MEDIA_TYPE));
        }
        let body = match Bytes::from_request(request, state).await {
            Ok(body) if body.len() <= MAX_MESSAGE_BYTES => body,
            Ok(_) => return Err(DeviceRefusal::TooLarge.into()),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(DeviceRefusal::TooLarge.into());
            }
            Err(_) => return Err(DeviceRefusal::BadRequest("the body ended too early".into()).into()),
        };
        read(&body).map(Self).map_err(ApiError::from)
    }
}

fn read<T: for<'b> minicbor::Decode<'b, ()>>(body: &[u8]) -> Result<T, DeviceRefusal> {
    let mut decoder = minicbor::Decoder::new(body);
    let value = decoder.decode().map_err(|error| DeviceRefusal::BadRequest(error.to_string()))?;
    if decoder.position() == body.len() {
        Ok(value)
    } else {
        Err(DeviceRefusal::BadRequest("something follows the message".into()))
    }
}

impl<T: minicbor::Encode<()>> IntoResponse for Cbor<T> {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, MEDIA_TYPE)], shared::cose::encode(&self.0)).into_response()
    }
}
