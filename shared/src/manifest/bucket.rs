//! Buckets: the list in pieces that can be checked and fetched one by one.

use crate::hash::Hasher;
use crate::ids::{EventId, TicketKey};
use crate::manifest::{Header, ManifestError, Record};

/// Length of a bucket hash, in bytes.
pub const BUCKET_HASH_LEN: usize = 32;
/// At most 2^12 buckets: 128 KiB of hashes.
pub const MAX_BUCKET_BITS: u8 = 12;
/// A bucket is split when it would hold more tickets than this on average.
const TICKETS_PER_BUCKET: u64 = 512;

/// The smallest number of bits for which `tickets ≤ 512 · 2^bits`, at most [`MAX_BUCKET_BITS`].
pub fn bucket_bits(tickets: u64) -> u8 {
    (0..MAX_BUCKET_BITS).find(|bits| tickets <= TICKETS_PER_BUCKET << bits).unwrap_or(MAX_BUCKET_BITS)
}

/// The bucket of a ticket: the first `bits` bits of its key.
pub fn bucket_of(key: &TicketKey, bits: u8) -> u32 {
    let [a, b, ..] = key.0;
    u32::from(u16::from_be_bytes([a, b])) >> (16 - u32::from(bits.min(MAX_BUCKET_BITS)))
}

/// The smallest and the largest ticket key a bucket can hold.
pub fn bucket_range(bucket: u32, bits: u8) -> (TicketKey, TicketKey) {
    let shift = 16 - u32::from(bits.min(MAX_BUCKET_BITS));
    let low = (bucket << shift) & 0xffff;
    let high = low + (1 << shift) - 1;
    let edge = |first: u32, rest: u8| {
        let mut key = [rest; 16];
        let [.., a, b] = first.to_be_bytes();
        [key[0], key[1]] = [a, b];
        TicketKey(key)
    };
    (edge(low, 0), edge(high, u8::MAX))
}

/// Hashes a bucket's records one after the other, in rising ticket key.
#[derive(Debug, Clone)]
pub struct BucketHasher(Hasher);

impl BucketHasher {
    /// Starts the hash of one bucket.
    pub fn new(event: EventId, bucket: u32) -> Self {
        let mut hasher = Hasher::new("turnstone/v1/bucket");
        hasher.update(event.as_bytes());
        hasher.update(&bucket.to_be_bytes());
        Self(hasher)
    }

    /// Adds the next record's exact bytes.
    pub fn add(&mut self, record: &[u8]) {
        self.0.update(record);
    }

    /// The bucket's hash.
    pub fn finish(self) -> [u8; BUCKET_HASH_LEN] {
        self.0.finish()
    }
}

/// Checks one whole bucket against its signed header: the hash fits, and every record can be read, belongs here and has
/// a greater ticket key than the one before.
pub fn check_bucket<'r>(
    header: &Header,
    bucket: u32,
    records: impl IntoIterator<Item = &'r [u8]>,
) -> Result<Vec<Record>, ManifestError> {
    let mismatch = || ManifestError::BucketMismatch(bucket);
    let mut hasher = BucketHasher::new(header.event, bucket);
    let mut read: Vec<Record> = Vec::new();
    for bytes in records {
        hasher.add(bytes);
        let record = Record::read(bytes).ok_or_else(mismatch)?;
        let rises = read.last().is_none_or(|last| last.key < record.key);
        if !rises || bucket_of(&record.key, header.bucket_bits) != bucket {
            return Err(mismatch());
        }
        read.push(record);
    }
    if header.bucket_hash(bucket) == Some(hasher.finish()) { Ok(read) } else { Err(mismatch()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_follow_the_number_of_tickets() {
        assert_eq!(bucket_bits(0), 0);
        assert_eq!(bucket_bits(512), 0);
        assert_eq!(bucket_bits(513), 1);
        assert_eq!(bucket_bits(1_000_000), 11);
        assert_eq!(bucket_bits(u64::MAX), MAX_BUCKET_BITS);
    }

    #[test]
    fn every_key_lies_in_the_range_of_its_bucket_and_in_no_other() {
        for bits in 0..=MAX_BUCKET_BITS {
            for first in [[0, 0], [0x12, 0x34], [0xff, 0xff], [0x80, 0x01]] {
                let mut key = TicketKey([0x55; 16]);
                key.0[..2].copy_from_slice(&first);
                let bucket = bucket_of(&key, bits);
                assert!(bucket < 1 << bits);
                let inside: Vec<u32> = (0..1 << bits)
                    .filter(|b| {
                        let (low, high) = bucket_range(*b, bits);
                        low <= key && key <= high
                    })
                    .collect();
                assert_eq!(inside, vec![bucket]);
            }
        }
    }
}
