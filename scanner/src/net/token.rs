//! What an authenticated scanner shows with every call.

/// A bearer token (RFC 6750): what an authenticated scanner is to the client.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// From its text; `None` if that is no `b64token` (RFC 6750 section 2.1). Nothing vouches for the text on the way here:
    /// one that cannot even be sent would keep this scanner from the server for as long as it is remembered.
    pub fn of(text: &str) -> Option<Self> {
        let body = text.trim_end_matches('=');
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
        (!body.is_empty() && body.bytes().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// As it is sent.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_sent_is_a_token() {
        for good in ["abc", "aB9-._~+/x", "abcd=="] {
            assert_eq!(Token::of(good).as_ref().map(Token::text), Some(good));
        }
        for bad in ["", "=", "a b", "a\u{1}", "a\u{7f}", "ä", "a=b", "a\n"] {
            assert_eq!(Token::of(bad), None, "{bad:?}");
        }
    }
}
