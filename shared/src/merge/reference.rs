//! The whole state from nothing but the entries and the decisions of administrators. Stores that keep the same state
//! step by step must come to the same digest.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Action, Entry};
use crate::ids::{EntryId, EventId, FeedId, ScannerId, StateDigest, TicketKey};
use crate::manifest::{Cut, Revocation};
use crate::merge::{ChainMember, Item, Label, Standing, TicketFold, digest, fold, standings};
use crate::occupancy::{Contribution, Sums};
use crate::time::{FeedClock, Interval, Moment, Placed, Sample, Window, intervals};

/// What the state depends on besides the entries.
pub struct Facts<'a> {
    /// Whose feed is whose: from the certificates that authenticated their heads.
    pub scanners: BTreeMap<FeedId, ScannerId>,
    /// Scanners no longer trusted.
    pub revocations: Vec<Revocation>,
    /// When each event is.
    pub windows: BTreeMap<EventId, Window>,
    /// Opens a time token: the server's time (ms), or `None` if no server key signed it.
    pub time: &'a dyn Fn(&[u8]) -> Option<i64>,
}

impl std::fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Facts")
            .field("scanners", &self.scanners)
            .field("revocations", &self.revocations)
            .field("windows", &self.windows)
            .finish_non_exhaustive()
    }
}

/// What one entry turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// The event it names.
    pub event: Option<EventId>,
    /// When it happened.
    pub time: Interval,
    /// Whether it counts.
    pub standing: Standing,
    /// What it is.
    pub label: Label,
}

/// Entries that are folded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// One ticket of one event.
    Ticket(EventId, TicketKey),
    /// One entry without a ticket; or the missing target that undos lead to.
    Single(EntryId),
}

/// The whole state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Every entry.
    pub entries: BTreeMap<EntryId, Judged>,
    /// Every group.
    pub groups: BTreeMap<Group, TicketFold>,
    /// Sums of every event.
    pub sums: BTreeMap<EventId, Sums>,
}

impl State {
    /// The state digest of one event; that of an empty event if nothing is known of it.
    pub fn digest(&self, event: EventId) -> StateDigest {
        let entries = self.entries.iter().filter(|(_, judged)| judged.event == Some(event));
        let tickets = self.tickets(event).map(|(key, fold)| (key, fold.history.inside));
        let empty = Sums::default();
        let sums = self.sums.get(&event).unwrap_or(&empty);
        digest(event, entries.map(|(id, judged)| (*id, judged.label, judged.time)), tickets, sums)
    }

    /// The tickets of one event, by key.
    pub fn tickets(&self, event: EventId) -> impl Iterator<Item = (TicketKey, &TicketFold)> {
        self.groups.iter().filter_map(move |(group, fold)| match group {
            Group::Ticket(of, key) if *of == event => Some((*key, fold)),
            _ => None,
        })
    }
}

/// Computes the state of a set of authentic entries. Order and repetition do not matter.
pub fn rebuild<'a>(entries: impl IntoIterator<Item = &'a Entry>, facts: &Facts<'_>) -> State {
    let entries: BTreeMap<EntryId, &Entry> = entries.into_iter().map(|entry| (entry.id, entry)).collect();
    let mut feeds: BTreeMap<FeedId, Vec<&Entry>> = BTreeMap::new();
    for entry in entries.values() {
        feeds.entry(entry.raw.feed).or_default().push(entry);
    }
    let mut known = BTreeMap::new();
    for (feed, members) in &feeds {
        place_feed(*feed, members, facts, &mut known);
    }
    let mut groups: BTreeMap<Group, Vec<Item<'_>>> = BTreeMap::new();
    let mut led = BTreeMap::new();
    for entry in entries.values() {
        let (time, standing) = known[&entry.id];
        let group = group_through(entry, &mut led, |id| entries.get(&id).copied());
        groups.entry(group).or_default().push(Item { entry, time, standing });
    }
    let mut state = State::default();
    for (group, items) in groups {
        let folded = fold(&items);
        for item in &items {
            state.take(item, &folded);
        }
        state.groups.insert(group, folded);
    }
    state
}

impl State {
    fn take(&mut self, item: &Item<'_>, folded: &TicketFold) {
        let id = item.entry.id;
        let event = item.entry.raw.event;
        let judged = Judged { event, time: item.time, standing: item.standing, label: folded.labels[&id] };
        self.entries.insert(id, judged);
        if let Some(moved) = Contribution::of(item.entry, item.time, item.standing, folded.voided.contains(&id)) {
            self.sums.entry(moved.event).or_default().add(&moved);
        }
    }
}

/// Standing and time of every entry of one feed.
fn place_feed(
    feed: FeedId,
    members: &[&Entry],
    facts: &Facts<'_>,
    known: &mut BTreeMap<EntryId, (Interval, Standing)>,
) {
    let chain: Vec<ChainMember> = members.iter().map(|entry| ChainMember::of(entry)).collect();
    let standings = standings(&chain, cuts_of(feed, facts).as_deref());
    let counts = |entry: &Entry| standings[&entry.id] != Standing::Quarantined;
    let samples = members.iter().filter(|entry| counts(entry)).filter_map(|entry| Sample::of(entry, facts.time));
    let clock = FeedClock::new(samples);
    let placed: Vec<Placed> = members
        .iter()
        .map(|entry| Placed {
            seq: entry.raw.seq,
            id: entry.id,
            at: Moment::of(entry),
            window: entry.raw.event.and_then(|event| facts.windows.get(&event).copied()),
            counts: counts(entry),
        })
        .collect();
    known.extend(intervals(&clock, &placed).into_iter().map(|(id, time)| (id, (time, standings[&id]))));
}

/// The cuts of a feed; `None` unless its scanner is revoked.
fn cuts_of(feed: FeedId, facts: &Facts<'_>) -> Option<Vec<Cut>> {
    let scanner = facts.scanners.get(&feed)?;
    let revocation = facts.revocations.iter().find(|revocation| revocation.scanner == *scanner)?;
    Some(revocation.cuts.iter().filter(|cut| cut.feed == feed).copied().collect())
}

/// The group an entry belongs to. An undo belongs to what it leads to, through undos of undos; what it says about
/// tickets itself is not believed.
pub fn group_of<'a>(entry: &'a Entry, find: impl Fn(EntryId) -> Option<&'a Entry>) -> Group {
    group_through(entry, &mut BTreeMap::new(), find)
}

/// The same for many entries: `led` remembers where undos lead to, so that a chain of them is walked once, however long.
fn group_through<'a>(
    entry: &'a Entry,
    led: &mut BTreeMap<EntryId, Group>,
    find: impl Fn(EntryId) -> Option<&'a Entry>,
) -> Group {
    let mut at = entry;
    let mut passed = BTreeSet::new();
    let group = loop {
        let Action::Undo { target, .. } = &at.action else {
            break match (at.raw.event, at.ticket()) {
                (Some(event), Some(ticket)) => Group::Ticket(event, ticket),
                _ => Group::Single(at.id),
            };
        };
        if let Some(known) = led.get(&at.id) {
            break *known;
        }
        // Ids are hashes, so a circle cannot be; made-up ones must not hang us.
        let next = if passed.insert(at.id) { find(*target) } else { None };
        match next {
            Some(next) => at = next,
            None => break Group::Single(*target),
        }
    };
    led.extend(passed.into_iter().map(|undo| (undo, group)));
    group
}

#[cfg(test)]
#[path = "reference_tests.rs"]
mod tests;
