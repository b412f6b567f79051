//! Invitations that a page may show until their devices have come: in memory only, because the database knows nothing of a
//! token but its hash. After a restart an administrator invites again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::api::Invitation;
use shared::ids::{OrganizationId, ScannerId};

/// Most invitations at once; the first to end make room.
const MAX_SHOWN: usize = 1000;

/// All of this server.
#[derive(Debug, Default)]
pub struct Shown(Mutex<HashMap<(OrganizationId, ScannerId), Invitation>>);

impl Shown {
    /// Keeps an invitation, in place of the scanner's earlier one. `now` is server time (ms).
    pub fn keep(&self, organization: OrganizationId, scanner: ScannerId, invitation: Invitation, now: i64) {
        let mut all = self.lock();
        all.retain(|_, kept| kept.expires > now);
        if all.len() >= MAX_SHOWN
            && let Some(first) = all.iter().min_by_key(|(_, kept)| kept.expires).map(|(key, _)| *key)
        {
            all.remove(&first);
        }
        all.insert((organization, scanner), invitation);
    }

    /// The scanner's invitation, while it is good.
    pub fn of(&self, organization: OrganizationId, scanner: ScannerId, now: i64) -> Option<Invitation> {
        self.lock().get(&(organization, scanner)).filter(|kept| kept.expires > now).cloned()
    }

    /// Nobody needs it any more.
    pub fn forget(&self, organization: OrganizationId, scanner: ScannerId) {
        self.lock().remove(&(organization, scanner));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(OrganizationId, ScannerId), Invitation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::Nonce;

    use super::*;

    fn invitation(expires: i64) -> Invitation {
        Invitation {
            server: "http://hall.example".into(),
            token: Nonce([1; 16]),
            root: shared::ids::Fingerprint([2; 16]),
            expires,
        }
    }

    #[test]
    fn an_invitation_is_shown_to_its_organization_until_it_ends() {
        let (hall, club, scanner) = (OrganizationId([1; 16]), OrganizationId([2; 16]), ScannerId([3; 16]));
        let shown = Shown::default();
        shown.keep(hall, scanner, invitation(10), 0);
        assert!(shown.of(hall, scanner, 9).is_some());
        assert!(shown.of(hall, scanner, 10).is_none() && shown.of(club, scanner, 9).is_none());
        shown.forget(hall, scanner);
        assert!(shown.of(hall, scanner, 9).is_none());
    }

    #[test]
    fn the_first_to_end_makes_room() {
        let shown = Shown::default();
        for n in 0..1100_u32 {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&n.to_be_bytes());
            shown.keep(OrganizationId([1; 16]), ScannerId(id), invitation(1000 + i64::from(n)), 0);
        }
        assert_eq!(shown.lock().len(), MAX_SHOWN);
        assert!(shown.of(OrganizationId([1; 16]), ScannerId([0; 16]), 0).is_none());
    }
}
