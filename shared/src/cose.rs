//! The signed envelope: untagged COSE_Sign1 (RFC 9052) with Ed25519 (RFC 8032), one domain for each kind of object.

use coset::{CborSerializable, CoseSign1, CoseSign1Builder, Header, HeaderBuilder, RegisteredLabelWithPrivate, iana};
use ed25519_dalek::{Signature, Signer};

use crate::hash::{hash, truncated};
use crate::ids::KeyId;

pub use ed25519_dalek::{SigningKey, VerifyingKey};

macro_rules! domains {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What kind of object an envelope holds; goes into the signature as `external_aad`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Domain { $($(#[$doc])* $name,)* }

        impl Domain {
            /// All domains; no object of one may pass for another.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The text that is signed along.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => concat!("turnstone/v1/", $text),)* }
            }
        }
    };
}

domains! {
    /// Ticket code, signed by the event's ticket key.
    Ticket = "ticket";
    /// Manifest header, signed by a manifest key.
    Manifest = "manifest";
    /// Keyset, signed by the root key.
    Keyset = "keyset";
    /// Scanner certificate, signed by a certificate key.
    Certificate = "certificate";
    /// Head of a feed, signed by the scanner.
    Head = "head";
    /// Acknowledgement, signed by the server.
    Ack = "ack";
    /// Server time, signed by the server.
    Time = "time";
    /// Online confirmation, signed by the server.
    Confirm = "confirm";
    /// Proof of possession at enrolment, signed by the scanner.
    Enrol = "enrol";
    /// Answer to a challenge, signed by the scanner.
    Auth = "auth";
}

/// Why an envelope was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not an untagged COSE_Sign1 with exactly the expected headers.
    #[error("not a signed object of this protocol")]
    Malformed,
    /// Names another key than the one to verify with.
    #[error("signed with a key that is not known here")]
    UnknownKey,
    /// The signature does not fit content, key and domain.
    #[error("the signature is wrong")]
    BadSignature,
    /// Signed well, but the content is not what this kind of object holds.
    #[error("the signed content is not understood")]
    BadContent,
}

/// The id of a public key.
pub fn key_id(key: &VerifyingKey) -> KeyId {
    KeyId(truncated(hash("turnstone/v1/key-id", &[key.as_bytes()])))
}

/// Signs `payload` and returns the envelope's bytes. Ed25519 is deterministic: same input, same bytes.
pub fn sign(domain: Domain, key: &SigningKey, payload: Vec<u8>) -> Vec<u8> {
    let protected =
        HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(key_id(&key.verifying_key()).0.to_vec()).build();
    let envelope = CoseSign1Builder::new()
        .protected(protected)
        .payload(payload)
        .create_signature(domain.as_str().as_bytes(), |message| key.sign(message).to_bytes().to_vec())
        .build();
    #[expect(clippy::expect_used, reason = "an envelope built here always has an encoding")]
    envelope.to_vec().expect("invariant: a built COSE_Sign1 encodes")
}

/// Encodes `object` as CBOR and signs it.
pub fn sign_object<T: minicbor::Encode<()>>(domain: Domain, key: &SigningKey, object: &T) -> Vec<u8> {
    sign(domain, key, encode(object))
}

/// CBOR bytes of a value.
pub fn encode<T: minicbor::Encode<()>>(object: &T) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "writing to a Vec cannot fail")]
    minicbor::to_vec(object).expect("invariant: encoding into memory cannot fail")
}

/// A well-formed envelope whose signature has not been looked at. Consumed by [`Envelope::verify`].
#[derive(Debug)]
pub struct Envelope {
    inner: CoseSign1,
    key: KeyId,
}

