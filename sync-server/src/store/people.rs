//! Use cases around people: founding an organization, signing in, administering users.

use async_trait::async_trait;
use shared::ids::{EventId, OrganizationId, UserId};

use super::StoreError;
use crate::keys::StoredKey;
use crate::keys::keyset::SignedKeyset;
use crate::people::session::{Principal, Session, SessionId, SessionKind, TokenHash};
use crate::people::{Actor, AuditRecord, Email, Organization, Role, User, Viewer};

/// What a new organization begins with.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The organization.
    pub organization: Organization,
    /// Its first admin.
    pub admin: NewUser,
    /// Its first keys, the root among them.
    pub keys: Vec<StoredKey>,
    /// Its first keyset.
    pub keyset: SignedKeyset,
    /// Who founds it.
    pub actor: Actor,
    /// Only if there is no organization yet.
    pub only_first: bool,
}

/// What became of founding an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It is there.
    Founded,
    /// There is an organization already, and only the first was to be founded.
    NotFirst(Box<Organization>),
    /// One with this name is there already.
    NameInUse,
    /// The admin's address belongs to somebody already.
    EmailInUse,
}

/// Somebody to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// New public id.
    pub id: UserId,
    /// What they sign in with.
    pub email: Email,
    /// What others call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Events a promoter may read.
    pub events: Vec<EventId>,
    /// argon2id, PHC string format.
    pub password_hash: String,
}

/// What became of adding somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddUser {
    /// They are there.
    Added(User),
    /// The address belongs to somebody already.
    EmailInUse,
    /// No such event in the organization.
    UnknownEvent(EventId),
}

/// Changes to somebody; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// New name.
    pub name: Option<String>,
    /// New role.
    pub role: Option<Role>,
    /// Events they may read from now on.
    pub events: Option<Vec<EventId>>,
    /// New password, hashed. Ends all their sessions.
    pub password_hash: Option<String>,
}

/// What became of changing or removing somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeUser {
    /// Done; how they are now, or were last.
    Done(User),
    /// No such person in the organization.
    NotFound,
    /// Nobody would be left to administer the organization.
    LastAdmin,
    /// No such event in the organization.
    UnknownEvent(EventId),
}

/// Somebody who wants to sign in, and the hash to check them by.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Who.
    pub user: User,
    /// argon2id, PHC string format.
    pub password_hash: String,
}

/// A session to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewSession {
    /// Hash of its token.
    pub token: TokenHash,
    /// How it is shown.
    pub kind: SessionKind,
    /// Until when it lasts (ms).
    pub expires: i64,
}

/// Which of somebody's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// All but this one.
    AllBut(SessionId),
    /// This one.
    One(SessionId),
}

/// What became of ending sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndSessions {
    /// So many were open and are not any more.
    Ended(u64),
    /// No such person in the organization, or no such session of theirs.
    NotFound,
}

/// An act that changes nothing in the database, and must be known all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuietAct {
    /// Codes of so many tickets of an event were drawn, to be printed.
    CodesDrawn {
        /// Whose.
        event: EventId,
        /// How many.
        tickets: u64,
    },
    /// The database, with all keys and names, was copied to a file.
    BackupWritten,
}

/// Which lines of the audit log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Lines below this one.
    pub before: Option<i64>,
    /// Instead: the nearest ones above this one.
    pub after: Option<i64>,
    /// Part of who did it: an e-mail address, "command line", a scanner.
    pub actor: Option<String>,
    /// A kind of act, as `ticket.block`, or all of an area, as `ticket`.
    pub action: Option<String>,
    /// Not before (ms).
    pub from: Option<i64>,
    /// Before (ms).
    pub until: Option<i64>,
    /// Acts on this event, its tickets and its scanners.
    pub event: Option<EventId>,
    /// At most so many.
    pub limit: u32,
}

/// Organizations, users, sessions, audit log.
#[async_trait]
pub trait PeopleStore {
    /// Makes an organization with its keys and its first admin, all or nothing.
    async fn found(&self, founding: Founding) -> Result<Found, StoreError>;

    /// All organizations on this server, by name; for the command line only.
    async fn organizations(&self) -> Result<Vec<Organization>, StoreError>;

    /// One organization.
    async fn organization(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError>;

    /// Renames the actor's organization.
    async fn rename_organization(&self, actor: Actor, name: String) -> Result<Option<Organization>, StoreError>;

    /// Whoever signs in with this address.
    async fn credentials(&self, email: Email) -> Result<Option<Credentials>, StoreError>;

    /// Opens a session for the actor and forgets those that have expired.
    async fn open_session(&self, actor: Actor, session: NewSession) -> Result<(), StoreError>;

    /// Whose session this is, if it is open at `now` (ms).
    async fn principal(&self, token: TokenHash, now: i64) -> Result<Option<Principal>, StoreError>;

    /// Open sessions of somebody of the organization, latest first.
    async fn sessions(&self, organization: OrganizationId, user: UserId, now: i64) -> Result<Vec<Session>, StoreError>;

    /// Ends sessions of somebody of the actor's organization and says how many there were.
    async fn end_sessions(&self, actor: Actor, user: UserId, which: Which) -> Result<EndSessions, StoreError>;

    /// Those of these sessions that are closed at `now` (ms), do not see the event any more, or see more or less than they did.
    async fn refused(
        &self,
        event: EventId,
        seats: Vec<(TokenHash, Viewer)>,
        now: i64,
    ) -> Result<Vec<(TokenHash, Viewer)>, StoreError>;

    /// Ends a session.
    async fn close_session(&self, actor: Actor, token: TokenHash) -> Result<(), StoreError>;

    /// All users of the organization, by address.
    async fn users(&self, organization: OrganizationId) -> Result<Vec<User>, StoreError>;

    /// Adds somebody to the actor's organization.
    async fn add_user(&self, actor: Actor, user: NewUser) -> Result<AddUser, StoreError>;

    /// Changes somebody of the actor's organization.
    async fn change_user(&self, actor: Actor, id: UserId, change: UserChange) -> Result<ChangeUser, StoreError>;

    /// Removes somebody of the actor's organization and ends their sessions. The audit log keeps what they did.
    async fn remove_user(&self, actor: Actor, id: UserId) -> Result<ChangeUser, StoreError>;

    /// Notes an act that changes nothing.
    async fn note_act(&self, actor: Actor, act: QuietAct) -> Result<(), StoreError>;

    /// The audit log, newest first.
    async fn audit(&self, organization: OrganizationId, query: AuditQuery) -> Result<Vec<AuditRecord>, StoreError>;

    /// What was done to one thing (a ticket, scanner, user …), by its public id; oldest first.
    async fn audit_of(&self, organization: OrganizationId, subject: String) -> Result<Vec<AuditRecord>, StoreError>;
}
