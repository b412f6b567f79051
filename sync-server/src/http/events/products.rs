//! `GET` and `PUT /events/{id}/products`

use axum::extract::State;
use shared::ids::EventId;
use shared::policy::Product;

use super::body::{EventBody, ProductBody, change};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::{Admin, SignedIn};
use crate::state::AppState;

/// All products of an event.
#[utoipa::path(
    get, path = "/events/{id}/products", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = Vec<ProductBody>), (status = 404, body = Problem))
)]
pub async fn get_products(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<Vec<ProductBody>>, ApiError> {
    let event = state.store.event(caller.viewer(), id).await?.ok_or(ApiError::NotFound("event"))?;
    Ok(axum::Json(event.policy.products.into_iter().map(ProductBody::from).collect()))
}

/// Set all products of an event.
#[utoipa::path(
    put, path = "/events/{id}/products", tag = "events", params(("id" = String, Path)), request_body = Vec<ProductBody>,
    responses((status = 200, body = EventBody), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub async fn set_products(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<EventId>,
    Json(products): Json<Vec<ProductBody>>,
) -> Result<axum::Json<EventBody>, ApiError> {
    let products = products.into_iter().map(Product::from).collect();
    change(&state, &caller, id, Box::new(move |policy| policy.products = products)).await
}
