//! Attendee blobs that open only when the ticket is presented: a lost scanner tells nobody who is coming.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::clock::{Entropy, random};
use crate::cose;
use crate::ids::{EventId, TicketKey};

/// What a door person sees once the ticket is presented.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Attendee {
    /// Name on the ticket.
    #[n(1)]
    pub name: String,
    /// Note for the door.
    #[n(2)]
    pub note: Option<String>,
}

/// The blob does not open: another ticket's, or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the attendee's data does not open with this ticket")]
pub struct SealError;

const NONCE_LEN: usize = 24;

/// Key = HKDF-SHA256 (RFC 5869) of the ticket's secret, or an opaque code's text, salted with the event.
fn cipher(event: EventId, secret: &[u8]) -> XChaCha20Poly1305 {
    let mut key = zeroize::Zeroizing::new([0; 32]);
    #[expect(clippy::expect_used, reason = "32 bytes are far below HKDF's limit of 8160")]
    Hkdf::<Sha256>::new(Some(event.as_bytes()), secret)
        .expand(b"turnstone/v1/attendee", key.as_mut())
        .expect("invariant: 32 bytes is a valid HKDF output length");
    XChaCha20Poly1305::new(&Key::from(*key))
}

/// Seals `attendee` for the holder of `secret` (the 16 secret bytes, or an opaque code's text).
pub fn seal(event: EventId, ticket: TicketKey, secret: &[u8], attendee: &Attendee, entropy: &dyn Entropy) -> Vec<u8> {
    let nonce: [u8; NONCE_LEN] = random(entropy);
    let plain = cose::encode(attendee);
    let payload = Payload { msg: &plain, aad: ticket.as_bytes() };
    #[expect(clippy::expect_used, reason = "encryption fails only beyond 256 GiB")]
    let sealed = cipher(event, secret)
        .encrypt(&XNonce::from(nonce), payload)
        .expect("invariant: an attendee fits the cipher's message limit");
    [nonce.as_slice(), &sealed].concat()
}

/// Opens a blob with the presented ticket's secret.
pub fn open(event: EventId, ticket: TicketKey, secret: &[u8], blob: &[u8]) -> Result<Attendee, SealError> {
    let (nonce, sealed) = blob.split_first_chunk::<NONCE_LEN>().ok_or(SealError)?;
    let payload = Payload { msg: sealed, aad: ticket.as_bytes() };
    let plain = cipher(event, secret).decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError)?;
    cose::decode_all(&plain).ok_or(SealError)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed;
    impl Entropy for Fixed {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(7);
        }
    }

    #[test]
    fn it_opens_with_its_ticket_only() {
        let (event, ticket) = (EventId([1; 16]), TicketKey([2; 16]));
        let attendee = Attendee { name: "Ada".into(), note: None };
        let blob = seal(event, ticket, &[3; 16], &attendee, &Fixed);
        assert_eq!(open(event, ticket, &[3; 16], &blob), Ok(attendee));
        assert_eq!(open(event, ticket, &[4; 16], &blob), Err(SealError));
        assert_eq!(open(event, TicketKey([9; 16]), &[3; 16], &blob), Err(SealError));
        assert_eq!(open(event, ticket, &[3; 16], &blob[..20]), Err(SealError));
    }
}
