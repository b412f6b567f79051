//! What is exported and opened elsewhere: no formula reaches a spreadsheet (CWE-1236), no name becomes a path (CWE-22), and
//! what holds codes can be read by its owner only.

use std::fmt::Write as _;
use std::path::Path;

use reqwest::Method;
use serde_json::json;
use turnstone_tests::harness::{Device, client, path};

use crate::damaged_scene::{Scene, raw};

const FORMULAS: [&str; 5] =
    ["=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)*cmd|x", " =1+1"];

/// Fields of a CSV line, as RFC 4180 quotes them.
fn fields(line: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            c => all.last_mut().expect("one at least").push(c),
        }
    }
    all
}

#[track_caller]
fn harmless(csv: &str, free_text: &[&str]) {
    let mut lines = csv.lines();
    let columns = fields(lines.next().expect("a header"));
    let mut seen = 0;
    for line in lines {
        for (name, field) in columns.iter().zip(fields(line)).filter(|(name, _)| free_text.contains(&name.as_str())) {
            let bare = field.trim_start();
            assert!(!bare.starts_with(['=', '+', '-', '@']), "{name} is a formula: {field}");
            seen += usize::from(field.starts_with('\''));
        }
    }
    assert!(seen >= 3, "the formulas are there, as text:\n{csv}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_from_a_list_are_neither_formulas_nor_paths() {
    let scene = Scene::open(1).await;
    let folder = &scene.venue.folder;
    let mut list = String::from("name,reference,email\n");
    for (n, formula) in FORMULAS.iter().enumerate() {
        let quoted = formula.replace('"', "\"\"");
        writeln!(list, "\"{quoted}\",\"../../../escaped-{n}\",\"=x{n}@evil.example\"").expect("memory");
    }
    let file = folder.join("evil.csv");
    std::fs::write(&file, list).expect("a file");
    let parts = &scene.venue.parts;
    parts.server_ok(&scene.venue.data, &["tickets", "import", path(&file), "--event", "Friday"]);
    let out = folder.join("deep").join("down").join("drawn");
    parts.server_ok(&scene.venue.data, &["tickets", "qr", "--event", "Friday", "--out", path(&out)]);
    harmless(
        &std::fs::read_to_string(out.join("index.csv")).expect("an index"),
        &["name", "email", "reference", "code"],
    );
    let escaped = |at: &Path| {
        let found = std::fs::read_dir(at).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        found.filter(|name| name.to_string_lossy().contains("escaped")).count()
    };
    for at in [folder.as_path(), &folder.join("deep"), &folder.join("deep/down"), &out] {
        assert_eq!(escaped(at), 0, "{}", at.display());
    }
    let pictures = std::fs::read_dir(&out).expect("a folder").map(|entry| entry.expect("an entry").path());
    for picture in pictures {
        private(&picture);
    }
}

#[cfg(unix)]
#[track_caller]
fn private(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(file).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600, "{} can be read by others: a code is a ticket", file.display());
}

#[cfg(not(unix))]
fn private(_file: &Path) {}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_the_doors_holds_no_formulas() {
    let scene = Scene::open(FORMULAS.len().try_into().expect("a few")).await;
    let body = json!({ "name": "=1+1", "gate": 1, "role": "supervisor", "events": [scene.venue.event] });
    let made = scene.admin.post("/scanners/register", &body).await;
    let code = made["invitation"]["code"].as_str().expect("a code");
    let device = Device::new(&scene.venue.parts, scene.venue.folder.join("evil"));
    let mut invitation = shared::api::Invitation::read(code).expect("an invitation");
    invitation.server = scene.server.url();
    device.ok(&["enrol", &invitation.to_code()]);
    device.ok(&["sync"]);
    for (n, formula) in FORMULAS.iter().enumerate() {
        let operator = format!("--operator={}", formula.chars().take(60).collect::<String>());
        let reason = format!("--override={formula}");
        device.scan(scene.venue.code(&format!("T{:04}", n + 1)), &["--offline", &operator, &reason]);
    }
    device.ok(&["sync"]);
    let url = format!("{}/api/v1/events/{}/export.csv", scene.server.url(), scene.venue.event);
    let answer = client().get(url).bearer_auth(scene.admin.token()).send().await.expect("the server answers");
    let disposition = answer.headers()["content-disposition"].to_str().expect("ASCII").to_owned();
    assert_eq!(disposition, format!("attachment; filename=\"entries-{}.csv\"", scene.venue.event));
    harmless(&answer.text().await.expect("text"), &["reason", "operator", "scanner"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_address_of_the_server_leads_to_its_files() {
    let scene = Scene::open(1).await;
    for path in [
        "/docs/../server.db",
        "/docs/..%2f..%2fserver.db",
        "/docs/%2e%2e/%2e%2e/etc/passwd",
        "/docs//etc/passwd",
        "/..%5c..%5cserver.db",
        "/api/v1/events/..%2f..%2fserver.db",
        "/openapi.json/../server.db",
    ] {
        let answer = raw(scene.server.addr, Method::GET, path, &[], "").await;
        assert!([400, 401, 404].contains(&answer.status.as_u16()), "{path}: {answer:?}");
    }
}