impl Envelope {
    /// Takes the envelope apart; refuses tags, other algorithms, extra headers and a missing payload.
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let inner = CoseSign1::from_slice(bytes).map_err(|_| EnvelopeError::Malformed)?;
        let header = &inner.protected.header;
        let key = KeyId::from_slice(&header.key_id).ok_or(EnvelopeError::Malformed)?;
        // Built from the two allowed members: equality leaves no room for any other.
        let expected = Header {
            alg: Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::EdDSA)),
            key_id: header.key_id.clone(),
            ..Header::default()
        };
        let alone = *header == expected && inner.unprotected == Header::default();
        let labels_once = inner.protected.original_data.as_ref().is_some_and(|raw| raw.len() == PROTECTED_LEN);
        if !alone || !labels_once || inner.payload.is_none() || inner.signature.len() != Signature::BYTE_SIZE {
            return Err(EnvelopeError::Malformed);
        }
        Ok(Self { inner, key })
    }

    /// The key the signer names.
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// Checks the signature strictly (`verify_strict`) and hands out the content.
    pub fn verify(self, domain: Domain, key: &VerifyingKey) -> Result<Vec<u8>, EnvelopeError> {
        if key_id(key) != self.key {
            return Err(EnvelopeError::UnknownKey);
        }
        self.inner.verify_signature(domain.as_str().as_bytes(), |signature, message| {
            let signature = Signature::from_slice(signature).map_err(|_| EnvelopeError::BadSignature)?;
            key.verify_strict(message, &signature).map_err(|_| EnvelopeError::BadSignature)
        })?;
        self.inner.payload.ok_or(EnvelopeError::Malformed)
    }
}

/// `{1: -8, 4: 8 bytes}` has exactly this length in preferred encoding.
const PROTECTED_LEN: usize = 13;

/// Verifies an envelope and decodes its content; the whole payload must be one CBOR item.
pub fn open<T: for<'b> minicbor::Decode<'b, ()>>(
    domain: Domain,
    key: &VerifyingKey,
    bytes: &[u8],
) -> Result<T, EnvelopeError> {
    let payload = Envelope::parse(bytes)?.verify(domain, key)?;
    decode_all(&payload).ok_or(EnvelopeError::BadContent)
}

/// Decodes one CBOR item that fills `bytes` wholly; `None` otherwise.
pub fn decode_all<T: for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) -> Option<T> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().ok()?;
    (decoder.position() == bytes.len()).then_some(value)
}

