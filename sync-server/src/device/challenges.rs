//! Nonces for the signed challenge: good for one scanner, once, for a minute.
//!
//! A nonce carries its own time and a mark that only this process can make, so that asking for many costs no memory;
//! only those that were redeemed with a right signature are remembered, until they would be too old anyway.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use shared::clock::{Entropy, random};
use shared::hash::{hash, truncated};
use shared::ids::{Nonce, ScannerId};

use crate::http::same_bytes;

/// How long a nonce is good, in ms.
const CHALLENGE_MS: u64 = 60_000;

/// Makes and redeems nonces.
#[derive(Debug)]
pub struct Challenges {
    /// Known to this process only; a nonce does not outlive it.
    key: [u8; 32],
    redeemed: Mutex<HashMap<Nonce, u64>>,
}

impl Challenges {
    /// With a fresh key.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self { key: random(entropy), redeemed: Mutex::default() }
    }

    /// A nonce for `scanner`; `now` is the server's monotonic time (ms).
    pub fn issue(&self, scanner: ScannerId, now: u64, entropy: &dyn Entropy) -> Nonce {
        let mut bytes = [0; Nonce::LEN];
        bytes[..5].copy_from_slice(&now.to_be_bytes()[3..]);
        bytes[5..8].copy_from_slice(&random::<3>(entropy));
        let mark = self.mark(&bytes[..8], scanner);
        bytes[8..].copy_from_slice(&mark);
        Nonce(bytes)
    }

    /// Whether the nonce was issued to `scanner`, is not too old and was not redeemed. Look before checking the signature.
    pub fn is_good(&self, nonce: Nonce, scanner: ScannerId, now: u64) -> bool {
        let (head, mark) = nonce.0.split_at(8);
        let mut issued = [0; 8];
        issued[3..].copy_from_slice(&head[..5]);
        let issued = u64::from_be_bytes(issued);
        let fresh = issued <= now && now - issued <= CHALLENGE_MS;
        let redeemed = self.redeemed.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&nonce);
        same_bytes(mark, &self.mark(head, scanner)) && fresh && !redeemed
    }

    /// Uses the nonce up, after the signature was found right; false if somebody was faster.
    pub fn redeem(&self, nonce: Nonce, now: u64) -> bool {
        let mut redeemed = self.redeemed.lock().unwrap_or_else(PoisonError::into_inner);
        redeemed.retain(|_, until| *until >= now);
        redeemed.insert(nonce, now.saturating_add(CHALLENGE_MS)).is_none()
    }

    fn mark(&self, head: &[u8], scanner: ScannerId) -> [u8; 8] {
        truncated(hash("turnstone/server/challenge", &[&self.key, scanner.as_bytes(), head]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(Mutex<u8>);
    impl Entropy for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            let mut next = self.0.lock().unwrap();
            *next += 1;
            buffer.fill(*next);
        }
    }

    #[test]
    fn a_nonce_is_good_for_its_scanner_once_and_for_a_minute() {
        let entropy = Counting(Mutex::new(0));
        let challenges = Challenges::new(&entropy);
        let (north, south) = (ScannerId([1; 16]), ScannerId([2; 16]));
        let nonce = challenges.issue(north, 1000, &entropy);
        assert!(challenges.is_good(nonce, north, 1000));
        assert!(challenges.is_good(nonce, north, 61_000));
        assert!(!challenges.is_good(nonce, north, 61_001));
        assert!(!challenges.is_good(nonce, south, 1000));
        assert!(!challenges.is_good(Nonce([0; 16]), north, 1000));
        assert!(challenges.redeem(nonce, 2000));
        assert!(!challenges.redeem(nonce, 2000));
        assert!(!challenges.is_good(nonce, north, 2000));
    }

    #[test]
    fn another_process_does_not_take_it() {
        let entropy = Counting(Mutex::new(0));
        let nonce = Challenges::new(&entropy).issue(ScannerId([1; 16]), 0, &entropy);
        assert!(!Challenges::new(&entropy).is_good(nonce, ScannerId([1; 16]), 0));
    }
}
