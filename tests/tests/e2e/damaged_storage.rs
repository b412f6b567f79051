//! Disks that are full, files that are no databases or newer than the program, ports and folders in use: the program says
//! which and what to do, ends with its exit code, and loses nothing that it has shown or acknowledged.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rusqlite::Connection;
use shared::api::Invitation;
use shared::ids::{Fingerprint, Nonce};
use turnstone_tests::harness::{ADMIN, Admin, Device, Parts, SmallDisk, path, text};

use super::damaged_scene::{Scene, last_line, no_panic, parts, refused, server_refused};

/// `None` where this user may not mount: then the test says so and ends.
fn small_disk(at: &Path, kibibytes: u32) -> Option<SmallDisk> {
    let disk = SmallDisk::mount(at, kibibytes);
    if disk.is_none() {
        eprintln!("skipped: this user may not mount a small file system, so no disk can be filled");
    }
    disk
}

/// Scans these tickets one by one; the references of those that were shown green, and the first refusal to work.
fn scan_until_it_fails(device: &Device, scene: &Scene, tickets: impl Iterator<Item = u32>) -> (Vec<String>, bool) {
    let mut green = Vec::new();
    for n in tickets {
        let reference = format!("T{n:04}");
        let output = device.run(&["scan", "--offline", scene.venue.code(&reference)]);
        if !output.status.success() {
            refused(&output, 4, "database", "the disk is full");
            return (green, true);
        }
        assert_eq!(last_line(&output)["verdict"], "ok", "{}", text(&output));
        green.push(reference);
    }
    (green, false)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanner_with_a_full_disk_shows_no_green_that_is_lost_and_goes_on_when_there_is_space() {
    let scene = Scene::open(120).await;
    let Some(disk) = small_disk(&scene.venue.folder.join("card"), 2_048) else { return };
    let invitation = scene.invitation("North 1", &scene.server.url()).await;
    let device = Device::new(&scene.venue.parts, disk.0.join("data"));
    device.ok(&["enrol", &invitation]);
    device.ok(&["sync"]);
    assert_eq!(device.scan(scene.venue.code("T0120"), &["--offline"])["verdict"], "ok");
    disk.fill();
    let (green, failed) = scan_until_it_fails(&device, &scene, 1..=100);
    assert!(failed, "a hundred scans need space");
    let doctor = device.run(&["doctor"]);
    no_panic(&doctor);
    assert_eq!(doctor.status.code(), Some(4), "{}", text(&doctor));
    let said = text(&doctor);
    // With no byte left not even a reader can open the database; that is said as plainly.
    assert!(said.contains("0 MiB free") || said.contains("the disk is full"), "{said}");
    // Every green is in the log, and the one that failed is not.
    disk.free();
    let log = device.ok(&["log", "--limit", "1000"]);
    let entries = log.iter().filter(|line| line["verdict"] == "ok").count();
    assert_eq!(entries, green.len() + 1, "what was shown green, no more and no less");
    // The guest who was turned away by the full disk comes in now, once.
    let next = format!("T{:04}", green.len() + 1);
    let said = device.scan(scene.venue.code(&next), &["--offline"]);
    assert_eq!((&said["verdict"], &said["repeat"]), (&"ok".into(), &false.into()), "{said}");
    device.ok(&["sync"]);
    assert_eq!(scene.inside().await, i64::try_from(green.len()).expect("few") + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_a_full_disk_acknowledges_nothing_it_does_not_keep_and_goes_on_when_there_is_space() {
    let mut scene = Scene::open(120).await;
    let Some(disk) = small_disk(&scene.venue.folder.join("volume"), 3_072) else { return };
    // The same server, moved to the small disk.
    scene.server.kill();
    let moved = Command::new("cp").args(["-a", &format!("{}/.", path(&scene.venue.data)), path(&disk.0)]).status();
    assert!(moved.is_ok_and(|status| status.success()));
    scene.venue.data.clone_from(&disk.0);
    scene.server = scene.venue.serve(None);
    scene.admin = Admin::sign_in(scene.server.addr, ADMIN, &scene.venue.password).await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    disk.fill();
    let mut scanned = 0_u32;
    let refusal = loop {
        assert!(scanned < 110, "a hundred guests need space");
        for _ in 0..10 {
            scanned += 1;
            let said = device.scan(scene.venue.code(&format!("T{scanned:04}")), &["--offline"]);
            assert_eq!(said["verdict"], "ok", "the door goes on: {said}");
        }
        let output = device.run(&["sync"]);
        no_panic(&output);
        if !output.status.success() {
            break output;
        }
    };
    let said = refused(&refusal, 5, "storage_full", "the server's disk is full");
    assert!(said["advice"].as_str().is_some_and(|advice| advice.contains("nothing is lost")), "{said}");
    let pending = || last_line(&device.run(&["status"]))["pending"]["entries"].as_u64().expect("a number");
    assert!(pending() >= 10, "nothing of it was acknowledged");
    // What was acknowledged before is counted, what was not is not; and it can still be read.
    let inside = scene.inside().await;
    assert!(inside <= i64::from(scanned) - 10, "{inside} of {scanned}");
    disk.free();
    device.ok(&["sync"]);
    assert_eq!((pending(), scene.inside().await), (0, i64::from(scanned)));
    scene.server.kill();
    scene.venue.parts.server_ok(&scene.venue.data, &["event", "list"]);
}

/// A limit on the size of files, as a quota or a small file system's largest file is one.
fn with_file_limit(parts: &Parts, program: &str, data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg("trap '' XFSZ; ulimit -f 1; exec \"$@\"").arg("sh").arg(&parts.0).arg(program);
    command.arg("--data").arg(data).args(args).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_can_be_written_nothing_is_shown_green() {
    let scene = Scene::open(2).await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    let args = ["--json", "scan", "--offline", scene.venue.code("T0001")];
    let output = with_file_limit(&scene.venue.parts, "scanner", &device.data, &args).output().expect("sh starts");
    no_panic(&output);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    let said = last_line(&output);
    assert_eq!((&said["kind"], &said["code"]), (&"error".into(), &"database".into()), "{}", text(&output));
    assert!(said["message"].as_str().is_some_and(|message| message.contains("disk")), "{said}");
    assert_eq!(device.scan(scene.venue.code("T0001"), &["--offline"])["verdict"], "ok", "it was not spent");

    let args = ["user", "add", "--email", "late@venue.example"];
    let output =
        with_file_limit(&scene.venue.parts, "sync-server", &scene.venue.data, &args).output().expect("sh starts");
    no_panic(&output);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("disk"), "{}", text(&output));
    scene.venue.parts.server_ok(&scene.venue.data, &args);
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let letter = "Dear organizer, this is a letter and certainly no database. ".repeat(100);
    let device = Device::new(&parts(), folder.path().join("scanner"));
    let server = folder.path().join("server");
    for (data, file) in [(&device.data, "scanner.db"), (&server, "server.db")] {
        std::fs::create_dir_all(data).expect("the folder can be made");
        std::fs::write(data.join(file), &letter).expect("the file can be written");
    }
    let server_url = "http://127.0.0.1:9".to_owned();
    let code = Invitation { server: server_url, token: Nonce([1; 16]), root: Fingerprint([2; 16]), expires: i64::MAX };
    let code = code.to_code();
    for verb in [["status"].as_slice(), &["scan", "X"], &["sync"], &["doctor"], &["enrol", &code]] {
        let said = refused(&device.run(verb), 4, "not_a_database", "not a scanner database");
        assert!(said["message"].as_str().is_some_and(|message| message.contains("scanner.db")), "which file: {said}");
    }
    for verb in [["event", "list"].as_slice(), &["serve", "--listen", "127.0.0.1:0"], &["init"]] {
        server_refused(&parts().server(&server, verb), 4, &["server.db", "is not a Turnstone server database"]);
    }
    for (data, file) in [(&device.data, "scanner.db"), (&server, "server.db")] {
        assert_eq!(std::fs::read_to_string(data.join(file)).expect("it is still there"), letter, "left alone");
        std::fs::remove_file(data.join(file)).expect("it can be removed");
    }
    Connection::open(device.data.join("scanner.db"))
        .and_then(|database| database.execute_batch("CREATE TABLE theirs (a)"))
        .expect("another program's database");
    refused(&device.run(&["status"]), 4, "other_program", "database of another program");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_a_newer_program_is_refused_and_left_alone() {
    let scene = Scene::open(1).await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    let set = |file: PathBuf, version: i64| {
        let database = Connection::open(file).expect("the database");
        let before: i64 = database.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
        database.pragma_update(None, "user_version", version).expect("it can be set");
        before
    };
    let before = set(device.data.join("scanner.db"), 4_000);
    let said = refused(&device.run(&["scan", scene.venue.code("T0001")]), 4, "newer_schema", "newer scanner");
    assert!(said["message"].as_str().is_some_and(|message| message.contains("4000")), "{said}");
    assert_eq!(set(device.data.join("scanner.db"), before), 4_000, "left alone");
    assert_eq!(device.scan(scene.venue.code("T0001"), &[])["verdict"], "ok", "nothing was lost");

    let Scene { venue, server, .. } = &scene;
    let before = set(venue.data.join("server.db"), 4_000);
    let output = venue.parts.server(&venue.data, &["event", "list"]);
    server_refused(&output, 4, &["schema 4000", "use a newer sync-server"]);
    set(venue.data.join("server.db"), before);
    assert!(server.url().starts_with("http://"));
    venue.parts.server_ok(&venue.data, &["event", "list"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_or_a_folder_in_use_is_named() {
    let scene = Scene::open(1).await;
    let address = scene.server.addr.to_string();
    let other = scene.venue.folder.join("other");
    let output = scene.venue.parts.server(&other, &["serve", "--listen", &address]);
    server_refused(&output, 5, &["cannot listen on", "is in use"]);
    let output = scene.venue.parts.server(&scene.venue.data, &["serve", "--listen", "127.0.0.1:0"]);
    server_refused(&output, 5, &["another server is running"]);
    // A folder whose name is taken by a file.
    let file = scene.venue.folder.join("file");
    std::fs::write(&file, "").expect("the file can be written");
    let device = Device::new(&scene.venue.parts, file.clone());
    let invitation = scene.invitation("North 1", &scene.server.url()).await;
    refused(&device.run(&["enrol", &invitation]), 4, "data_folder", "is not a folder");
    let output = scene.venue.parts.server(&file, &["init"]);
    server_refused(&output, 4, &["cannot use", path(&file)]);
    // The server that was there first goes on.
    assert_eq!(scene.admin.get("/auth/me").await["email"], ADMIN);
}
