//! Writing the audit log, in the transaction of the act itself.

use rusqlite::{Connection, Row, named_params};
use shared::ids::{EventId, OrganizationId};

use super::error::StoreError;
use super::people::organization_row;
use crate::people::{Actor, AuditRecord};
use crate::store::people::AuditQuery;
use crate::store::sqlite::Column;
use crate::store::tickets::MAX_ACTS;
use crate::store::truth::AuditSum;
use crate::tickets::Ticket;

const INSERT: &str = include_str!("sql/audit_insert.sql");
// What is an act on an event is said once, for the log and for its sums.
const NEWEST: &str = concat!(
    include_str!("sql/audit_lines.sql"),
    include_str!("sql/audit_of_event.sql"),
    "ORDER BY a.id DESC LIMIT :limit"
);
const OLDEST: &str =
    concat!(include_str!("sql/audit_lines.sql"), include_str!("sql/audit_of_event.sql"), "ORDER BY a.id LIMIT :limit");
const SUMS: &str = concat!(
    include_str!("sql/audit_sums.sql"),
    include_str!("sql/audit_of_event.sql"),
    "GROUP BY a.action ORDER BY a.action"
);

/// Notes what `actor` did to `subject`. `detail` holds facts, never secrets or codes.
pub(crate) fn note(
    tx: &Connection,
    actor: &Actor,
    action: &str,
    subject: Option<&dyn std::fmt::Display>,
    detail: Option<&serde_json::Value>,
) -> Result<(), StoreError> {
    let params = named_params! {
        ":at": actor.at,
        ":organization": organization_row(tx, actor.organization)?.ok_or(StoreError::Impossible("organization"))?,
        ":user": actor.user.as_ref().map(|user| user.as_bytes().as_slice()),
        ":actor": actor.name,
        ":address": actor.address.map(|address| address.to_string()),
        ":action": action,
        ":subject": subject.map(ToString::to_string),
        ":detail": detail.map(ToString::to_string),
    };
    tx.prepare_cached(INSERT)?.execute(params)?;
    Ok(())
}

/// What was done to an event, or names it, by kind.
pub(super) fn sums(tx: &Connection, organization: OrganizationId, event: EventId) -> Result<Vec<AuditSum>, StoreError> {
    let mut statement = tx.prepare_cached(SUMS)?;
    let params = named_params! { ":organization": organization.as_bytes().as_slice(), ":event": event.to_string() };
    let rows = statement.query_and_then(params, |row| {
        Ok(AuditSum { action: row.get("action")?, count: row.number("count")?, last: row.get("last")? })
    })?;
    rows.collect()
}

/// The log, newest first.
pub(super) fn list(
    tx: &Connection,
    organization: OrganizationId,
    query: &AuditQuery,
) -> Result<Vec<AuditRecord>, StoreError> {
    let escaped = |text: &String| text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let (sql, above, below) = match query.after {
        Some(after) => (OLDEST, after, i64::MAX),
        None => (NEWEST, i64::MIN, query.before.unwrap_or(i64::MAX)),
    };
    let params = named_params! {
        ":organization": organization.as_bytes().as_slice(), ":above": above, ":below": below,
        ":actor": query.actor.as_ref().map(|actor| format!("%{}%", escaped(actor))),
        ":action": query.action.as_ref(),
        ":area": query.action.as_ref().map(|area| format!("{}.*", area.replace(['*', '?', '[', ']'], ""))),
        ":from": query.from.unwrap_or(i64::MIN), ":until": query.until.unwrap_or(i64::MAX),
        ":event": query.event.map(|event| event.to_string()), ":limit": query.limit,
    };
    let mut statement = tx.prepare_cached(sql)?;
    let found: Result<Vec<_>, _> = statement.query_and_then(params, record)?.collect();
    let mut found = found?;
    if query.after.is_some() {
        found.reverse();
    }
    Ok(found)
}

/// What was done to one thing, by its public id; oldest first, the newest [`MAX_ACTS`].
pub(super) fn of_subject(
    tx: &Connection,
    organization: OrganizationId,
    subject: &str,
) -> Result<Vec<AuditRecord>, StoreError> {
    let params = named_params! {
        ":organization": organization.as_bytes().as_slice(), ":subject": subject, ":limit": MAX_ACTS,
    };
    let mut statement = tx.prepare_cached(include_str!("sql/audit_of_subject.sql"))?;
    statement.query_and_then(params, record)?.collect()
}

/// The act that added a ticket.
pub(super) fn adding(
    tx: &Connection,
    organization: OrganizationId,
    ticket: &Ticket,
) -> Result<Option<AuditRecord>, StoreError> {
    let params = named_params! {
        ":organization": organization.as_bytes().as_slice(), ":event": ticket.event.to_string(), ":at": ticket.created,
    };
    let mut statement = tx.prepare_cached(include_str!("sql/audit_adding.sql"))?;
    statement.query_and_then(params, record)?.next().transpose()
}

fn record(row: &Row<'_>) -> Result<AuditRecord, StoreError> {
    Ok(AuditRecord {
        id: row.get("id")?,
        at: row.get("at")?,
        user: row.optional_id("user")?,
        actor: row.get("actor")?,
        address: row.get("address")?,
        action: row.get("action")?,
        subject: row.get("subject")?,
        detail: row.get("detail")?,
    })
}
