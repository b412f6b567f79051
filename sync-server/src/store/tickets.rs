//! Use cases around tickets.

use std::sync::Arc;

use async_trait::async_trait;
use shared::clock::Entropy;
use shared::ids::{EventId, ProductId, TicketKey};
use shared::manifest::TicketState;

use super::StoreError;
use crate::change::Change;
use crate::keys::Seed;
use crate::people::{Actor, AuditRecord, Viewer};
use crate::tickets::{CodeSource, DraftError, Missing, NewTicket, Ticket};

/// What happens to tickets that are there already: with the same code or, for rows without a code, with the same
/// reference, name and e-mail address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Existing {
    /// They are errors.
    #[default]
    Refuse,
    /// They stay as they are.
    Skip,
    /// They take over what the list says; their state stays, except for paid or unpaid. Goes by the code: rows without
    /// one that are there already are errors.
    Update,
    /// Rows without a code become new tickets once more, with codes of their own. A code that is there is an error.
    Add,
}

/// What became of adding tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddTickets {
    /// Done.
    Added(Added),
    /// No such event in the organization.
    NotFound,
    /// The event is archived.
    Archived,
    /// Nothing was added: these, by position, are there already.
    Exist(Vec<usize>),
}

/// How many of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Added {
    /// New ones.
    pub added: u64,
    /// There already, changed.
    pub updated: u64,
    /// There already, left alone.
    pub skipped: u64,
}

/// Hears how many tickets have been stored so far.
pub type Progress = Arc<dyn Fn(u64) + Send + Sync>;

/// Which tickets to list.
#[derive(Debug, Clone, Default)]
pub struct TicketQuery {
    /// Part of name, e-mail address or reference, the ticket key from its beginning (any case), or a whole code.
    pub search: Option<String>,
    /// Only of this product.
    pub product: Option<ProductId>,
    /// Only in this state.
    pub state: Option<TicketState>,
    /// Behind this ticket.
    pub after: Option<TicketKey>,
    /// Instead: the nearest ones before this ticket.
    pub before: Option<TicketKey>,
    /// At most so many.
    pub limit: u32,
}

/// What an administrator does to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Given back; for good.
    Cancel(Option<String>),
    /// Barred.
    Block(Option<String>),
    /// No longer barred.
    Unblock,
    /// Paid or not.
    Paid(bool),
    /// A new code; older ones are revoked.
    Reissue,
    /// Other facts.
    Edit(Edit),
}

/// Changes to a ticket's facts; `None` leaves as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// What was sold.
    pub product: Option<ProductId>,
    /// People it lets in.
    pub admits: Option<u32>,
    /// Valid from (s).
    pub not_before: Change<i64>,
    /// Valid until (s).
    pub not_after: Change<i64>,
    /// Name on it.
    pub attendee: Change<String>,
    /// Note for the door.
    pub note: Change<String>,
    /// Where it was sent.
    pub email: Change<String>,
    /// The seller's own number.
    pub reference: Change<String>,
}

/// What became of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeTicket {
    /// Done, or already so; how it is now.
    Done(Ticket),
    /// No such ticket in the organization.
    NotFound,
    /// The event is archived.
    Archived,
    /// It is canceled: nothing else can be done to it.
    Canceled,
    /// Another vendor's codes cannot be issued again here.
    NotOurs,
    /// The code of a refilled ticket is not known here, so its attendee cannot be sealed.
    NoCode,
    /// The facts would make no sense.
    Invalid(DraftError),
}

/// A ticket with what its code is made of.
#[derive(Debug, Clone)]
pub struct Printable {
    /// The ticket.
    pub ticket: Ticket,
    /// What its code is made of; `None` if that is not known here.
    pub source: Option<CodeSource>,
    /// The key that signs codes of its event; `None` if there is none that may.
    pub seed: Option<Seed>,
}

impl Printable {
    /// The text for its QR.
    pub fn text(&self) -> Result<String, Missing> {
        let source = self.source.as_ref().ok_or(Missing::Code)?;
        if let CodeSource::Opaque(text) = source {
            return Ok(text.0.clone());
        }
        let key = self.seed.as_ref().ok_or(Missing::Key)?.signing_key();
        Ok(source.text(&self.ticket, &key))
    }
}

/// What administrators did with a ticket, and how far the scanners know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRecord {
    /// The ticket as it is now.
    pub ticket: Ticket,
    /// The act that added it, if the audit log knows it: a ticket taken over from a scanner has none.
    pub added: Option<AuditRecord>,
    /// Acts on it alone, oldest first; the newest [`MAX_ACTS`].
    pub acts: Vec<AuditRecord>,
    /// Version of the list that brought its present facts to the scanners; `None` if none has.
    pub listed: Option<u64>,
    /// Something about it is not published yet.
    pub waiting: bool,
}

/// Most acts told of one ticket.
pub const MAX_ACTS: u32 = 500;

/// Tickets.
#[async_trait]
pub trait TicketStore {
    /// Adds tickets to an event of the actor's organization, all in one transaction.
    async fn add_tickets(
        &self,
        actor: Actor,
        event: EventId,
        tickets: Vec<NewTicket>,
        existing: Existing,
        progress: Progress,
    ) -> Result<AddTickets, StoreError>;

    /// Tickets of an event, oldest first; `None` if the viewer may not see the event.
    async fn tickets(
        &self,
        viewer: Viewer,
        event: EventId,
        query: TicketQuery,
    ) -> Result<Option<Vec<Ticket>>, StoreError>;

    /// One ticket, if the viewer may see its event.
    async fn ticket(&self, viewer: Viewer, key: TicketKey) -> Result<Option<Ticket>, StoreError>;

    /// What was done with a ticket, for an admin of the organization.
    async fn ticket_record(&self, viewer: Viewer, key: TicketKey) -> Result<Option<TicketRecord>, StoreError>;

    /// Changes a ticket of the actor's organization and marks it for publishing.
    async fn change_ticket(
        &self,
        actor: Actor,
        key: TicketKey,
        act: Act,
        entropy: Arc<dyn Entropy>,
    ) -> Result<ChangeTicket, StoreError>;

    /// A ticket with its code, for an admin of the organization; `now` (ms) decides which key signs.
    async fn printable(&self, viewer: Viewer, key: TicketKey, now: i64) -> Result<Option<Printable>, StoreError>;

    /// Tickets of an event with their codes, oldest first.
    async fn printables(
        &self,
        viewer: Viewer,
        event: EventId,
        query: TicketQuery,
        now: i64,
    ) -> Result<Vec<Printable>, StoreError>;
}
