//! What a scanner is told instead of what it asked for; it acts on the code.

use axum::http::StatusCode;
use shared::api::{RevocationProof, problem};

/// Why a scanner's call is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceRefusal {
    /// No token, or an ended one.
    #[error("authenticate again: the token is missing, wrong or expired")]
    NotAuthenticated,
    /// A proof does not hold.
    #[error("the proof was not accepted: {0}")]
    BadProof(&'static str),
    /// Revoked; with the signed list that says so, where one is out already and the asker proved who it is.
    #[error("this scanner was revoked by an administrator")]
    Revoked(Option<Box<RevocationProof>>),
    /// Neither known nor convincing.
    #[error("this server does not know the scanner: {0}")]
    Unknown(String),
    /// No such invitation.
    #[error("there is no such invitation; ask the administrator for a new one")]
    InvitationUnknown,
    /// Used before.
    #[error("this invitation was used before; ask the administrator for a new one")]
    InvitationUsed,
    /// Too old.
    #[error("this invitation has expired: it is good for 15 minutes; ask the administrator for a new one")]
    InvitationExpired,
    /// Not certified for the event, or not a supervisor.
    #[error("this scanner may not do this: {0}")]
    Forbidden(&'static str),
    /// No manifest yet.
    #[error("no manifest of this event has been published yet")]
    NotPublished,
    /// Not the message this address takes.
    #[error("the message cannot be read: {0}")]
    BadRequest(String),
    /// More than a message may hold.
    #[error("the message is larger than a mebibyte")]
    TooLarge,
}

impl DeviceRefusal {
    /// Status and stable code.
    pub fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotAuthenticated | Self::BadProof(_) => (StatusCode::UNAUTHORIZED, problem::NOT_AUTHENTICATED),
            Self::Revoked(_) => (StatusCode::FORBIDDEN, problem::SCANNER_REVOKED),
            Self::Unknown(_) => (StatusCode::FORBIDDEN, problem::SCANNER_UNKNOWN),
            Self::InvitationUnknown => (StatusCode::NOT_FOUND, problem::INVITATION_UNKNOWN),
            Self::InvitationUsed => (StatusCode::CONFLICT, problem::INVITATION_USED),
            Self::InvitationExpired => (StatusCode::GONE, problem::INVITATION_EXPIRED),
            Self::Forbidden(_) => (StatusCode::FORBIDDEN, problem::FORBIDDEN),
            Self::NotPublished => (StatusCode::NOT_FOUND, problem::NOT_PUBLISHED),
            Self::BadRequest(_) => (StatusCode::BAD_REQUEST, problem::BAD_REQUEST),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, problem::TOO_LARGE),
        }
    }
}
