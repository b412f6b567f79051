//! Every id is its own type, so that no two can be mixed up in one signature.

use std::fmt;
use std::str::FromStr;

use minicbor::{Decode, Decoder, Encode, Encoder};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is not a {kind} id: {digits} hexadecimal digits are expected")]
pub struct ParseIdError {
    text: String,
    kind: &'static str,
    digits: usize,
}

/// Lower-case hexadecimal text of `bytes`.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Bytes of a hexadecimal text of even length, upper or lower case; `None` for anything else.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    Some(digits?.chunks_exact(2).map(|pair| pair[0] * 16 + pair[1]).collect())
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The bytes as they go into hashes, databases and messages.
            pub fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// From exactly as many bytes as this id has; `None` for any other length.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&to_hex(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), to_hex(&self.0))
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                from_hex(text).and_then(|bytes| Self::from_slice(&bytes)).ok_or_else(|| ParseIdError {
                    text: text.chars().take(80).collect(),
                    kind: $kind,
                    digits: $len * 2,
                })
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                Self::from_slice(d.bytes()?).ok_or_else(|| {
                    minicbor::decode::Error::message(concat!($kind, " id has another length")).at(at)
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&to_hex(&self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

byte_id!(/// An organization: owns events, users, scanners and one root key.
    OrganizationId, 16, "organization");
byte_id!(/// An event: one evening with one manifest.
    EventId, 16, "event");
byte_id!(/// A registered scanner, across enrolments of its hardware.
    ScannerId, 16, "scanner");
byte_id!(/// A person who signs in.
    UserId, 16, "user");
byte_id!(/// A server's database. A restored or new one has another id, so that scanners send again.
    StoreId, 16, "store");
byte_id!(/// Random, made with a scanner's database: a wiped or cloned device starts another feed.
    Epoch, 16, "epoch");
byte_id!(/// A chain of entries: scanner key and epoch (PROTOCOL.md section 2).
    FeedId, 16, "feed");
byte_id!(/// What devices know a ticket by; says nothing about its secret (PROTOCOL.md section 2).
    TicketKey, 16, "ticket key");
byte_id!(/// SHA-256 over an entry's exact bytes (PROTOCOL.md section 2).
    EntryId, 32, "entry");
byte_id!(/// One boot of a device; times of one boot share a monotonic clock.
    BootId, 8, "boot");
byte_id!(/// The first 8 bytes of a public key's hash; COSE `kid`.
    KeyId, 8, "key");
byte_id!(/// Digest of a manifest header, quoted by entries.
    ManifestDigest, 16, "manifest digest");
byte_id!(/// SHA-256 over everything the merge computed; equal on every replica.
    StateDigest, 32, "state digest");
byte_id!(/// A one-time value chosen by the asker, so that an answer cannot be replayed.
    Nonce, 16, "nonce");
byte_id!(/// What a person types or scans to pin an organization's root key.
    Fingerprint, 16, "fingerprint");

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Encode, Decode, Serialize, Deserialize,
        )]
        #[cbor(transparent)]
        #[serde(transparent)]
        pub struct $name(#[n(0)] pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

number_id!(/// A gate of one event.
    GateId);
number_id!(/// A zone of one event.
    ZoneId);
number_id!(/// A product (kind of ticket) of one event.
    ProductId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_text_and_json() {
        let id = TicketKey([0xab; 16]);
        assert_eq!(id.to_string().parse::<TicketKey>().unwrap(), id);
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(serde_json::from_str::<TicketKey>(&json).unwrap(), id);
    }

    #[test]
    fn a_wrong_text_says_what_was_expected() {
        let error = "xyz".parse::<EventId>().unwrap_err().to_string();
        assert!(error.contains("32 hexadecimal digits"), "{error}");
        assert!("é".parse::<EventId>().is_err());
    }

    #[test]
    fn hex_goes_both_ways() {
        assert_eq!(to_hex(&[0x00, 0x1f, 0xa5, 0xff]), "001fa5ff");
        assert_eq!(from_hex("001fA5ff"), Some(vec![0x00, 0x1f, 0xa5, 0xff]));
        assert_eq!((from_hex("1fa"), from_hex("1g"), from_hex("")), (None, None, Some(vec![])));
    }
}
