//! Use cases around events and their rules.

use async_trait::async_trait;
use shared::ids::{EventId, ProductId};
use shared::policy::Policy;

use super::StoreError;
use crate::events::{Event, EventSummary};
use crate::invalid::FieldError;
use crate::keys::{Seed, StoredKey};
use crate::live::alarm::Thresholds;
use crate::people::{Actor, Viewer};

/// An event to be made.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// New public id.
    pub id: EventId,
    /// Its rules, checked.
    pub policy: Policy,
    /// From when on alarms are raised; sound ones.
    pub thresholds: Thresholds,
    /// The key that signs its tickets.
    pub ticket_key: StoredKey,
    /// The root key, where it is kept offline.
    pub root: Option<Seed>,
}

/// What became of making an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateEvent {
    /// It is there.
    Created(Box<Event>),
    /// The root key, which must sign the new ticket key, is kept offline.
    RootOffline,
    /// The root key given is another one.
    WrongRoot,
}

/// What became of changing an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeEvent {
    /// Done; how it is now.
    Done(Box<Event>),
    /// No such event in the organization.
    NotFound,
    /// It is archived: read-only.
    Archived,
    /// The rules would make no sense.
    Invalid(Vec<FieldError>),
    /// Tickets of this product are there; it cannot go.
    ProductInUse(ProductId),
}

/// What is set of an event: its rules, and from which shares of its capacities on alarms are raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What scanners get.
    pub policy: Policy,
    /// What the live page warns by.
    pub thresholds: Thresholds,
}

impl Settings {
    /// As they are.
    pub fn of(event: &Event) -> Self {
        Self { policy: event.policy.clone(), thresholds: event.thresholds }
    }
}

/// A change of what is set, applied to how it is at that moment.
pub type SettingsChange = Box<dyn FnOnce(&mut Settings) + Send>;

/// The same of the rules alone.
pub type PolicyChange = Box<dyn FnOnce(&mut Policy) + Send>;

/// Events.
#[async_trait]
pub trait EventStore {
    /// Makes an event in the actor's organization, and a keyset with its ticket key.
    async fn create_event(&self, actor: Actor, event: NewEvent) -> Result<CreateEvent, StoreError>;

    /// Events the viewer may see, latest start first; archived ones only if asked for.
    async fn events(&self, viewer: Viewer, archived: bool) -> Result<Vec<EventSummary>, StoreError>;

    /// One event, if the viewer may see it.
    async fn event(&self, viewer: Viewer, id: EventId) -> Result<Option<Event>, StoreError>;

    /// Changes what is set of an event, all of it or nothing: not if the outcome would make no sense. Changed rules mark it for
    /// publishing.
    async fn change_event(&self, actor: Actor, id: EventId, change: SettingsChange) -> Result<ChangeEvent, StoreError>;

    /// Changes its rules alone.
    async fn change_policy(&self, actor: Actor, id: EventId, change: PolicyChange) -> Result<ChangeEvent, StoreError> {
        self.change_event(actor, id, Box::new(move |settings| change(&mut settings.policy))).await
    }

    /// Archives an event: nothing is deleted, nothing can be changed any more.
    async fn archive_event(&self, actor: Actor, id: EventId) -> Result<ChangeEvent, StoreError>;
}
