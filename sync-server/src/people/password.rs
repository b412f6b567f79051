//! Passwords: argon2id (RFC 9106) in PHC string format.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use shared::clock::{Entropy, random};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::invalid::Fault;

/// Shortest password, in characters (NIST SP 800-63B asks for at least 8).
pub const MIN_CHARACTERS: usize = 10;

/// Longest password, in bytes; bounds the work of hashing.
pub const MAX_BYTES: usize = 1024;

/// Characters of a generated password, without those that look alike: 20 × 5 bits = 100 bits.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Length of a generated password.
const GENERATED: usize = 20;

/// A password in memory; wiped when dropped and never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop, serde::Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("is too short: {MIN_CHARACTERS} characters at least")]
    TooShort,
    /// Too long.
    #[error("is too long: {MAX_BYTES} bytes at most")]
    TooLong,
}

impl From<PasswordError> for Fault {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::TooShort => Self::new("password_too_short", error.to_string()).with("n", MIN_CHARACTERS),
            PasswordError::TooLong => Self::new("password_too_long", error.to_string()),
        }
    }
}

/// Hashing itself failed.
#[derive(Debug, thiserror::Error)]
#[error("hashing the password failed: {0}")]
pub struct HashError(argon2::password_hash::Error);

impl Password {
    /// From what somebody typed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A random one that can be read out.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let bytes: [u8; GENERATED] = random(entropy);
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// For showing a generated one once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether it may become somebody's password.
    pub fn check(&self) -> Result<(), PasswordError> {
        if self.0.len() > MAX_BYTES {
            return Err(PasswordError::TooLong);
        }
        if self.0.chars().count() < MIN_CHARACTERS {
            return Err(PasswordError::TooShort);
        }
        Ok(())
    }

    /// Hashes it with a random salt; takes tens of milliseconds and 19 MiB on purpose.
    pub fn hash(&self, entropy: &dyn Entropy) -> Result<String, HashError> {
        let salt: [u8; 16] = random(entropy);
        let hash = Argon2::default().hash_password_with_salt(self.0.as_bytes(), &salt).map_err(HashError)?;
        Ok(hash.to_string())
    }

    /// Whether it is the one that was hashed. Without a hash (unknown person) the same work is done in vain, so that
    /// the time of the answer does not tell which addresses exist.
    pub fn verify(&self, hash: Option<&str>) -> bool {
        let argon2 = Argon2::default();
        if self.0.len() > MAX_BYTES {
            return false;
        }
        let Some(hash) = hash else {
            let in_vain = argon2.hash_password_with_salt(self.0.as_bytes(), b"nobody's salt...");
            debug_assert!(in_vain.is_ok());
            return false;
        };
        argon2.verify_password(self.0.as_bytes(), hash).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;

    #[test]
    fn only_the_right_password_verifies() {
        let password = Password::generate(&SystemEntropy);
        password.check().unwrap();
        let hash = password.hash(&SystemEntropy).unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(password.verify(Some(&hash)));
        assert!(!Password::new("something else").verify(Some(&hash)));
        assert!(!password.verify(None));
        assert!(!password.verify(Some("not a hash")));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert_eq!(Password::new("short").check(), Err(PasswordError::TooShort));
        assert_eq!(Password::new("x".repeat(2000)).check(), Err(PasswordError::TooLong));
    }
}
