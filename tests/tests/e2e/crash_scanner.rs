//! I1: green means durable. The scanner is killed in the middle of its work; what it had shown is there afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use shared::entry::Entry;
use turnstone_tests::harness::Device;

use crate::dice::Dice;
use crate::house::{House, NORTH, PATIENCE, own_log, status, texts};

/// How often the scanner is killed.
const KILLS: u32 = 100;
/// Most answers of a run before it is killed.
const MOST_ANSWERS: u64 = 40;
/// Longest run that is killed by time (ms): most of it is starting up.
const LONGEST_MS: u64 = 250;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i1_what_a_scanner_showed_survives_a_hundred_kills_and_it_starts_without_repair() {
    let mut dice = Dice::thrown();
    let house = House::open_with(60, &["--retry-window", "0"]).await;
    let device = house.scanner("North 1", NORTH).await;
    let codes = house.codes();
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    let mut green = 0;
    for kill in 1..=KILLS {
        let answers = killed_run(&device, &codes, &mut dice);
        green += answers.iter().filter(|answer| answer["passes"] == true && answer["repeat"] == false).count();
        for answer in &answers {
            let text = |member: &str| answer[member].as_str().expect("a text").to_owned();
            shown.insert(text("entry"), text("verdict"));
        }
        // The next start finds everything, with nobody's help.
        let kept = texts(&device.ok(&["log", "--own", "--limit", "500"]), "entry");
        let printed = texts(&answers, "entry");
        let lost: Vec<_> = printed.difference(&kept).collect();
        assert!(lost.is_empty(), "kill {kill}: shown, but not in the log: {lost:?}");
    }
    assert!(green > 100, "a busy door was meant, but only {green} were let through");

    let log = own_log(&device);
    for (entry, verdict) in &shown {
        let line = log.iter().find(|line| line["entry"] == entry.as_str());
        let line = line.unwrap_or_else(|| panic!("{entry} was shown and is lost"));
        assert_eq!(&line["verdict"], verdict.as_str(), "the log tells of {entry} what the door was shown");
    }
    one_sound_chain(&device, log.len());
    let doctor = device.ok(&["doctor"]);
    let database = doctor.iter().find(|check| check["check"] == "database").expect("doctor looks at the database");
    assert_eq!(database["state"], "ok", "{database}");
    assert_eq!(status(&device)["forked"], Value::Array(vec![]));

    device.ok(&["sync"]);
    assert_eq!(status(&device)["pending"]["entries"], 0);
    let named: BTreeSet<String> =
        texts(&log.iter().filter(|line| !line["event"].is_null()).cloned().collect::<Vec<_>>(), "entry");
    assert_eq!(texts(&house.entries().await, "id"), named, "the server holds exactly the scanner's entries");
    let seen = house.seen("North 1").await;
    assert_eq!(seen["disputed"], false);
    assert_eq!(seen["feeds"].as_array().map(Vec::len), Some(1), "the feed never forked: {}", seen["feeds"]);
    house.verify();
}

/// Scans until it is killed, and returns what it had printed by then: whole lines only.
fn killed_run(device: &Device, codes: &[String], dice: &mut Dice) -> Vec<Value> {
    let way = if dice.percent(50) { "entry" } else { "exit" };
    let mut command = device.command(&["scan", "--stdin", "--offline", "--direction", way]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (mut order, codes) = (dice.another(), codes.to_vec());
    // Ends when the scanner is gone.
    let feeder = std::thread::spawn(move || while writeln!(input, "{}", order.pick(&codes)).is_ok() {});
    let (told, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = String::new();
        while output.read_line(&mut line).is_ok_and(|length| length > 0) {
            // The last line may have been cut off by the kill: that is no answer.
            if line.ends_with('\n') {
                let answer: Value = serde_json::from_str(&line).expect("a whole line is whole JSON");
                drop(told.send(answer));
            }
            line.clear();
        }
    });
    let mut answers = Vec::new();
    if dice.percent(50) {
        for _ in 0..dice.below(MOST_ANSWERS) {
            answers.push(lines.recv_timeout(PATIENCE).expect("the scanner answers"));
        }
    } else {
        // A random moment, not a wait for something.
        std::thread::sleep(Duration::from_millis(dice.below(LONGEST_MS)));
        assert_eq!(child.try_wait().unwrap(), None, "the scanner ended by itself");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    feeder.join().unwrap();
    answers.extend(lines.try_iter());
    answers
}

/// The database holds one feed without a gap, and each entry names the one before by its hash.
fn one_sound_chain(device: &Device, entries: usize) {
    let conn = rusqlite::Connection::open(device.data.join(scanner::commands::DATABASE)).unwrap();
    let feeds: i64 = conn.query_row("SELECT count(*) FROM feed", [], |row| row.get(0)).unwrap();
    assert_eq!(feeds, 1);
    let mut statement = conn.prepare("SELECT bytes FROM entry ORDER BY seq, branch").unwrap();
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let (mut last, mut seq) = (None, 0);
    for bytes in rows {
        let entry = Entry::read(&bytes.unwrap()).expect("an entry");
        seq += 1;
        assert_eq!((entry.raw.seq, entry.raw.prev), (seq, last), "the chain is broken at {seq}");
        last = Some(entry.id);
    }
    assert_eq!(usize::try_from(seq).unwrap(), entries);
}
