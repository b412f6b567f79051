//! From a judged scan to what a door person sees.

use shared::ids::GateId;
use shared::manifest::{Attendee, open_attendee};
use shared::policy::Policy;
use shared::ticket::Code;
use shared::verdict::{Because, Staleness};

use super::context::Context;
use super::outcome::{Before, Named, Outcome, Warning};
use super::retry::Remembered;
use super::scan::{Case, Door};

impl Case<'_> {
    /// The answer with names and times. For a repeat, `first` is what was answered then.
    pub(super) fn outcome(&self, context: &Context, door: &Door<'_>, first: Remembered, repeat: bool) -> Outcome {
        let policy = door.force.policy();
        let (attendee, unreadable) = self.attendee(door);
        let Remembered { answer, at, basis, inside, entry, feed, seq, .. } = first;
        Outcome {
            repeat,
            entry,
            feed,
            seq,
            at,
            basis,
            event: Named { id: door.event, name: policy.name.clone() },
            gate: gate_name(policy, door.gate.id),
            zone: Named {
                id: door.gate.zone,
                name: policy.zone(door.gate.zone).map_or_else(|| door.gate.zone.to_string(), |zone| zone.name.clone()),
            },
            direction: door.direction,
            ticket: self.code.key(),
            product: self.product().and_then(|id| policy.product(id)).map(|product| product.name.clone()),
            attendee,
            before: match &answer.because {
                Because::Before { gate, at } => {
                    let ago_ms = self.now.at.saturating_sub(at.at).max(0);
                    Some(Before { gate: gate_name(policy, *gate), at: *at, ago_ms })
                }
                _ => None,
            },
            held_at: match &answer.because {
                Because::Held { gate } => Some(gate_name(policy, *gate)),
                _ => None,
            },
            other_event: match &answer.because {
                Because::Event { event } => context.force.get(event).map(|force| force.policy().name.clone()),
                _ => None,
            },
            inside,
            time_zone: policy.time_zone.clone(),
            warnings: self.warnings(unreadable, policy.starts, answer.verdict.passes().is_some()),
            release: self.release(door.event, &answer, repeat),
            answer,
        }
    }

    fn attendee(&self, door: &Door<'_>) -> (Option<Attendee>, bool) {
        let Some((record, sealed)) = self.record.as_ref().and_then(|r| Some((r, r.sealed.as_ref()?))) else {
            return (None, false);
        };
        let opened = match &self.code {
            Code::Ticket { ticket, .. } => open_attendee(door.event, record.key, &ticket.secret.0, sealed),
            _ => open_attendee(door.event, record.key, self.scan.text.trim().as_bytes(), sealed),
        };
        (opened.clone().ok(), opened.is_err())
    }

    fn warnings(&self, attendee_unreadable: bool, starts: i64, passes: bool) -> Vec<Warning> {
        let stale = match self.staleness {
            Staleness::Fresh => None,
            Staleness::Stale { expired } | Staleness::Stopped { expired } => Some(Warning::StaleManifest { expired }),
        };
        [
            stale,
            (passes && is_early(self.now.hi, starts)).then_some(Warning::BeforeEvent { starts }),
            self.now.uncertain.then_some(Warning::ClockUncertain),
            self.certificate_ended.map(|ended| Warning::CertificateExpired { ended }),
            attendee_unreadable.then_some(Warning::AttendeeUnreadable),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Doors open some hours before the start; sooner than this (ms), somebody is trying things out.
pub const EARLY_MS: i64 = 3 * 3_600_000;

/// Whether an event that starts at `starts` cannot have opened its doors by `now` (both ms).
pub fn is_early(now: i64, starts: i64) -> bool {
    now < starts.saturating_sub(EARLY_MS)
}

/// A gate with its name; its number where the policy no longer knows it.
pub(super) fn gate_name(policy: &Policy, id: GateId) -> Named<GateId> {
    Named { id, name: policy.gate(id).map_or_else(|| id.to_string(), |gate| gate.name.clone()) }
}