/// Reads the signed content without checking the signature: only to find out whose key to verify with.
pub fn peek<T: for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) -> Option<T> {
    let inner = CoseSign1::from_slice(bytes).ok()?;
    decode_all(&inner.payload?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_bytes(&[seed; 32])
    }

    #[test]
    fn no_domain_passes_for_another() {
        for &made in Domain::ALL {
            let bytes = sign(made, &key(1), vec![0x01]);
            for &read in Domain::ALL {
                let opened = open::<u8>(read, &key(1).verifying_key(), &bytes);
                assert_eq!(opened.is_ok(), made == read, "{made:?} as {read:?}");
            }
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let bytes = sign(Domain::Head, &key(1), vec![0x82, 0x01, 0x02]);
        for bit in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert!(open::<(u8, u8)>(Domain::Head, &key(1).verifying_key(), &broken).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn another_key_is_unknown_not_wrong() {
        let bytes = sign(Domain::Head, &key(1), vec![0x01]);
        assert_eq!(open::<u8>(Domain::Head, &key(2).verifying_key(), &bytes), Err(EnvelopeError::UnknownKey));
    }

    #[test]
    fn a_hundred_thousand_lists_in_each_other_are_refused_and_harm_nobody() {
        for opening in [0x81, 0x9f, 0xd2] {
            let deep = vec![opening; 100_000];
            assert_eq!(Envelope::parse(&deep).err(), Some(EnvelopeError::Malformed), "{opening:02x}");
            assert_eq!(decode_all::<Vec<u8>>(&deep), None);
            // As a member nobody knows, which decoders skip.
            let mut unknown = vec![0xa2, 0x00, 0x01, 0x18, 0x63];
            unknown.extend(&deep);
            assert!(crate::entry::Entry::read(&unknown[..4_000]).is_err());
            assert_eq!(decode_all::<crate::feed::Batch>(&unknown), None);
            assert_eq!(decode_all::<crate::feed::Head>(&unknown), None);
        }
    }

    /// An envelope whose parts are the sound ones but for one, rightly signed.
    fn made(protected: &[u8], unprotected: &[u8], payload: &[u8], signature: usize) -> Vec<u8> {
        let mut to_sign = minicbor::Encoder::new(Vec::new());
        let domain = Domain::Head.as_str().as_bytes();
        to_sign.array(4).unwrap().str("Signature1").unwrap().bytes(protected).unwrap().bytes(domain).unwrap();
        to_sign.bytes(&[0x01]).unwrap();
        let signed = key(1).sign(&to_sign.into_writer()).to_bytes();
        let mut envelope = minicbor::Encoder::new(vec![0x84]);
        envelope.bytes(protected).unwrap();
        envelope.writer_mut().extend_from_slice(unprotected);
        envelope.writer_mut().extend_from_slice(payload);
        envelope.bytes(&[&signed[..], &[0]].concat()[..signature]).unwrap();
        envelope.into_writer()
    }

    #[test]
    fn an_envelope_has_exactly_its_two_labels_a_payload_and_a_whole_signature() {
        let id = key_id(&key(1).verifying_key()).0;
        let protected = [&[0xa2, 0x01, 0x27, 0x04, 0x48], &id[..]].concat();
        let payload = [0x41, 0x01];
        let good = made(&protected, &[0xa0], &payload, 64);
        assert_eq!(open::<u8>(Domain::Head, &key(1).verifying_key(), &good), Ok(1));
        assert_eq!(good, sign(Domain::Head, &key(1), vec![1]));
        let other_algorithm = [&[0xa2, 0x01, 0x26, 0x04, 0x48], &id[..]].concat();
        let third_label = [&[0xa3, 0x01, 0x27, 0x04, 0x48], &id[..], &[0x05, 0x40]].concat();
        let longer = [&[0xa2, 0x18, 0x01, 0x27, 0x04, 0x48], &id[..]].concat();
        for (what, bytes) in [
            ("another algorithm", made(&other_algorithm, &[0xa0], &payload, 64)),
            ("a third label", made(&third_label, &[0xa0], &payload, 64)),
            ("a longer encoding", made(&longer, &[0xa0], &payload, 64)),
            ("no labels", made(&[], &[0xa0], &payload, 64)),
            ("a short key id", made(&[0xa2, 0x01, 0x27, 0x04, 0x41, 0x01], &[0xa0], &payload, 64)),
            ("an unprotected label", made(&protected, &[0xa1, 0x04, 0x41, 0x01], &payload, 64)),
            ("no payload", made(&protected, &[0xa0], &[0xf6], 64)),
            ("a short signature", made(&protected, &[0xa0], &payload, 63)),
            ("a long signature", made(&protected, &[0xa0], &payload, 65)),
            ("a byte behind", [&good[..], &[0]].concat()),
            ("a tag before", [&[0xd2], &good[..]].concat()),
        ] {
            assert_eq!(Envelope::parse(&bytes).map(|e| e.key()), Err(EnvelopeError::Malformed), "{what}");
        }
    }

    #[test]
    fn content_is_one_item_and_can_be_peeked_at_without_its_key() {
        let public = key(1).verifying_key();
        assert_eq!(Envelope::parse(&sign(Domain::Head, &key(1), vec![7])).unwrap().key(), key_id(&public));
        let trailing = sign(Domain::Head, &key(1), vec![0x01, 0x02]);
        assert_eq!(open::<u8>(Domain::Head, &public, &trailing), Err(EnvelopeError::BadContent));
        assert_eq!((peek::<u8>(&trailing), decode_all::<u8>(&[])), (None, None));
        assert_eq!(peek::<u8>(&sign_object(Domain::Ack, &key(2), &7u8)), Some(7));
        assert_eq!(encode(&(1u8, "a")), [0x82, 0x01, 0x61, b'a']);
    }

    #[test]
    fn every_domain_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = Domain::ALL.iter().map(|domain| domain.as_str()).collect();
        assert_eq!(names.len(), Domain::ALL.len());
        assert!(names.iter().all(|name| name.starts_with("turnstone/v1/")));
    }
}
