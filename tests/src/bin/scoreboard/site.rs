//! A running server with an event, its scanners, and beside it a database that takes the same rows and nothing else.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use tokio::task::JoinSet;
use turnstone_tests::harness::{ADMIN, Admin, Parts, ServerProcess, Venue};

use crate::Options;
use crate::crowd::Crowd;
use crate::feeder::Feeder;
use crate::machine::{cpu_seconds, resident_mib};

/// Entries in one message of a scanner that catches up: four batches.
pub(crate) const MESSAGE: usize = 2_000;
/// Scanners that send at once.
pub(crate) const SCANNERS: usize = 20;
/// An evening of eight hours (ms), over which the entries of a server are spread.
const EVENING: u64 = 8 * 3_600_000;
/// Messages after which scanners sign in again while a store is filled: tokens last 15 minutes.
const SIGN_IN_EVERY: u64 = 64;

/// A server and its scanners.
pub(crate) struct Site {
    pub(crate) venue: Venue,
    pub(crate) server: ServerProcess,
    pub(crate) admin: Admin,
    pub(crate) feeders: Vec<Feeder>,
    pub(crate) crowd: Arc<Mutex<Crowd>>,
    /// Entries stored so far.
    pub(crate) stored: u64,
    /// Most memory the server was seen to hold, in MiB.
    pub(crate) peak: f64,
    /// Processor time (s) of the server in the latest rush.
    pub(crate) cpu: f64,
}

impl Site {
    /// A server with so many scanners that each write an entry every `pace` ms.
    pub(crate) async fn open(folder: &Path, scanners: usize, pace: u64) -> Self {
        let venue = Venue::set_up(&Parts::this_program(), folder, 1);
        let server = venue.serve(None);
        let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
        let mut feeders = Vec::new();
        for number in 0..scanners {
            feeders.push(Feeder::enrol(&admin, &server.url(), &venue.event, number, pace).await);
        }
        let crowd = Arc::new(Mutex::new(Crowd::new()));
        let mut site = Self { venue, server, admin, feeders, crowd, stored: 0, peak: 0.0, cpu: 0.0 };
        let mut beginnings = Vec::new();
        for feeder in &mut site.feeders {
            let time = feeder.heartbeat(0).await;
            beginnings.push(feeder.begin(Some(&time)));
        }
        for (feeder, message) in site.feeders.iter().zip(beginnings) {
            site.stored += message.entries;
            feeder.send(message).await;
        }
        site
    }

    /// Stores at least so many entries the way scanners do.
    pub(crate) async fn fill(&mut self, entries: u64) {
        let missing = entries.saturating_sub(self.stored);
        let scanners = self.feeders.len() as u64;
        let messages = missing.div_ceil(MESSAGE as u64 * scanners);
        // All messages are about as long, so that little more is stored than asked for. One holds a time sample, too.
        let message = (missing.div_ceil((messages * scanners).max(1)) as usize).max(2);
        let begun = Instant::now();
        let mut filling = JoinSet::new();
        for (number, mut feeder) in self.feeders.drain(..).enumerate() {
            let crowd = self.crowd.clone();
            filling.spawn(async move {
                let mut stored = 0;
                for turn in 0..messages {
                    if turn % SIGN_IN_EVERY == 0 {
                        feeder.authenticate().await;
                    }
                    let time = feeder.heartbeat(message as u64).await;
                    let message = {
                        let mut crowd = crowd.lock().expect("nobody panicked");
                        feeder.evening(&mut crowd, message - 1, Some(&time))
                    };
                    stored += message.entries;
                    feeder.send(message).await;
                    if number == 0 && turn % 25 == 24 {
                        let rate = (stored * 20) as f64 / begun.elapsed().as_secs_f64();
                        eprintln!("    about {stored} × 20 stored, {rate:.0}/s");
                    }
                }
                (number, feeder, stored)
            });
        }
        let mut back = Vec::new();
        while let Some(done) = filling.join_next().await {
            back.push(done.expect("every entry is stored"));
        }
        back.sort_by_key(|(number, ..)| *number);
        for (_, feeder, stored) in back {
            self.stored += stored;
            self.feeders.push(feeder);
        }
        self.watch();
    }

    /// All scanners send so many entries at once: how long until the last is acknowledged.
    pub(crate) async fn rush(&mut self, message: usize) -> (u64, Duration) {
        let mut ready = Vec::new();
        for mut feeder in self.feeders.drain(..) {
            let time = feeder.heartbeat(message as u64).await;
            let message = {
                let mut crowd = self.crowd.lock().expect("nobody panicked");
                feeder.evening(&mut crowd, message - 1, Some(&time))
            };
            ready.push((feeder, message));
        }
        let entries = ready.iter().map(|(_, message)| message.entries).sum();
        let cpu = cpu_seconds(self.server.id());
        let begun = Instant::now();
        let mut sending = JoinSet::new();
        for (number, (feeder, message)) in ready.into_iter().enumerate() {
            sending.spawn(async move {
                feeder.send(message).await;
                (number, feeder)
            });
        }
        let mut back = Vec::new();
        while let Some(sent) = sending.join_next().await {
            back.push(sent.expect("everything is acknowledged"));
        }
        let took = begun.elapsed();
        self.cpu = cpu_seconds(self.server.id()) - cpu;
        back.sort_by_key(|(number, _)| *number);
        self.feeders.extend(back.into_iter().map(|(_, feeder)| feeder));
        self.stored += entries;
        self.watch();
        (entries, took)
    }

