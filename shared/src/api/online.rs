//! What a connected scanner may ask while a guest stands before it.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::entry::Direction;
use crate::ids::{EventId, GateId, Nonce, ProductId, TicketKey};
use crate::manifest::TicketState;

/// Asks for a ticket's newest history and a hold.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ConfirmRequest {
    /// Comes back in the signed answer.
    #[n(1)]
    pub nonce: Nonce,
    /// The event.
    #[n(2)]
    pub event: EventId,
    /// The ticket.
    #[n(3)]
    pub ticket: TicketKey,
    /// Where it is shown.
    #[n(4)]
    pub gate: GateId,
    /// Which way.
    #[n(5)]
    pub direction: Direction,
}

/// The signed answer's bytes: [`Confirmation`] (domain `confirm`).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ConfirmResponse {
    /// Signed [`Confirmation`].
    #[cbor(n(1), with = "minicbor::bytes")]
    pub confirmation: Vec<u8>,
}

/// What the server knows of a ticket at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Confirmation {
    /// Of the request.
    #[n(1)]
    pub nonce: Nonce,
    /// Of the request.
    #[n(2)]
    pub ticket: TicketKey,
    /// Server time (ms).
    #[n(3)]
    pub at: i64,
    /// Exact bytes of the ticket's trusted entries and the undos that concern them, in order of time.
    #[n(4)]
    pub entries: Vec<ByteVec>,
    /// Their times: `[lo, hi]` (ms) for each entry.
    #[n(5)]
    pub times: Vec<(i64, i64)>,
    /// The ticket is reserved for the asker for [`super::HOLD_MS`]. Always true for exits, which need no hold.
    #[n(6)]
    pub granted: bool,
    /// Where it is reserved, if for another.
    #[n(7)]
    pub held_at: Option<GateId>,
}

/// Gives a reserved ticket free (refused after all).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReleaseRequest {
    /// The event.
    #[n(1)]
    pub event: EventId,
    /// The ticket.
    #[n(2)]
    pub ticket: TicketKey,
}

/// Done.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ReleaseResponse {
    /// Whether there was a hold of the asker.
    #[n(1)]
    pub released: bool,
}

/// Finds tickets by attendee name, e-mail or reference.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SearchRequest {
    /// The event.
    #[n(1)]
    pub event: EventId,
    /// Part of a name, e-mail or reference; at least two characters.
    #[n(2)]
    pub query: String,
    /// Most hits wanted.
    #[n(3)]
    pub limit: u32,
}

/// The hits.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SearchResponse {
    /// In order of name.
    #[n(1)]
    pub hits: Vec<SearchHit>,
}

/// One ticket found.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SearchHit {
    /// What devices know it by.
    #[n(1)]
    pub ticket: TicketKey,
    /// Attendee.
    #[n(2)]
    pub name: String,
    /// Kind of ticket.
    #[n(3)]
    pub product: ProductId,
    /// May it be used.
    #[n(4)]
    pub state: TicketState,
    /// People it admits.
    #[n(5)]
    pub admits: u32,
    /// Its people inside.
    #[n(6)]
    pub inside: u32,
    /// The organizer's reference.
    #[n(7)]
    pub reference: Option<String>,
}
