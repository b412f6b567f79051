//! Databases, their side files, keys, backups and tokens belong to the user who runs the program, also where the system's
//! default lets everybody read.

#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use turnstone_tests::harness::{Venue, path, text};

use crate::damaged_scene::{Scene, parts};

/// The same program, started where every new file would be readable and writable by everybody.
fn careless(program: &str, data: &Path, args: &[&str]) -> Output {
    let inner = parts().command(program, data);
    let mut command = Command::new("sh");
    command.args(["-c", "umask 000; exec \"$0\" \"$@\""]).arg(inner.get_program()).args(inner.get_args()).args(args);
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("TURNSTONE_PASSPHRASE", "correct horse battery");
    command.stdin(std::process::Stdio::null()).output().expect("the program starts")
}

fn ok(output: &Output) {
    assert!(output.status.success(), "{}", text(output));
}

/// Every file and folder below, the folder itself as well.
fn all(at: &Path) -> Vec<PathBuf> {
    let mut found = vec![at.to_owned()];
    if at.is_dir() {
        let entries = std::fs::read_dir(at).expect("a folder");
        found.extend(entries.flat_map(|entry| all(&entry.expect("an entry").path())));
    }
    found
}

/// Nobody but the owner may do anything with anything in there.
#[track_caller]
fn private(at: &Path, least: usize) {
    let found = all(at);
    assert!(found.len() > least, "{}: only {found:?}", at.display());
    for path in found {
        let mode = std::fs::metadata(&path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_writes_is_its_users_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("server");
    let server = |args: &[&str]| careless("sync-server", &data, args);
    let root = folder.path().join("root.key");
    ok(&server(&["init", "--organization", "Hall", "--email", "a@b.example", "--root-key-out", path(&root)]));
    let (keys, backup) = (folder.path().join("keys.export"), folder.path().join("backup.db"));
    ok(&server(&["keys", "export", path(&keys)]));
    ok(&server(&["backup", path(&backup)]));
    ok(&server(&["backup", "--force", path(&backup)]));
    private(&data, 1);
    for file in [&root, &keys, &backup] {
        private(file, 0);
    }
    ok(&server(&["restore", "--force", path(&backup)]));
    private(&data, 1);
    let elsewhere = folder.path().join("elsewhere");
    ok(&careless("sync-server", &elsewhere, &["keys", "import", path(&keys)]));
    private(&elsewhere, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_running_server_writes_is_its_users_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let venue = Venue::set_up(&parts(), folder.path(), 1);
    let server = venue.serve(None);
    // Database, its log and its index, and the lock.
    private(&venue.data, 3);
    drop(server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_scanner_writes_is_its_users_alone() {
    let scene = Scene::open(1).await;
    let data = scene.venue.folder.join("careless");
    let invitation = scene.invitation("North 1", &scene.server.url()).await;
    let scanner = |args: &[&str]| careless("scanner", &data, args);
    ok(&scanner(&["enrol", &invitation]));
    ok(&scanner(&["sync"]));
    ok(&scanner(&["scan", scene.venue.code("T0001")]));
    // Database, token of the session, note of the last contact.
    private(&data, 2);
}
