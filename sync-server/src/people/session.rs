//! Sessions: a random token for the holder, its hash for the database.

use sha2::{Digest, Sha256};
use shared::clock::{Entropy, random};
use shared::ids::{from_hex, to_hex};

use super::{User, Viewer};
use crate::people::{Actor, Role};

/// How long a page stays signed in: a long evening with its preparation.
pub const COOKIE_MS: i64 = 16 * 60 * 60 * 1000;

/// How long a script's token lasts.
pub const BEARER_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// How a session is shown with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// By pages: a cookie that scripts cannot read.
    Cookie,
    /// By scripts: `Authorization: Bearer …`.
    Token,
}

impl SessionKind {
    /// How long it lasts (ms).
    pub fn lasts_ms(self) -> i64 {
        match self {
            Self::Cookie => COOKIE_MS,
            Self::Token => BEARER_MS,
        }
    }
}

/// SHA-256 of a token: what the database knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

/// Names a session without opening it: the first half of its token's hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionId([u8; 16]);

impl TokenHash {
    /// The public name of its session.
    pub fn session(&self) -> SessionId {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0[..16]);
        SessionId(id)
    }
}

impl std::fmt::Display for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl std::str::FromStr for SessionId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        from_hex(text)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or("a session's id has 32 hexadecimal digits")
    }
}

impl<'de> serde::Deserialize<'de> for SessionId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An open session as its owner and administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// How it is shown.
    pub kind: SessionKind,
    /// Since when (ms).
    pub created: i64,
    /// Until when (ms).
    pub expires: i64,
    /// From where it was begun, where that is known.
    pub address: Option<String>,
}

/// A token as its holder shows it: 64 hexadecimal digits.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random(entropy))
    }

    /// From its text; `None` if it cannot be one.
    pub fn read(text: &str) -> Option<Self> {
        from_hex(text)?.try_into().ok().map(Self)
    }

    /// Its text, for the holder only.
    pub fn reveal(&self) -> String {
        to_hex(&self.0)
    }

    /// What is stored.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }
}

/// Who is behind a request.
#[derive(Debug, Clone)]
pub struct Principal {
    /// The person.
    pub user: User,
    /// Their session's token, hashed; signing out closes it.
    pub token: TokenHash,
    /// How the session is shown.
    pub kind: SessionKind,
}

impl Principal {
    /// What they may see.
    pub fn viewer(&self) -> Viewer {
        let only_granted_to = match self.user.role {
            Role::Admin => None,
            Role::Promoter => Some(self.user.id),
        };
        Viewer { organization: self.user.organization, only_granted_to }
    }

    /// Them, as the one who does something now.
    pub fn actor(&self, address: std::net::IpAddr, at: i64) -> Actor {
        Actor {
            organization: self.user.organization,
            user: Some(self.user.id),
            name: self.user.email.to_string(),
            address: Some(address),
            at,
        }
    }
}
