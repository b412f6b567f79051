//! The signed list of tickets a scanner caches (PROTOCOL.md section 5).

mod adopt;
mod bucket;
mod sealed;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::cose::{self, Domain, SigningKey};
use crate::hash::{hash, truncated};
use crate::ids::{EntryId, EventId, FeedId, ManifestDigest, OrganizationId, ProductId, ScannerId, TicketKey};
use crate::number::encode_as_number;
use crate::policy::Policy;

pub use adopt::{Held, ManifestError, check_count, check_header, next_version, open_for_adoption};
pub use bucket::{BUCKET_HASH_LEN, BucketHasher, MAX_BUCKET_BITS, bucket_bits, bucket_of, bucket_range, check_bucket};
pub use sealed::{Attendee, SealError, open as open_attendee, seal as seal_attendee};

/// Whether a ticket may be used at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// May be used.
    Valid,
    /// Given back.
    Canceled,
    /// Barred by the organizer.
    Blocked,
    /// Not paid yet.
    Unpaid,
    /// A later version's: the list stays good, the ticket admits nobody here.
    Unknown(#[serde(skip)] u32),
}

impl TicketState {
    /// Its number on the wire.
    pub fn number(self) -> u32 {
        match self {
            Self::Valid => 0,
            Self::Canceled => 1,
            Self::Blocked => 2,
            Self::Unpaid => 3,
            Self::Unknown(number) => number,
        }
    }

    /// The state with this number.
    pub fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Valid,
            1 => Self::Canceled,
            2 => Self::Blocked,
            3 => Self::Unpaid,
            other => Self::Unknown(other),
        }
    }
}

encode_as_number!(TicketState);

/// One ticket in the list. An array that always has all eight members, `null` where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Decode)]
pub struct Record {
    /// Which ticket.
    #[n(0)]
    pub key: TicketKey,
    /// May it be used.
    #[n(1)]
    pub state: TicketState,
    /// Newest generation; older codes are revoked.
    #[n(2)]
    pub generation: u32,
    /// What was sold.
    #[n(3)]
    pub product: ProductId,
    /// People it lets in.
    #[n(4)]
    pub admits: u32,
    /// Valid from (s).
    #[n(5)]
    pub not_before: Option<i64>,
    /// Valid until (s).
    #[n(6)]
    pub not_after: Option<i64>,
    /// Attendee, sealed under the ticket's secret.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub sealed: Option<Vec<u8>>,
}

// By hand, because the derived one leaves out members at the end that are not there.
impl<C> Encode<C> for Record {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.array(8)?
            .encode(self.key)?
            .encode(self.state)?
            .u32(self.generation)?
            .encode(self.product)?
            .u32(self.admits)?;
        e.encode(self.not_before)?.encode(self.not_after)?;
        match &self.sealed {
            Some(sealed) => e.bytes(sealed)?.ok(),
            None => e.null()?.ok(),
        }
    }
}

impl Record {
    /// Exact bytes that are hashed, stored and sent.
    pub fn to_bytes(&self) -> Vec<u8> {
        cose::encode(self)
    }

    /// Reads a record; it must fill `bytes` wholly and encode to the same bytes again.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        cose::decode_all::<Self>(bytes).filter(|record| record.to_bytes() == bytes)
    }
}

/// Up to where a revoked scanner's feed is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Cut {
    /// The feed.
    #[n(1)]
    pub feed: FeedId,
    /// The last trusted seq; 0 trusts nothing.
    #[n(2)]
    pub seq: u64,
    /// The id of the entry there.
    #[n(3)]
    pub id: EntryId,
}

/// A scanner that is no longer trusted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Revocation {
    /// Which.
    #[n(1)]
    pub scanner: ScannerId,
    /// Since when (ms).
    #[n(2)]
    pub at: i64,
    /// What remains trusted; feeds not named here are not trusted at all.
    #[n(3)]
    pub cuts: Vec<Cut>,
}

