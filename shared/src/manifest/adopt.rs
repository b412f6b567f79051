//! Which manifest may replace which (invariant I5).

use crate::cose::Domain;
use crate::ids::{EventId, ManifestDigest};
use crate::manifest::{BUCKET_HASH_LEN, Header, bucket_bits, digest};
use crate::trust::{KeyRole, Trust, TrustError};

/// What is in force now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Version in force.
    pub version: u64,
    /// Digest of its signed header.
    pub digest: ManifestDigest,
}

/// Why a manifest was refused. What was in force stays in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Signature, key or envelope.
    #[error("the manifest is not trusted: {0}")]
    Trust(#[from] TrustError),
    /// Another organization's.
    #[error("the manifest belongs to another organization")]
    WrongOrganization,
    /// Another event's.
    #[error("the manifest is for another event ({0})")]
    WrongEvent(EventId),
    /// Past its expiry.
    #[error("the manifest expired before it arrived (expiry {expires} ms)")]
    Expired {
        /// Its expiry (ms).
        expires: i64,
    },
    /// Older than what is in force.
    #[error("the manifest is older (version {offered}) than the one in force (version {held})")]
    NotNewer {
        /// In force.
        held: u64,
        /// Offered.
        offered: u64,
    },
    /// Already in force.
    #[error("the manifest (version {0}) is already in force")]
    AlreadyHeld(u64),
    /// The same version with other content: somebody signed two manifests under one number.
    #[error("two different manifests with version {0} exist; tell the administrator")]
    Equivocation(u64),
    /// Needs a keyset this device does not have yet.
    #[error("the manifest needs keyset {needed}, but this device has {held}")]
    KeysetTooOld {
        /// Here.
        held: u64,
        /// Needed.
        needed: u64,
    },
    /// Header contradicts itself.
    #[error("the manifest's header contradicts itself")]
    Inconsistent,
    /// The buckets fit their hashes, but there are more or fewer tickets in them than the header says.
    #[error("the manifest's header names {signed} tickets, but its list holds {found}")]
    WrongCount {
        /// In the signed header.
        signed: u64,
        /// In the buckets.
        found: u64,
    },
    /// A bucket's content does not fit its signed hash.
    #[error("part {0} of the manifest is damaged: its content does not fit the signed hash")]
    BucketMismatch(u32),
}

/// Checks a signed header in the order of PROTOCOL.md section 5. The buckets are checked as they are staged.
pub fn open_for_adoption(
    bytes: &[u8],
    trust: &Trust,
    event: EventId,
    held: Option<Held>,
    now_ms: i64,
) -> Result<Header, ManifestError> {
    let header: Header = trust.open(Domain::Manifest, KeyRole::Manifest, bytes, |h: &Header| h.created)?;
    if header.organization != trust.organization() {
        return Err(ManifestError::WrongOrganization);
    }
    if header.event != event {
        return Err(ManifestError::WrongEvent(header.event));
    }
    if header.expires < now_ms {
        return Err(ManifestError::Expired { expires: header.expires });
    }
    if let Some(held) = held {
        let offered = header.version;
        if offered < held.version {
            return Err(ManifestError::NotNewer { held: held.version, offered });
        }
        if offered == held.version {
            let same = digest(bytes) == held.digest;
            return Err(if same { ManifestError::AlreadyHeld(offered) } else { ManifestError::Equivocation(offered) });
        }
    }
    let keyset = trust.keyset().version;
    if header.keyset_version > keyset {
        return Err(ManifestError::KeysetTooOld { held: keyset, needed: header.keyset_version });
    }
    check_header(&header)?;
    Ok(header)
}

/// Checks that a header does not contradict itself: bits that follow the number of tickets, one hash for each bucket,
/// an expiry after its creation.
pub fn check_header(header: &Header) -> Result<(), ManifestError> {
    let hashes_fit = header.bucket_bits == bucket_bits(header.tickets)
        && header.bucket_hashes.len() == BUCKET_HASH_LEN << header.bucket_bits;
    if hashes_fit && header.created <= header.expires { Ok(()) } else { Err(ManifestError::Inconsistent) }
}

/// Checks the number of tickets in all buckets against the header: the last thing before a list comes into force.
pub fn check_count(header: &Header, found: u64) -> Result<(), ManifestError> {
    let signed = header.tickets;
    if found == signed { Ok(()) } else { Err(ManifestError::WrongCount { signed, found }) }
}

/// Seconds from 1970 to 2020, both UTC.
const EPOCH_2020_S: i64 = 1_577_836_800;

/// The number of the next manifest: above everything this server knows of and, because clocks move on, above what a
/// restored backup has forgotten.
pub fn next_version(own: u64, witnessed: u64, now_ms: i64) -> u64 {
    let by_clock = u64::try_from(now_ms.div_euclid(1000) - EPOCH_2020_S).unwrap_or(0);
    own.max(witnessed).saturating_add(1).max(by_clock)
}

#[cfg(test)]
#[path = "adopt_tests.rs"]
mod tests;
