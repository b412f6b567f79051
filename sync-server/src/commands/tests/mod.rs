mod events;
mod lists;
mod seed;

use std::path::Path;

use clap::{CommandFactory, Parser};

use super::*;
use crate::store::tickets::TicketQuery;
use crate::store::{EventStore, PeopleStore, Store, TicketStore};

/// Runs the command line in `folder`, as `main` does.
async fn run_line(folder: &Path, line: &[&str]) -> Result<Report, CommandError> {
    let data = folder.join("data");
    let head = ["sync-server", "--data", data.to_str().unwrap()];
    let cli =
        Cli::try_parse_from(head.into_iter().chain(line.iter().copied())).unwrap_or_else(|error| panic!("{error}"));
    run(&Context::of_system(cli.data), cli.command).await
}

async fn start(folder: &Path) {
    run_line(folder, &["init"]).await.unwrap();
    let line = ["event", "create", "Night", "--starts", "2026-05-01 20:00", "--time-zone", "Europe/Berlin"];
    run_line(folder, &line).await.unwrap();
}

async fn facts(folder: &Path) -> (String, u64, usize) {
    let context = Context::of_system(folder.join("data"));
    let store = context.store().unwrap();
    let organization = store.organizations().await.unwrap().remove(0).id;
    let viewer = crate::people::Viewer::admin(organization);
    let events = store.events(viewer, true).await.unwrap();
    let codes = store
        .printables(viewer, events[0].id, TicketQuery { limit: 1000, ..TicketQuery::default() }, context.now_ms())
        .await
        .unwrap();
    let texts = codes.iter().filter(|one| one.text().is_ok()).count();
    (store.store_id().await.unwrap().to_string(), events[0].tickets, texts)
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[tokio::test]
async fn without_a_database_the_way_out_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = run_line(folder.path(), &["event", "list"]).await.unwrap_err();
    assert_eq!(error.exit_code(), 4);
    assert!(error.advice().contains("init"), "{error}");
}

#[tokio::test]
async fn a_second_init_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    assert_eq!(run_line(folder.path(), &["init"]).await.unwrap_err().exit_code(), 4);
    let another = ["init", "--another", "--organization", "Club", "--email", "club@localhost"];
    run_line(folder.path(), &another).await.unwrap();
    let error = run_line(folder.path(), &["event", "list"]).await.unwrap_err();
    assert_eq!(error.exit_code(), 2, "with two organizations one must be named");
}

#[tokio::test]
async fn a_restored_backup_has_everything_and_another_store_id() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    run_line(folder.path(), &["tickets", "issue", "--event", "Night", "--count", "30"]).await.unwrap();
    let backup = folder.path().join("backup.db");
    let backup = backup.to_str().unwrap();
    run_line(folder.path(), &["backup", backup]).await.unwrap();
    run_line(folder.path(), &["tickets", "issue", "--event", "Night", "--count", "5"]).await.unwrap();
    let before = facts(folder.path()).await;
    assert_eq!(run_line(folder.path(), &["restore", backup]).await.unwrap_err().exit_code(), 4);
    let report = run_line(folder.path(), &["restore", backup, "--force"]).await.unwrap();
    let after = facts(folder.path()).await;
    assert_eq!((before.1, after.1, after.2), (35, 30, 30));
    assert_ne!(before.0, after.0);
    assert!(Path::new(report.json["kept"].as_str().unwrap()).exists());
}

#[tokio::test]
async fn nothing_is_restored_from_what_is_no_backup_or_under_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let other = folder.path().join("list.csv");
    std::fs::write(&other, "code,name\n".repeat(1000)).unwrap();
    let error = run_line(folder.path(), &["restore", other.to_str().unwrap(), "--force"]).await.unwrap_err();
    assert_eq!(error.exit_code(), 4, "{error}");
    let context = Context::of_system(folder.path().join("data"));
    let config = crate::Config::on_free_port(&context.data);
    let server = crate::Server::start(config, context.clock.clone(), context.entropy.clone()).await.unwrap();
    let backup = folder.path().join("backup.db");
    run_line(folder.path(), &["backup", backup.to_str().unwrap()]).await.unwrap();
    let error = run_line(folder.path(), &["restore", backup.to_str().unwrap(), "--force"]).await.unwrap_err();
    assert_eq!(error.exit_code(), 5, "{error}");
    server.shutdown().await.unwrap();
    run_line(folder.path(), &["restore", backup.to_str().unwrap(), "--force"]).await.unwrap();
}

