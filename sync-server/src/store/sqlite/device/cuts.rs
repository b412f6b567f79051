//! Revoking a scanner or an office, and where its feeds are cut.

use rusqlite::{Transaction, named_params};
use serde_json::json;
use shared::ids::{EntryId, FeedId, ScannerId};

use super::own_row;
use super::scanners::{done, mark_events, own};
use crate::device::NewCut;
use crate::people::Actor;
use crate::store::StoreError;
use crate::store::device::ChangeScanner;
use crate::store::sqlite::{Column, audit, integer, truth};

pub(super) fn revoke(tx: &Transaction<'_>, actor: &Actor, id: ScannerId) -> Result<ChangeScanner, StoreError> {
    let Some((row, revoked)) = own(tx, actor.organization, id)? else { return Ok(ChangeScanner::NotFound) };
    if revoked.is_some() {
        return done(tx, actor, id);
    }
    end(tx, own_row(tx, actor.organization)?, row, actor.at)?;
    audit::note(tx, actor, "scanner.revoke", Some(&id), None)?;
    done(tx, actor, id)
}

/// Revokes a scanner or an office (its row) at `at` (ms); what was witnessed until then stays trusted.
pub(super) fn end(tx: &Transaction<'_>, organization: i64, row: i64, at: i64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE scanners SET revoked = ?2 WHERE id = ?1")?.execute((row, at))?;
    // Every token at once; the invitation, if it was never used, as well.
    tx.prepare_cached("DELETE FROM device_tokens WHERE scanner = ?1")?.execute([row])?;
    // The cut is what was witnessed until now; heads that turn up later do not move it. What was only shown may never
    // arrive: what is here must not hang on it.
    tx.prepare_cached(include_str!("sql/cuts_default.sql"))?.execute([row])?;
    for feed in truth::feeds_of(tx, row)? {
        for (seq, entry) in truth::tips(tx, feed.id)? {
            set(tx, row, (feed.feed, seq, entry))?;
        }
    }
    truth::judge_scanner(tx, organization, row, at)?;
    mark_events(tx, row)
}

pub(super) fn move_cuts(
    tx: &Transaction<'_>,
    actor: &Actor,
    id: ScannerId,
    cuts: &[NewCut],
) -> Result<ChangeScanner, StoreError> {
    let Some((row, revoked)) = own(tx, actor.organization, id)? else { return Ok(ChangeScanner::NotFound) };
    if revoked.is_none() {
        return Ok(ChangeScanner::NotRevoked);
    }
    let feeds = truth::feeds_of(tx, row)?;
    let mut planned = Vec::new();
    for cut in cuts {
        let Some(feed) = feeds.iter().find(|feed| feed.feed == cut.feed) else {
            return Ok(ChangeScanner::NoSuchFeed(cut.feed));
        };
        let Some(entry) = entry_at(tx, feed.id, cut)? else {
            return Ok(ChangeScanner::NoSuchEntry { feed: cut.feed, seq: cut.seq });
        };
        planned.push((cut.feed, cut.seq, entry));
    }
    for (feed, ..) in &planned {
        tx.prepare_cached("DELETE FROM cuts WHERE feed = ?1 AND scanner = ?2")?.execute((feed.0, row))?;
    }
    for cut in planned {
        set(tx, row, cut)?;
    }
    truth::judge_scanner(tx, own_row(tx, actor.organization)?, row, actor.at)?;
    mark_events(tx, row)?;
    audit::note(tx, actor, "scanner.cut", Some(&id), Some(&json!({ "cuts": cuts })))?;
    done(tx, actor, id)
}

/// Notes that somebody looked at what is kept apart and left it so.
pub(super) fn keep_apart(
    tx: &Transaction<'_>,
    actor: &Actor,
    id: ScannerId,
    entries: u64,
) -> Result<ChangeScanner, StoreError> {
    if own(tx, actor.organization, id)?.is_none() {
        return Ok(ChangeScanner::NotFound);
    }
    audit::note(tx, actor, "scanner.keep_apart", Some(&id), Some(&json!({ "entries": entries })))?;
    done(tx, actor, id)
}

fn set(tx: &Transaction<'_>, scanner: i64, (feed, seq, entry): (FeedId, u64, EntryId)) -> Result<(), StoreError> {
    tx.prepare_cached(include_str!("sql/cut_set.sql"))?.execute(named_params! {
        ":feed": feed.0, ":scanner": scanner, ":seq": integer(seq, "cuts.seq")?, ":entry": entry.0,
    })?;
    Ok(())
}

/// The entry a cut names: the one held there, or the named one of several. Place 0 is before everything.
fn entry_at(tx: &Transaction<'_>, feed: i64, cut: &NewCut) -> Result<Option<EntryId>, StoreError> {
    if cut.seq == 0 {
        return Ok(Some(EntryId::default()));
    }
    let Ok(seq) = i64::try_from(cut.seq) else { return Ok(None) };
    let mut statement = tx.prepare_cached("SELECT entry_id FROM entries WHERE feed = ?1 AND seq = ?2")?;
    let ids: Vec<EntryId> =
        statement.query_and_then((feed, seq), |row| row.id("entry_id"))?.collect::<Result<_, StoreError>>()?;
    Ok(match (ids.as_slice(), cut.id) {
        ([only], None) => Some(*only),
        (ids, Some(wanted)) => ids.contains(&wanted).then_some(wanted),
        _ => None,
    })
}
