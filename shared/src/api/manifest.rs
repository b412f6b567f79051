//! Getting a manifest, and giving it back to a server that lost it.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::ids::EventId;

/// Asks for what changed, or for parts.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ManifestRequest {
    /// The event.
    #[n(1)]
    pub event: EventId,
    /// Version in force on the device; absent for none.
    #[n(2)]
    pub have: Option<u64>,
    /// Buckets wanted of the newest version; empty asks for a delta or header.
    #[n(3)]
    pub buckets: Vec<u32>,
    /// Keyset in force on the device.
    #[n(4)]
    pub keyset_version: u64,
}

/// One bucket's records.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct BucketPart {
    /// Which bucket.
    #[n(1)]
    pub bucket: u32,
    /// Exact records, in rising ticket key.
    #[n(2)]
    pub records: Vec<ByteVec>,
}

/// The answer. Every one but [`ManifestResponse::Current`] names the version it is of; if that is another than the device
/// is staging, it starts with the new header (parts whose hash still fits stay valid).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum ManifestResponse {
    /// What the device has is the newest.
    #[n(0)]
    Current,
    /// All records that changed since `have`.
    #[n(1)]
    Delta {
        /// Signed header.
        #[cbor(n(0), with = "minicbor::bytes")]
        header: Vec<u8>,
        /// Changed records.
        #[n(1)]
        records: Vec<ByteVec>,
        /// Keyset, if newer than the device's.
        #[n(2)]
        keyset: Option<ByteVec>,
    },
    /// Too much changed: compare bucket hashes and ask for those that differ.
    #[n(2)]
    Header {
        /// Signed header.
        #[cbor(n(0), with = "minicbor::bytes")]
        header: Vec<u8>,
        /// Keyset, if newer than the device's.
        #[n(1)]
        keyset: Option<ByteVec>,
    },
    /// As many of the wanted buckets as fit into a message, in the order asked for.
    #[n(3)]
    Buckets {
        /// The version they are of.
        #[n(0)]
        version: u64,
        /// The buckets.
        #[n(1)]
        parts: Vec<BucketPart>,
    },
}

/// Gives a server a newer manifest than it has, header first, then the buckets it asks for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RefillRequest {
    /// The event.
    #[n(1)]
    pub event: EventId,
    /// Signed header.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub header: Vec<u8>,
    /// Some buckets.
    #[n(3)]
    pub parts: Vec<BucketPart>,
}

/// What the server still needs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RefillResponse {
    /// Buckets still wanted; send as many as fit.
    #[n(1)]
    pub wanted: Vec<u32>,
    /// The manifest is in force on the server.
    #[n(2)]
    pub adopted: bool,
}
