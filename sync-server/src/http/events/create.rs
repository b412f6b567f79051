//! `POST /events`

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use shared::clock::random;
use shared::ids::{EventId, GateId, ProductId, ZoneId};
use shared::policy::{DEFAULT_RETRY_WINDOW_MS, Policy};

use super::body::{EventBody, GateBody, ProductBody, ZoneBody};
use crate::events::{Event, check, check_thresholds};
use crate::http::error::{ApiError, Problem};
use crate::http::extract::Json;
use crate::http::signed_in::Admin;
use crate::keys::{KeyUse, StoredKey};
use crate::live::alarm::Thresholds;
use crate::state::AppState;
use crate::store::events::{CreateEvent, NewEvent};

/// An event to be made. Only name and times are needed: without more it has one zone, one gate and one product.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventInput {
    /// Name.
    name: String,
    /// Starts (ms).
    starts: i64,
    /// Ends (ms).
    ends: i64,
    /// IANA time zone [UTC].
    #[serde(default = "utc")]
    time_zone: String,
    /// Areas [one, "Venue"].
    zones: Option<Vec<ZoneBody>>,
    /// Doors [one, "Entrance"].
    gates: Option<Vec<GateBody>>,
    /// Kinds of tickets [one, "Standard"].
    products: Option<Vec<ProductBody>>,
    /// Whether a ticket may come in again after going out [true].
    #[serde(default = "yes")]
    reentry: bool,
    /// People the whole venue may hold.
    capacity: Option<u32>,
    /// Refuse well-signed tickets that are not in the list [false].
    #[serde(default)]
    list_only: bool,
    /// Seconds after its expiry from which a manifest stops admitting [never].
    stale_stop: Option<u64>,
    /// No entries after this time (ms).
    last_entry: Option<i64>,
    /// How often a ticket may come in again.
    max_reentries: Option<u32>,
    /// The same code again within this many ms on one device is the same scan [5000].
    retry_window: Option<u64>,
}

fn utc() -> String {
    "UTC".into()
}

fn yes() -> bool {
    true
}

impl From<EventInput> for Policy {
    fn from(input: EventInput) -> Self {
        let zone = ZoneBody { id: ZoneId(1), name: "Venue".into(), capacity: None };
        let gate = GateBody { id: GateId(1), name: "Entrance".into(), zone: ZoneId(1), from: None, products: None };
        let product = ProductBody { id: ProductId(1), name: "Standard".into(), zones: None };
        // A default gate fits only where zone 1 is there; with own zones it leads into the first.
        let zones = input.zones.unwrap_or_else(|| vec![zone]);
        let first = zones.first().map_or(ZoneId(1), |zone| zone.id);
        let gates = input.gates.unwrap_or_else(|| vec![GateBody { zone: first, ..gate }]);
        Self {
            name: input.name,
            starts: input.starts,
            ends: input.ends,
            zones: zones.into_iter().map(Into::into).collect(),
            gates: gates.into_iter().map(Into::into).collect(),
            products: input.products.unwrap_or_else(|| vec![product]).into_iter().map(Into::into).collect(),
            reentry: input.reentry,
            capacity: input.capacity,
            list_only: input.list_only,
            stale_stop: input.stale_stop,
            last_entry: input.last_entry,
            max_reentries: input.max_reentries,
            retry_window: input.retry_window.unwrap_or(DEFAULT_RETRY_WINDOW_MS),
            time_zone: input.time_zone,
        }
    }
}

/// Make an event, and the key that signs its tickets.
#[utoipa::path(
    post, path = "/events", tag = "events", request_body = EventInput,
    responses((status = 201, body = EventBody), (status = 409, body = Problem), (status = 422, body = Problem))
)]
pub async fn create_event(
    State(state): State<AppState>,
    caller: Admin,
    Json(input): Json<EventInput>,
) -> Result<(StatusCode, axum::Json<EventBody>), ApiError> {
    let event = create(&state, &caller, Policy::from(input), Thresholds::default()).await?;
    Ok((StatusCode::CREATED, axum::Json(event.into())))
}

/// Makes an event of the caller's organization with these rules, and alarms from these shares on.
pub async fn create(
    state: &AppState,
    caller: &Admin,
    policy: Policy,
    thresholds: Thresholds,
) -> Result<Event, ApiError> {
    check(&policy).and_then(|()| check_thresholds(thresholds)).map_err(ApiError::Invalid)?;
    let id = EventId(random(&*state.entropy));
    let ticket_key = StoredKey::generate(KeyUse::Ticket(id), state.now_ms(), &*state.entropy);
    let new = NewEvent { id, policy, thresholds, ticket_key, root: None };
    match state.store.create_event(caller.actor(), new).await? {
        CreateEvent::Created(event) => Ok(*event),
        CreateEvent::RootOffline | CreateEvent::WrongRoot => Err(ApiError::Conflict {
            code: "root_key_offline",
            detail: "the root key is kept offline: make the event on the server with `event create --root-key FILE`"
                .into(),
        }),
    }
}
