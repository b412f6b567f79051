//! Registering a scanner and inviting its device.

use shared::api::{INVITATION_MS, Invitation};
use shared::clock::{Entropy, random};
use shared::ids::{EventId, GateId, Nonce, OrganizationId, ScannerId};
use shared::trust::{ScannerRole, root_fingerprint};
use url::Url;

use super::{NewScanner, Scanner, ScannerState, token_hash};
use crate::people::{Actor, Viewer};
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
    let invitation = invitation(store, entropy, server, &actor).await?;
    let new = NewScanner {
        id: ScannerId(random(entropy)),
        name: registration.name,
        gate: registration.gate,
        role: registration.role,
        events: registration.events,
        token: token_hash(&invitation.token.0),
        expires: invitation.expires,
    };
    Ok(invited(store.register_scanner(actor, new).await?, invitation))
}

/// Invites the device of a registered scanner once more; the invitation before is good no longer.
pub async fn again(
    store: &dyn Store,
    entropy: &dyn Entropy,
    server: &Url,
    actor: Actor,
    id: ScannerId,
) -> Result<Result<Invited, ChangeScanner>, StoreError> {
    let invitation = invitation(store, entropy, server, &actor).await?;
    let token = token_hash(&invitation.token.0);
    Ok(invited(store.invite_again(actor, id, token, invitation.expires).await?, invitation))
}

async fn invitation(
    store: &dyn Store,
    entropy: &dyn Entropy,
    server: &Url,
    actor: &Actor,
) -> Result<Invitation, StoreError> {
    let authority = store.authority(actor.organization).await?.ok_or(StoreError::Impossible("keysets"))?;
    Ok(Invitation {
        server: server.as_str().trim_end_matches('/').to_owned(),
        token: Nonce(random(entropy)),
        root: root_fingerprint(authority.trust.root()),
        expires: actor.at.saturating_add(INVITATION_MS),
    })
}

fn invited(outcome: ChangeScanner, invitation: Invitation) -> Result<Invited, ChangeScanner> {
    match outcome {
        ChangeScanner::Done(scanner) => Ok(Invited { scanner: *scanner, invitation }),
        refused => Err(refused),
    }
}

/// Whether a server's address is good on its own machine only: a word of warning, where it means another machine on every
/// device.
pub fn is_good_here_only(server: &str) -> bool {
    let host = Url::parse(server).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    matches!(host.as_str(), "127.0.0.1" | "localhost" | "[::1]" | "0.0.0.0" | "[::]")
}

/// A scanner of one of these events that is called the same and scans: two devices of one name cannot be told apart at the
/// door. One that was invited and never came is no obstacle: its code may have run out.
pub async fn namesake(
    store: &dyn Store,
    organization: OrganizationId,
    name: &str,
    events: &[EventId],
) -> Result<Option<Scanner>, StoreError> {
    let name = name.trim().to_lowercase();
    let same = |one: &Scanner| {
        one.name.trim().to_lowercase() == name
            && one.state() == ScannerState::Active
            && one.events.iter().any(|event| events.contains(event))
    };
    Ok(store.scanners(Viewer::admin(organization)).await?.into_iter().find(same))
}
