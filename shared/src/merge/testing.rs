//! Devices that write entries, for the tests of this module.

use crate::clock::Reading;
use crate::entry::{Basis, Direction, Entry, Link, RawEntry, kind};
use crate::ids::{BootId, EntryId, EventId, FeedId, GateId, TicketKey, ZoneId};
use crate::merge::{Item, Standing};
use crate::time::Interval;
use crate::verdict::Verdict;

/// A moment within the event (ms).
pub(crate) const NOW: i64 = 1_780_000_000_000;
pub(crate) const EVENT: EventId = EventId([7; 16]);
pub(crate) const TICKET: TicketKey = TicketKey([9; 16]);

/// A scanner with its own feed and clocks.
pub(crate) struct Device {
    pub(crate) feed: FeedId,
    pub(crate) boot: BootId,
    /// True time of its boot (ms).
    pub(crate) booted: i64,
    /// What its wall clock adds to the truth (ms).
    pub(crate) wall_error: i64,
    pub(crate) last: Option<(u64, EntryId)>,
}

impl Device {
    pub(crate) fn new(number: u8) -> Self {
        let (feed, boot) = (FeedId([number; 16]), BootId([number; 8]));
        Self { feed, boot, booted: NOW - 3_600_000, wall_error: 0, last: None }
    }

    /// Writes an entry at a true time.
    pub(crate) fn write(&mut self, kind: u32, at: i64, fill: impl FnOnce(&mut RawEntry)) -> Entry {
        let link = Link { feed: self.feed, seq: self.last.map_or(1, |last| last.0 + 1), prev: self.last.map(|l| l.1) };
        let mono = u64::try_from(at - self.booted).unwrap();
        let reading = Reading { wall_ms: at + self.wall_error, mono_ms: mono, boot: self.boot };
        let mut raw = RawEntry::new(link, kind, reading);
        raw.event = Some(EVENT);
        fill(&mut raw);
        let entry = Entry::read(&raw.to_bytes()).unwrap();
        self.last = Some((raw.seq, entry.id));
        entry
    }

    /// A passage at an outer gate into zone 1; `fill` changes what differs.
    pub(crate) fn pass(&mut self, kind: u32, at: i64, gate: u32, fill: impl FnOnce(&mut RawEntry)) -> Entry {
        self.write(kind, at, |raw| {
            let (direction, verdict) = match kind {
                kind::ENTRY => (Direction::Entry, Verdict::Ok),
                kind::EXIT => (Direction::Exit, Verdict::OkExit),
                _ => (Direction::Entry, Verdict::AlreadyInside),
            };
            raw.gate = Some(GateId(gate));
            raw.zone = Some(ZoneId(1));
            raw.direction = Some(direction);
            raw.ticket = Some(TICKET);
            raw.bodies = (kind != kind::REFUSE).then_some(1);
            raw.admits = Some(1);
            raw.reentry = Some(true);
            raw.verdict = Some(verdict.number());
            raw.basis = Some(Basis::Local);
            fill(raw);
        })
    }

    pub(crate) fn enter(&mut self, at: i64, gate: u32) -> Entry {
        self.pass(kind::ENTRY, at, gate, |_| {})
    }

    pub(crate) fn exit(&mut self, at: i64, gate: u32) -> Entry {
        self.pass(kind::EXIT, at, gate, |_| {})
    }

    pub(crate) fn undo(&mut self, at: i64, target: EntryId) -> Entry {
        self.write(kind::UNDO, at, |raw| raw.target = Some(target))
    }

    /// A sample of server time without delay; the token of tests is the time itself, eight bytes.
    pub(crate) fn time(&mut self, at: i64) -> Entry {
        let mono = u64::try_from(at - self.booted).unwrap();
        self.write(kind::TIME, at, |raw| {
            raw.event = None;
            raw.time_token = Some(at.to_be_bytes().to_vec());
            raw.mono_request = Some(mono);
            raw.mono_response = Some(mono);
        })
    }
}

/// Opens a token of tests.
pub(crate) fn open_time(token: &[u8]) -> Option<i64> {
    token.try_into().ok().map(i64::from_be_bytes)
}

/// An item at an exactly known time: that of its wall clock.
pub(crate) fn sure(entry: &Entry) -> Item<'_> {
    let time = Interval::new(entry.raw.wall, entry.raw.wall);
    Item { entry, time, standing: Standing::Trusted }
}

/// The same, quarantined.
pub(crate) fn apart(entry: &Entry) -> Item<'_> {
    Item { standing: Standing::Quarantined, ..sure(entry) }
}
