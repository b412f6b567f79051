//! One group of entries in, labels, history and conflicts out.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Action, MAX_SAW, Passage};
use crate::ids::{EntryId, TicketKey, ZoneId};
use crate::merge::order::Causes;
use crate::merge::story::{Side, people_of};
use crate::merge::{Conflict, Item, Label, Standing, Story, void};
use crate::policy::Gate;
use crate::verdict::History;

/// Most admissions of one group that others are held against to see who knew of them: each is a walk through everything
/// that came after it. A ticket that was used up so often is nobody's; of what follows, nobody is said to have known.
pub const MAX_KNOWN_FIRSTS: usize = 64;

/// What a group of entries means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFold {
    /// Every entry of the group.
    pub labels: BTreeMap<EntryId, Label>,
    /// Those whose movement does not count because of an undo, whatever their label.
    pub voided: BTreeSet<EntryId>,
    /// The ticket's past at the gates that lead from outside.
    pub history: History,
    /// Its past at the gates that lead from one zone into another, by the zone they lead into.
    pub zones: BTreeMap<ZoneId, History>,
    /// The duplicates, in order.
    pub conflicts: Vec<Conflict>,
    /// For `saw`: the latest that no other one saw, at most [`MAX_SAW`], in order.
    pub frontier: Vec<EntryId>,
    /// Trusted and understood entries, voided ones too, by (lift, id).
    pub order: Vec<EntryId>,
    /// Their lifts (ms): by which they are ordered, and not what to show as their time.
    pub lifts: BTreeMap<EntryId, i64>,
}

impl TicketFold {
    /// The past that counts at this gate: a gate from outside asks for the whole venue, an inner gate for its zone.
    pub fn at(&self, gate: &Gate) -> History {
        match gate.from {
            None => self.history.clone(),
            Some(_) => self.zones.get(&gate.zone).cloned().unwrap_or_default(),
        }
    }
}

