//! People who sign in: who they are, what they may do, and the record of what they did.

pub mod email;
pub mod founding;
pub mod password;
pub mod session;
pub mod setup;

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use shared::ids::{EventId, OrganizationId, UserId};

pub use email::Email;

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything within the organization.
    Admin,
    /// Reads the events granted to them.
    Promoter,
}

impl Role {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "administrator",
            Self::Promoter => "promoter",
        }
    }
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Public id.
    pub id: UserId,
    /// Where they belong.
    pub organization: OrganizationId,
    /// What they sign in with.
    pub email: Email,
    /// What others call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Events a promoter may read; empty for admins, who read all.
    pub events: Vec<EventId>,
    /// When they were added (ms).
    pub created: i64,
}

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Public id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// When it was made (ms).
    pub created: i64,
}

/// Who does something, when and from where; written to the audit log with it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// On whose behalf.
    pub organization: OrganizationId,
    /// Who; `None` for the command line on the server itself.
    pub user: Option<UserId>,
    /// Their e-mail address, or "command line".
    pub name: String,
    /// From where.
    pub address: Option<IpAddr>,
    /// When (ms).
    pub at: i64,
}

impl Actor {
    /// Somebody with access to the server's files.
    pub fn command_line(organization: OrganizationId, at: i64) -> Self {
        Self { organization, user: None, name: "command line".into(), address: None, at }
    }
}

/// Whose eyes a query has: every query is scoped by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Viewer {
    /// Nothing outside this organization is visible.
    pub organization: OrganizationId,
    /// A promoter sees only the events granted to them; `None` sees all of the organization.
    pub only_granted_to: Option<UserId>,
}

impl Viewer {
    /// Everything within the organization.
    pub fn admin(organization: OrganizationId) -> Self {
        Self { organization, only_granted_to: None }
    }
}

/// One line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Rises with time.
    pub id: i64,
    /// When (ms).
    pub at: i64,
    /// Who; `None` for the command line.
    pub user: Option<UserId>,
    /// Their name at that time.
    pub actor: String,
    /// From where.
    pub address: Option<String>,
    /// What, as `ticket.block`.
    pub action: String,
    /// To what, as a public id.
    pub subject: Option<String>,
    /// More facts, JSON.
    pub detail: Option<String>,
}
