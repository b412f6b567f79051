//! E-mail addresses as names for signing in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::invalid::Fault;

/// Longest address (RFC 5321 section 4.5.3.1.3).
const LIMIT: usize = 254;

/// An address in lower case. Whether mail arrives there is not checked: it is a name here.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address (name@example.org)")]
pub struct EmailError;

impl From<EmailError> for Fault {
    fn from(error: EmailError) -> Self {
        Self::new("no_email_address", error.to_string())
    }
}

impl Email {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = text.trim().to_lowercase();
        let (name, host) = text.rsplit_once('@').ok_or(EmailError)?;
        let bad = |c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c);
        if name.is_empty() || host.is_empty() || text.len() > LIMIT || text.contains(bad) {
            return Err(EmailError);
        }
        Ok(Self(text))
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        text.parse()
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_has_one_spelling() {
        assert_eq!(" Ada@Example.ORG ".parse::<Email>().unwrap().as_str(), "ada@example.org");
        for text in ["", "ada", "@example.org", "ada@", "a b@example.org", "a@b, c@d"] {
            assert!(text.parse::<Email>().is_err(), "{text}");
        }
    }
}
