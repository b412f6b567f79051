//! What the camera sees from frame to frame: the same code stays in view for many frames and is judged once.

use shared::hash::hash;

/// A code that was out of view for this long counts as shown again, in ms.
const FORGOTTEN_AFTER_MS: u64 = 3_000;

/// The code in view, remembered by its hash: no log or memory holds a code longer than it takes to judge it.
#[derive(Debug, Default)]
pub(super) struct View {
    last: Option<([u8; 32], u64)>,
}

impl View {
    /// Whether this code, seen now (monotonic ms), has to be judged; remembers that it was seen.
    pub(super) fn is_new(&mut self, text: &str, now_ms: u64) -> bool {
        let digest = hash("turnstone/door/view", &[text.as_bytes()]);
        let known =
            self.last.is_some_and(|(seen, at)| seen == digest && now_ms.saturating_sub(at) < FORGOTTEN_AFTER_MS);
        self.last = Some((digest, now_ms));
        !known
    }

    /// The code in view could not be judged: the next frame tries again.
    pub(super) fn forget(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_held_before_the_camera_is_judged_once() {
        let mut view = View::default();
        assert!(view.is_new("A", 0));
        for at in (100..10_000).step_by(100) {
            assert!(!view.is_new("A", at), "{at}");
        }
        assert!(view.is_new("A", 13_000), "shown again");
        assert!(view.is_new("B", 13_100));
        assert!(view.is_new("A", 13_200));
        view.forget();
        assert!(view.is_new("A", 13_300));
    }
}
