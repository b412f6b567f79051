//! The setup code: whoever reads it where the server was started may found the first organization on its pages.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use shared::clock::Entropy;
use zeroize::Zeroizing;

use super::password::Password;

/// Characters between two hyphens.
const GROUP: usize = 5;

/// The code of a server without an organization. It lives in memory only, until somebody has used it or the server ends.
#[derive(Default)]
pub struct Setup(Mutex<Option<Zeroizing<String>>>);

impl std::fmt::Debug for Setup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Setup(…)")
    }
}

impl Setup {
    /// Makes a code (100 random bits), as `abcde-fghij-kmnpq-rstuv`.
    pub fn open(&self, entropy: &dyn Entropy) {
        let random = Password::generate(entropy);
        let mut code = Zeroizing::new(String::new());
        for (at, sign) in random.reveal().chars().enumerate() {
            if at > 0 && at % GROUP == 0 {
                code.push('-');
            }
            code.push(sign);
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(code);
    }

    /// The code, for whoever starts the server; `None` once it was used, or where none is needed.
    pub fn code(&self) -> Option<Zeroizing<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether this is the code. Case, spaces and hyphens do not matter, and the time it takes tells nothing.
    pub fn is(&self, typed: &str) -> bool {
        let Some(code) = self.code() else { return false };
        crate::http::same_bytes(&digest(typed), &digest(&code))
    }

    /// It is used up.
    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn digest(code: &str) -> [u8; 32] {
    let signs = code.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_lowercase());
    Sha256::digest(Zeroizing::new(signs.collect::<String>()).as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;

    #[test]
    fn the_code_is_good_however_it_is_typed_until_it_is_used() {
        let setup = Setup::default();
        assert!(!setup.is("") && setup.code().is_none(), "no code, no setup");
        setup.open(&SystemEntropy);
        let code = setup.code().unwrap();
        assert_eq!((code.len(), code.matches('-').count()), (23, 3));
        // 20 signs of an alphabet of 32 are 100 bits: every sign of it comes, none of them less often than others.
        let mut seen = std::collections::BTreeMap::new();
        for _ in 0..2000 {
            let other = Setup::default();
            other.open(&SystemEntropy);
            for sign in other.code().unwrap().chars().filter(|sign| *sign != '-') {
                *seen.entry(sign).or_insert(0_u32) += 1;
            }
        }
        assert_eq!(seen.len(), 32, "{seen:?}");
        // 1250 of each are expected, with a deviation of 35.
        assert!(seen.values().all(|count| (900..1600).contains(count)), "{seen:?}");
        for typed in
            [code.to_string(), code.to_uppercase(), code.replace('-', " "), format!("  {}", code.replace('-', ""))]
        {
            assert!(setup.is(&typed), "{typed}");
        }
        assert!(!setup.is("") && !setup.is(&code[..22]) && !setup.is(&format!("{}x", &*code)));
        setup.close();
        assert!(!setup.is(&code));
    }
}
