//! Code text to durable verdict, against a bare SQLite commit of the same bytes on the same disk, in turns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags};
use scanner::engine::{Engine, ScanRequest};
use shared::verdict::Verdict;

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::house::{Hands, House};
use crate::spread::{Spread, ms, ratio, timed};

/// Between two people at a busy door (ms).
const PACE: u32 = 2_000;
/// Turns after which both write-ahead logs are moved into their databases, as an idle device does.
const CHECKPOINT_EVERY: u32 = 64;
/// Turns before anything is noted.
const WARM_UP: u32 = 50;

pub(crate) fn measure(options: &Options, board: &mut Board) {
    let folder = options.scratch();
    let mut sizes = options.tickets.clone();
    if sizes.is_empty() {
        sizes = options.size(vec![1_000, 100_000, 1_000_000], vec![1_000, 10_000]);
    }
    let scans = options.scans.unwrap_or(options.size(3_000, 200));
    let house = House::new();
    let mut doors: Vec<Door> =
        sizes.iter().map(|many| Door::open(&house, &folder.path().join(many.to_string()), *many, scans)).collect();
    for turn in 0..WARM_UP + scans {
        for door in &mut doors {
            door.turn(&house, turn);
        }
    }
    for door in &doors {
        door.figures(board);
    }
    if let [first, .., last] = doors.as_slice() {
        board.add(Figure {
            row: "verdict",
            what: format!("{} tickets", grouped(last.many.into())),
            ours: format!("p50 {} ms", short(Spread::of(last.scans.clone()).p50)),
            against: format!(
                "{} tickets: p50 {} ms",
                grouped(first.many.into()),
                short(Spread::of(first.scans.clone()).p50)
            ),
            ratio: ratio(&last.scans, &first.scans),
            goal: Goal::AtMost(1.2),
        });
    }
}

/// A scanner with a list of some length, and beside it a database that only commits.
struct Door {
    many: u32,
    step: u32,
    clock: Arc<Hands>,
    engine: Engine,
    read: Connection,
    bare: Connection,
    scans: Vec<f64>,
    commits: Vec<f64>,
}

impl Door {
    fn open(house: &House, folder: &Path, many: u32, scans: u32) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        let clock = Hands::new();
        let database: PathBuf = folder.join("scanner.db");
        let engine = house.scanner(&database, &clock, &house.list(many));
        let read = Connection::open_with_flags(&database, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("its database");
        // Each scan takes another ticket, from all over the list.
        let step = (many / (WARM_UP + scans)).max(1);
        Self {
            many,
            step,
            clock,
            engine,
            read,
            bare: bare(&folder.join("bare.db")),
            scans: Vec::new(),
            commits: Vec::new(),
        }
    }

    fn turn(&mut self, house: &House, turn: u32) {
        self.clock.forward(PACE);
        let scan = ScanRequest::of(house.code(turn * self.step % self.many));
        let (outcome, took) = timed(|| self.engine.scan(&scan).expect("a verdict"));
        // A short list comes round again: then the answer is a refusal, which is recorded just as well.
        assert!(!outcome.repeat, "every scan is a new one");
        assert!(turn >= self.many || outcome.answer.verdict == Verdict::Ok, "{:?}", outcome.answer);
        let bytes: Vec<u8> = self
            .read
            .query_row(
                "SELECT bytes FROM entry WHERE feed_ref = (SELECT feed_ref FROM device) AND seq = ?1",
                [outcome.seq.cast_signed()],
                |row| row.get(0),
            )
            .expect("the entry is durable");
        let ((), bare) = timed(|| {
            let mut insert = self.bare.prepare_cached("INSERT INTO entry (bytes) VALUES (?1)").expect("a statement");
            insert.execute([&bytes]).expect("a commit");
        });
        if turn.is_multiple_of(CHECKPOINT_EVERY) {
            self.engine.checkpoint().expect("a checkpoint");
            self.bare.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).expect("a checkpoint");
        }
        if turn >= WARM_UP {
            self.scans.push(ms(took));
            self.commits.push(ms(bare));
        }
    }

    fn figures(&self, board: &mut Board) {
        let (ours, peer) = (Spread::of(self.scans.clone()), Spread::of(self.commits.clone()));
        let figure = |what: &str, ours: f64, peer: f64, ratio: Spread, goal: Goal| Figure {
            row: "verdict",
            what: format!("code text → durable, {} tickets, {what}", grouped(self.many.into())),
            ours: format!("{} ms", short(ours)),
            against: format!("bare commit {} ms", short(peer)),
            ratio,
            goal,
        };
        board.add(figure("p50", ours.p50, peer.p50, ratio(&self.scans, &self.commits), Goal::AtMost(1.5)));
        let tail = Spread { p50: ours.p99 / peer.p99, count: 1, ..ours };
        board.add(figure("p99", ours.p99, peer.p99, tail, Goal::None));
    }
}

/// A database with the scanner's settings and nothing but the bytes.
fn bare(path: &Path) -> Connection {
    let conn = Connection::open(path).expect("a new database");
    conn.pragma_update(None, "journal_mode", "wal").expect("a setting");
    conn.pragma_update(None, "synchronous", "full").expect("a setting");
    conn.pragma_update(None, "wal_autocheckpoint", 0).expect("a setting");
    conn.execute_batch("CREATE TABLE entry (ref INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT").expect("a table");
    conn
}
