//! How a scanner is: what the dashboard shows of it, and the witness for what it holds.

use minicbor::{Decode, Encode};

use crate::ids::{EventId, GateId, ManifestDigest, Nonce, StoreId};

/// A manifest in force somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HeldManifest {
    /// The event.
    #[n(1)]
    pub event: EventId,
    /// Version.
    #[n(2)]
    pub version: u64,
    /// Digest of the signed header.
    #[n(3)]
    pub digest: ManifestDigest,
}

/// Sent about every ten seconds while connected, and first of all after a dark time.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HeartbeatRequest {
    /// Comes back in the signed time.
    #[n(1)]
    pub nonce: Nonce,
    /// Signed heads of the scanner's own feeds (several after a new epoch).
    #[n(2)]
    pub heads: Vec<minicbor::bytes::ByteVec>,
    /// Manifests in force on the device.
    #[n(3)]
    pub manifests: Vec<HeldManifest>,
    /// Keyset in force on the device.
    #[n(4)]
    pub keyset_version: u64,
    /// Entries not acknowledged.
    #[n(5)]
    pub pending: u64,
    /// People who went in by entries not acknowledged.
    #[n(6)]
    pub pending_in: u64,
    /// People who went out by them.
    #[n(7)]
    pub pending_out: u64,
    /// Server time minus the device's wall clock, as measured (ms).
    #[n(8)]
    pub clock_offset: Option<i64>,
    /// Half the width of that measurement (ms).
    #[n(9)]
    pub clock_error: Option<i64>,
    /// Charge of the battery in percent.
    #[n(10)]
    pub battery: Option<u8>,
    /// Name and version of the software.
    #[n(11)]
    pub software: String,
    /// Event it scans for.
    #[n(12)]
    pub event: Option<EventId>,
    /// Gate it stands at.
    #[n(13)]
    pub gate: Option<GateId>,
}

/// The server's answer.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HeartbeatResponse {
    /// Signed time token with the request's nonce (domain `time`).
    #[cbor(n(1), with = "minicbor::bytes")]
    pub time: Vec<u8>,
    /// The server's database.
    #[n(2)]
    pub store: StoreId,
    /// A newer keyset than the device's.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub keyset: Option<Vec<u8>>,
    /// Newest manifests of the scanner's events.
    #[n(4)]
    pub manifests: Vec<HeldManifest>,
    /// A newer certificate (renewed, moved, other role).
    #[cbor(n(5), with = "minicbor::bytes")]
    pub certificate: Option<Vec<u8>>,
}
