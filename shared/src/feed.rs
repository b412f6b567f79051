//! Feeds: hash chains of entries, authenticated from a signed head downwards (PROTOCOL.md sections 6 and 8).

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::cose::{self, Domain, EnvelopeError, SigningKey, VerifyingKey};
use crate::entry::{Entry, Link, entry_id};
use crate::hash::{hash, truncated};
use crate::ids::{EntryId, Epoch, FeedId, ScannerId};

/// Most entries in one batch: one signature and one commit each.
pub const MAX_BATCH_ENTRIES: usize = 500;

/// The id of the feed that a scanner key writes in an epoch.
pub fn feed_id(public: &[u8; 32], epoch: Epoch) -> FeedId {
    FeedId(truncated(hash("turnstone/v1/feed-id", &[public, epoch.as_bytes()])))
}

/// The signed statement "my feed reaches to here": authenticates the whole chain below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Head {
    /// Who signs.
    #[n(1)]
    pub scanner: ScannerId,
    /// Epoch of the feed.
    #[n(2)]
    pub epoch: Epoch,
    /// The feed; must be the id of the signer's key and epoch.
    #[n(3)]
    pub feed: FeedId,
    /// Position of the last entry.
    #[n(4)]
    pub seq: u64,
    /// Its id.
    #[n(5)]
    pub id: EntryId,
}

/// Why a head was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Envelope or signature.
    #[error("the head of the feed is not trusted: {0}")]
    Envelope(#[from] EnvelopeError),
    /// Not the feed of that key and epoch.
    #[error("the head names a feed that its signer cannot write")]
    WrongFeed,
    /// Not by the scanner whose key signed.
    #[error("the head names another scanner than its signer")]
    WrongScanner,
    /// There is no entry 0.
    #[error("the head names entry 0; feeds start at 1")]
    NoEntry,
}

impl Head {
    /// Signs the head.
    pub fn sign(&self, key: &SigningKey) -> Vec<u8> {
        cose::sign_object(Domain::Head, key, self)
    }

    /// Opens a head that `scanner` with this key must have signed.
    pub fn open(bytes: &[u8], scanner: ScannerId, key: &VerifyingKey) -> Result<Self, HeadError> {
        let head: Self = cose::open(Domain::Head, key, bytes)?;
        if head.scanner != scanner {
            return Err(HeadError::WrongScanner);
        }
        if head.feed != feed_id(key.as_bytes(), head.epoch) {
            return Err(HeadError::WrongFeed);
        }
        if head.seq == 0 {
            return Err(HeadError::NoEntry);
        }
        Ok(head)
    }

    /// Reads the claims without checking them: only to find out whose key to verify with.
    pub fn peek(bytes: &[u8]) -> Option<Self> {
        cose::peek(bytes)
    }
}

/// Consecutive entries of one feed with a head that signs the last of them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Batch {
    /// Seq of the first entry.
    #[n(1)]
    pub first: u64,
    /// Exact bytes of the entries, in order.
    #[n(2)]
    pub entries: Vec<ByteVec>,
    /// Signed [`Head`] at the last entry.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub head: Vec<u8>,
}

/// What is wrong with one entry of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Its id is not the one the entry above (or the head) names.
    #[error("the entry was changed: its hash is not the one its feed names")]
    Changed,
    /// The bytes are no entry.
    #[error("the entry cannot be decoded")]
    Undecodable,
    /// Authentic, but with another feed, seq or prev than its place says.
    #[error("the entry names another place in its feed than it stands at")]
    Misplaced,
    /// Nothing signed vouches for it; sign a head there and send it again.
    #[error("the entry lies below a broken one; it must be sent again with a head of its own")]
    Unsigned,
}

impl Fault {
    /// Stable name, used on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Undecodable => "undecodable",
            Self::Misplaced => "misplaced",
            Self::Unsigned => "unsigned",
        }
    }

    /// From the stable name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Changed, Self::Undecodable, Self::Misplaced, Self::Unsigned].into_iter().find(|f| f.name() == name)
    }
}

