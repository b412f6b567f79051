//! What the API says of an event, and what all endpoints about events share.

use serde::{Deserialize, Serialize};
use shared::ids::{EventId, GateId, ProductId, ZoneId};
use shared::policy::{Gate, Product, Zone};

use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::signed_in::Admin;
use crate::http::to_the_end;
use crate::live::alarm::Thresholds;
use crate::state::AppState;
use crate::store::events::{ChangeEvent, PolicyChange, Settings, SettingsChange};
use crate::store::manifest::Hold;

/// An area people are inside of.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneBody {
    /// Number within the event; entries refer to it for ever.
    #[schema(value_type = u32)]
    pub id: ZoneId,
    /// Name on screens.
    pub name: String,
    /// People it may hold.
    #[serde(default)]
    pub capacity: Option<u32>,
}

/// A door.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateBody {
    /// Number within the event.
    #[schema(value_type = u32)]
    pub id: GateId,
    /// Name on screens.
    pub name: String,
    /// Entering leads into this zone …
    #[schema(value_type = u32)]
    pub zone: ZoneId,
    /// … out of this one; absent: from outside.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    pub from: Option<ZoneId>,
    /// Products that may pass; absent: all.
    #[serde(default)]
    #[schema(value_type = Option<Vec<u32>>)]
    pub products: Option<Vec<ProductId>>,
}

/// A kind of ticket.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductBody {
    /// Number within the event.
    #[schema(value_type = u32)]
    pub id: ProductId,
    /// Name on screens.
    pub name: String,
    /// Zones it opens; absent: all.
    #[serde(default)]
    #[schema(value_type = Option<Vec<u32>>)]
    pub zones: Option<Vec<ZoneId>>,
}

/// An event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EventBody {
    /// Id.
    #[schema(value_type = String)]
    id: EventId,
    /// Name.
    name: String,
    /// Starts (ms).
    starts: i64,
    /// Ends (ms).
    ends: i64,
    /// IANA time zone.
    time_zone: String,
    /// Areas.
    zones: Vec<ZoneBody>,
    /// Doors.
    gates: Vec<GateBody>,
    /// Kinds of tickets.
    products: Vec<ProductBody>,
    /// Whether a ticket may come in again after going out.
    reentry: bool,
    /// People the whole venue may hold.
    capacity: Option<u32>,
    /// Refuse well-signed tickets that are not in the list.
    list_only: bool,
    /// Seconds after its expiry from which a manifest stops admitting; absent: never.
    stale_stop: Option<u64>,
    /// No entries after this time (ms).
    last_entry: Option<i64>,
    /// How often a ticket may come in again.
    max_reentries: Option<u32>,
    /// The same code again within this many ms on one device is the same scan.
    retry_window: u64,
    /// When it was made (ms).
    created: i64,
    /// Since when it is read-only (ms).
    archived: Option<i64>,
    /// From which shares of a capacity on, in per cent, alarms are raised; set by `PUT /events/{id}/alarms`.
    alarms: Thresholds,
    /// Publishing is held back since the database was restored; absent: it is not. Only where one event is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold: Option<HoldBody>,
}

/// Why publishing is held back after the database was restored.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HoldBody {
    /// Since when (ms).
    since: i64,
    /// For people.
    cause: String,
    /// A scanner holds a newer list and has not given it back yet.
    newer_shown: bool,
    /// Names of the scanners that have not told yet which list they hold.
    waiting: Vec<String>,
    /// When the others are not waited for any longer (ms), once one was heard of.
    until: Option<i64>,
}

impl From<Hold> for HoldBody {
    fn from(hold: Hold) -> Self {
        let cause = hold.cause();
        Self { since: hold.since, cause, newer_shown: hold.newer_shown, waiting: hold.waiting, until: hold.until }
    }
}

impl EventBody {
    /// The same with what holds it back.
    #[must_use]
    pub fn held(self, hold: Option<Hold>) -> Self {
        Self { hold: hold.map(HoldBody::from), ..self }
    }
}

impl From<Event> for EventBody {
    fn from(event: Event) -> Self {
        let policy = event.policy;
        Self {
            id: event.id,
            name: policy.name,
            starts: policy.starts,
            ends: policy.ends,
            time_zone: policy.time_zone,
            zones: policy.zones.into_iter().map(ZoneBody::from).collect(),
            gates: policy.gates.into_iter().map(GateBody::from).collect(),
            products: policy.products.into_iter().map(ProductBody::from).collect(),
            reentry: policy.reentry,
            capacity: policy.capacity,
            list_only: policy.list_only,
            stale_stop: policy.stale_stop,
            last_entry: policy.last_entry,
            max_reentries: policy.max_reentries,
            retry_window: policy.retry_window,
            created: event.created,
            archived: event.archived,
            alarms: event.thresholds,
            hold: None,
        }
    }
}

impl From<Zone> for ZoneBody {
    fn from(zone: Zone) -> Self {
        Self { id: zone.id, name: zone.name, capacity: zone.capacity }
    }
}

impl From<ZoneBody> for Zone {
    fn from(body: ZoneBody) -> Self {
        Self { id: body.id, name: body.name, capacity: body.capacity }
    }
}

impl From<Gate> for GateBody {
    fn from(gate: Gate) -> Self {
        Self { id: gate.id, name: gate.name, zone: gate.zone, from: gate.from, products: gate.products }
    }
}

impl From<GateBody> for Gate {
    fn from(body: GateBody) -> Self {
        Self { id: body.id, name: body.name, zone: body.zone, from: body.from, products: body.products }
    }
}

impl From<Product> for ProductBody {
    fn from(product: Product) -> Self {
        Self { id: product.id, name: product.name, zones: product.zones }
    }
}

impl From<ProductBody> for Product {
    fn from(body: ProductBody) -> Self {
        Self { id: body.id, name: body.name, zones: body.zones }
    }
}

/// Changes an event's rules and answers how it is then.
pub async fn change(
    state: &AppState,
    caller: &Admin,
    id: EventId,
    change: PolicyChange,
) -> Result<axum::Json<EventBody>, ApiError> {
    let change = Box::new(move |settings: &mut Settings| change(&mut settings.policy));
    Ok(axum::Json(change_settings(state, caller, id, change).await?.into()))
}

/// Changes what is set of an event of the caller's organization.
pub async fn change_settings(
    state: &AppState,
    caller: &Admin,
    id: EventId,
    change: SettingsChange,
) -> Result<Event, ApiError> {
    let (state, actor) = (state.clone(), caller.actor());
    to_the_end(async move {
        let event = changed(state.store.change_event(actor, id, change).await?)?;
        // Capacities and names are on the live page.
        state.hub.changed(event.organization, id);
        Ok(event)
    })
    .await
}

/// The event after a change, or why there was none.
pub fn changed(outcome: ChangeEvent) -> Result<Event, ApiError> {
    match outcome {
        ChangeEvent::Done(event) => Ok(*event),
        ChangeEvent::NotFound => Err(ApiError::NotFound("event")),
        ChangeEvent::Archived => Err(archived()),
        ChangeEvent::Invalid(errors) => Err(ApiError::Invalid(errors)),
        ChangeEvent::ProductInUse(product) => Err(ApiError::Conflict {
            code: "product_in_use",
            detail: format!("there are tickets of product {product}; it cannot be removed"),
        }),
    }
}

/// The event is read-only.
pub fn archived() -> ApiError {
    ApiError::Conflict { code: "event_archived", detail: "the event is archived; nothing in it can be changed".into() }
}
