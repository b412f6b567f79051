//! Becoming a scanner, and proving to be one.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{Nonce, ScannerId, StoreId};

/// Trades an invitation for a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnrolRequest {
    /// The invitation's token.
    #[n(1)]
    pub token: Nonce,
    /// The device's new public key, 32 bytes.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub public: [u8; 32],
    /// Signed [`EnrolProof`] (domain `enrol`): the device holds the private key.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub proof: Vec<u8>,
    /// What kind of device it is, for the administrator.
    #[n(4)]
    pub device: String,
}

/// What the device signs at enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnrolProof {
    /// The invitation's token.
    #[n(1)]
    pub token: Nonce,
    /// The device's public key.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub public: [u8; 32],
}

/// Everything a scanner needs to start.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnrolResponse {
    /// The server's database.
    #[n(1)]
    pub store: StoreId,
    /// Root public key; must fit the invitation's fingerprint.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub root: [u8; 32],
    /// Signed keyset.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub keyset: Vec<u8>,
    /// Signed certificate for the device's key.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub certificate: Vec<u8>,
    /// Name of the organization.
    #[n(5)]
    pub organization: String,
}

/// Asks for a nonce.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChallengeRequest {
    /// Who asks.
    #[n(1)]
    pub scanner: ScannerId,
}

/// The nonce to sign.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ChallengeResponse {
    /// Valid once, for a minute.
    #[n(1)]
    pub nonce: Nonce,
    /// The server's database.
    #[n(2)]
    pub store: StoreId,
}

/// What the scanner signs to get a token.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AuthProof {
    /// From the challenge.
    #[n(1)]
    pub nonce: Nonce,
    /// The server it is meant for.
    #[n(2)]
    pub store: StoreId,
    /// Who signs.
    #[n(3)]
    pub scanner: ScannerId,
}

/// Trades a signed nonce for a token.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AuthRequest {
    /// Signed [`AuthProof`] (domain `auth`).
    #[cbor(n(1), with = "minicbor::bytes")]
    pub proof: Vec<u8>,
    /// The scanner's certificate: convinces also a server that lost its database but not its keys.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub certificate: Vec<u8>,
}

/// Why a revoked scanner should believe that it is one: the signed list that says so. A refusal alone is nobody's word,
/// and whoever can make one up must not be able to close a door. Travels in the problem details of
/// [`scanner_revoked`](super::problem::SCANNER_REVOKED), as hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationProof {
    /// Signed manifest header of one of the scanner's events; its revocations name the scanner.
    #[serde(with = "hex")]
    pub header: Vec<u8>,
    /// The keyset that vouches for the header's signer.
    #[serde(with = "hex")]
    pub keyset: Vec<u8>,
}

mod hex {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::ids::{from_hex, to_hex};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&to_hex(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        from_hex(&text).ok_or_else(|| serde::de::Error::custom("hexadecimal digits are expected"))
    }
}

/// A short token.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AuthResponse {
    /// Bearer token for the other calls.
    #[n(1)]
    pub token: String,
    /// Valid until (ms, server time).
    #[n(2)]
    pub expires: i64,
    /// A newer certificate, if there is one (renewed, moved to a gate, other role).
    #[cbor(n(3), with = "minicbor::bytes")]
    pub certificate: Option<Vec<u8>>,
    /// The keyset in force.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub keyset: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_of_a_revocation_travels_as_hexadecimal_digits() {
        let proof = RevocationProof { header: vec![0x0a, 0xff], keyset: vec![1] };
        let text = serde_json::to_string(&proof).unwrap();
        assert_eq!(text, r#"{"header":"0aff","keyset":"01"}"#);
        assert_eq!(serde_json::from_str::<RevocationProof>(&text).unwrap(), proof);
        let error = serde_json::from_str::<RevocationProof>(&text.replace("ff", "fg")).unwrap_err();
        assert!(error.to_string().contains("hexadecimal digits are expected"), "{error}");
    }
}
