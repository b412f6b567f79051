//! A count as a batch of entries, exactly as a scanner would send it.

use minicbor::bytes::ByteVec;
use shared::clock::Reading;
use shared::cose::SigningKey;
use shared::entry::{Basis, Link, RawEntry, entry_id, kind};
use shared::feed::{Batch, Head, Tip, feed_id};
use shared::ids::{EntryId, Epoch, EventId, FeedId, ManifestDigest, ScannerId};
use shared::policy::Gate;

use super::NewCount;

/// What boot entries call this program.
const SOFTWARE: &str = concat!("sync-server ", env!("CARGO_PKG_VERSION"));

/// Whose feed it is.
#[derive(Debug)]
pub struct Office {
    /// Its id.
    pub id: ScannerId,
    /// Its key.
    pub key: SigningKey,
    /// Of this run of the server.
    pub epoch: Epoch,
}

impl Office {
    /// The feed it writes.
    pub fn feed(&self) -> FeedId {
        feed_id(&self.public(), self.epoch)
    }

    /// Its public key.
    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }
}

/// When it happens.
#[derive(Debug)]
pub struct Moment {
    /// The server's clocks.
    pub at: Reading,
    /// The server's word on `at`, as scanners get it.
    pub token: Vec<u8>,
}

/// Where it happens.
#[derive(Debug)]
pub struct Spot<'a> {
    /// At which event.
    pub event: EventId,
    /// At which gate.
    pub gate: &'a Gate,
    /// The manifest in force, if there is one.
    pub manifest: Option<(u64, ManifestDigest)>,
}

/// Entries from the end of the feed on: that it began (if it begins), what time it is, the count. The time is the server's own
/// and asked for at this very moment, so that the count's is exact, however long ago the feed began.
pub fn compose(
    office: &Office,
    last: Option<(u64, EntryId)>,
    moment: &Moment,
    spot: &Spot<'_>,
    count: &NewCount,
) -> (Batch, EntryId) {
    let mut writing = Writing { feed: office.feed(), last, entries: vec![] };
    let (first, at) = (writing.next().seq, moment.at);
    if first == 1 {
        writing.write(&RawEntry {
            scanner: Some(office.id),
            public: Some(office.public()),
            epoch: Some(office.epoch),
            software: Some(SOFTWARE.into()),
            ..RawEntry::new(writing.next(), kind::BOOT, at)
        });
    }
    writing.write(&RawEntry {
        time_token: Some(moment.token.clone()),
        mono_request: Some(at.mono_ms),
        mono_response: Some(at.mono_ms),
        ..RawEntry::new(writing.next(), kind::TIME, at)
    });
    let id = writing.write(&RawEntry {
        event: Some(spot.event),
        gate: Some(spot.gate.id),
        zone: Some(spot.gate.zone),
        from: spot.gate.from,
        bodies: Some(count.people),
        reason: Some(count.reason.clone()),
        operator: Some(count.operator.clone()),
        manifest_version: spot.manifest.map(|(version, _)| version),
        manifest_digest: spot.manifest.map(|(_, digest)| digest),
        basis: Some(Basis::Server),
        ..RawEntry::new(writing.next(), kind::COUNT, at)
    });
    let seq = writing.last.map_or(0, |(seq, _)| seq);
    let head = Head { scanner: office.id, epoch: office.epoch, feed: writing.feed, seq, id };
    let entries = writing.entries.into_iter().map(ByteVec::from).collect();
    (Batch { first, entries, head: head.sign(&office.key) }, id)
}

/// A feed being written.
struct Writing {
    feed: FeedId,
    last: Option<(u64, EntryId)>,
    entries: Vec<Vec<u8>>,
}

impl Writing {
    /// The place of the next entry.
    fn next(&self) -> Link {
        Tip::new(self.feed, self.last).next()
    }

    fn write(&mut self, raw: &RawEntry) -> EntryId {
        let bytes = raw.to_bytes();
        let id = entry_id(&bytes);
        self.last = Some((raw.seq, id));
        self.entries.push(bytes);
        id
    }
}
