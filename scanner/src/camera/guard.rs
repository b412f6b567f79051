//! A reader that panics has read nothing.
//!
//! Both QR readers index into the picture with values computed from the picture and assert on the
//! way; a crafted poster must not take the scanner down. This needs unwinding: a profile with
//! `panic = "abort"` would undo it.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::{
        Once,
        atomic::{AtomicU64, Ordering},
    },
};

static PANICS: AtomicU64 = AtomicU64::new(0);
static HOOK: Once = Once::new();

thread_local! {
    /// True while this thread runs a reader whose panic is going to be caught.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// How many panics of QR readers this process has caught since it started.
pub fn reader_panics() -> u64 {
    PANICS.load(Ordering::Relaxed)
}

/// Runs `reader`; `None` if it panicked. The panic is counted and prints nothing, because the screen
/// belongs to the person at the door.
///
/// `reader` may only hold what is thrown away after a panic: that is why unwind safety is asserted
/// here instead of demanded from the readers' types.
pub(super) fn quietly<T>(reader: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                previous(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(reader));
    GUARDED.set(outer);
    if result.is_err() {
        PANICS.fetch_add(1, Ordering::Relaxed);
    }
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panicking_reader_has_read_nothing_and_is_counted() {
        let before = reader_panics();
        assert_eq!(quietly(|| 7), Some(7));
        let nothing: Vec<u8> = Vec::new();
        assert_eq!(quietly(|| nothing[3]), None);
        assert!(reader_panics() > before);
    }
}
