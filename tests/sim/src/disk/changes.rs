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
}

/// What a loss of power did to a file.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Loss {
    /// Writes were lost wholly.
    pub(super) dropped: bool,
    /// A write survived in part.
    pub(super) torn: bool,
}

impl Content {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self { durable: bytes.clone(), now: bytes, pending: Vec::new() }
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
    }

    /// Without order and with sectors torn, as a disk may do with what it was not told to sync.
    pub(super) fn lose_power(&mut self, dice: &mut Dice) -> Loss {
        let mut loss = Loss::default();
        let changes = std::mem::take(&mut self.pending);
        let style = dice.below(3);
        let kept = dice.index(changes.len() + 1);
        for (place, change) in changes.into_iter().enumerate() {
            match style {
                1 if place < kept => apply(&mut self.durable, &change),
                1 if place == kept => self.tear(&change, dice, &mut loss),
                0 | 1 => loss.dropped = true,
                _ if dice.one_in(2) => self.tear(&change, dice, &mut loss),
                _ => apply(&mut self.durable, &change),
            }
        }
        self.now.clone_from(&self.durable);
        loss
    }

    fn tear(&mut self, change: &Change, dice: &mut Dice, loss: &mut Loss) {
        let Change::Write { at, bytes } = change else {
            loss.dropped = true;
            return;
        };
        for (n, sector) in bytes.chunks(SECTOR).enumerate() {
            if dice.one_in(2) {
                put(&mut self.durable, at + n * SECTOR, sector);
            }
        }
        loss.torn = true;
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