/// An entry that a signed head vouches for, with its exact bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentic {
    /// As read.
    pub entry: Entry,
    /// As received.
    pub bytes: Vec<u8>,
}

/// The outcome of authenticating a batch: bad items cost themselves only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The head.
    pub head: Head,
    /// Vouched-for entries, in rising seq.
    pub authentic: Vec<Authentic>,
    /// The others, with what is wrong, in rising seq.
    pub faults: Vec<(u64, Fault)>,
}

/// Why a whole batch was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// The head is not trusted.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// More than [`MAX_BATCH_ENTRIES`] entries.
    #[error("the batch has more than 500 entries")]
    TooMany,
    /// Seq numbers do not reach from `first` to the head.
    #[error("the batch does not end at its head")]
    NotAtHead,
}

impl Batch {
    /// Checks the head's signature and then, downwards, that each entry is the one the entry above it names.
    pub fn authenticate(&self, scanner: ScannerId, key: &VerifyingKey) -> Result<Checked, BatchError> {
        if self.entries.len() > MAX_BATCH_ENTRIES {
            return Err(BatchError::TooMany);
        }
        let head = Head::open(&self.head, scanner, key)?;
        let count = u64::try_from(self.entries.len()).map_err(|_| BatchError::TooMany)?;
        if self.first == 0 || self.first.checked_add(count) != head.seq.checked_add(1) {
            return Err(BatchError::NotAtHead);
        }
        let mut checked = Checked { head, authentic: Vec::with_capacity(self.entries.len()), faults: Vec::new() };
        let mut expected = Some(head.id);
        for (seq, bytes) in (self.first..=head.seq).rev().zip(self.entries.iter().rev()) {
            match vouched(seq, bytes, head.feed, expected) {
                Ok(entry) => {
                    expected = entry.raw.prev;
                    checked.authentic.push(Authentic { entry, bytes: bytes.to_vec() });
                }
                Err(fault) => {
                    checked.faults.push((seq, fault));
                    expected = None;
                }
            }
        }
        checked.authentic.reverse();
        checked.faults.reverse();
        Ok(checked)
    }
}

fn vouched(seq: u64, bytes: &[u8], feed: FeedId, expected: Option<EntryId>) -> Result<Entry, Fault> {
    let expected = expected.ok_or(Fault::Unsigned)?;
    if entry_id(bytes) != expected {
        return Err(Fault::Changed);
    }
    let entry = Entry::read(bytes).map_err(|_| Fault::Undecodable)?;
    let placed = entry.raw.feed == feed && entry.raw.seq == seq && entry.raw.prev.is_some() == (seq > 1);
    if placed { Ok(entry) } else { Err(Fault::Misplaced) }
}

/// The end of a feed a device writes: gives each new entry its place. Consumed and returned by [`Tip::advance`], so that
/// a place cannot be used twice.
#[derive(Debug, PartialEq, Eq)]
pub struct Tip {
    feed: FeedId,
    last: Option<(u64, EntryId)>,
}

impl Tip {
    /// The tip of a feed whose last entry is given; `None` for an empty feed.
    pub fn new(feed: FeedId, last: Option<(u64, EntryId)>) -> Self {
        Self { feed, last }
    }

    /// The place of the next entry.
    pub fn next(&self) -> Link {
        let seq = self.last.map_or(1, |(seq, _)| seq + 1);
        Link { feed: self.feed, seq, prev: self.last.map(|(_, id)| id) }
    }

    /// The tip after the entry with these bytes was written at [`Tip::next`].
    #[must_use]
    pub fn advance(self, bytes: &[u8]) -> Self {
        let seq = self.next().seq;
        Self { feed: self.feed, last: Some((seq, entry_id(bytes))) }
    }

    /// The last entry.
    pub fn last(&self) -> Option<(u64, EntryId)> {
        self.last
    }

    /// The feed.
    pub fn feed(&self) -> FeedId {
        self.feed
    }
}

#[cfg(test)]
#[path = "feed_tests.rs"]
mod tests;
