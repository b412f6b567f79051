//! What the next manifest would change.

use rusqlite::{OptionalExtension, Transaction, named_params};
use shared::ids::{EventId, OrganizationId};
use shared::manifest::Header;

use crate::people::Viewer;
use crate::store::StoreError;
use crate::store::manifest::{Issued, Outlook};
use crate::store::sqlite::device::own_row;
use crate::store::sqlite::{Column, events, truth};

pub(super) fn outlook(
    tx: &Transaction<'_>,
    organization: OrganizationId,
    event: EventId,
) -> Result<Option<Outlook>, StoreError> {
    let Some(internal) = events::visible(tx, Viewer::admin(organization), event)? else { return Ok(None) };
    let door = truth::find_door(tx, own_row(tx, organization)?, event)?;
    let signed: Option<Vec<u8>> = match door {
        Some(door) => {
            let mut statement = tx.prepare_cached("SELECT header FROM manifests WHERE door = ?1")?;
            statement.query_row([door], |row| row.get(0)).optional()?
        }
        None => None,
    };
    let issued = |signed: Vec<u8>| {
        let header: Header = shared::cose::peek(&signed).ok_or(StoreError::Impossible("manifests.header"))?;
        let (version, created, expires) = (header.version, header.created, header.expires);
        Ok::<_, StoreError>(Issued { version, created, expires, tickets: header.tickets, policy: header.policy })
    };
    let in_force = signed.map(issued).transpose()?;
    let mut statement = tx.prepare_cached(include_str!("sql/outlook.sql"))?;
    let mut rows = statement.query(named_params! { ":door": door, ":event": internal })?;
    let row = rows.next()?.ok_or(StoreError::Impossible("events"))?;
    let (rules, edited): (bool, u64) = (row.get("rules")?, row.number("edited")?);
    Ok(Some(Outlook { due: rules || edited > 0 || in_force.is_none(), in_force, edited }))
}
