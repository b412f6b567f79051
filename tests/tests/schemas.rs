//! Databases of every schema so far open with today's programs and say what they said then.
//!
//! The frozen texts in `fixtures/schema` also hold the schemas as they were. A database made today must have the same
//! one as a frozen database after its upgrade: whoever edits an old step of `migrations/` instead of appending one
//! is found out here.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use scanner::engine::Engine;
use serde_json::Value;
use shared::clock::{Clock, Entropy, Reading};
use shared::ids::BootId;
use tempfile::TempDir;
use turnstone_tests::harness::{Device, Parts, lines_of_json};

const SERVERS: &[&str] = &["sync-server-2"];
const SCANNERS: &[&str] = &["scanner-1"];

fn parts() -> Parts {
    Parts(env!("CARGO_BIN_EXE_parts").into())
}

/// A folder with the frozen database in it.
fn thawed(fixture: &str, file: &str) -> (TempDir, PathBuf) {
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/schema").join(fixture).with_extension("sql");
    let text = std::fs::read_to_string(&text).unwrap_or_else(|error| panic!("{}: {error}", text.display()));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(file);
    Connection::open(&path).unwrap().execute_batch(&text).unwrap_or_else(|error| panic!("{fixture}: {error}"));
    (folder, path)
}

/// Every object's definition without comments and spacing, and the version.
fn schema(path: &Path) -> (BTreeMap<String, String>, i64) {
    let connection = Connection::open(path).unwrap();
    let sql = "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL";
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, bare(&row.get::<_, String>(1)?)))).unwrap();
    let objects = rows.collect::<Result<_, _>>().unwrap();
    (objects, connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap())
}

fn bare(sql: &str) -> String {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Time and chance do not matter here.
struct Still;

impl Clock for Still {
    fn read(&self) -> Reading {
        Reading { wall_ms: 0, mono_ms: 0, boot: BootId([0; 8]) }
    }
}

impl Entropy for Still {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(7);
    }
}

#[test]
fn a_servers_database_of_every_schema_opens_and_verifies() {
    let fresh = tempfile::tempdir().unwrap();
    let init = ["init", "--organization", "New", "--email", "admin@new.example"];
    parts().server_ok(fresh.path(), &init);
    for fixture in SERVERS {
        let (folder, path) = thawed(fixture, "server.db");
        let verified = parts().server_json(folder.path(), &["verify"]).remove(0)["organizations"][0].clone();
        assert_eq!(verified["entries"], 7, "{fixture}");
        let digest = "4f5f251a1c37fc55a65c0eb78c56d28748228476e8c1352ec8d06c015993741e";
        assert_eq!(verified["events"][0]["digest"], digest, "{fixture}");
        let connection = Connection::open(&path).unwrap();
        let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(number("SELECT bodies FROM zone_sums"), 3, "{fixture}: people inside");
        assert_eq!(number("SELECT count(*) FROM conflicts"), 1, "{fixture}");
        drop(connection);
        assert_eq!(schema(&path), schema(&fresh.path().join("server.db")), "{fixture} after its upgrade");
    }
}

#[test]
fn a_scanners_database_of_every_schema_opens_and_tells_what_it_told() {
    let fresh = tempfile::tempdir().unwrap();
    let still = Arc::new(Still);
    drop(Engine::open(&fresh.path().join("scanner.db"), still.clone(), still).unwrap());
    for fixture in SCANNERS {
        let (folder, path) = thawed(fixture, "scanner.db");
        let device = Device::new(&parts(), folder.path().to_owned());
        let status = device.ok(&["status"]).remove(0);
        assert_eq!(status["enrolled"]["name"], "North 2", "{fixture}");
        assert_eq!((&status["last_seq"], &status["pending"]["entries"]), (&4.into(), &1.into()), "{fixture}");
        assert_eq!((&status["tally"]["people_in"], &status["tally"]["refused"]), (&1.into(), &1.into()), "{fixture}");
        assert_eq!((&status["peer_entries"], &status["manifests"][0]["tickets"]), (&4.into(), &2.into()), "{fixture}");
        assert_eq!(status["troubles"], Value::Array(vec![]), "{fixture}");
        let log = lines_of_json(&String::from_utf8(device.run(&["log", "--technical"]).stdout).unwrap());
        assert_eq!(log.len(), 8, "{fixture}: {log:?}");
        assert_eq!(schema(&path), schema(&fresh.path().join("scanner.db")), "{fixture} after its upgrade");
    }
}

#[test]
fn an_edited_old_step_would_be_found_out() {
    let (_folder, path) = thawed(SCANNERS[0], "scanner.db");
    let before = schema(&path);
    // What an edited step would have made of a new database.
    Connection::open(&path).unwrap().execute_batch("ALTER TABLE peer ADD COLUMN colour TEXT").unwrap();
    assert_ne!(schema(&path), before);
}
