//! Sessions in SQLite.

use rusqlite::{Connection, Transaction, named_params};
use serde_json::json;

use super::error::StoreError;
use super::{audit, people};
use crate::people::Actor;
use crate::people::session::{Principal, SessionKind, TokenHash};
use crate::store::people::NewSession;

const INSERT: &str = include_str!("sql/session_insert.sql");
const PRINCIPAL: &str = include_str!("sql/session_principal.sql");

fn kind_number(kind: SessionKind) -> i64 {
    match kind {
        SessionKind::Cookie => 1,
        SessionKind::Token => 2,
    }
}

pub(super) fn open(tx: &Transaction<'_>, actor: &Actor, session: &NewSession) -> Result<(), StoreError> {
    tx.execute("DELETE FROM sessions WHERE expires <= ?1", [actor.at])?;
    let user = actor.user.ok_or(StoreError::Impossible("sessions.user"))?;
    let params = named_params! {
        ":token": session.token.0, ":user": user.as_bytes(), ":kind": kind_number(session.kind),
        ":created": actor.at, ":expires": session.expires,
    };
    tx.execute(INSERT, params)?;
    audit::note(tx, actor, "session.open", Some(&user), Some(&json!({ "kind": session.kind })))
}

pub(super) fn principal(tx: &Connection, token: TokenHash, now: i64) -> Result<Option<Principal>, StoreError> {
    let mut statement = tx.prepare_cached(PRINCIPAL)?;
    let mut rows = statement.query_and_then(named_params! { ":token": token.0, ":now": now }, |row| {
        let kind = match row.get("kind")? {
            1 => SessionKind::Cookie,
            2 => SessionKind::Token,
            _ => return Err(StoreError::Impossible("sessions.kind")),
        };
        Ok(Principal { user: people::to_user(tx, row)?, token, kind })
    })?;
    rows.next().transpose()
}

pub(super) fn close(tx: &Transaction<'_>, actor: &Actor, token: TokenHash) -> Result<(), StoreError> {
    if tx.execute("DELETE FROM sessions WHERE token = ?1", [token.0])? > 0 {
        audit::note(tx, actor, "session.close", actor.user.as_ref().map(|user| user as &dyn std::fmt::Display), None)?;
    }
    Ok(())
}
