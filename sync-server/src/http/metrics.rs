//! `GET /metrics`: numbers for Prometheus.

use std::sync::OnceLock;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::error::ApiError;
use super::layers::ClientAddress;
use super::same_bytes;
use crate::state::AppState;

/// Bounds of the histograms of durations, in seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The recorder is one for the process, however many servers run in it.
static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts recording; later calls change nothing.
pub fn record() {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let recorder = builder
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
            .unwrap_or_else(|_| PrometheusBuilder::new())
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed; /metrics stays empty");
        }
        handle
    });
}

/// All numbers, in Prometheus' text format. With `--metrics-token`, only for its bearer.
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()), responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn metrics(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if let Some(wanted) = &state.metrics_token {
        // The token is somebody's choice and may be short: guessing must not be free.
        state.limits.stranger(address)?;
        let given = headers.get(header::AUTHORIZATION).map_or(&b""[..], HeaderValue::as_bytes);
        let token = given.strip_prefix(b"Bearer ").unwrap_or_default();
        if !same_bytes(token, wanted.as_bytes()) {
            return Err(ApiError::Unauthenticated);
        }
    }
    let text = RECORDER.get().map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text.unwrap_or_default()).into_response())
}
