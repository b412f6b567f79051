//! Asking a connected server before deciding (PROTOCOL.md section 8).

use shared::api::{ConfirmRequest, ConfirmResponse, Confirmation};
use shared::clock::random;
use shared::cose::Domain;
use shared::entry::{Direction, Entry};
use shared::ids::{GateId, Nonce, TicketKey};
use shared::time::Interval;
use shared::trust::KeyRole;
use shared::verdict::{Verdict, judge};

use super::Engine;
use super::context::current;
use super::db::view;
use super::error::{EngineError, Result};
use super::outcome::ScanRequest;
use super::retry::Mark;
use super::scan::{Case, Door};

/// A server's word on a ticket, with signature, nonce and ticket checked.
#[derive(Debug, Clone, PartialEq)]
pub struct VerifiedConfirmation {
    pub(super) ticket: TicketKey,
    pub(super) entries: Vec<(Entry, Interval)>,
    pub(super) granted: bool,
    pub(super) held_at: Option<GateId>,
}

impl VerifiedConfirmation {
    /// Whether the ticket is reserved for this scanner.
    pub fn granted(&self) -> bool {
        self.granted
    }
}

impl Engine {
    /// What to ask the server before judging this scan; `None` where its word could not change the answer (a repeat, an
    /// exit, a code that is none, a ticket that is refused anyway).
    pub fn needs_confirmation(&mut self, scan: &ScanRequest) -> Result<Option<ConfirmRequest>> {
        let at = self.clock.read();
        let tx = view(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        let door = Door::of(&context, scan)?;
        if door.direction == Direction::Exit || Mark::of(&context, &door, scan)?.remembered(&tx, &door, at)?.is_some() {
            return Ok(None);
        }
        let case = Case::read(&tx, &context, &door, scan, at)?.look_up(&tx, &context, &door)?;
        let Some(ticket) = case.code.key() else { return Ok(None) };
        let alone = judge(&case.question(&door)).verdict;
        // What follows from history may be another thing with a newer history; all else stays refused.
        let open = matches!(alone, Verdict::AlreadyInside | Verdict::AlreadyRedeemed | Verdict::Rules);
        if alone.passes().is_none() && !open {
            return Ok(None);
        }
        Ok(Some(ConfirmRequest {
            nonce: Nonce(random(&*self.entropy)),
            event: door.event,
            ticket,
            gate: door.gate.id,
            direction: door.direction,
        }))
    }

    /// Checks the server's answer to `request`: signature, nonce and ticket.
    pub fn verify_confirmation(
        &mut self,
        request: &ConfirmRequest,
        response: &ConfirmResponse,
    ) -> Result<VerifiedConfirmation> {
        let context = current(&self.conn, &mut self.context)?;
        let refuse = |why: &str| EngineError::answer("confirmation", &why);
        let word: Confirmation = context
            .me()?
            .trust
            .open(Domain::Confirm, KeyRole::Server, &response.confirmation, |word: &Confirmation| word.at)
            .map_err(|error| refuse(&error.to_string()))?;
        if word.nonce != request.nonce || word.ticket != request.ticket {
            return Err(refuse("it answers another question"));
        }
        if word.entries.len() != word.times.len() {
            return Err(refuse("entries and times do not match"));
        }
        let timed = word.entries.iter().zip(&word.times);
        // What this version cannot read moves nobody it could count.
        let entries =
            timed.filter_map(|(bytes, (lo, hi))| Some((Entry::read(bytes).ok()?, Interval::new(*lo, *hi)))).collect();
        Ok(VerifiedConfirmation { ticket: word.ticket, entries, granted: word.granted, held_at: word.held_at })
    }
}
