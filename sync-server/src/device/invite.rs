//! Registering a scanner and inviting its device.

use shared::api::{INVITATION_MS, Invitation};
use shared::clock::{Entropy, random};
use shared::ids::{EventId, GateId, Nonce, ScannerId};
use shared::trust::{ScannerRole, root_fingerprint};
use url::Url;

use super::{NewScanner, Scanner, token_hash};
use crate::people::Actor;
use crate::store::device::ChangeScanner;
use crate::store::{Store, StoreError};

/// What an administrator says of a new scanner.
#[derive(Debug, Clone)]
pub struct Registration {
    /// What people call it.
    pub name: String,
    /// Its gate.
    pub gate: Option<GateId>,
    /// What it may do.
    pub role: ScannerRole,
    /// Events it may scan for.
    pub events: Vec<EventId>,
}

/// A registered scanner and the invitation to show its device, once.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The scanner.
    pub scanner: Scanner,
    /// The invitation.
    pub invitation: Invitation,
}

/// Registers a scanner in the actor's organization. `Err` of the inner result: why not.
pub async fn register(
    store: &dyn Store,
    entropy: &dyn Entropy,
    server: &Url,
    actor: Actor,
    registration: Registration,
) -> Result<Result<Invited, ChangeScanner>, StoreError> {
    let authority = store.authority(actor.organization).await?.ok_or(StoreError::Impossible("keysets"))?;
    let token = Nonce(random(entropy));
    let expires = actor.at.saturating_add(INVITATION_MS);
    let new = NewScanner {
        id: ScannerId(random(entropy)),
        name: registration.name,
        gate: registration.gate,
        role: registration.role,
        events: registration.events,
        token: token_hash(&token.0),
        expires,
    };
    let scanner = match store.register_scanner(actor, new).await? {
        ChangeScanner::Done(scanner) => *scanner,
        refused => return Ok(Err(refused)),
    };
    let server = server.as_str().trim_end_matches('/').to_owned();
    let root = root_fingerprint(authority.trust.root());
    Ok(Ok(Invited { scanner, invitation: Invitation { server, token, root, expires } }))
}
