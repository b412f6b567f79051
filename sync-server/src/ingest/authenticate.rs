//! Checking batches: one signature each, then the hash chain downwards.

use std::collections::BTreeMap;

use shared::api::ItemProblem;
use shared::cose::VerifyingKey;
use shared::entry::{Action, Entry};
use shared::feed::{Batch, Checked, Head};
use shared::ids::{FeedId, ScannerId};
use shared::time::TimeToken;
use shared::trust::Trust;

use super::{Arrival, Authenticated, CheckedBatch, REASON_BATCH};

/// Highest place in a feed that is believed and stored: it and the one after it fit a signed 64-bit number. Nobody scans that often.
pub const MAX_SEQ: u64 = i64::MAX as u64 - 1;

/// Key of a scanner, as its certificate says.
pub type Signer = VerifyingKey;

/// The scanners whose keys are needed to check these batches.
pub fn signers_of(batches: &[Batch]) -> Vec<ScannerId> {
    let mut scanners: Vec<_> = batches.iter().filter_map(|batch| Some(Head::peek(&batch.head)?.scanner)).collect();
    scanners.sort_unstable();
    scanners.dedup();
    scanners
}

/// Checks every batch. A bad one, or a bad entry in one, costs itself only and is named.
pub fn authenticate(batches: &[Batch], signers: &BTreeMap<ScannerId, Signer>, trust: &Trust) -> Authenticated {
    let mut result = Authenticated::default();
    for batch in batches {
        match check(batch, signers) {
            Ok(checked) => result.take(batch, checked, trust),
            Err(problem) => result.problems.push(problem),
        }
    }
    result
}

fn check(batch: &Batch, signers: &BTreeMap<ScannerId, Signer>) -> Result<Checked, ItemProblem> {
    let head = Head::peek(&batch.head).ok_or_else(|| whole(FeedId::default(), "its head cannot be read"))?;
    let refuse = |detail: &str| whole(head.feed, detail);
    if head.seq > MAX_SEQ {
        return Err(refuse("its numbers are beyond every limit"));
    }
    let unknown = "its scanner is not known to this server; once a manifest was given back it may be";
    let signer = signers.get(&head.scanner).ok_or_else(|| refuse(unknown))?;
    batch.authenticate(head.scanner, signer).map_err(|error| refuse(&error.to_string()))
}

/// Server time (ms) of the token an entry carries, if a server key of the organization signed it.
pub fn server_ms(entry: &Entry, trust: &Trust) -> Option<i64> {
    match &entry.action {
        Action::Time { token, .. } => TimeToken::open(token, trust).ok().map(|token| token.server_ms),
        _ => None,
    }
}

fn whole(feed: FeedId, detail: &str) -> ItemProblem {
    ItemProblem { feed, seq: 0, reason: REASON_BATCH.into(), detail: format!("the batch was not kept: {detail}") }
}

impl Authenticated {
    fn take(&mut self, batch: &Batch, checked: Checked, trust: &Trust) {
        let feed = checked.head.feed;
        self.problems.extend(checked.faults.iter().map(|(seq, fault)| ItemProblem {
            feed,
            seq: *seq,
            reason: fault.name().into(),
            detail: fault.to_string(),
        }));
        let arrivals = checked.authentic.into_iter().map(|authentic| {
            let server_ms = server_ms(&authentic.entry, trust);
            Arrival { entry: authentic.entry, bytes: authentic.bytes, server_ms }
        });
        let arrivals = arrivals.collect();
        let keyset = trust.keyset().version;
        self.batches.push(CheckedBatch { head: checked.head, signed: batch.head.clone(), arrivals, keyset });
    }
}
