//! Records and bucket hashes of the next manifest.

use std::collections::{BTreeMap, BTreeSet};

use shared::ids::{EventId, TicketKey};
use shared::manifest::{BUCKET_HASH_LEN, BucketHasher, bucket_bits, bucket_of, bucket_range};

/// Exact bytes of records by ticket, sorted as buckets need them.
pub type Records = BTreeMap<TicketKey, Vec<u8>>;

/// Everything of the next manifest but its signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Records that differ from those in force.
    pub changed: Records,
    /// Tickets are spread over 2^this buckets.
    pub bits: u8,
    /// All bucket hashes.
    pub hashes: Vec<u8>,
    /// Number of tickets.
    pub tickets: u64,
}

/// Buckets of the manifest in force.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    /// Number of bits.
    pub bits: u8,
    /// All hashes; empty before the first manifest.
    pub hashes: Vec<u8>,
}

/// Computes hashes: of every bucket if their number changes, else of those that hold a changed record. `held` reads the
/// records in force between two keys, in rising order.
pub fn draft<E>(
    event: EventId,
    in_force: &InForce,
    changed: Records,
    tickets: u64,
    mut held: impl FnMut(TicketKey, TicketKey) -> Result<Vec<(TicketKey, Vec<u8>)>, E>,
) -> Result<Draft, E> {
    let bits = bucket_bits(tickets);
    let whole = in_force.bits != bits || in_force.hashes.len() != BUCKET_HASH_LEN << bits;
    let affected: BTreeSet<u32> =
        if whole { (0..1 << bits).collect() } else { changed.keys().map(|key| bucket_of(key, bits)).collect() };
    let mut hashes = if whole { vec![0; BUCKET_HASH_LEN << bits] } else { in_force.hashes.clone() };
    for bucket in affected {
        let (low, high) = bucket_range(bucket, bits);
        let mut records: Records = held(low, high)?.into_iter().collect();
        records.extend(changed.range(low..=high).map(|(key, bytes)| (*key, bytes.clone())));
        let mut hasher = BucketHasher::new(event, bucket);
        for bytes in records.values() {
            hasher.add(bytes);
        }
        let at = usize::try_from(bucket).unwrap_or(usize::MAX).saturating_mul(BUCKET_HASH_LEN);
        if let Some(slot) = hashes.get_mut(at..at + BUCKET_HASH_LEN) {
            slot.copy_from_slice(&hasher.finish());
        }
    }
    Ok(Draft { changed, bits, hashes, tickets })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(n: u16, generation: u8) -> (TicketKey, Vec<u8>) {
        let mut key = [0; 16];
        // Spread over the buckets like hashes are.
        key[..2].copy_from_slice(&n.wrapping_mul(40503).to_be_bytes());
        key[2..4].copy_from_slice(&n.to_be_bytes());
        (TicketKey(key), vec![generation, key[0], key[1]])
    }

    fn make(in_force: &InForce, held: &Records, changed: Records) -> Draft {
        let total = held.keys().chain(changed.keys()).collect::<BTreeSet<_>>().len();
        let read = |low, high| {
            let rows = held.range(low..=high).map(|(key, bytes)| (*key, bytes.clone()));
            Ok::<_, std::convert::Infallible>(rows.collect())
        };
        draft(EventId([1; 16]), in_force, changed, u64::try_from(total).unwrap(), read).unwrap()
    }

    #[test]
    fn a_few_changes_give_the_same_hashes_as_making_all_of_it_anew() {
        let first: Records = (0..2000).map(|n| record(n, 1)).collect();
        let made = make(&InForce::default(), &Records::new(), first.clone());
        assert_eq!((made.bits, made.tickets), (2, 2000));
        let changes: Records = (0..7).map(|n| record(n * 211, 2)).collect();
        let in_force = InForce { bits: made.bits, hashes: made.hashes };
        let stepwise = make(&in_force, &first, changes.clone());
        let mut all = first;
        all.extend(changes);
        assert_eq!(stepwise.hashes, make(&InForce::default(), &Records::new(), all).hashes);
    }

    #[test]
    fn more_tickets_than_the_buckets_take_split_them() {
        let first: Records = (0..512).map(|n| record(n, 1)).collect();
        let made = make(&InForce::default(), &Records::new(), first.clone());
        assert_eq!(made.bits, 0);
        let in_force = InForce { bits: made.bits, hashes: made.hashes };
        let split = make(&in_force, &first, Records::from([record(700, 1)]));
        assert_eq!((split.bits, split.hashes.len()), (1, 64));
    }
}
