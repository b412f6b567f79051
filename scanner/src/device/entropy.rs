//! Random numbers of the operating system.

use shared::clock::Entropy;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        #[expect(clippy::expect_used, reason = "without random numbers no key may be made")]
        getrandom::fill(buffer).expect("invariant: the operating system gives random numbers");
    }
}
