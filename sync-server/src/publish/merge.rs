//! Edits made in a restored database, on top of what a scanner gave back: for each fact, whoever changed it since the
//! backup wins; where both did, the edit, except that a ticket barred by either stays barred.

use shared::manifest::{Record, TicketState};
use shared::policy::Policy;

use crate::events::Part;

/// The value that differs from the base; if both do, ours, which is the later decision.
fn pick<T: PartialEq + Clone>(base: &T, ours: &T, theirs: &T) -> T {
    if ours == base { theirs.clone() } else { ours.clone() }
}

/// The rules of an event.
pub fn policy(base: &Policy, ours: &Policy, theirs: &Policy) -> Policy {
    Policy {
        name: pick(&base.name, &ours.name, &theirs.name),
        starts: pick(&base.starts, &ours.starts, &theirs.starts),
        ends: pick(&base.ends, &ours.ends, &theirs.ends),
        zones: pick(&base.zones, &ours.zones, &theirs.zones),
        gates: pick(&base.gates, &ours.gates, &theirs.gates),
        products: pick(&base.products, &ours.products, &theirs.products),
        reentry: pick(&base.reentry, &ours.reentry, &theirs.reentry),
        capacity: pick(&base.capacity, &ours.capacity, &theirs.capacity),
        list_only: pick(&base.list_only, &ours.list_only, &theirs.list_only),
        stale_stop: pick(&base.stale_stop, &ours.stale_stop, &theirs.stale_stop),
        last_entry: pick(&base.last_entry, &ours.last_entry, &theirs.last_entry),
        max_reentries: pick(&base.max_reentries, &ours.max_reentries, &theirs.max_reentries),
        retry_window: pick(&base.retry_window, &ours.retry_window, &theirs.retry_window),
        time_zone: pick(&base.time_zone, &ours.time_zone, &theirs.time_zone),
    }
}

/// Whether an edit made here gave a number that they gave to something else since the backup: entries name theirs by it.
pub fn clashes(base: &Policy, ours: &Policy, theirs: &Policy) -> bool {
    Part::ALL.into_iter().any(|part| {
        let (base, theirs) = (part.of(base), part.of(theirs));
        let new = |(number, _): &(u32, &str)| !base.iter().any(|(known, _)| known == number);
        let other = |(number, name): &(u32, &str)| theirs.iter().any(|(known, other)| known == number && other != name);
        part.of(ours).iter().any(|ours| new(ours) && other(ours))
    })
}

/// A ticket; without a base (it was never published in the backup) theirs counts where it is stricter.
pub fn ticket(base: Option<&Record>, ours: &Record, theirs: &Record) -> Record {
    let generation = ours.generation.max(theirs.generation);
    let Some(base) = base else {
        return Record { state: stricter(ours.state, theirs.state), generation, ..ours.clone() };
    };
    let state = match (ours.state == base.state, theirs.state == base.state) {
        (true, _) => theirs.state,
        (false, true) => ours.state,
        (false, false) => stricter(ours.state, theirs.state),
    };
    Record {
        key: ours.key,
        state,
        generation,
        product: pick(&base.product, &ours.product, &theirs.product),
        admits: pick(&base.admits, &ours.admits, &theirs.admits),
        not_before: pick(&base.not_before, &ours.not_before, &theirs.not_before),
        not_after: pick(&base.not_after, &ours.not_after, &theirs.not_after),
        sealed: pick(&base.sealed, &ours.sealed, &theirs.sealed),
    }
}

fn stricter(one: TicketState, other: TicketState) -> TicketState {
    let rank = |state: TicketState| match state {
        TicketState::Valid => 0,
        TicketState::Unpaid => 1,
        // What a later version means by it is not known here; it admits nobody, like a blocked one.
        TicketState::Blocked | TicketState::Unknown(_) => 2,
        TicketState::Canceled => 3,
    };
    if rank(one) >= rank(other) { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::rules;
    use shared::ids::{ProductId, TicketKey};

    fn record(state: TicketState, generation: u32, admits: u32) -> Record {
        Record {
            key: TicketKey([7; 16]),
            state,
            generation,
            product: ProductId(1),
            admits,
            not_before: None,
            not_after: None,
            sealed: None,
        }
    }

    #[test]
    fn a_number_that_both_gave_since_the_backup_is_theirs() {
        let base = rules(&[(1, "North")]);
        let clash = |ours: &[(u32, &str)], theirs: &[(u32, &str)]| clashes(&base, &rules(ours), &rules(theirs));
        assert!(clash(&[(1, "North"), (2, "East")], &[(1, "North"), (2, "West")]));
        assert!(!clash(&[(1, "North"), (2, "West")], &[(1, "North"), (2, "West")]), "the same gate, made again");
        assert!(!clash(&[(1, "Main")], &[(1, "North"), (2, "West")]), "a name is no number");
    }

    #[test]
    fn an_edit_of_one_fact_leaves_the_others_as_they_were_given_back() {
        let base = record(TicketState::Valid, 1, 1);
        let merged = ticket(Some(&base), &record(TicketState::Valid, 1, 4), &record(TicketState::Blocked, 2, 1));
        assert_eq!(merged, record(TicketState::Blocked, 2, 4));
    }

    #[test]
    fn an_edit_of_the_same_fact_is_the_later_decision() {
        let base = record(TicketState::Blocked, 1, 1);
        let freed = ticket(Some(&base), &record(TicketState::Valid, 1, 1), &base);
        assert_eq!(freed.state, TicketState::Valid);
        let admits = ticket(Some(&base), &record(TicketState::Blocked, 1, 3), &record(TicketState::Blocked, 1, 2));
        assert_eq!(admits.admits, 3);
    }

    #[test]
    fn a_ticket_barred_by_either_stays_barred() {
        let base = record(TicketState::Unpaid, 1, 1);
        let paid = record(TicketState::Valid, 1, 1);
        let blocked = record(TicketState::Blocked, 1, 1);
        assert_eq!(ticket(Some(&base), &paid, &blocked).state, TicketState::Blocked);
        assert_eq!(ticket(None, &paid, &blocked).state, TicketState::Blocked);
        assert_eq!(ticket(None, &blocked, &paid).state, TicketState::Blocked);
    }
}
