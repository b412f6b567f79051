//! Writing the audit log, in the transaction of the act itself.

use rusqlite::{Connection, named_params};
use shared::ids::{EventId, OrganizationId};

use super::error::StoreError;
use super::people::organization_row;
use crate::people::{Actor, AuditRecord};
use crate::store::sqlite::Column;
use crate::store::truth::AuditSum;

const INSERT: &str = include_str!("sql/audit_insert.sql");
const LIST: &str = include_str!("sql/audit_list.sql");

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
    let mut statement = tx.prepare_cached(include_str!("sql/audit_sums.sql"))?;
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
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<AuditRecord>, StoreError> {
    let mut statement = tx.prepare_cached(LIST)?;
    let params = named_params! {
        ":organization": organization.as_bytes().as_slice(), ":before": before.unwrap_or(i64::MAX), ":limit": limit,
    };
    let rows = statement.query_and_then(params, |row| {
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
    })?;
    rows.collect()
}
