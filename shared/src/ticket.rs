//! Ticket codes: what is in the QR and how a scanned text is read (PROTOCOL.md section 4).

use minicbor::{Decode, Encode};
use zeroize::ZeroizeOnDrop;

use crate::cose::{self, Domain, Envelope, SigningKey};
use crate::hash::{hash, truncated};
use crate::ids::{EventId, KeyId, ProductId, TicketKey};
use crate::trust::{KeyRole, Keyset};

/// Starts every ticket code of this product.
pub const PREFIX: &str = "TS1:";

/// Longest text read as a code, in bytes; a QR code holds 4,296 characters at most.
pub const MAX_CODE_BYTES: usize = 4096;

/// A ticket's secret: 16 random bytes that only the ticket itself holds.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop, Encode, Decode)]
#[cbor(transparent)]
pub struct Secret(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The signed content of a ticket code.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ticket {
    /// Makes the ticket unguessable and opens its attendee blob.
    #[n(1)]
    pub secret: Secret,
    /// Rises on reissue; older codes of the ticket are then revoked.
    #[n(2)]
    pub generation: u32,
    /// What was sold.
    #[n(3)]
    pub product: ProductId,
    /// Valid until, seconds since 1970 UTC (as CWT `exp`).
    #[n(4)]
    pub not_after: Option<i64>,
    /// Valid from, seconds since 1970 UTC (as CWT `nbf`).
    #[n(5)]
    pub not_before: Option<i64>,
    /// People it lets in; absent means one.
    #[n(6)]
    pub admits: Option<u32>,
}

impl Ticket {
    /// People it lets in.
    pub fn people(&self) -> u32 {
        self.admits.unwrap_or(1)
    }

    /// The code for the QR: upper case, digits and `$%*+-./:` only, so that it fits alphanumeric mode.
    pub fn code(&self, key: &SigningKey) -> String {
        let envelope = cose::sign_object(Domain::Ticket, key, self);
        format!("{PREFIX}{}", base45::encode(envelope))
    }

    /// What devices know this ticket by.
    pub fn key(&self, event: EventId) -> TicketKey {
        ticket_key(event, 1, &self.secret.0)
    }
}

fn ticket_key(event: EventId, kind: u8, text: &[u8]) -> TicketKey {
    TicketKey(truncated(hash("turnstone/v1/ticket-key", &[event.as_bytes(), &[kind], text])))
}

/// What devices know a ticket with this secret by.
pub fn secret_key(event: EventId, secret: &Secret) -> TicketKey {
    ticket_key(event, 1, &secret.0)
}

/// What devices know an opaque code by. White space at both ends does not count.
pub fn opaque_key(event: EventId, text: &str) -> TicketKey {
    ticket_key(event, 2, text.trim().as_bytes())
}

/// What devices would know a code of ours by, were it genuine; `None` for any other text. No signature is checked: this finds
/// a ticket in a list and lets nobody in.
pub fn unverified_key(text: &str, event: EventId) -> Option<TicketKey> {
    let body = text.trim().strip_prefix(PREFIX).filter(|body| body.len() <= MAX_CODE_BYTES)?;
    let ticket: Ticket = cose::peek(&base45::decode(body).ok()?)?;
    Some(ticket.key(event))
}

/// What a scanned text turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// A ticket of the event asked for, signature verified.
    Ticket {
        /// The verified content.
        ticket: Ticket,
        /// What devices know it by.
        key: TicketKey,
    },
    /// A well-signed ticket of another event of this organization.
    OtherEvent(EventId),
    /// Claims one of our keys, but the signature is wrong or the key was withdrawn.
    Forged(KeyId),
    /// Signed with a key this device does not know (another organization, or newer than the last sync).
    UnknownKey(KeyId),
    /// Starts like one of ours, but is cut off or garbled.
    Damaged,
    /// Longer than [`MAX_CODE_BYTES`].
    TooLong(usize),
    /// Another vendor's text; valid only if listed.
    Opaque(TicketKey),
}

impl Code {
    /// Reads `text` for `event` with the keys of `keyset`.
    pub fn read(text: &str, event: EventId, keyset: &Keyset) -> Self {
        let text = text.trim();
        if text.len() > MAX_CODE_BYTES {
            return Self::TooLong(text.len());
        }
        match text.strip_prefix(PREFIX) {
            Some(body) => Self::read_signed(body, event, keyset),
            None => Self::Opaque(opaque_key(event, text)),
        }
    }

    fn read_signed(body: &str, event: EventId, keyset: &Keyset) -> Self {
        let Some(envelope) = base45::decode(body).ok().and_then(|bytes| Envelope::parse(&bytes).ok()) else {
            return Self::Damaged;
        };
        let id = envelope.key();
        let Some(key) = keyset.key(id).filter(|key| key.role == KeyRole::Ticket) else {
            return Self::UnknownKey(id);
        };
        let (Some(point), Some(key_event), false) = (key.verifying_key(), key.event, key.is_withdrawn()) else {
            return Self::Forged(id);
        };
        let Ok(payload) = envelope.verify(Domain::Ticket, &point) else {
            return Self::Forged(id);
        };
        match cose::decode_all::<Ticket>(&payload) {
            None => Self::Damaged,
            Some(_) if key_event != event => Self::OtherEvent(key_event),
            Some(ticket) => Self::Ticket { key: ticket.key(event), ticket },
        }
    }

