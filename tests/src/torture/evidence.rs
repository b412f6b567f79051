//! What the databases hold, read from the files themselves and not from what the programs say of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use shared::entry::Entry;
use shared::ids::FeedId;

use crate::harness::Device;

fn look_into(file: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags).expect("the database is there");
    conn.busy_timeout(crate::harness::house::PATIENCE).expect("a timeout can be set");
    conn
}

fn scanner_database(device: &Device) -> Connection {
    look_into(&device.data.join(scanner::commands::DATABASE))
}

fn number(stored: i64) -> u64 {
    u64::try_from(stored).expect("numbers of entries are not negative")
}

/// Everything the scanner recorded, in order: one feed without gap or fork, in which each entry names the one before by
/// its hash. With each the people it moved.
pub fn own_chain(device: &Device) -> Vec<(Entry, i64)> {
    let conn = scanner_database(device);
    let sql = "SELECT bytes, effect FROM entry WHERE feed_ref IN (SELECT ref FROM feed WHERE identity_ref IS NOT NULL) \
               ORDER BY feed_ref, seq, branch";
    let mut statement = conn.prepare(sql).expect("the scanner's schema");
    let rows = statement.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?))).expect("the entries");
    let (mut chain, mut last, mut seq) = (Vec::new(), None, 0);
    for row in rows {
        let (bytes, people) = row.expect("an entry");
        let entry = Entry::read(&bytes).expect("an entry's bytes");
        seq += 1;
        assert_eq!((entry.raw.seq, entry.raw.prev), (seq, last), "the chain is broken at {seq}");
        last = Some(entry.id);
        chain.push((entry, people));
    }
    chain
}

/// Ids of all entries of events that the scanner holds, its own and others'.
pub fn known(device: &Device) -> BTreeSet<String> {
    let conn = scanner_database(device);
    let mut statement = conn.prepare("SELECT bytes FROM entry").expect("the scanner's schema");
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).expect("the entries");
    let entries = rows.map(|bytes| Entry::read(&bytes.expect("an entry")).expect("an entry's bytes"));
    entries.filter(|entry| entry.raw.event.is_some()).map(|entry| entry.id.to_string()).collect()
}

/// Bytes of a database with its write-ahead log.
pub fn size(database: &Path) -> u64 {
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    length(database) + length(Path::new(&log))
}

/// Up to where the scanner holds an acknowledgement for its feed, on its disk.
pub fn acknowledged(device: &Device) -> Option<(FeedId, u64)> {
    let conn = scanner_database(device);
    let sql = "SELECT f.id, a.contiguous FROM ack a JOIN feed f ON f.ref = a.feed_ref WHERE f.identity_ref IS NOT NULL";
    let mut statement = conn.prepare(sql).expect("the scanner's schema");
    let mut rows = statement.query_map([], |row| Ok((FeedId(row.get(0)?), row.get(1)?))).expect("acknowledgements");
    let (feed, seq) = rows.next()?.expect("an acknowledgement");
    assert!(rows.next().is_none(), "this scanner never began another feed");
    Some((feed, number(seq)))
}

/// How much of the scanner's database lies in its write-ahead log only (bytes), for the next start to find.
pub fn in_the_log(device: &Device) -> u64 {
    let log = device.data.join(format!("{}-wal", scanner::commands::DATABASE));
    std::fs::metadata(log).map_or(0, |log| log.len())
}

/// Up to where a server that does not run holds each feed without a gap, counted in the entries themselves.
pub fn kept(data: &Path) -> BTreeMap<FeedId, u64> {
    let conn = look_into(&data.join(sync_server::store::sqlite::FILE_NAME));
    let sql =
        "SELECT f.feed, count(*), max(e.seq), sum(e.branch) FROM feeds f JOIN entries e ON e.feed = f.id GROUP BY f.id";
    let mut statement = conn.prepare(sql).expect("the server's schema");
    let rows = statement.query_map([], |row| Ok((FeedId(row.get(0)?), row.get(1)?, row.get(2)?, row.get(3)?)));
    rows.expect("the feeds")
        .map(|row| {
            let (feed, count, last, branches): (FeedId, i64, i64, i64) = row.expect("a feed");
            assert_eq!((count, branches), (last, 0), "a feed that one scanner wrote in order has no gap and no fork");
            (feed, number(last))
        })
        .collect()
}

/// What was acknowledged to these scanners and is not kept: none, if the server keeps its word (I2).
pub fn broken_promises<'d>(devices: impl IntoIterator<Item = &'d Device>, server: &Path) -> Vec<String> {
    let promised: Vec<_> = devices.into_iter().filter_map(acknowledged).collect();
    let kept = kept(server);
    let there = |feed: &FeedId| kept.get(feed).copied().unwrap_or(0);
    let broken = promised.iter().filter(|(feed, seq)| there(feed) < *seq);
    broken.map(|(feed, seq)| format!("{seq} entries of {feed} were acknowledged, {} are there", there(feed))).collect()
}
