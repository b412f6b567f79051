//! Organizations and users in SQLite.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use serde_json::json;
use shared::ids::{EventId, OrganizationId, UserId};

use super::error::StoreError;
use super::{Column, SqliteStore, audit, events, keys, sessions};
use crate::people::session::{Principal, Session, TokenHash};
use crate::people::{Actor, AuditRecord, Email, Organization, Role, User, Viewer};
use crate::store::people::{
    AddUser, AuditQuery, ChangeUser, Credentials, EndSessions, Found, Founding, NewSession, NewUser, PeopleStore,
    QuietAct, UserChange, Which,
};

const USERS: &str = include_str!("sql/users.sql");
const USER_INSERT: &str = include_str!("sql/user_insert.sql");

/// Internal id of an organization.
pub(crate) fn organization_row(tx: &Connection, id: OrganizationId) -> Result<Option<i64>, StoreError> {
    let mut statement = tx.prepare_cached("SELECT id FROM organizations WHERE organization = ?1")?;
    Ok(statement.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
}

pub(super) fn insert_organization(tx: &Connection, organization: &Organization) -> Result<i64, StoreError> {
    let sql = "INSERT INTO organizations (organization, name, created) VALUES (?1, ?2, ?3)";
    tx.execute(sql, (organization.id.as_bytes(), &organization.name, organization.created))?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn read_organization(tx: &Connection, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    let sql = "SELECT organization, name, created FROM organizations WHERE organization = ?1";
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query_and_then([id.as_bytes()], to_organization)?;
    rows.next().transpose()
}

fn organizations(tx: &Connection) -> Result<Vec<Organization>, StoreError> {
    let mut statement = tx.prepare("SELECT organization, name, created FROM organizations ORDER BY name")?;
    let rows = statement.query_and_then([], to_organization)?;
    rows.collect()
}

fn to_organization(row: &Row<'_>) -> Result<Organization, StoreError> {
    Ok(Organization { id: row.id("organization")?, name: row.get("name")?, created: row.get("created")? })
}

fn role_number(role: Role) -> i64 {
    match role {
        Role::Admin => 1,
        Role::Promoter => 2,
    }
}

pub(super) fn to_user(tx: &Connection, row: &Row<'_>) -> Result<User, StoreError> {
    let role = match row.get("role")? {
        1 => Role::Admin,
        2 => Role::Promoter,
        _ => return Err(StoreError::Impossible("users.role")),
    };
    let email: String = row.get("email")?;
    let internal: i64 = row.get("internal")?;
    Ok(User {
        id: row.id("user")?,
        organization: row.id("organization")?,
        email: Email::try_from(email).map_err(|_| StoreError::Impossible("users.email"))?,
        name: row.get("name")?,
        role,
        events: if role == Role::Promoter { grants(tx, internal)? } else { vec![] },
        created: row.get("created")?,
    })
}

fn grants(tx: &Connection, user: i64) -> Result<Vec<EventId>, StoreError> {
    let sql = "SELECT e.event FROM grants g JOIN events e ON e.id = g.event WHERE g.user = ?1 ORDER BY e.id";
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_and_then([user], |row| row.id("event"))?;
    rows.collect()
}

/// Users by organization and optionally by id or address.
fn find(
    tx: &Connection,
    organization: Option<OrganizationId>,
    id: Option<UserId>,
    email: Option<&Email>,
) -> Result<Vec<(i64, User, String)>, StoreError> {
    let mut statement = tx.prepare_cached(USERS)?;
    let params = named_params! {
        ":organization": organization.as_ref().map(|id| id.as_bytes().as_slice()),
        ":user": id.as_ref().map(|id| id.as_bytes().as_slice()),
        ":email": email.map(Email::as_str),
    };
    let rows =
        statement.query_and_then(params, |row| Ok((row.get("internal")?, to_user(tx, row)?, row.get("password")?)))?;
    rows.collect()
}

/// Whether somebody with this id belongs to the organization.
pub(super) fn is_there(tx: &Connection, organization: OrganizationId, id: UserId) -> Result<bool, StoreError> {
    Ok(!find(tx, Some(organization), Some(id), None)?.is_empty())
}

fn add(tx: &Transaction<'_>, actor: &Actor, user: &NewUser) -> Result<AddUser, StoreError> {
    if !find(tx, None, None, Some(&user.email))?.is_empty() {
        return Ok(AddUser::EmailInUse);
    }
    if let Some(unknown) = unknown_event(tx, actor.organization, &user.events)? {
        return Ok(AddUser::UnknownEvent(unknown));
    }
    let params = named_params! {
        ":user": user.id.as_bytes(), ":organization": actor.organization.as_bytes(), ":email": user.email.as_str(),
        ":name": user.name, ":role": role_number(user.role), ":password": user.password_hash, ":created": actor.at,
    };
    tx.execute(USER_INSERT, params)?;
    grant(tx, tx.last_insert_rowid(), &user.events)?;
    let detail = json!({ "email": user.email.as_str(), "role": user.role, "events": user.events });
    audit::note(tx, actor, "user.add", Some(&user.id), Some(&detail))?;
    let added = find(tx, Some(actor.organization), Some(user.id), None)?.pop();
    added.map(|(_, user, _)| AddUser::Added(user)).ok_or(StoreError::Impossible("users"))
}

/// The first of `events` that the organization does not have.
fn unknown_event(
    tx: &Connection,
    organization: OrganizationId,
    events: &[EventId],
) -> Result<Option<EventId>, StoreError> {
    let viewer = Viewer::admin(organization);
    for event in events {
        if events::visible(tx, viewer, *event)?.is_none() {
            return Ok(Some(*event));
        }
    }
    Ok(None)
}

/// Sets the events a promoter may read.
fn grant(tx: &Connection, user: i64, events: &[EventId]) -> Result<(), StoreError> {
    tx.execute("DELETE FROM grants WHERE user = ?1", [user])?;
    let sql = "INSERT INTO grants (user, event) SELECT ?1, id FROM events WHERE event = ?2 ON CONFLICT DO NOTHING";
    let mut statement = tx.prepare_cached(sql)?;
    for event in events {
        statement.execute((user, event.as_bytes()))?;
    }
    Ok(())
}

fn other_admins(tx: &Connection, organization: OrganizationId, except: UserId) -> Result<bool, StoreError> {
    let all = find(tx, Some(organization), None, None)?;
    Ok(all.iter().any(|(_, user, _)| user.role == Role::Admin && user.id != except))
}

fn change(tx: &Transaction<'_>, actor: &Actor, id: UserId, change: &UserChange) -> Result<ChangeUser, StoreError> {
    let Some((internal, user, _)) = find(tx, Some(actor.organization), Some(id), None)?.pop() else {
        return Ok(ChangeUser::NotFound);
    };
    let role = change.role.unwrap_or(user.role);
    if role != Role::Admin && user.role == Role::Admin && !other_admins(tx, actor.organization, id)? {
        return Ok(ChangeUser::LastAdmin);
    }
    if let Some(events) = &change.events {
        if let Some(unknown) = unknown_event(tx, actor.organization, events)? {
            return Ok(ChangeUser::UnknownEvent(unknown));
        }
        grant(tx, internal, events)?;
    }
    let name = change.name.as_ref().unwrap_or(&user.name);
    tx.execute("UPDATE users SET name = ?2, role = ?3 WHERE id = ?1", (internal, name, role_number(role)))?;
    if let Some(hash) = &change.password_hash {
        tx.execute("UPDATE users SET password = ?2 WHERE id = ?1", (internal, hash))?;
        tx.execute("DELETE FROM sessions WHERE user = ?1", [internal])?;
    }
    let detail = json!({
        "name": change.name, "role": change.role, "events": change.events, "password": change.password_hash.is_some(),
    });
    audit::note(tx, actor, "user.change", Some(&id), Some(&detail))?;
    let changed = find(tx, Some(actor.organization), Some(id), None)?.pop();
    changed.map(|(_, user, _)| ChangeUser::Done(user)).ok_or(StoreError::Impossible("users"))
}

fn remove(tx: &Transaction<'_>, actor: &Actor, id: UserId) -> Result<ChangeUser, StoreError> {
    let Some((internal, user, _)) = find(tx, Some(actor.organization), Some(id), None)?.pop() else {
        return Ok(ChangeUser::NotFound);
    };
    if user.role == Role::Admin && !other_admins(tx, actor.organization, id)? {
        return Ok(ChangeUser::LastAdmin);
    }
    tx.execute("DELETE FROM users WHERE id = ?1", [internal])?;
    audit::note(tx, actor, "user.remove", Some(&id), Some(&json!({ "email": user.email.as_str() })))?;
    Ok(ChangeUser::Done(user))
}

fn found(tx: &Transaction<'_>, founding: &Founding) -> Result<Found, StoreError> {
    let organization = &founding.organization;
    if let Some(there) = organizations(tx)?.into_iter().next().filter(|_| founding.only_first) {
        return Ok(Found::NotFirst(Box::new(there)));
    }
    let taken =
        tx.query_row("SELECT 1 FROM organizations WHERE name = ?1", [&organization.name], |_| Ok(())).optional()?;
    if taken.is_some() {
        return Ok(Found::NameInUse);
    }
    if !find(tx, None, None, Some(&founding.admin.email))?.is_empty() {
        return Ok(Found::EmailInUse);
    }
    let internal = insert_organization(tx, organization)?;
    for key in &founding.keys {
        keys::insert(tx, internal, key)?;
    }
    keys::insert_keyset(tx, internal, &founding.keyset)?;
    let actor = &founding.actor;
    audit::note(tx, actor, "organization.found", Some(&organization.id), Some(&json!({ "name": organization.name })))?;
    match add(tx, actor, &founding.admin)? {
        AddUser::Added(_) => Ok(Found::Founded),
        AddUser::EmailInUse | AddUser::UnknownEvent(_) => Err(StoreError::Impossible("users")),
    }
}

#[async_trait]
impl PeopleStore for SqliteStore {
    async fn found(&self, founding: Founding) -> Result<Found, StoreError> {
        self.write(move |tx| found(tx, &founding)).await
    }

    async fn organizations(&self) -> Result<Vec<Organization>, StoreError> {
        self.read(|tx| organizations(tx)).await
    }

    async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        self.read(move |tx| read_organization(tx, id)).await
    }

    async fn rename_organization(&self, actor: Actor, name: String) -> Result<Option<Organization>, StoreError> {
        self.write(move |tx| {
            let sql = "UPDATE organizations SET name = ?2 WHERE organization = ?1";
            tx.execute(sql, (actor.organization.as_bytes(), &name))?;
            let detail = json!({ "name": name });
            audit::note(tx, &actor, "organization.rename", Some(&actor.organization), Some(&detail))?;
            read_organization(tx, actor.organization)
        })
        .await
    }

    async fn credentials(&self, email: Email) -> Result<Option<Credentials>, StoreError> {
        self.read(move |tx| {
            let found = find(tx, None, None, Some(&email))?.pop();
            Ok(found.map(|(_, user, password_hash)| Credentials { user, password_hash }))
        })
        .await
    }

    async fn open_session(&self, actor: Actor, session: NewSession) -> Result<(), StoreError> {
        self.write(move |tx| sessions::open(tx, &actor, &session)).await
    }

    async fn principal(&self, token: TokenHash, now: i64) -> Result<Option<Principal>, StoreError> {
        self.read(move |tx| sessions::principal(tx, token, now)).await
    }

    async fn sessions(&self, organization: OrganizationId, user: UserId, now: i64) -> Result<Vec<Session>, StoreError> {
        self.read(move |tx| sessions::of(tx, organization, user, now)).await
    }

    async fn end_sessions(&self, actor: Actor, user: UserId, which: Which) -> Result<EndSessions, StoreError> {
        self.write(move |tx| sessions::end(tx, &actor, user, which)).await
    }

    async fn refused(
        &self,
        event: EventId,
        seats: Vec<(TokenHash, Viewer)>,
        now: i64,
    ) -> Result<Vec<(TokenHash, Viewer)>, StoreError> {
        self.read(move |tx| {
            let mut refused = Vec::new();
            for (token, viewer) in seats {
                let same = sessions::principal(tx, token, now)?.is_some_and(|principal| principal.viewer() == viewer);
                if !same || events::visible(tx, viewer, event)?.is_none() {
                    refused.push((token, viewer));
                }
            }
            Ok(refused)
        })
        .await
    }

    async fn close_session(&self, actor: Actor, token: TokenHash) -> Result<(), StoreError> {
        self.write(move |tx| sessions::close(tx, &actor, token)).await
    }

    async fn users(&self, organization: OrganizationId) -> Result<Vec<User>, StoreError> {
        self.read(move |tx| {
            let all = find(tx, Some(organization), None, None)?;
            Ok(all.into_iter().map(|(_, user, _)| user).collect())
        })
        .await
    }

    async fn add_user(&self, actor: Actor, user: NewUser) -> Result<AddUser, StoreError> {
        self.write(move |tx| add(tx, &actor, &user)).await
    }

    async fn change_user(&self, actor: Actor, id: UserId, with: UserChange) -> Result<ChangeUser, StoreError> {
        self.write(move |tx| change(tx, &actor, id, &with)).await
    }

    async fn remove_user(&self, actor: Actor, id: UserId) -> Result<ChangeUser, StoreError> {
        self.write(move |tx| remove(tx, &actor, id)).await
    }

    async fn note_act(&self, actor: Actor, act: QuietAct) -> Result<(), StoreError> {
        self.write(move |tx| match act {
            QuietAct::CodesDrawn { event, tickets } => {
                audit::note(tx, &actor, "tickets.print", Some(&event), Some(&json!({ "tickets": tickets })))
            }
            QuietAct::BackupWritten => audit::note(tx, &actor, "database.backup", None, None),
        })
        .await
    }

    async fn audit(&self, organization: OrganizationId, query: AuditQuery) -> Result<Vec<AuditRecord>, StoreError> {
        self.read(move |tx| audit::list(tx, organization, &query)).await
    }

    async fn audit_of(&self, organization: OrganizationId, subject: String) -> Result<Vec<AuditRecord>, StoreError> {
        self.read(move |tx| audit::of_subject(tx, organization, &subject)).await
    }
}
