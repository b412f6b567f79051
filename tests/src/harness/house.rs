//! A venue in service: server, cable, office and scanners.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use scanner::commands::Device as Handle;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{ADMIN, Admin, Cable, Device, Parts, ServerProcess, Venue, path};

/// Longest wait for something that must come; a slow machine is no failure.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The first gate of the venue.
pub const NORTH: &str = "North";
/// The second one.
pub const SOUTH: &str = "South";

/// One server with one event. Everything vanishes when it is dropped.
#[derive(Debug)]
pub struct House {
    /// The running server.
    pub server: ServerProcess,
    /// What the scanners' invitations lead to.
    pub cable: Cable,
    /// An administrator, who sits beside the server and needs no cable.
    pub office: Admin,
    /// Its event and tickets.
    pub venue: Venue,
    folder: TempDir,
}

impl House {
    /// With so many tickets (`T0001` …).
    pub async fn open(tickets: u32) -> Self {
        Self::open_with(tickets, &[]).await
    }

    /// The same with further options of `event create`.
    pub async fn open_with(tickets: u32, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts::built();
        let venue = Venue::set_up_with(&parts, folder.path(), tickets, options);
        let cable = Cable::new().await;
        let server = venue.serve(Some(&cable.url()));
        cable.plug(server.addr);
        let office = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
        Self { server, cable, office, venue, folder }
    }

    /// A path in this house's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// All code texts, in order of their references.
    pub fn codes(&self) -> Vec<String> {
        self.venue.codes.values().cloned().collect()
    }

    /// An enrolled scanner that has the newest ticket list.
    pub async fn scanner(&self, name: &str, gate: &str) -> Device {
        self.enrol(name, gate, "scan").await
    }

    /// The same for a supervisor's scanner.
    pub async fn supervisor(&self, name: &str, gate: &str) -> Device {
        self.enrol(name, gate, "supervisor").await
    }

    async fn enrol(&self, name: &str, gate: &str, role: &str) -> Device {
        let invitation = self.invite(name, gate, role).await;
        let device = Device::new(&self.venue.parts, self.path(&name.replace(' ', "-").to_lowercase()));
        device.ok(&["enrol", &invitation]);
        self.publish().await;
        device.ok(&["sync"]);
        device
    }

    /// Registers a scanner and returns the invitation for its device.
    pub async fn invite(&self, name: &str, gate: &str, role: &str) -> String {
        let gate = if gate == NORTH { 1 } else { 2 };
        let body = json!({ "name": name, "gate": gate, "role": role, "events": [self.venue.event] });
        let made = self.office.post("/scanners/register", &body).await;
        made["invitation"]["code"].as_str().expect("an invitation as text").to_owned()
    }

    /// Publishes what changed, at once; returns the version.
    pub async fn publish(&self) -> u64 {
        let made = self.office.post(&self.event("publish"), &json!({})).await;
        made["version"].as_u64().expect("a version")
    }

    /// Ends the server like a power cut does, and starts it again on another port.
    pub fn restart(&mut self) {
        self.server.kill();
        self.start();
    }

    /// Starts the server of this house's data folder, and connects cable and office with it.
    pub fn start(&mut self) {
        self.server = ServerProcess::of(self.serve_command());
        self.moved();
    }

    /// The server of this house on a free port, ready to be run.
    pub fn serve_command(&self) -> std::process::Command {
        let mut command = self.venue.parts.command("sync-server", &self.venue.data);
        command.args(["serve", "--listen", "127.0.0.1:0", "--public-url", &self.cable.url()]);
        command
    }

    /// Cable and office find the server where it listens now.
    pub fn moved(&mut self) {
        self.cable.plug(self.server.addr);
        self.office = self.office.moved_to(self.server.addr);
    }

