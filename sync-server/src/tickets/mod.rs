//! Tickets: what is sold, how it gets its code, and what becomes of it.

pub mod again;
mod cells;
pub mod columns;
pub mod draft;
pub mod fault;
pub mod headers;
pub mod import;
pub mod list;
pub mod look;
pub mod qr;
pub mod staged;
pub mod story;

use shared::cose::SigningKey;
use shared::ids::{EventId, ProductId, TicketKey};
use shared::manifest::TicketState;
use shared::ticket::{Secret, Ticket as Code};

pub use draft::{Draft, DraftError, NewTicket};

/// A ticket as it is kept, without what its code is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// What devices know it by; its public id.
    pub key: TicketKey,
    /// Which event's.
    pub event: EventId,
    /// Whether it may be used.
    pub state: TicketState,
    /// Why it was canceled or blocked.
    pub reason: Option<String>,
    /// Newest generation; older codes are revoked.
    pub generation: u32,
    /// What was sold.
    pub product: ProductId,
    /// People it lets in.
    pub admits: u32,
    /// Valid from (s).
    pub not_before: Option<i64>,
    /// Valid until (s).
    pub not_after: Option<i64>,
    /// Name on it.
    pub attendee: Option<String>,
    /// Note for the door.
    pub note: Option<String>,
    /// Where it was sent.
    pub email: Option<String>,
    /// The seller's own number.
    pub reference: Option<String>,
    /// Where its code comes from.
    pub origin: Origin,
    /// When it was made (ms).
    pub created: i64,
    /// When it last changed (ms).
    pub changed: i64,
}

/// Where a ticket's code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Signed here.
    Issued,
    /// Another vendor's.
    Imported,
    /// Known from a scanner's manifest only: its code cannot be printed here.
    Refilled,
}

/// What a ticket's code is made of. Never logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeSource {
    /// A code of ours, signed when it is asked for.
    Secret(Secret),
    /// Another vendor's text as printed.
    Opaque(OpaqueText),
}

/// Why a ticket's code cannot be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// It was refilled from a scanner's manifest.
    #[error("its code is not known here: the ticket was taken over from a scanner")]
    Code,
    /// No key of the event may sign.
    #[error("no ticket key of the event may sign; run `keys rotate`")]
    Key,
}

/// Another vendor's code; shown to nobody but its ticket.
#[derive(Clone, PartialEq, Eq)]
pub struct OpaqueText(pub String);

impl std::fmt::Debug for OpaqueText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OpaqueText(…)")
    }
}

/// The ticket a code text would belong to: for finding it, never for trusting it, so no signature is checked.
pub fn key_of_code(text: &str, event: EventId) -> TicketKey {
    shared::ticket::unverified_key(text, event).unwrap_or_else(|| shared::ticket::opaque_key(event, text))
}

impl CodeSource {
    /// What opens the ticket's attendee blob.
    pub fn sealing_secret(&self) -> &[u8] {
        match self {
            Self::Secret(secret) => &secret.0,
            Self::Opaque(text) => text.0.as_bytes(),
        }
    }

    /// The text for the QR.
    pub fn text(&self, ticket: &Ticket, key: &SigningKey) -> String {
        match self {
            Self::Opaque(text) => text.0.clone(),
            Self::Secret(secret) => Code {
                secret: secret.clone(),
                generation: ticket.generation,
                product: ticket.product,
                not_after: ticket.not_after,
                not_before: ticket.not_before,
                admits: (ticket.admits != 1).then_some(ticket.admits),
            }
            .code(key),
        }
    }
}