/// The signed head of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Header {
    /// Whose.
    #[n(1)]
    pub organization: OrganizationId,
    /// For which event.
    #[n(2)]
    pub event: EventId,
    /// Rises with every publication.
    #[n(3)]
    pub version: u64,
    /// Published (ms).
    #[n(4)]
    pub created: i64,
    /// Not to be adopted after (ms).
    #[n(5)]
    pub expires: i64,
    /// The event's rules.
    #[n(6)]
    pub policy: Policy,
    /// Keyset it needs.
    #[n(7)]
    pub keyset_version: u64,
    /// Signed certificates of all scanners of the event.
    #[n(8)]
    pub certificates: Vec<minicbor::bytes::ByteVec>,
    /// Scanners no longer trusted.
    #[n(9)]
    pub revocations: Vec<Revocation>,
    /// Tickets are spread over 2^this buckets.
    #[n(10)]
    pub bucket_bits: u8,
    /// 2^`bucket_bits` hashes of 32 bytes, in order.
    #[cbor(n(11), with = "minicbor::bytes")]
    pub bucket_hashes: Vec<u8>,
    /// Number of tickets.
    #[n(12)]
    pub tickets: u64,
}

impl Header {
    /// Signs the header.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        cose::sign_object(Domain::Manifest, key, self)
    }

    /// Number of buckets.
    pub fn buckets(&self) -> u32 {
        1 << self.bucket_bits
    }

    /// The expected hash of a bucket; `None` beyond the last.
    pub fn bucket_hash(&self, bucket: u32) -> Option<[u8; BUCKET_HASH_LEN]> {
        let at = usize::try_from(bucket).ok()? * BUCKET_HASH_LEN;
        self.bucket_hashes.get(at..at + BUCKET_HASH_LEN)?.try_into().ok()
    }
}

/// Digest of a signed header's bytes, quoted by entries and compared between replicas.
pub fn digest(header: &[u8]) -> ManifestDigest {
    ManifestDigest(truncated(hash("turnstone/v1/manifest-digest", &[header])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_always_has_eight_members() {
        let record = Record {
            key: TicketKey([7; 16]),
            state: TicketState::Valid,
            generation: 1,
            product: ProductId(2),
            admits: 1,
            not_before: None,
            not_after: None,
            sealed: None,
        };
        let bytes = record.to_bytes();
        assert_eq!((bytes[0], &bytes[bytes.len() - 3..]), (0x88, [0xf6; 3].as_slice()));
        assert_eq!(Record::read(&bytes), Some(record));
        let short = [&[0x85], &bytes[1..bytes.len() - 3]].concat();
        assert_eq!(Record::read(&short), None);
    }

    #[test]
    fn a_record_is_read_only_if_it_is_written_the_same_way() {
        let record = Record {
            key: TicketKey([7; 16]),
            state: TicketState::Unknown(9),
            generation: 300,
            product: ProductId(2),
            admits: 4,
            not_before: Some(-1),
            not_after: Some(1),
            sealed: Some(vec![1, 2]),
        };
        let bytes = record.to_bytes();
        assert_eq!(Record::read(&bytes), Some(record));
        assert_eq!(Record::read(&[&bytes[..], &[0]].concat()), None);
        // The same record with its state as two bytes.
        let at = 1 + 17;
        assert_eq!(bytes[at], 9);
        assert_eq!(Record::read(&[&bytes[..at], &[0x18, 9], &bytes[at + 1..]].concat()), None);
    }

    #[test]
    fn states_are_numbers_and_those_of_a_later_version_are_kept() {
        for (number, state) in [
            (0, TicketState::Valid),
            (1, TicketState::Canceled),
            (2, TicketState::Blocked),
            (3, TicketState::Unpaid),
            (4, TicketState::Unknown(4)),
            (u32::MAX, TicketState::Unknown(u32::MAX)),
        ] {
            assert_eq!((TicketState::from_number(number), state.number()), (state, number));
            assert_eq!(cose::decode_all::<TicketState>(&cose::encode(&number)), Some(state));
        }
        assert_eq!(serde_json::to_string(&TicketState::Unknown(9)).unwrap(), "\"unknown\"");
    }

    #[test]
    fn digests_differ_with_the_header() {
        assert_ne!(digest(b"one"), digest(b"two"));
        assert_eq!(digest(b"one"), digest(b"one"));
    }
}
