//! Where a server is reached.

use url::Url;

/// Why a text is no server's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a URL.
    #[error("it is no web address")]
    NotOne(#[from] url::ParseError),
    /// Some other scheme.
    #[error("it must start with http:// or https://")]
    Scheme,
    /// A user, a path, a query, a fragment or white space.
    #[error("it must end after the host and its port: paths, user names, ? and # have no place in it")]
    More,
}

/// Reads a server's address: `http` or `https`, a host, perhaps a port, and nothing more than one `/` (an origin in the
/// sense of RFC 6454). Paths of the API begin at its root, and what hangs at an address would be lost or land in logs.
pub fn server_address(text: &str) -> Result<Url, AddressError> {
    let url = Url::parse(text)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(AddressError::Scheme);
    }
    // A URL is read generously: white space is dropped, `https:host` and `\` are taken for what was meant. An address is
    // shown to people and compared as it stands, so it must say so itself.
    let plain = text.split_once("://").is_some_and(|(scheme, rest)| {
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        scheme.eq_ignore_ascii_case(url.scheme())
            && !rest.contains(['/', '\\', '?', '#', '@'])
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    });
    if plain { Ok(url) } else { Err(AddressError::More) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_and_perhaps_a_port() {
        for good in [
            "http://a",
            "http://a/",
            "https://doors.example:8443",
            "http://192.168.1.10:8080",
            "http://[::1]:8080",
            "HTTPS://Türen.example",
        ] {
            assert!(server_address(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn nothing_before_and_nothing_behind() {
        for text in [
            "https://a/turnstone",
            "https://a//",
            "https://a?b",
            "https://a#b",
            "https://a/?",
            "https://a/#",
            "https://me@a",
            "https://me:secret@a",
            "https://@a",
            "https:a",
            "https:/a",
            "https:///a",
            "https:\\\\a",
            "https://a\\b",
            "https://a\n",
            "https://a\t.example",
            " https://a",
            "https://a ",
        ] {
            assert!(server_address(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn who_pastes_a_pages_address_is_told_what_is_too_much() {
        assert_eq!(server_address("https://a.example/events/1?wall"), Err(AddressError::More));
    }

    #[test]
    fn other_texts_have_their_error() {
        assert_eq!(server_address("ftp://a"), Err(AddressError::Scheme));
        assert_eq!(server_address("file:///etc/passwd"), Err(AddressError::Scheme));
        for text in ["", "a.example", "http://", "http://a b", "http://a:99999", "https://L\0ors.exampl#:8442"] {
            assert!(matches!(server_address(text), Err(AddressError::NotOne(_))), "{text:?}");
        }
    }
}
