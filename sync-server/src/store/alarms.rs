//! Use cases around alarms of fullness. When one is due is decided by `live::alarm`.

use async_trait::async_trait;
use shared::ids::{EventId, OrganizationId};

use super::StoreError;
use crate::live::alarm::{Alarm, Settlement};
use crate::people::{Actor, Viewer};

/// What became of acknowledging an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcknowledgeAlarm {
    /// Somebody has: the actor, or who was quicker.
    Done,
    /// No such alarm of such an event.
    NotFound,
}

/// Alarms. `None` where the viewer may not see the event.
#[async_trait]
pub trait AlarmStore {
    /// All alarms of an event, the latest first.
    async fn alarms(&self, viewer: Viewer, event: EventId) -> Result<Option<Vec<Alarm>>, StoreError>;

    /// Raises, eases and ends alarms.
    async fn settle_alarms(
        &self,
        organization: OrganizationId,
        event: EventId,
        now: i64,
        settlements: Vec<Settlement>,
    ) -> Result<(), StoreError>;

    /// Notes who has seen an alarm.
    async fn acknowledge_alarm(
        &self,
        actor: Actor,
        viewer: Viewer,
        event: EventId,
        alarm: i64,
    ) -> Result<AcknowledgeAlarm, StoreError>;
}
