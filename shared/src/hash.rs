//! Domain-separated SHA-256 (FIPS 180-4): `H(domain, parts…)` of PROTOCOL.md section 2.

use sha2::{Digest, Sha256};

/// `SHA-256(domain ‖ 0x00 ‖ parts)`.
pub fn hash(domain: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut state = Hasher::new(domain);
    for part in parts {
        state.update(part);
    }
    state.finish()
}

/// The same for input that arrives in pieces.
#[derive(Debug, Clone)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Starts a hash of the given domain.
    pub fn new(domain: &str) -> Self {
        let mut state = Sha256::new();
        state.update(domain.as_bytes());
        state.update([0]);
        Self(state)
    }

    /// Adds `bytes`.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The first `N` bytes of a digest (`N` ≤ 32).
pub fn truncated<const N: usize>(digest: [u8; 32]) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&digest[..N]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::to_hex;

    #[test]
    fn it_is_sha_256_over_domain_zero_and_parts() {
        // SHA-256 of "abc" (FIPS 180-4, example) cannot come out: the zero byte lies between.
        let expected: [u8; 32] = Sha256::digest(b"a\0bc").into();
        assert_eq!(hash("a", &[b"b", b"c"]), expected);
        assert_eq!(hash("a", &[b"bc"]), expected);
        assert_ne!(hash("ab", &[b"c"]), expected);
        assert_eq!(truncated::<4>(expected), expected[..4]);
        assert_eq!(to_hex(&Sha256::digest(b"abc"))[..8], *"ba7816bf");
    }
}