/// Folds one group: all known entries of a ticket, or one entry without a ticket, and every undo that leads to them.
/// The order of `items` does not matter, nor do repetitions.
pub fn fold(items: &[Item<'_>]) -> TicketFold {
    let mut sorted: Vec<&Item<'_>> = items.iter().collect();
    sorted.sort_unstable_by_key(|item| item.entry.id);
    sorted.dedup_by_key(|item| item.entry.id);
    let mut walk = Walk { voided: void::voided(items), ..Walk::default() };
    let counting: Vec<&Item<'_>> = sorted
        .iter()
        .copied()
        .filter(|item| item.standing != Standing::Quarantined && item.entry.action != Action::NotUnderstood)
        .collect();
    let causes = Causes::of(&counting);
    let times: Vec<i64> = counting.iter().map(|item| item.time.at).collect();
    let lifts = causes.lift(&times);
    let mut order: Vec<usize> = (0..counting.len()).collect();
    // Numbers rise with ids, so this sorts by (lift, id).
    order.sort_unstable_by_key(|at| (lifts[*at], *at));
    for at in &order {
        walk.step(*at, &counting);
    }
    let latest: Vec<EntryId> =
        order.iter().filter(|at| causes.is_latest(**at)).map(|at| counting[*at].entry.id).collect();
    let conflicts = tell(&walk.duplicates, &counting, &causes);
    for item in sorted {
        if item.standing == Standing::Quarantined {
            walk.labels.insert(item.entry.id, Label::Quarantined);
        }
        walk.labels.entry(item.entry.id).or_insert(Label::NotUnderstood);
    }
    TicketFold {
        voided: walk.voided.into_iter().filter(|id| walk.labels.contains_key(id)).collect(),
        labels: walk.labels,
        history: walk.venue.history,
        zones: walk.zones.into_iter().map(|(zone, scope)| (zone, scope.history)).collect(),
        conflicts,
        frontier: latest[latest.len().saturating_sub(MAX_SAW)..].to_vec(),
        order: order.iter().map(|at| counting[*at].entry.id).collect(),
        lifts: counting.iter().map(|item| item.entry.id).zip(lifts).collect(),
    }
}

/// A duplicate found on the way.
struct Duplicate {
    ticket: TicketKey,
    first: Option<usize>,
    second: usize,
    people: u32,
}

/// The past at one kind of gate.
#[derive(Default)]
struct Scope {
    history: History,
    first_ever: Option<usize>,
    first_inside: Option<usize>,
}

impl Scope {
    fn label(&self, passage: &Passage) -> Label {
        let taken = if passage.reentry { self.history.inside } else { self.history.admitted };
        let fits = taken.saturating_add(people_of(passage)) <= passage.admits;
        match fits {
            _ if passage.by_override => Label::Override,
            false => Label::Duplicate,
            true if passage.reentry && self.history.went_out => Label::Reentry,
            true => Label::Ok,
        }
    }

    /// The admission that used the ticket up.
    fn used_by(&self) -> Option<usize> {
        self.first_inside.or(self.first_ever)
    }

    fn admit(&mut self, at: usize, item: &Item<'_>, passage: &Passage, label: Label) {
        self.first_ever.get_or_insert(at);
        self.first_inside.get_or_insert(at);
        self.history.admitted = self.history.admitted.saturating_add(people_of(passage));
        self.history.reentries += u32::from(label == Label::Reentry);
        self.history.last_admission = Some((passage.movement.gate, item.time));
    }

    fn arrive(&mut self, people: u32) {
        self.history.inside = self.history.inside.saturating_add(people);
    }

    /// Never below nobody: an exit that was not expected must not let others in later.
    fn leave(&mut self, people: u32) {
        self.history.went_out = true;
        self.history.inside = self.history.inside.saturating_sub(people);
        if self.history.inside == 0 {
            self.first_inside = None;
        }
    }
}

#[derive(Default)]
struct Walk {
    voided: BTreeSet<EntryId>,
    labels: BTreeMap<EntryId, Label>,
    venue: Scope,
    zones: BTreeMap<ZoneId, Scope>,
    duplicates: Vec<Duplicate>,
}

impl Walk {
    fn step(&mut self, at: usize, items: &[&Item<'_>]) {
        let item = items[at];
        let label = if self.voided.contains(&item.entry.id) {
            Label::Voided
        } else {
            match &item.entry.action {
                Action::Entry(passage) => self.entry(at, item, passage),
                Action::Exit(passage) => self.exit(passage),
                Action::Refuse { .. } => Label::Refused,
                Action::Undo { .. } => Label::Undo,
                Action::Count { .. } => Label::Counted,
                Action::Boot | Action::Time { .. } => Label::Noted,
                Action::NotUnderstood => Label::NotUnderstood,
            }
        };
        self.labels.insert(item.entry.id, label);
    }

    fn scope(&mut self, passage: &Passage) -> &mut Scope {
        match passage.movement.from {
            None => &mut self.venue,
            Some(_) => self.zones.entry(passage.movement.zone).or_default(),
        }
    }

    fn entry(&mut self, at: usize, item: &Item<'_>, passage: &Passage) -> Label {
        let Some(ticket) = passage.ticket else {
            return if passage.by_override { Label::Override } else { Label::Ok };
        };
        let people = people_of(passage);
        let scope = self.scope(passage);
        let label = scope.label(passage);
        if label == Label::Duplicate {
            let taken = if passage.reentry { scope.history.inside } else { scope.history.admitted };
            let duplicate =
                Duplicate { ticket, first: scope.used_by(), second: at, people: taken.saturating_add(people) };
            self.duplicates.push(duplicate);
        }
        self.scope(passage).admit(at, item, passage, label);
        self.zones.entry(passage.movement.zone).or_default().arrive(people);
        match passage.movement.from {
            None => self.venue.arrive(people),
            Some(from) => self.zones.entry(from).or_default().leave(people),
        }
        label
    }

    fn exit(&mut self, passage: &Passage) -> Label {
        if passage.ticket.is_none() {
            return Label::ExitUnmatched;
        }
        let people = people_of(passage);
        let known = self.scope(passage).history.inside > 0;
        self.zones.entry(passage.movement.zone).or_default().leave(people);
        if let Some(from) = passage.movement.from {
            self.zones.entry(from).or_default().arrive(people);
        } else {
            self.leave_venue(people);
        }
        if known { Label::Exit } else { Label::ExitUnmatched }
    }

    fn leave_venue(&mut self, people: u32) {
        self.venue.leave(people);
        if self.venue.history.inside == 0 {
            // Nobody is in a zone of a venue they left, even if a scan at an inner gate was missed.
            self.zones.values_mut().for_each(|zone| zone.leave(u32::MAX));
        }
    }
}

fn tell(duplicates: &[Duplicate], items: &[&Item<'_>], causes: &Causes) -> Vec<Conflict> {
    let mut followers: BTreeMap<usize, Vec<bool>> = BTreeMap::new();
    duplicates
        .iter()
        .filter_map(|duplicate| {
            let second = side(items[duplicate.second])?;
            let first = duplicate.first.and_then(|at| side(items[at]));
            let knew = duplicate.first.is_some_and(|at| {
                if followers.len() >= MAX_KNOWN_FIRSTS && !followers.contains_key(&at) {
                    return false;
                }
                followers.entry(at).or_insert_with(|| causes.follow(at))[duplicate.second]
            });
            let story = Story::of(duplicate.ticket, first, second, knew, duplicate.people);
            Some(Conflict { entry: second.item.entry.id, story })
        })
        .collect()
}

fn side<'a>(item: &'a Item<'a>) -> Option<Side<'a>> {
    match &item.entry.action {
        Action::Entry(passage) => Some(Side { item, passage }),
        _ => None,
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
