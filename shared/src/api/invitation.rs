//! The enrolment invitation: what the administrator's screen shows as a QR code.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL;
use minicbor::{Decode, Encode};

use super::server_address;
use crate::cose;
use crate::ids::{Fingerprint, Nonce};

/// Starts the compact text form.
const PREFIX: &str = "TSE1:";
/// Longest server address, in bytes.
const MAX_SERVER_BYTES: usize = 500;

/// Where to enrol, with what right, and whose root key to expect.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Invitation {
    /// The server's address: `http://…` or `https://…` without path.
    #[n(1)]
    pub server: String,
    /// Works once.
    #[n(2)]
    pub token: Nonce,
    /// Fingerprint of the organization's root key.
    #[n(3)]
    pub root: Fingerprint,
    /// Not after (ms).
    #[n(4)]
    pub expires: i64,
}

/// A text that is no invitation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// Neither of the two forms.
    #[error("this is not an enrolment code: it starts with https://…/enrol# or {PREFIX}")]
    NotOne,
    /// One of the forms, but cut off or changed.
    #[error("the enrolment code is incomplete or damaged: copy or scan it again")]
    Damaged,
    /// The address inside is none.
    #[error("the enrolment code names no usable server address")]
    BadServer,
}

impl Invitation {
    /// Compact text: upper case, fits QR alphanumeric mode.
    pub fn to_code(&self) -> String {
        format!("{PREFIX}{}", base45::encode(cose::encode(self)))
    }

    /// As a link: `<server>/enrol#<base64url without padding>`. The part after `#` never reaches a server's log.
    pub fn to_url(&self) -> String {
        format!("{}/enrol#{}", self.server.trim_end_matches('/'), BASE64_URL.encode(cose::encode(self)))
    }

    /// Reads either form. In the link form the address inside counts, not the one before `#`.
    pub fn read(text: &str) -> Result<Self, InvitationError> {
        let text = text.trim();
        let bytes = if let Some(body) = text.strip_prefix(PREFIX) {
            base45::decode(body).map_err(|_| InvitationError::Damaged)?
        } else {
            let (before, after) = text.split_once('#').ok_or(InvitationError::NotOne)?;
            if !before.ends_with("/enrol") {
                return Err(InvitationError::NotOne);
            }
            BASE64_URL.decode(after).map_err(|_| InvitationError::Damaged)?
        };
        let invitation: Self = cose::decode_all(&bytes).ok_or(InvitationError::Damaged)?;
        if invitation.server.len() > MAX_SERVER_BYTES || server_address(&invitation.server).is_err() {
            return Err(InvitationError::BadServer);
        }
        Ok(invitation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> Invitation {
        Invitation {
            server: "http://127.0.0.1:8080".into(),
            token: Nonce([0xfb; 16]),
            root: Fingerprint([2; 16]),
            expires: 1_800_000_000_000,
        }
    }

    #[test]
    fn both_forms_are_read_back() {
        assert_eq!(Invitation::read(&invitation().to_code()), Ok(invitation()));
        assert_eq!(Invitation::read(&format!(" {}\n", invitation().to_url())), Ok(invitation()));
    }

    #[test]
    fn other_texts_have_their_error() {
        assert_eq!(Invitation::read("https://example.com"), Err(InvitationError::NotOne));
        assert_eq!(Invitation::read("TSE1:ABC"), Err(InvitationError::Damaged));
        let url = invitation().to_url();
        assert_eq!(Invitation::read(&url[..url.len() - 3]), Err(InvitationError::Damaged));
    }

    #[test]
    fn an_address_has_a_scheme_no_space_and_a_limit() {
        let at = |server: String| Invitation::read(&Invitation { server, ..invitation() }.to_code());
        for good in ["http://a", "https://a.example:8443"] {
            assert_eq!(at(good.into()).map(|read| read.server), Ok(good.into()));
        }
        for bad in ["ftp://a", "a.example", "http://a b", "https://a\n", "https://a#b", "https://a/turnstone"] {
            assert_eq!(at(bad.into()), Err(InvitationError::BadServer), "{bad:?}");
        }
        let long = |bytes: usize| format!("http://{}", "a".repeat(bytes - 7));
        assert!(at(long(MAX_SERVER_BYTES)).is_ok());
        assert_eq!(at(long(MAX_SERVER_BYTES + 1)), Err(InvitationError::BadServer));
    }

    #[test]
    fn the_link_is_the_servers_own_and_another_page_is_no_invitation() {
        let link = Invitation { server: "http://a/".into(), ..invitation() }.to_url();
        assert!(link.starts_with("http://a/enrol#"), "{link}");
        let elsewhere = link.replace("/enrol#", "/else#");
        assert_eq!(Invitation::read(&elsewhere), Err(InvitationError::NotOne));
        assert_eq!(Invitation::read("http://a/enrol#!!"), Err(InvitationError::Damaged));
    }
}
