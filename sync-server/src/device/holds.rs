//! Tickets that are being let in at this moment: reserved for one scanner until its entry arrives, it releases them, or
//! [`HOLD_MS`] are over. Only in memory: after a restart nobody holds anything, and scanners decide as if they were alone.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use shared::api::HOLD_MS;
use shared::ids::{EventId, GateId, ScannerId, TicketKey};

/// Most tickets reserved at once; far more than there are doors.
const MAX_HOLDS: usize = 10_000;

/// Outcome of asking for a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Reserved for the asker.
    Granted,
    /// Reserved for another, who stands at this gate.
    HeldAt(GateId),
    /// Too many tickets are reserved; the asker decides alone.
    Full,
}

#[derive(Debug, Clone, Copy)]
struct Hold {
    scanner: ScannerId,
    gate: GateId,
    /// On the server's monotonic clock (ms).
    until: u64,
}

/// All holds of this server.
#[derive(Debug, Default)]
pub struct Holds(Mutex<HashMap<(EventId, TicketKey), Hold>>);

impl Holds {
    /// Reserves `ticket` for `scanner`, again if it holds it already. `now` is the server's monotonic time (ms).
    pub fn claim(&self, event: EventId, ticket: TicketKey, scanner: ScannerId, gate: GateId, now: u64) -> Claim {
        let mut held = self.lock();
        if let Some(hold) = held.get(&(event, ticket)).filter(|hold| hold.until > now && hold.scanner != scanner) {
            return Claim::HeldAt(hold.gate);
        }
        if held.len() >= MAX_HOLDS {
            held.retain(|_, hold| hold.until > now);
        }
        if held.len() >= MAX_HOLDS {
            return Claim::Full;
        }
        held.insert((event, ticket), Hold { scanner, gate, until: now.saturating_add(HOLD_MS.unsigned_abs()) });
        Claim::Granted
    }

    /// Gives a ticket free; false if `scanner` did not hold it.
    pub fn release(&self, event: EventId, ticket: TicketKey, scanner: ScannerId, now: u64) -> bool {
        let mut held = self.lock();
        let own = held.get(&(event, ticket)).filter(|hold| hold.scanner == scanner).map(|hold| hold.until > now);
        if own.is_some() {
            held.remove(&(event, ticket));
        }
        own == Some(true)
    }

    /// Gives everything free that a scanner holds; it was revoked.
    pub fn forget(&self, scanner: ScannerId) {
        self.lock().retain(|_, hold| hold.scanner != scanner);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(EventId, TicketKey), Hold>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: EventId = EventId([1; 16]);
    const TICKET: TicketKey = TicketKey([2; 16]);
    const NORTH: ScannerId = ScannerId([3; 16]);
    const SOUTH: ScannerId = ScannerId([4; 16]);

    #[test]
    fn one_ticket_is_held_by_one_scanner_until_it_releases_it() {
        let holds = Holds::default();
        assert_eq!(holds.claim(EVENT, TICKET, NORTH, GateId(1), 0), Claim::Granted);
        assert_eq!(holds.claim(EVENT, TICKET, SOUTH, GateId(2), 10), Claim::HeldAt(GateId(1)));
        assert_eq!(holds.claim(EVENT, TICKET, NORTH, GateId(1), 20), Claim::Granted);
        assert!(!holds.release(EVENT, TICKET, SOUTH, 30));
        assert!(holds.release(EVENT, TICKET, NORTH, 30));
        assert_eq!(holds.claim(EVENT, TICKET, SOUTH, GateId(2), 40), Claim::Granted);
    }

    #[test]
    fn a_hold_ends_by_itself_after_half_a_minute() {
        let holds = Holds::default();
        holds.claim(EVENT, TICKET, NORTH, GateId(1), 0);
        assert_eq!(holds.claim(EVENT, TICKET, SOUTH, GateId(2), 29_999), Claim::HeldAt(GateId(1)));
        assert_eq!(holds.claim(EVENT, TICKET, SOUTH, GateId(2), 30_000), Claim::Granted);
        assert!(!holds.release(EVENT, TICKET, NORTH, 30_001));
    }

    #[test]
    fn the_same_ticket_key_in_another_event_is_another_ticket() {
        let holds = Holds::default();
        holds.claim(EVENT, TICKET, NORTH, GateId(1), 0);
        assert_eq!(holds.claim(EventId([9; 16]), TICKET, SOUTH, GateId(2), 0), Claim::Granted);
        holds.forget(NORTH);
        assert_eq!(holds.claim(EVENT, TICKET, SOUTH, GateId(2), 0), Claim::Granted);
    }
}