    /// Loses everything but the keys, and starts a server set up anew from those.
    pub async fn start_anew(&mut self) {
        let (keys, passphrase) = (self.path("anew.keys"), self.path("anew.passphrase"));
        std::fs::write(&passphrase, "a long evening at the door\n").expect("a passphrase can be written");
        let sealed = ["--passphrase-file", path(&passphrase)];
        let command = |what: &'static str| [["keys", what, path(&keys)].as_slice(), &sealed].concat();
        self.venue.parts.server_ok(&self.venue.data, &command("export"));
        self.server.kill();
        self.venue.data = self.path("anew");
        self.venue.parts.server_ok(&self.venue.data, &command("import"));
        let add = ["user", "add", "--email", ADMIN, "--role", "admin"];
        let added = only(self.venue.parts.server_json(&self.venue.data, &add));
        self.start();
        self.office =
            Admin::sign_in(self.server.addr, ADMIN, added["password"].as_str().expect("a password is printed")).await;
    }

    /// A path of the API below the event.
    pub fn event(&self, what: &str) -> String {
        format!("/events/{}/{what}", self.venue.event)
    }

    /// What the promoter sees.
    pub async fn occupancy(&self) -> Value {
        self.office.get(&self.event("occupancy")).await
    }

    /// People counted, where nothing is in doubt.
    pub async fn exactly_inside(&self) -> i64 {
        let total = self.occupancy().await["total"].clone();
        // Other scanners of the test may be silent; that is the only doubt allowed.
        assert_eq!((&total["low"], &total["high"]), (&total["counted"], &total["counted"]), "not exact: {total}");
        total["counted"].as_i64().expect("a number of people")
    }

    /// Numbers of the event.
    pub async fn stats(&self) -> Value {
        self.office.get(&self.event("stats")).await
    }

    /// All conflicts.
    pub async fn conflicts(&self) -> Vec<Value> {
        self.office.get(&self.event("conflicts")).await["conflicts"].as_array().expect("a list").clone()
    }

    /// One number for everything the server found out.
    pub async fn digest(&self) -> String {
        self.office.get(&self.event("state-digest")).await["digest"].as_str().expect("a digest").to_owned()
    }

    /// All entries that name the event, in order of arrival.
    pub async fn entries(&self) -> Vec<Value> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let page = self.office.get(&self.event(&format!("entries?limit=1000&after={after}"))).await;
            all.extend(page["entries"].as_array().expect("a list").iter().cloned());
            match page["next"].as_i64() {
                Some(next) => after = next,
                None => return all,
            }
        }
    }

    /// The scanner called so, as the office sees it.
    pub async fn seen(&self, name: &str) -> Value {
        let all = self.office.get("/scanners").await;
        let found = all.as_array().expect("a list").iter().find(|scanner| scanner["name"] == name);
        found.unwrap_or_else(|| panic!("no scanner {name}: {all}")).clone()
    }

    /// A rebuild from the entries must give what the server shows (I3).
    pub fn verify(&self) {
        self.venue.parts.server_ok(&self.venue.data, &["verify"]);
    }
}

/// The scanner within this process: for what must be quick, or told step by step.
pub fn by_hand(device: &Device) -> Handle {
    Handle::of_this_machine(&device.data, 0, false).expect("an enrolled scanner")
}

/// Values of a member of each line.
pub fn texts(lines: &[Value], member: &str) -> BTreeSet<String> {
    lines.iter().filter_map(|line| Some(line[member].as_str()?.to_owned())).collect()
}

/// The only line.
pub fn only(mut lines: Vec<Value>) -> Value {
    assert_eq!(lines.len(), 1, "one line is expected: {lines:?}");
    lines.remove(0)
}

/// How a scanner is.
pub fn status(device: &Device) -> Value {
    only(device.ok(&["status"]))
}

/// Everything a scanner recorded itself, the newest last.
pub fn own_log(device: &Device) -> Vec<Value> {
    device.ok(&["log", "--own", "--technical", "--limit", "10000"])
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}
