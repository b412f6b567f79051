//! The order of a ticket's entries: the lift `L(e) = max(t(e), 1 + max L(p))` over everything that is known to come
//! before `e`, then `(L, id)`. Comparing pairs "by cause, else by time" can run in a circle; this cannot.

use std::collections::BTreeSet;

use crate::ids::EntryId;
use crate::merge::Item;

/// What comes before what. Entries are numbered in rising order of their ids; behind them come **levels**: one for each
/// place in a feed above which there is another, which stand between the entries at both, however many a fork leaves.
pub(super) struct Causes {
    ids: Vec<EntryId>,
    after: Vec<Vec<usize>>,
    waits: Vec<usize>,
}

impl Causes {
    /// From items in rising order of ids, each id once. What `saw` names and is not there is left out.
    pub(super) fn of(items: &[&Item<'_>]) -> Self {
        let ids: Vec<EntryId> = items.iter().map(|item| item.entry.id).collect();
        let mut causes = Self { after: vec![Vec::new(); ids.len()], waits: vec![0; ids.len()], ids };
        for (at, item) in items.iter().enumerate() {
            for seen in item.entry.saw() {
                if let Ok(earlier) = causes.ids.binary_search(seen) {
                    causes.link(earlier, at);
                }
            }
        }
        causes.link_feeds(items);
        causes
    }

    fn link(&mut self, earlier: usize, later: usize) {
        if earlier != later {
            self.after[earlier].push(later);
            self.waits[later] += 1;
        }
    }

    fn link_feeds(&mut self, items: &[&Item<'_>]) {
        let place = |item: &Item<'_>| (item.entry.raw.feed, item.entry.raw.seq);
        let mut placed: Vec<usize> = (0..items.len()).collect();
        placed.sort_by_key(|at| place(items[*at]));
        let mut places = placed.chunk_by(|one, other| place(items[*one]) == place(items[*other])).peekable();
        let mut below: Option<usize> = None;
        while let Some(here) = places.next() {
            let feed = |at: &usize| items[*at].entry.raw.feed;
            let goes_on = places.peek().is_some_and(|next| next.first().map(feed) == here.first().map(feed));
            let level = goes_on.then_some(self.after.len());
            if goes_on {
                self.after.push(Vec::new());
                self.waits.push(0);
            }
            for at in here {
                if let Some(below) = below {
                    self.link(below, *at);
                }
                if let Some(level) = level {
                    self.link(*at, level);
                }
            }
            below = level;
        }
    }

    /// The lift of each entry, from its time (ms). A circle is only possible where a feed is forked; it is cut at the
    /// entry with the lowest (lift so far, id), which keeps the answer independent of any order.
    pub(super) fn lift(&self, times: &[i64]) -> Vec<i64> {
        let mut value: Vec<i64> = times.to_vec();
        value.resize(self.after.len(), i64::MIN);
        let mut waits = self.waits.clone();
        let mut done = vec![false; self.after.len()];
        let mut ready: Vec<usize> = (0..self.after.len()).filter(|at| waits[*at] == 0).collect();
        // Entries not done yet by (lift so far, id); kept from the first circle on, of which a fork can make thousands.
        let mut open: Option<BTreeSet<(i64, usize)>> = None;
        loop {
            let next = ready.pop().or_else(|| {
                let undone = || (0..self.ids.len()).filter(|at| !done[*at]).map(|at| (value[at], at)).collect();
                open.get_or_insert_with(undone).first().map(|(_, at)| *at)
            });
            let Some(at) = next else { break };
            if std::mem::replace(&mut done[at], true) {
                continue;
            }
            if let Some(open) = &mut open {
                open.remove(&(value[at], at));
            }
            for later in &self.after[at] {
                waits[*later] -= 1;
                if done[*later] {
                    continue;
                }
                let step = i64::from(*later < self.ids.len());
                let raised = value[*later].max(value[at].saturating_add(step));
                let before = std::mem::replace(&mut value[*later], raised);
                if let Some(open) = &mut open
                    && open.remove(&(before, *later))
                {
                    open.insert((raised, *later));
                }
                if waits[*later] == 0 {
                    ready.push(*later);
                }
            }
        }
        value.truncate(self.ids.len());
        value
    }

    /// Which entries are known to come after `at`.
    pub(super) fn follow(&self, at: usize) -> Vec<bool> {
        let mut found = vec![false; self.after.len()];
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            for later in &self.after[at] {
                if !std::mem::replace(&mut found[*later], true) {
                    open.push(*later);
                }
            }
        }
        found.truncate(self.ids.len());
        found
    }

    /// Whether no other entry is known to come after `at`.
    pub(super) fn is_latest(&self, at: usize) -> bool {
        self.after[at].is_empty()
    }
}
