//! What the server keeps. The traits' methods are use cases, not tables: each is one transaction, and every store
//! gives the same answers. Outcomes of the business are variants of the results; an error means that something broke.

use async_trait::async_trait;
use shared::ids::StoreId;

pub mod alarms;
pub mod device;
pub mod events;
pub mod keys;
pub mod manifest;
pub mod office;
pub mod people;
pub mod sqlite;
pub mod tickets;
pub mod truth;

pub use alarms::AlarmStore;
pub use device::DeviceStore;
pub use events::EventStore;
pub use keys::KeyStore;
pub use manifest::ManifestStore;
pub use office::OfficeStore;
pub use people::PeopleStore;
pub use sqlite::{SqliteStore, StoreError};
pub use tickets::TicketStore;
pub use truth::TruthStore;

/// Everything handlers and commands ask of a store.
#[async_trait]
pub trait Store:
    PeopleStore
    + EventStore
    + TicketStore
    + KeyStore
    + DeviceStore
    + ManifestStore
    + TruthStore
    + AlarmStore
    + OfficeStore
    + Send
    + Sync
    + 'static
{
    /// Fails unless the store takes writes right now.
    async fn check_writable(&self) -> Result<(), StoreError>;

    /// Which database this is. Another one (new, or restored from a backup) has another id.
    async fn store_id(&self) -> Result<StoreId, StoreError>;
}
