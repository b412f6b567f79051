//! A file's bytes: as programs see them, and as they survive a loss of power.

use crate::dice::Dice;

/// Disks write sectors of so many bytes whole or not at all.
const SECTOR: usize = 512;

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate { size: usize },
}

/// A file's bytes.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
    /// What makes `now` of `durable`, in order.
    pending: Vec<Change>,
    /// How many of those somebody was told to be durable.
    promised: usize,
}

/// What may become of writes that nobody synced when the power fails. Neither: all of them happened to be written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tail {
    /// They may be lost.
    pub(super) dropped: bool,
    /// They may survive in part.
    pub(super) torn: bool,
}

/// What is left of a write after a loss of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Survived {
    Whole,
    InPart,
    Not,
}

/// What a loss of power did to a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loss {
    /// Writes were lost wholly.
    pub(super) dropped: bool,
    /// A write survived in part.
    pub(super) torn: bool,
    /// Something is gone that a sync had said to be safe.
    pub(super) betrayed: bool,
}

impl Content {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self { durable: bytes.clone(), now: bytes, ..Self::default() }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.now
    }

    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) {
        put(&mut self.now, at, bytes);
        self.pending.push(Change::Write { at, bytes: bytes.to_vec() });
    }

    pub(super) fn truncate(&mut self, size: usize) {
        self.now.resize(size, 0);
        self.pending.push(Change::Truncate { size });
    }

    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            apply(&mut self.durable, &change);
        }
        self.promised = 0;
    }

    /// Says that it synced.
    pub(super) fn lie(&mut self) {
        self.promised = self.pending.len();
    }

    /// Without order and with sectors torn, as far as `tail` allows that: so a disk may do with what it was not told to sync.
    /// One that lied does it in any case with what it had called safe.
    pub(super) fn lose_power(&mut self, dice: &mut Dice, tail: Tail) -> Loss {
        let mut loss = Loss::default();
        let changes = std::mem::take(&mut self.pending);
        let promised = std::mem::take(&mut self.promised);
        let style = dice.below(3);
        let kept = dice.index(changes.len() + 1);
        for (place, change) in changes.into_iter().enumerate() {
            let sectors = match style {
                1 if place < kept => all_sectors(&change),
                1 if place == kept => some_sectors(&change, dice),
                0 | 1 => vec![],
                _ if dice.one_in(2) => some_sectors(&change, dice),
                _ => all_sectors(&change),
            };
            let (lied, survived) = (place < promised, survived(&change, &sectors));
            let may_be = match survived {
                Survived::Whole => true,
                Survived::InPart => lied || tail.torn,
                Survived::Not => lied || tail.dropped,
            };
            if !may_be {
                apply(&mut self.durable, &change);
                continue;
            }
            self.apply_part(&change, &sectors);
            loss.dropped |= survived == Survived::Not && !lied;
            loss.torn |= survived == Survived::InPart && !lied;
            loss.betrayed |= survived != Survived::Whole && lied;
        }
        self.now.clone_from(&self.durable);
        loss
    }

    fn apply_part(&mut self, change: &Change, sectors: &[usize]) {
        match change {
            Change::Truncate { .. } if sectors.is_empty() => {}
            Change::Truncate { .. } => apply(&mut self.durable, change),
            Change::Write { at, bytes } => {
                for (n, sector) in bytes.chunks(SECTOR).enumerate().filter(|(n, _)| sectors.contains(n)) {
                    put(&mut self.durable, at + n * SECTOR, sector);
                }
            }
        }
    }

    /// One byte changes, on the disk and for whoever reads it now.
    pub(super) fn flip(&mut self, dice: &mut Dice) -> usize {
        let at = dice.index(self.now.len());
        let mask = 1 << dice.below(8);
        self.now[at] ^= mask;
        if let Some(byte) = self.durable.get_mut(at) {
            *byte ^= mask;
        }
        at
    }
}

/// The sectors of a change, by number; cutting a file is one.
fn all_sectors(change: &Change) -> Vec<usize> {
    match change {
        Change::Write { bytes, .. } => (0..bytes.len().div_ceil(SECTOR)).collect(),
        Change::Truncate { .. } => vec![0],
    }
}

/// Any of a write's; a file is cut wholly or not at all, here not.
fn some_sectors(change: &Change, dice: &mut Dice) -> Vec<usize> {
    match change {
        Change::Write { .. } => all_sectors(change).into_iter().filter(|_| dice.one_in(2)).collect(),
        Change::Truncate { .. } => vec![],
    }
}

fn survived(change: &Change, sectors: &[usize]) -> Survived {
    match sectors.len() {
        0 => Survived::Not,
        kept if kept == all_sectors(change).len() => Survived::Whole,
        _ => Survived::InPart,
    }
}

fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}

fn apply(file: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { at, bytes } => put(file, *at, bytes),
        Change::Truncate { size } => file.resize(*size, 0),
    }
}
