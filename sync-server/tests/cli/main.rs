//! The real program, run as a process: how it fails, and what it says then.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The program on a data folder; no setting leaks in from outside.
fn sync_server(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sync-server"));
    command.current_dir(folder).args(args).stdin(Stdio::null());
    command.env_remove("TURNSTONE_DATA").env_remove("TURNSTONE_LOG").env_remove("TURNSTONE_PUBLIC_URL");
    command
}

/// Exit code, lines of stdout as JSON, stderr.
fn json(folder: &Path, args: &[&str]) -> (i32, Vec<Value>, String) {
    let ended = sync_server(folder, args).arg("--json").output().unwrap();
    let text = String::from_utf8(ended.stdout).unwrap();
    let objects = text.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect();
    (ended.status.code().unwrap(), objects, String::from_utf8(ended.stderr).unwrap())
}

/// With an organization and an event.
fn start(folder: &Path) {
    let event = ["event", "create", "Night", "--starts", "2026-05-01 20:00", "--time-zone", "UTC"];
    for line in [["init"].as_slice(), event.as_slice()] {
        let (code, objects, errors) = json(folder, line);
        assert_eq!((code, objects.len()), (0, 1), "{errors}");
    }
}

#[test]
fn every_failure_is_one_object_of_the_scanners_shape() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::create_dir(folder.join("other")).unwrap();
    std::fs::write(folder.join("other/scanner.db"), "x").unwrap();
    std::fs::write(folder.join("taken"), "x").unwrap();
    std::fs::write(folder.join("empty.csv"), "code,name\n").unwrap();
    start(folder);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let cases: [(&[&str], i32, &str); 8] = [
        (&["tickets"], 2, "usage"),
        (&["serve", "--public-url", "banana"], 2, "usage"),
        (&["--data", "nowhere", "event", "list"], 4, "no_database"),
        (&["--data", "taken", "init"], 4, "data_folder"),
        (&["tickets", "import", "none.csv", "--event", "Night"], 4, "file"),
        (&["tickets", "import", "empty.csv", "--event", "Night"], 4, "no_rows"),
        (&["event", "show", "Day"], 4, "refused"),
        (&["serve", "--listen", &address], 5, "unreachable"),
    ];
    for (line, exit, name) in cases {
        let (code, objects, errors) = json(folder, line);
        assert_eq!((code, objects.len()), (exit, 1), "{line:?}: {errors}");
        let object = &objects[0];
        let head = (&object["kind"], &object["code"], &object["exit"]);
        assert_eq!(head, (&"error".into(), &name.into(), &exit.into()), "{line:?}: {object}");
        let said = object["message"].as_str().unwrap();
        assert!(!said.is_empty() && object["advice"].is_string(), "{line:?}");
        assert!(errors.contains(said.lines().next().unwrap()), "stderr tells people the same: {errors}");
    }
}

#[test]
fn the_scanners_data_folder_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("scanner-data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("scanner.db"), "x").unwrap();
    for verb in ["init", "serve"] {
        let (code, objects, _) = json(folder.path(), &["--data", "scanner-data", verb]);
        assert_eq!((code, &objects[0]["code"]), (4, &"other_program".into()), "{verb}");
    }
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 1, "nothing was put beside it");
}

#[test]
fn an_import_killed_in_the_middle_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    start(folder);
    let rows = 60_000;
    let lines: Vec<String> = (0..rows).map(|n| format!("C{n:07},Guest {n}")).collect();
    std::fs::write(folder.join("list.csv"), format!("code,name\n{}\n", lines.join("\n"))).unwrap();
    let wal = folder.join("turnstone-data/server.db-wal");
    let mut import = sync_server(folder, &["tickets", "import", "list.csv", "--event", "Night"]);
    let mut running = import.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // Pages of the open transaction spill into the log long before its end.
    while std::fs::metadata(&wal).map_or(0, |file| file.len()) < 1024 * 1024 && running.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let ended = running.try_wait().unwrap();
    assert!(ended.is_none(), "it ended before it could be killed: {ended:?}");
    running.kill().unwrap();
    running.wait().unwrap();
    let (code, shown, errors) = json(folder, &["event", "show", "Night"]);
    assert_eq!((code, &shown[0]["tickets"]), (0, &0.into()), "{errors}");
    assert_eq!(json(folder, &["verify"]).0, 0);
}

/// The log's disk is full, or whoever read it is gone: what nobody reads stops nobody.
#[cfg(target_os = "linux")]
#[test]
fn a_server_whose_log_cannot_be_written_goes_on_answering() {
    use std::io::{BufRead, BufReader, Read, Write};

    let folder = tempfile::tempdir().unwrap();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut serve = sync_server(folder.path(), &["serve", "--listen", "127.0.0.1:0"]);
    let mut running = serve.stdout(Stdio::piped()).stderr(full).spawn().unwrap();
    let mut said = BufReader::new(running.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = said.find_map(|line| Some(line.split_once("http://")?.1.to_owned()));
    let answer = address.map(|address| {
        let mut asked = std::net::TcpStream::connect(address).unwrap();
        asked.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        asked.read_to_string(&mut answer).unwrap();
        answer
    });
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(answer.is_some_and(|answer| answer.starts_with("HTTP/1.1 200 OK")));
}