    /// One scanner sends one entry, and it is acknowledged.
    pub(crate) async fn one(&mut self) {
        let feeder = self.feeders.first_mut().expect("a scanner");
        feeder.authenticate().await;
        let message = feeder.evening(&mut self.crowd.lock().expect("nobody panicked"), 1, None);
        feeder.send(message).await;
        self.stored += 1;
    }

    /// People inside, by what everybody did.
    pub(crate) fn bodies(&self) -> i64 {
        self.feeders.iter().map(|feeder| feeder.bodies).sum()
    }

    /// The server was started again and listens elsewhere.
    pub(crate) async fn moved(&mut self) {
        self.admin = Admin::sign_in(self.server.addr, ADMIN, &self.venue.password).await;
        let base = self.server.url();
        for feeder in &mut self.feeders {
            feeder.moved(&base);
            feeder.authenticate().await;
        }
    }

    /// Notes the server's memory.
    pub(crate) fn watch(&mut self) {
        self.peak = self.peak.max(resident_mib(self.server.id()));
    }

    /// The server's database.
    pub(crate) fn database(&self) -> PathBuf {
        self.venue.data.join("server.db")
    }

    /// A copy of the server's database as it is now, to insert the same rows into.
    pub(crate) fn peer(&self) -> Peer {
        let path = self.venue.folder.join("peer.db");
        let source =
            Connection::open_with_flags(self.database(), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database");
        let mut copy = Connection::open(&path).expect("a new database");
        let backup = rusqlite::backup::Backup::new(&source, &mut copy).expect("a copy");
        backup.run_to_completion(100_000, Duration::ZERO, None).expect("a whole copy");
        drop(backup);
        copy.pragma_update(None, "journal_mode", "wal").expect("a setting");
        copy.pragma_update(None, "synchronous", "full").expect("a setting");
        copy.pragma_update(None, "wal_autocheckpoint", 0).expect("a setting");
        // As much as the server's writer has.
        copy.pragma_update(None, "cache_size", -64_000).expect("a setting");
        let last = |table: &str| {
            source
                .query_row(&format!("SELECT coalesce(max(id), 0) FROM {table}"), [], |row| row.get(0))
                .expect("a table")
        };
        let last = TABLES.map(last);
        Peer { source, copy, last, cpu: 0.0 }
    }
}

/// The server with many entries: it takes long to fill, and several rows look at it.
pub(crate) struct Yard {
    folder: tempfile::TempDir,
    many: Option<Site>,
}

impl Yard {
    /// Nothing is filled yet.
    pub(crate) fn new(options: &Options) -> Self {
        Self { folder: options.scratch(), many: None }
    }

    /// The server, filled when it is first asked for.
    pub(crate) async fn many(&mut self, options: &Options) -> &mut Site {
        if self.many.is_none() {
            let entries = options.entries.unwrap_or(options.size(10_000_000, 20_000));
            let pace = (EVENING * SCANNERS as u64 / entries.max(1)).clamp(1, 2_000);
            let mut site = Site::open(&self.folder.path().join("many"), SCANNERS, pace).await;
            let begun = Instant::now();
            site.fill(entries).await;
            eprintln!("  {} entries stored the way scanners do in {:.0} s", site.stored, begun.elapsed().as_secs_f64());
            self.many = Some(site);
        }
        self.many.as_mut().expect("it was filled")
    }
}

/// What ingest writes a row into for each entry and ticket.
const TABLES: [&str; 2] = ["ticket_states", "entries"];

/// The bare bulk insert: same rows, same tables and indexes, same disk, one transaction for each message.
pub(crate) struct Peer {
    source: Connection,
    copy: Connection,
    last: [i64; 2],
    /// Processor time (s) of the latest inserts.
    pub(crate) cpu: f64,
}

impl Peer {
    /// Inserts what the server stored since the last time; how long that takes.
    pub(crate) fn follow(&mut self) -> (u64, Duration) {
        let mut inserted = 0;
        let mut took = Duration::ZERO;
        self.cpu = 0.0;
        for (at, table) in TABLES.into_iter().enumerate() {
            let rows = self.fresh(at, table);
            inserted += if table == "entries" { rows.len() as u64 } else { 0 };
            let Some(width) = rows.first().map(Vec::len) else { continue };
            let marks = vec!["?"; width].join(", ");
            let sql = format!("INSERT INTO {table} VALUES ({marks})");
            let cpu = cpu_seconds(std::process::id());
            let begun = Instant::now();
            for some in rows.chunks(MESSAGE) {
                let tx = self.copy.transaction().expect("a transaction");
                let mut insert = tx.prepare_cached(&sql).expect("a statement");
                for row in some {
                    insert.execute(rusqlite::params_from_iter(row)).expect("a row");
                }
                drop(insert);
                tx.commit().expect("a commit");
            }
            took += begun.elapsed();
            self.cpu += cpu_seconds(std::process::id()) - cpu;
        }
        self.copy.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("a checkpoint");
        (inserted, took)
    }

    fn fresh(&mut self, at: usize, table: &str) -> Vec<Vec<Value>> {
        let sql = format!("SELECT * FROM {table} WHERE id > ?1 ORDER BY id");
        let mut statement = self.source.prepare(&sql).expect("a statement");
        let width = statement.column_count();
        let rows = statement.query_map([self.last[at]], |row| (0..width).map(|column| row.get(column)).collect());
        let rows: Vec<Vec<Value>> = rows.expect("a query").collect::<Result<_, _>>().expect("rows");
        if let Some(Value::Integer(last)) = rows.last().and_then(|row| row.first()) {
            self.last[at] = *last;
        }
        rows
    }
}
