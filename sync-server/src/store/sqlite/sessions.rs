//! Sessions in SQLite.

use rusqlite::{Connection, Row, Transaction, named_params};
use serde_json::json;
use shared::ids::{OrganizationId, UserId};

use super::error::StoreError;
use super::{audit, people};
use crate::people::Actor;
use crate::people::session::{Principal, Session, SessionId, SessionKind, TokenHash};
use crate::store::people::{EndSessions, NewSession, Which};

const INSERT: &str = include_str!("sql/session_insert.sql");
const OF: &str = include_str!("sql/sessions_of.sql");
const PRINCIPAL: &str = include_str!("sql/session_principal.sql");

fn kind_number(kind: SessionKind) -> i64 {
    match kind {
        SessionKind::Cookie => 1,
        SessionKind::Token => 2,
    }
}

fn kind(row: &Row<'_>) -> Result<SessionKind, StoreError> {
    match row.get("kind")? {
        1 => Ok(SessionKind::Cookie),
        2 => Ok(SessionKind::Token),
        _ => Err(StoreError::Impossible("sessions.kind")),
    }
}

/// Open sessions of somebody of the organization, latest first.
pub(super) fn of(
    tx: &Connection,
    organization: OrganizationId,
    user: UserId,
    now: i64,
) -> Result<Vec<Session>, StoreError> {
    let all = hashes(tx, organization, user, now)?;
    Ok(all.into_iter().map(|(_, session)| session).collect())
}

fn hashes(
    tx: &Connection,
    organization: OrganizationId,
    user: UserId,
    now: i64,
) -> Result<Vec<(TokenHash, Session)>, StoreError> {
    let mut statement = tx.prepare_cached(OF)?;
    let params = named_params! { ":organization": organization.as_bytes(), ":user": user.as_bytes(), ":now": now };
    let rows = statement.query_and_then(params, |row| {
        let token = TokenHash(row.get("token")?);
        let (created, expires, address) = (row.get("created")?, row.get("expires")?, row.get("address")?);
        Ok((token, Session { id: token.session(), kind: kind(row)?, created, expires, address }))
    })?;
    rows.collect()
}

pub(super) fn end(tx: &Transaction<'_>, actor: &Actor, user: UserId, which: Which) -> Result<EndSessions, StoreError> {
    if !people::is_there(tx, actor.organization, user)? {
        return Ok(EndSessions::NotFound);
    }
    let meant = |id: SessionId| match which {
        Which::All => true,
        Which::AllBut(kept) => id != kept,
        Which::One(one) => id == one,
    };
    let mut ended = 0_u64;
    for (token, _) in hashes(tx, actor.organization, user, actor.at)?.iter().filter(|(_, session)| meant(session.id)) {
        tx.prepare_cached("DELETE FROM sessions WHERE token = ?1")?.execute([token.0])?;
        ended += 1;
    }
    if ended == 0 && matches!(which, Which::One(_)) {
        return Ok(EndSessions::NotFound);
    }
    if ended > 0 {
        audit::note(tx, actor, "session.revoke", Some(&user), Some(&json!({ "sessions": ended })))?;
    }
    Ok(EndSessions::Ended(ended))
}

pub(super) fn open(tx: &Transaction<'_>, actor: &Actor, session: &NewSession) -> Result<(), StoreError> {
    tx.execute("DELETE FROM sessions WHERE expires <= ?1", [actor.at])?;
    let user = actor.user.ok_or(StoreError::Impossible("sessions.user"))?;
    let params = named_params! {
        ":token": session.token.0, ":user": user.as_bytes(), ":kind": kind_number(session.kind),
        ":created": actor.at, ":expires": session.expires, ":address": actor.address.map(|address| address.to_string()),
    };
    tx.execute(INSERT, params)?;
    audit::note(tx, actor, "session.open", Some(&user), Some(&json!({ "kind": session.kind })))
}

pub(super) fn principal(tx: &Connection, token: TokenHash, now: i64) -> Result<Option<Principal>, StoreError> {
    let mut statement = tx.prepare_cached(PRINCIPAL)?;
    let mut rows = statement.query_and_then(named_params! { ":token": token.0, ":now": now }, |row| {
        Ok(Principal { user: people::to_user(tx, row)?, token, kind: kind(row)? })
    })?;
    rows.next().transpose()
}

pub(super) fn close(tx: &Transaction<'_>, actor: &Actor, token: TokenHash) -> Result<(), StoreError> {
    if tx.execute("DELETE FROM sessions WHERE token = ?1", [token.0])? > 0 {
        audit::note(tx, actor, "session.close", actor.user.as_ref().map(|user| user as &dyn std::fmt::Display), None)?;
    }
    Ok(())
}
