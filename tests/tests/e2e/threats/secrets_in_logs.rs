//! Both programs say everything they have to say (`trace`, all libraries too), and none of it is a secret: no password, token,
//! private key, invitation, ticket code or ticket secret, in no way of writing bytes down.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rusqlite::Connection;
use serde_json::json;
use shared::api::{AuthResponse, Invitation, path as api};
use shared::cose::decode_all;
use shared::ids::to_hex;
use turnstone_tests::harness::{ADMIN, Admin, Relay, Venue, text};

use crate::damaged_scene::parts;

/// A secret and what it is.
struct Secret {
    what: String,
    forms: Vec<String>,
}

impl Secret {
    fn text(what: &str, text: &str) -> Self {
        assert!(text.len() >= 10, "{what}: {text} is too short to look for");
        Self { what: what.into(), forms: vec![text.into()] }
    }

    /// Bytes as people and libraries write them down.
    fn bytes(what: &str, bytes: &[u8]) -> Self {
        assert!(bytes.len() >= 16, "{what} is too short to look for");
        let list = format!("{bytes:?}");
        let escaped: String = bytes.iter().flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect();
        let forms = vec![
            to_hex(bytes),
            to_hex(bytes).to_uppercase(),
            list.trim_matches(['[', ']']).to_owned(),
            escaped,
            STANDARD.encode(bytes).trim_end_matches('=').to_owned(),
            URL_SAFE_NO_PAD.encode(bytes),
        ];
        Self { what: what.into(), forms }
    }
}

fn blobs(database: &Path, what: &str, sql: &str) -> Vec<Secret> {
    let conn = Connection::open(database).expect("the database");
    let mut statement = conn.prepare(sql).expect("the query");
    let rows = statement.query_map([], |row| row.get::<_, Option<Vec<u8>>>(0)).expect("rows");
    let found: Vec<Secret> = rows.filter_map(|row| Some(Secret::bytes(what, &row.expect("a blob")?))).collect();
    assert!(!found.is_empty(), "no {what} to look for");
    found
}

/// The server at its most talkative, its log in a file.
fn serve(venue: &Venue, log: &Path) -> (Child, std::net::SocketAddr) {
    let mut command = parts().command("sync-server", &venue.data);
    command.args(["--log", "trace", "serve", "--listen", "127.0.0.1:0"]);
    let mut child =
        command.stdout(Stdio::piped()).stderr(File::create(log).expect("a file")).spawn().expect("the server starts");
    let lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let addr = lines.map_while(Result::ok).find_map(|line| {
        let at = line.find("http://")?;
        line[at + 7..].split(|c: char| c.is_whitespace() || c == '/').next()?.parse().ok()
    });
    (child, addr.expect("it says where it listens"))
}

fn scanner(data: &Path, args: &[&str], log: &mut String) {
    let mut command: Command = parts().command("scanner", data);
    let output = command.env("TURNSTONE_LOG", "trace").args(args).output().expect("the scanner starts");
    assert!(output.status.success(), "{args:?}: {}", text(&output));
    *log += &String::from_utf8_lossy(&output.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_any_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let venue = Venue::set_up(&parts(), folder.path(), 3);
    let (server_log, data) = (folder.path().join("server.log"), folder.path().join("north"));
    let (mut server, addr) = serve(&venue, &server_log);
    let relay = Relay::before(addr).await;
    let mut secrets = vec![Secret::text("password", &venue.password)];

    // The office: wrong and right passwords, a user, an invitation, a ticket's picture.
    let guess = json!({ "email": ADMIN, "password": "a wrong password, but perhaps another site's" });
    let client = turnstone_tests::harness::client();
    client.post(format!("http://{addr}/api/v1/auth/login")).json(&guess).send().await.expect("an answer");
    secrets.push(Secret::text("wrong password", "a wrong password, but perhaps"));
    let admin = Admin::sign_in(addr, ADMIN, &venue.password).await;
    secrets.push(Secret::text("session", admin.token()));
    let user = json!({ "email": "p@b.example", "name": "P", "role": "promoter", "events": [venue.event] });
    let added = admin.post("/users", &user).await;
    secrets.push(Secret::text("generated password", added["password"].as_str().expect("a password")));
    let body = json!({ "name": "North 1", "gate": 1, "role": "scan", "events": [venue.event] });
    let made = admin.post("/scanners/register", &body).await;
    let code = made["invitation"]["code"].as_str().expect("a code").to_owned();
    let mut invitation = Invitation::read(&code).expect("an invitation");
    secrets.push(Secret::text("invitation", &code[5..]));
    secrets.push(Secret::bytes("invitation's token", &invitation.token.0));
    invitation.server = relay.url();
    let page = admin.get(&format!("/events/{}/tickets", venue.event)).await;
    let ticket = page["tickets"][0]["id"].as_str().expect("a ticket").to_owned();
    let picture = format!("http://{addr}/api/v1/tickets/{ticket}/qr");
    client.get(picture).bearer_auth(admin.token()).send().await.expect("an answer");

    // The door.
    let mut scanner_log = String::new();
    scanner(&data, &["enrol", &invitation.to_code()], &mut scanner_log);
    admin.post(&format!("/events/{}/publish", venue.event), &json!({})).await;
    scanner(&data, &["sync"], &mut scanner_log);
    let codes: Vec<&String> = venue.codes.values().collect();
    scanner(&data, &["scan", "--", codes[0]], &mut scanner_log);
    let out = folder.path().join("qr");
    let pictures = std::fs::read_dir(&out).expect("pictures").map(|entry| entry.expect("an entry").path());
    let picture = pictures.into_iter().find(|path| path.extension().is_some_and(|end| end == "png")).expect("one");
    scanner(&data, &["scan", "--image", picture.to_str().expect("UTF-8")], &mut scanner_log);
    scanner(&data, &["sync"], &mut scanner_log);

    for passed in relay.take_passed().into_iter().filter(|passed| passed.path == api::AUTH && passed.status == 200) {
        let answer: AuthResponse = decode_all(&passed.response).expect("the server's own message");
        secrets.push(Secret::text("scanner's token", &answer.token));
    }
    assert!(secrets.iter().any(|secret| secret.what == "scanner's token"));
    for code in &codes {
        secrets.push(Secret::text("ticket code", &code[4..]));
    }
    secrets.extend(blobs(&data.join("scanner.db"), "scanner's private key", "SELECT secret FROM identity"));
    let database = venue.data.join("server.db");
    secrets.extend(blobs(&database, "signing key", "SELECT secret FROM keys"));
    secrets.extend(blobs(&database, "ticket's secret", "SELECT secret FROM tickets"));

    server.kill().expect("the server is ours");
    server.wait().expect("it ended");
    let mut log = String::new();
    File::open(&server_log).expect("the log").read_to_string(&mut log).expect("UTF-8");
    for (name, log) in [("server", &log), ("scanner", &scanner_log)] {
        assert!(log.contains("TRACE") && log.len() > 2_000, "the {name} was not talkative: {} bytes", log.len());
        for secret in &secrets {
            let found = secret.forms.iter().find(|form| log.contains(form.as_str()));
            let line = found.and_then(|form| log.lines().find(|line| line.contains(form.as_str())));
            assert_eq!(line, None, "the {name}'s log holds the {}", secret.what);
        }
    }
}