    /// The key under which history is kept, where there is one.
    pub fn key(&self) -> Option<TicketKey> {
        match self {
            Self::Ticket { key, .. } | Self::Opaque(key) => Some(*key),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cose::key_id;
    use crate::ids::OrganizationId;
    use crate::trust::PublicKey;

    const EVENT: EventId = EventId([3; 16]);

    fn signer() -> SigningKey {
        SigningKey::from_bytes(&[4; 32])
    }

    fn keyset(event: EventId) -> Keyset {
        let public = signer().verifying_key();
        let key = PublicKey {
            id: key_id(&public),
            public: public.to_bytes(),
            role: KeyRole::Ticket,
            event: Some(event),
            not_before: 0,
            not_after: 1,
            withdrawn: None,
        };
        Keyset { organization: OrganizationId([1; 16]), version: 1, created: 0, keys: vec![key] }
    }

    fn ticket() -> Ticket {
        Ticket {
            secret: Secret([9; 16]),
            generation: u32::MAX,
            product: ProductId(7),
            not_after: None,
            not_before: None,
            admits: Some(4),
        }
    }

    #[test]
    fn a_code_without_window_fits_version_7_m() {
        let code = ticket().code(&signer());
        assert!(code.len() <= 178, "{} characters", code.len());
        assert!(code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || "$%*+-./: ".contains(c)));
    }

    #[test]
    fn a_code_is_read_back_with_surrounding_space() {
        let code = format!("  {}\r\n", ticket().code(&signer()));
        let Code::Ticket { ticket: read, key } = Code::read(&code, EVENT, &keyset(EVENT)) else { panic!() };
        assert_eq!(read, ticket());
        assert_eq!(key, secret_key(EVENT, &Secret([9; 16])));
    }

    #[test]
    fn a_code_that_nobody_verified_is_still_found_in_a_list() {
        let key = secret_key(EVENT, &Secret([9; 16]));
        let code = ticket().code(&SigningKey::from_bytes(&[5; 32]));
        assert_eq!(unverified_key(&format!(" {code}\n"), EVENT), Some(key), "whoever signed it");
        assert_ne!(unverified_key(&code, EventId([5; 16])), Some(key), "another event knows it by another key");
        assert_eq!(unverified_key("ABC-123", EVENT), None);
        assert_eq!(unverified_key(&code[..code.len() - 2], EVENT), None, "cut off");
    }

    #[test]
    fn every_way_of_being_wrong_has_its_name() {
        let code = ticket().code(&signer());
        let id = key_id(&signer().verifying_key());
        let keys = keyset(EVENT);
        assert_eq!(Code::read(&code, EventId([5; 16]), &keys), Code::OtherEvent(EVENT));
        let other = ticket().code(&SigningKey::from_bytes(&[5; 32]));
        assert!(matches!(Code::read(&other, EVENT, &keys), Code::UnknownKey(_)));
        let mut forged = base45::decode(&code[4..]).unwrap();
        *forged.last_mut().unwrap() ^= 1;
        let forged = format!("TS1:{}", base45::encode(forged));
        assert_eq!(Code::read(&forged, EVENT, &keys), Code::Forged(id));
        assert_eq!(Code::read(&code[..100], EVENT, &keys), Code::Damaged);
        assert_eq!(Code::read(&"x".repeat(5000), EVENT, &keys), Code::TooLong(5000));
        assert!(matches!(Code::read("TICKET:1:ABC:2", EVENT, &keys), Code::Opaque(_)));
        let mut withdrawn = keys;
        withdrawn.keys[0].withdrawn = Some(true);
        assert_eq!(Code::read(&code, EVENT, &withdrawn), Code::Forged(id));
    }

    #[test]
    fn the_longest_text_is_read_and_one_byte_more_is_not() {
        let read = |length| Code::read(&format!(" {}\n", "x".repeat(length)), EVENT, &keyset(EVENT));
        assert!(matches!(read(MAX_CODE_BYTES), Code::Opaque(_)));
        assert_eq!(read(MAX_CODE_BYTES + 1), Code::TooLong(MAX_CODE_BYTES + 1));
    }

    #[test]
    fn only_ticket_keys_sign_tickets() {
        let code = ticket().code(&signer());
        let id = key_id(&signer().verifying_key());
        let mut keys = keyset(EVENT);
        for role in [KeyRole::Manifest, KeyRole::Server, KeyRole::Unknown(9)] {
            keys.keys[0].role = role;
            assert_eq!(Code::read(&code, EVENT, &keys), Code::UnknownKey(id), "{role:?}");
        }
    }

    #[test]
    fn a_text_is_known_by_its_kind_and_event() {
        let keys = keyset(EVENT);
        let opaque = Code::read(" TICKET:1 ", EVENT, &keys).key();
        assert_eq!(opaque, Some(opaque_key(EVENT, "TICKET:1")));
        let secret = Secret([b'x'; 16]);
        let all = [
            opaque_key(EVENT, "xxxxxxxxxxxxxxxx"),
            secret_key(EVENT, &secret),
            secret_key(EventId([9; 16]), &secret),
            opaque_key(EVENT, "TICKET:1"),
        ];
        let different: std::collections::BTreeSet<TicketKey> = all.into_iter().collect();
        assert_eq!(different.len(), all.len());
        let code = ticket().code(&signer());
        assert_eq!(Code::read(&code, EVENT, &keys).key(), Some(ticket().key(EVENT)));
        assert_eq!(ticket().key(EVENT), secret_key(EVENT, &Secret([9; 16])));
        assert_eq!(Code::read(&code, EventId([5; 16]), &keys).key(), None, "of another event: nothing is kept");
    }

    #[test]
    fn a_ticket_admits_one_person_unless_it_says_more_and_its_secret_is_not_printed() {
        assert_eq!(ticket().people(), 4);
        assert_eq!(Ticket { admits: None, ..ticket() }.people(), 1);
        assert_eq!(format!("{:?}", Secret([0x5a; 16])), "Secret(…)");
    }
}