#[tokio::test]
async fn a_truncated_backup_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let backup = folder.path().join("backup.db");
    run_line(folder.path(), &["backup", backup.to_str().unwrap()]).await.unwrap();
    let bytes = std::fs::read(&backup).unwrap();
    std::fs::write(&backup, &bytes[..bytes.len() / 2]).unwrap();
    let error = run_line(folder.path(), &["restore", backup.to_str().unwrap(), "--force"]).await.unwrap_err();
    assert_eq!(error.exit_code(), 4, "{error}");
    assert_eq!(facts(folder.path()).await.1, 0, "the database is as it was");
}

/// Names, sizes and times of all files in a folder, but those that readers of a database share about its log: whoever only
/// looks at it writes there, and nothing is kept in them.
fn files_in(folder: &Path) -> Vec<(std::path::PathBuf, u64, std::time::SystemTime)> {
    let mut all: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| !entry.file_name().to_string_lossy().ends_with("-shm"))
        .map(|entry| {
            let about = entry.metadata().unwrap();
            (entry.path(), about.len(), about.modified().unwrap())
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_backup_that_is_no_good_changes_nothing_and_the_person_hears_why() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    run_line(folder.path(), &["tickets", "issue", "--event", "Night", "--count", "300"]).await.unwrap();
    let backups = folder.path().join("backups");
    std::fs::create_dir(&backups).unwrap();
    let good = backups.join("good.db");
    run_line(folder.path(), &["backup", good.to_str().unwrap()]).await.unwrap();
    let bytes = std::fs::read(&good).unwrap();
    let (half, scratched, empty, other) =
        (&bytes[..bytes.len() / 2], scratched(&bytes), &[][..], tempfile::tempdir().unwrap());
    start(other.path()).await;
    let foreign = backups.join("foreign.db");
    run_line(other.path(), &["backup", foreign.to_str().unwrap()]).await.unwrap();
    let foreign = std::fs::read(foreign).unwrap();
    let cases = [
        (half, "damaged"),
        (&scratched, "damaged"),
        (empty, "not a backup"),
        (&foreign, "another organization"),
        (b"code,name\n".as_slice(), "not a backup"),
    ];
    for (content, expected) in cases {
        let bad = backups.join("bad.db");
        std::fs::write(&bad, content).unwrap();
        // As a copy of a database in service is marked: then SQLite would like to write beside it.
        for in_service in [false, true] {
            if in_service && content.len() > 100 {
                let mut marked = content.to_vec();
                marked[18..20].fill(2);
                std::fs::write(&bad, marked).unwrap();
            }
            drop(crate::server::lock(&folder.path().join("data")).unwrap());
            let before = (files_in(&folder.path().join("data")), files_in(&backups));
            let line = ["restore", bad.to_str().unwrap(), "--force"];
            let error = run_line(folder.path(), &line).await.unwrap_err();
            assert_eq!(error.exit_code(), 4, "{error}");
            assert!(error.to_string().contains(expected), "{error}");
            assert!(!error.to_string().contains("sync-server restore"), "no advice in a circle: {error}");
            assert_eq!((files_in(&folder.path().join("data")), files_in(&backups)), before, "{expected}");
        }
        // Nor is a folder made for it.
        let new = tempfile::tempdir().unwrap();
        if expected != "another organization" {
            run_line(new.path(), &["restore", bad.to_str().unwrap()]).await.unwrap_err();
            assert!(!new.path().join("data").exists());
        }
    }
    run_line(folder.path(), &["restore", good.to_str().unwrap(), "--force"]).await.unwrap();
    assert_eq!(facts(folder.path()).await.1, 300);
}

/// The same file with a page of it overwritten.
fn scratched(bytes: &[u8]) -> Vec<u8> {
    let mut scratched = bytes.to_vec();
    let page = scratched.len() / 4096 / 2 * 4096;
    scratched[page..page + 4096].fill(0xa5);
    scratched
}

#[tokio::test]
async fn a_key_export_sets_another_server_up_and_merges_once() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    start(one.path()).await;
    let (file, secret) = (one.path().join("keys.tsk"), one.path().join("passphrase"));
    std::fs::write(&secret, "correct horse battery\n").unwrap();
    let (file, secret) = (file.to_str().unwrap(), secret.to_str().unwrap());
    run_line(one.path(), &["keys", "export", file, "--passphrase-file", secret]).await.unwrap();
    let import = ["keys", "import", file, "--passphrase-file", secret];
    assert_eq!(run_line(other.path(), &import).await.unwrap().json["founded"], true);
    assert_eq!(run_line(other.path(), &import).await.unwrap().json["new"], 0);
    let list = |folder: &Path| {
        let folder = folder.to_owned();
        async move { run_line(&folder, &["keys", "list"]).await.unwrap().json }
    };
    assert_eq!(list(one.path()).await, list(other.path()).await);
    run_line(one.path(), &["keys", "rotate"]).await.unwrap();
    assert_eq!(list(one.path()).await["keys"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn an_offline_root_key_is_needed_for_every_new_event() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.key");
    let root = root.to_str().unwrap();
    run_line(folder.path(), &["init", "--root-key-out", root]).await.unwrap();
    let line = ["event", "create", "Night", "--starts", "2026-05-01 20:00", "--time-zone", "UTC"];
    assert_eq!(run_line(folder.path(), &line).await.unwrap_err().exit_code(), 2);
    let with = [line.as_slice(), &["--root-key", root]].concat();
    run_line(folder.path(), &with).await.unwrap();
    assert_eq!(run_line(folder.path(), &["keys", "rotate"]).await.unwrap_err().exit_code(), 2);
    run_line(folder.path(), &["keys", "rotate", "--root-key", root]).await.unwrap();
}

#[tokio::test]
async fn gates_zones_and_products_come_from_the_line() {
    let folder = tempfile::tempdir().unwrap();
    run_line(folder.path(), &["init"]).await.unwrap();
    let line = [
        "event",
        "create",
        "Night",
        "--starts",
        "2026-05-01 20:00",
        "--time-zone",
        "Europe/Berlin",
        "--zone",
        "Hall:500",
        "--gate",
        "North:Hall",
        "--gate",
        "Bar:Lounge:Hall",
        "--product",
        "Standard:Hall",
        "--product",
        "VIP",
        "--no-reentry",
        "--capacity",
        "600",
    ];
    let policy = run_line(folder.path(), &line).await.unwrap().json["policy"].clone();
    assert_eq!(policy["zones"][0]["capacity"], 500);
    assert_eq!((&policy["gates"][1]["zone"], &policy["gates"][1]["from"]), (&2.into(), &1.into()));
    assert_eq!(policy["products"][0]["zones"], serde_json::json!([1]));
    assert_eq!((&policy["reentry"], &policy["capacity"]), (&false.into(), &600.into()));
    let bad = ["event", "create", "X", "--starts", "2026-05-01 20:00", "--product", "VIP:Attic"];
    assert_eq!(run_line(folder.path(), &bad).await.unwrap_err().exit_code(), 2);
}

#[tokio::test]
async fn pictures_and_their_index_are_written() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    run_line(folder.path(), &["tickets", "issue", "--event", "Night", "--count", "3"]).await.unwrap();
    let out = folder.path().join("qr");
    let line = ["tickets", "qr", "--event", "Night", "--out", out.to_str().unwrap(), "--error-correction", "Q"];
    assert_eq!(run_line(folder.path(), &line).await.unwrap().json["codes"], 3);
    let names: Vec<_> = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
    let of_kind = |kind: &str| names.iter().filter(|path| path.extension().is_some_and(|ext| ext == kind)).count();
    assert_eq!((of_kind("png"), of_kind("svg"), of_kind("csv")), (3, 3, 1));
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let folder = tempfile::tempdir().unwrap();
    start(folder.path()).await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = run_line(folder.path(), &["serve", "--listen", &address]).await.unwrap_err();
    assert_eq!(error.exit_code(), 5);
    assert!(error.to_string().contains(&format!("port {}", taken.local_addr().unwrap().port())), "{error}");
}
