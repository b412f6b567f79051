//! `GET /organizations/{id}/audit`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use shared::ids::{EventId, OrganizationId, UserId};

use super::own;
use crate::http::error::{ApiError, Problem};
use crate::http::extract::{Path, Query};
use crate::http::signed_in::Admin;
use crate::people::AuditRecord;
use crate::state::AppState;
use crate::store::people::AuditQuery as Wanted;

/// Lines of an answer.
const LIMIT: u32 = 200;

/// Which part of the log.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Lines before this one: `next` of the answer before.
    pub(crate) before: Option<i64>,
    /// Part of who did it: an e-mail address, "command line", a scanner.
    pub(crate) actor: Option<String>,
    /// A kind of act, as `ticket.block`, or all of an area, as `ticket`.
    pub(crate) action: Option<String>,
    /// Not before (ms).
    pub(crate) from: Option<i64>,
    /// Before (ms).
    pub(crate) until: Option<i64>,
    /// Acts on this event, its tickets and its scanners.
    #[param(value_type = Option<String>)]
    pub(crate) event: Option<EventId>,
}

impl AuditQuery {
    /// For the store: at most `limit` lines.
    pub(crate) fn wanted(self, limit: u32) -> Wanted {
        let filled = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Wanted {
            before: self.before,
            after: None,
            actor: filled(self.actor),
            action: filled(self.action),
            from: self.from,
            until: self.until,
            event: self.event,
            limit,
        }
    }
}

/// Something somebody did.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AuditLine {
    /// Rises with time.
    id: i64,
    /// When (ms).
    at: i64,
    /// Who; absent for the command line on the server.
    #[schema(value_type = Option<String>)]
    user: Option<UserId>,
    /// Their e-mail address at that time, or "command line".
    actor: String,
    /// IP address it came from.
    address: Option<String>,
    /// What, as `ticket.block`.
    action: String,
    /// Id of what it was done to.
    subject: Option<String>,
    /// More facts.
    detail: Option<serde_json::Value>,
}

impl From<AuditRecord> for AuditLine {
    fn from(record: AuditRecord) -> Self {
        Self {
            id: record.id,
            at: record.at,
            user: record.user,
            actor: record.actor,
            address: record.address,
            action: record.action,
            subject: record.subject,
            detail: record.detail.and_then(|text| serde_json::from_str(&text).ok()),
        }
    }
}

/// A part of the log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct AuditPage {
    /// Newest first.
    lines: Vec<AuditLine>,
    /// For `before` of the next request; absent at the end.
    next: Option<i64>,
}

/// What administrators did, newest first.
#[utoipa::path(
    get, path = "/organizations/{id}/audit", tag = "organizations", params(("id" = String, Path), AuditQuery),
    responses((status = 200, body = AuditPage), (status = 404, body = Problem))
)]
pub async fn audit_log(
    State(state): State<AppState>,
    caller: Admin,
    Path(id): Path<OrganizationId>,
    Query(query): Query<AuditQuery>,
) -> Result<axum::Json<AuditPage>, ApiError> {
    own(caller.viewer(), id)?;
    let lines = state.store.audit(id, query.wanted(LIMIT)).await?;
    let full = u32::try_from(lines.len()).is_ok_and(|count| count == LIMIT);
    let next = lines.last().filter(|_| full).map(|line| line.id);
    Ok(axum::Json(AuditPage { lines: lines.into_iter().map(AuditLine::from).collect(), next }))
}
