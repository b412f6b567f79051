//! `/events/{id}/counts`: people without tickets, counted by hand.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::entry::{MAX_BODIES, MAX_OPERATOR_CHARS, MAX_REASON_CHARS};
use shared::ids::{EntryId, EventId, GateId};
use shared::merge::Label;

use crate::device::spread;
use crate::http::error::{ApiError, Fault, Problem};
use crate::http::extract::{Json, Path};
use crate::http::signed_in::SignedIn;
use crate::http::to_the_end;
use crate::invalid::Checks;
use crate::keys::{KeyUse, Seed};
use crate::office::{Desk, NewCount, RequestId};
use crate::state::AppState;
use crate::store::office::{Count, CountRow};

/// Most counts in an answer.
pub const LIST_LIMIT: u32 = 500;

/// What was counted.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CountInput {
    /// Made up by the sender, 32 hexadecimal digits: sent once more under the same one (nobody knows whether it arrived),
    /// it counts once. Kept with the entry for good; a database set back to a backup does not know what came after it.
    #[schema(example = "00112233445566778899aabbccddeeff")]
    pub request: String,
    /// Gate they went through.
    #[schema(value_type = u32)]
    pub gate: GateId,
    /// How many: 1 to 1,000 in, −1 to −1,000 out.
    #[schema(minimum = -1000, maximum = 1000)]
    pub people: i64,
    /// Why, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
}

/// People counted by hand, at the office or by a supervisor at a door.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CountBody {
    /// The entry.
    #[schema(value_type = String)]
    pub id: EntryId,
    /// When (ms).
    pub at: i64,
    /// No time sample: the device's own clock within bounds.
    pub uncertain: bool,
    /// Gate.
    #[schema(value_type = Option<u32>)]
    pub gate: Option<GateId>,
    /// People; negative is out.
    pub people: i64,
    /// Why.
    pub reason: Option<String>,
    /// Who counted.
    pub operator: Option<String>,
    /// At the office; otherwise by the scanner named.
    pub office: bool,
    /// Name of the scanner.
    pub scanner_name: String,
    /// Whether it counts: neither undone nor of a scanner that is not trusted.
    pub counted: bool,
    /// What became of it, as in the list of entries.
    pub label: &'static str,
}

/// The latest counts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CountsBody {
    /// The last to arrive first.
    counts: Vec<CountBody>,
}

impl From<CountRow> for CountBody {
    fn from(CountRow { row, at_office }: CountRow) -> Self {
        let raw = &row.entry.raw;
        Self {
            id: row.entry.id,
            at: row.time.at,
            uncertain: row.time.uncertain,
            gate: raw.gate,
            people: row.entry.movement().map_or(0, |movement| movement.bodies),
            reason: raw.reason.clone(),
            operator: raw.operator.clone(),
            office: at_office,
            scanner_name: row.scanner_name,
            counted: row.label == Label::Counted,
            label: row.label.name(),
        }
    }
}

/// Count people without a ticket: an entry like a supervisor's at a door, which all scanners learn of. It cannot be deleted;
/// whoever counted wrongly counts the other way.
#[utoipa::path(
    post, path = "/events/{id}/counts", tag = "doors", params(("id" = String, Path)), request_body = CountInput,
    responses((status = 201, body = CountBody), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem))
)]
pub async fn add_count(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
    Json(input): Json<CountInput>,
) -> Result<(StatusCode, axum::Json<CountBody>), ApiError> {
    Ok((StatusCode::CREATED, axum::Json(count(&state, &caller, id, input).await?)))
}

/// Counts at an event the caller may see. A request that came before is answered as it was then.
pub async fn count(
    state: &AppState,
    caller: &SignedIn,
    event: EventId,
    input: CountInput,
) -> Result<CountBody, ApiError> {
    let request = check(&input)?;
    let count = NewCount {
        request,
        gate: input.gate,
        people: input.people,
        reason: input.reason.trim().to_owned(),
        operator: caller.principal.user.name.chars().take(MAX_OPERATOR_CHARS).collect(),
    };
    let desk = Desk {
        clock: state.clock.clone(),
        epoch: state.office.epoch(&*state.entropy),
        nonce: shared::ids::Nonce(shared::clock::random(&*state.entropy)),
        seed: Seed::generate(&*state.entropy),
    };
    let conflict = |code, detail: &str| Err(ApiError::Conflict { code, detail: detail.into() });
    let (state, actor, viewer) = (state.clone(), caller.actor(), caller.viewer());
    let counted = to_the_end(async move {
        let counted = state.store.count(actor, viewer, event, count, desk).await?;
        if let Count::Counted { ingested: Some(ingested), .. } = &counted {
            spread(&state, viewer.organization, ingested);
        }
        Ok(counted)
    });
    match counted.await? {
        Count::Counted { row, .. } => Ok((*row).into()),
        Count::NotFound => Err(ApiError::NotFound("event")),
        Count::Archived => conflict("event_archived", "the event is archived: it is read-only"),
        Count::AnotherCount => conflict("request_used", "something else was counted under this request's id"),
        Count::NoSuchGate => Err(ApiError::field("gate", Fault::new("no_gate", "the event has no such gate"))),
        Count::NoKey(used_for) => Err(no_key(used_for)),
    }
}

fn no_key(used_for: KeyUse) -> ApiError {
    let detail = format!(
        "no {used_for:?} key of this server is valid now, and counting by hand needs one; check the server's clock, then run \
         `keys rotate`"
    );
    ApiError::Conflict { code: "no_signing_key", detail }
}

/// What is wrong with it, or its request's id.
fn check(input: &CountInput) -> Result<RequestId, ApiError> {
    let mut checks = Checks::default();
    let request = RequestId::read(&input.request);
    checks.require(request.is_some(), "request", "must be 32 hexadecimal digits");
    let people = input.people != 0 && (-MAX_BODIES..=MAX_BODIES).contains(&input.people);
    let fault = Fault::new("people", format!("must be 1 to {MAX_BODIES} in, or as many out (negative)"));
    checks.require(people, "people", fault.with("limit", MAX_BODIES));
    checks.text("reason", input.reason.trim(), MAX_REASON_CHARS);
    checks.finish().map_err(ApiError::Invalid)?;
    request.ok_or_else(|| ApiError::field("request", "must be 32 hexadecimal digits"))
}

/// People counted by hand lately, at the office and by supervisors at the doors.
#[utoipa::path(
    get, path = "/events/{id}/counts", tag = "doors", params(("id" = String, Path)),
    responses((status = 200, body = CountsBody), (status = 404, body = Problem))
)]
pub async fn list_counts(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(id): Path<EventId>,
) -> Result<axum::Json<CountsBody>, ApiError> {
    let counts = state.store.counts(caller.viewer(), id, LIST_LIMIT).await?.ok_or(ApiError::NotFound("event"))?;
    Ok(axum::Json(CountsBody { counts: counts.into_iter().map(CountBody::from).collect() }))
}
