//! The supervisor's PIN: kept as argon2id (RFC 9106) beside the database, with fewer and fewer tries.

use std::fs;
use std::path::{Path, PathBuf};

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use shared::clock::{Entropy, random};
use shared::ids::to_hex;

use crate::device::write_private;

use super::guard::same;

/// Name of the file in the data folder.
const FILE: &str = "supervisor-pin";
/// Fewest digits.
const SHORTEST: usize = 4;
/// Most digits.
const LONGEST: usize = 12;
/// Wrong PINs before a pause.
const TRIES: u32 = 5;
/// First pause, in ms; it doubles with every further wrong PIN.
const FIRST_PAUSE_MS: u64 = 30_000;
/// Longest pause, in ms: a supervisor who is in the right must not be kept out for the evening.
const LONGEST_PAUSE_MS: u64 = 15 * 60_000;
/// An unlocked screen locks itself after this long without a supervisor's deed, in ms.
const UNLOCKED_MS: u64 = 3 * 60_000;

/// Why a PIN was not set.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// Something else than digits, or too few, or too many.
    #[error("a PIN has {SHORTEST} to {LONGEST} digits and nothing else")]
    NotAPin,
    /// Hashing failed.
    #[error("the PIN could not be hashed: {0}")]
    Hash(String),
    /// The file could not be written.
    #[error("the PIN could not be kept: {0}")]
    Write(#[from] std::io::Error),
}

/// Sets the PIN of the scanner in this folder; one that was set before is replaced.
pub fn set_pin(folder: &Path, pin: &str, entropy: &dyn Entropy) -> Result<(), PinError> {
    if !(SHORTEST..=LONGEST).contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PinError::NotAPin);
    }
    let salt: [u8; 16] = random(entropy);
    let hash = Argon2::default()
        .hash_password_with_salt(pin.as_bytes(), &salt)
        .map_err(|error| PinError::Hash(error.to_string()))?;
    Ok(write_private(&folder.join(FILE), hash.to_string().as_bytes())?)
}

/// What came of a PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tried {
    /// Right: the browser that sent it shows this from now on.
    Right(String),
    /// Wrong.
    Wrong {
        /// Tries until a pause.
        left: u32,
    },
    /// Not looked at: wait.
    Wait {
        /// For so long, in ms.
        ms: u64,
    },
    /// No PIN is set.
    Missing,
}

/// Counts tries, and knows which browser is unlocked.
#[derive(Debug)]
pub(super) struct PinGuard {
    file: PathBuf,
    wrong: u32,
    closed_until: u64,
    /// The one unlocked browser's secret, and until when (monotonic ms).
    open: Option<(String, u64)>,
}

impl PinGuard {
    /// Of the scanner in this folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self { file: folder.join(FILE), wrong: 0, closed_until: 0, open: None }
    }

    /// Whether there is a PIN.
    pub(super) fn is_set(&self) -> bool {
        self.file.exists()
    }

    /// Tries a PIN. Takes tens of milliseconds on purpose.
    pub(super) fn try_pin(&mut self, pin: &str, now_ms: u64, entropy: &dyn Entropy) -> Tried {
        if now_ms < self.closed_until {
            return Tried::Wait { ms: self.closed_until - now_ms };
        }
        let Ok(hash) = fs::read_to_string(&self.file) else { return Tried::Missing };
        if Argon2::default().verify_password(pin.as_bytes(), hash.trim()).is_ok() {
            self.wrong = 0;
            let secret = to_hex(&random::<16>(entropy));
            self.open = Some((secret.clone(), now_ms + UNLOCKED_MS));
            return Tried::Right(secret);
        }
        self.wrong += 1;
        if self.wrong < TRIES {
            return Tried::Wrong { left: TRIES - self.wrong };
        }
        let doubled = FIRST_PAUSE_MS.saturating_mul(1 << (self.wrong - TRIES).min(16));
        let ms = doubled.min(LONGEST_PAUSE_MS);
        self.closed_until = now_ms + ms;
        Tried::Wait { ms }
    }

    /// Whether the browser with this secret is unlocked; keeps it so a while longer.
    pub(super) fn is_unlocked(&mut self, secret: &str, now_ms: u64) -> bool {
        match &mut self.open {
            Some((open, until)) if now_ms < *until && same(open, secret) => {
                *until = now_ms + UNLOCKED_MS;
                true
            }
            _ => false,
        }
    }

    /// Locks.
    pub(super) fn lock(&mut self) {
        self.open = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::device::OsEntropy;

    #[test]
    fn a_pin_is_digits_and_is_not_stored_as_such() {
        let folder = tempfile::tempdir().unwrap();
        for bad in ["123", "1234567890123", "12a4", "", "１２３４"] {
            assert!(matches!(set_pin(folder.path(), bad, &OsEntropy), Err(PinError::NotAPin)), "{bad}");
        }
        set_pin(folder.path(), "4711", &OsEntropy).unwrap();
        assert!(!fs::read_to_string(folder.path().join(FILE)).unwrap().contains("4711"));
    }

    #[test]
    fn guessing_gets_slower_and_the_right_pin_ends_that() {
        let folder = tempfile::tempdir().unwrap();
        let mut guard = PinGuard::new(folder.path());
        assert_eq!(guard.try_pin("4711", 0, &OsEntropy), Tried::Missing);
        set_pin(folder.path(), "4711", &OsEntropy).unwrap();
        for left in (1..TRIES).rev() {
            assert_eq!(guard.try_pin("0000", 0, &OsEntropy), Tried::Wrong { left });
        }
        assert_eq!(guard.try_pin("0000", 0, &OsEntropy), Tried::Wait { ms: FIRST_PAUSE_MS });
        let early = guard.try_pin("4711", FIRST_PAUSE_MS - 1, &OsEntropy);
        assert_eq!(early, Tried::Wait { ms: 1 }, "not even the right one");
        assert_eq!(guard.try_pin("0000", FIRST_PAUSE_MS, &OsEntropy), Tried::Wait { ms: 2 * FIRST_PAUSE_MS });
        let Tried::Right(secret) = guard.try_pin("4711", 3 * FIRST_PAUSE_MS, &OsEntropy) else { panic!() };
        assert!(guard.is_unlocked(&secret, 3 * FIRST_PAUSE_MS + 1));
        assert!(!guard.is_unlocked("another browser", 3 * FIRST_PAUSE_MS + 1));
        assert!(!guard.is_unlocked(&secret, 3 * FIRST_PAUSE_MS + 1 + UNLOCKED_MS), "it locks itself");
        assert_eq!(guard.try_pin("0000", 400_000, &OsEntropy), Tried::Wrong { left: TRIES - 1 });
    }
}
