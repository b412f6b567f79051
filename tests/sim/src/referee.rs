//! The merge of PROTOCOL.md section 10 once more, written from the text and as plainly as can be: slow, without anything of
//! `shared::merge`. Labels that differ from the server's mean that one of the two is wrong.

use std::collections::{BTreeMap, BTreeSet};

use shared::entry::{Action, Entry, Passage};
use shared::ids::{EntryId, FeedId, TicketKey, ZoneId};
use shared::merge::Label;

/// An entry that counts, with its time.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The entry.
    pub entry: &'a Entry,
    /// The middle of its interval (ms).
    pub at: i64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Past {
    inside: u32,
    admitted: u32,
    went_out: bool,
}

/// The labels of all tickets' entries, except of tickets with an entry in a forked feed.
pub fn labels(counted: &[Counted<'_>], forked: &BTreeSet<FeedId>) -> BTreeMap<EntryId, Label> {
    let by_id: BTreeMap<EntryId, Counted<'_>> = counted.iter().map(|one| (one.entry.id, *one)).collect();
    let mut tickets: BTreeMap<TicketKey, Vec<Counted<'_>>> = BTreeMap::new();
    for one in counted {
        if let Some(ticket) = ticket_of(one.entry, &by_id) {
            tickets.entry(ticket).or_default().push(*one);
        }
    }
    let mut labels = BTreeMap::new();
    for entries in tickets.values() {
        if entries.iter().all(|one| !forked.contains(&one.entry.raw.feed)) {
            judge(entries, &mut labels);
        }
    }
    labels
}

/// An undo belongs to the ticket of what it leads to.
fn ticket_of(entry: &Entry, by_id: &BTreeMap<EntryId, Counted<'_>>) -> Option<TicketKey> {
    match &entry.action {
        Action::Undo { target, .. } => ticket_of(by_id.get(target)?.entry, by_id),
        _ => entry.ticket(),
    }
}

fn judge(entries: &[Counted<'_>], labels: &mut BTreeMap<EntryId, Label>) {
    let lifts = lift(entries);
    let mut order: Vec<&Counted<'_>> = entries.iter().collect();
    order.sort_by_key(|one| (lifts[&one.entry.id], one.entry.id));
    let voided: BTreeSet<EntryId> =
        entries.iter().map(|one| one.entry.id).filter(|id| is_voided(*id, entries)).collect();
    let (mut venue, mut zones) = (Past::default(), BTreeMap::<ZoneId, Past>::new());
    for one in order {
        let id = one.entry.id;
        let label = match &one.entry.action {
            _ if voided.contains(&id) => Label::Voided,
            Action::Entry(passage) => enter(passage, &mut venue, &mut zones),
            Action::Exit(passage) => leave(passage, &mut venue, &mut zones),
            Action::Refuse { .. } => Label::Refused,
            Action::Undo { .. } => Label::Undo,
            _ => continue,
        };
        labels.insert(id, label);
    }
}

/// `L(e) = max(t(e), 1 + max L(p))`, until nothing changes any more.
fn lift(entries: &[Counted<'_>]) -> BTreeMap<EntryId, i64> {
    let mut lifts: BTreeMap<EntryId, i64> = entries.iter().map(|one| (one.entry.id, one.at)).collect();
    for _ in 0..=entries.len() {
        let before = lifts.clone();
        for one in entries {
            let earlier = |other: &&Counted<'_>| {
                let (raw, mine) = (&other.entry.raw, &one.entry.raw);
                one.entry.saw().contains(&other.entry.id) || raw.feed == mine.feed && raw.seq < mine.seq
            };
            let lowest = entries.iter().filter(earlier).map(|other| lifts[&other.entry.id] + 1).max();
            let lift = lowest.unwrap_or(i64::MIN).max(one.at);
            lifts.insert(one.entry.id, lift);
        }
        if lifts == before {
            break;
        }
    }
    lifts
}

/// Voided is what an undo names that is not voided itself.
fn is_voided(id: EntryId, entries: &[Counted<'_>]) -> bool {
    let undoes = |one: &&Counted<'_>| matches!(&one.entry.action, Action::Undo { target, .. } if *target == id);
    entries.iter().filter(undoes).any(|undo| !is_voided(undo.entry.id, entries))
}

fn people(passage: &Passage) -> u32 {
    u32::try_from(passage.movement.bodies.unsigned_abs()).unwrap_or(u32::MAX)
}

fn enter(passage: &Passage, venue: &mut Past, zones: &mut BTreeMap<ZoneId, Past>) -> Label {
    let (many, zone) = (people(passage), passage.movement.zone);
    let inner = passage.movement.from;
    let past = if inner.is_none() { &mut *venue } else { zones.entry(zone).or_default() };
    let taken = if passage.reentry { past.inside } else { past.admitted };
    let label = if passage.by_override {
        Label::Override
    } else if taken.saturating_add(many) > passage.admits {
        Label::Duplicate
    } else if passage.reentry && past.went_out {
        Label::Reentry
    } else {
        Label::Ok
    };
    past.admitted = past.admitted.saturating_add(many);
    match inner {
        None => venue.inside = venue.inside.saturating_add(many),
        Some(from) => go_out(zones.entry(from).or_default(), many),
    }
    let zone = zones.entry(zone).or_default();
    zone.inside = zone.inside.saturating_add(many);
    label
}

fn go_out(past: &mut Past, many: u32) {
    past.went_out = true;
    past.inside = past.inside.saturating_sub(many);
}

fn leave(passage: &Passage, venue: &mut Past, zones: &mut BTreeMap<ZoneId, Past>) -> Label {
    let (many, zone) = (people(passage), passage.movement.zone);
    let inside = match passage.movement.from {
        None => venue.inside,
        Some(_) => zones.entry(zone).or_default().inside,
    };
    match passage.movement.from {
        None => {
            go_out(zones.entry(zone).or_default(), many);
            go_out(venue, many);
            if venue.inside == 0 {
                // Who left the venue left its zones.
                zones.values_mut().filter(|past| past.inside > 0).for_each(|past| go_out(past, u32::MAX));
            }
        }
        Some(from) => {
            go_out(zones.entry(zone).or_default(), many);
            let from = zones.entry(from).or_default();
            from.inside = from.inside.saturating_add(many);
        }
    }
    if inside > 0 { Label::Exit } else { Label::ExitUnmatched }
}
