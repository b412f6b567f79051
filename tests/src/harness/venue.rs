//! A server with one event and its tickets, set up by the shipping command line.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Parts, ServerProcess};

/// Organization, event, tickets; the server itself is started by [`Venue::serve`].
#[derive(Debug)]
pub struct Venue {
    /// Everything lies below this folder.
    pub folder: PathBuf,
    /// The server's data folder.
    pub data: PathBuf,
    /// Password of the first administrator.
    pub password: String,
    /// The event's id.
    pub event: String,
    /// Code text of each ticket, by the seller's reference (`T0001` …).
    pub codes: BTreeMap<String, String>,
    /// The programs.
    pub parts: Parts,
}

/// E-mail of the first administrator.
pub const ADMIN: &str = "admin@venue.example";
/// Name of the event.
pub const EVENT: &str = "Friday";

impl Venue {
    /// Two gates (North, South) into one hall, `tickets` tickets with codes of our own.
    pub fn set_up(parts: &Parts, folder: &Path, tickets: u32) -> Self {
        Self::set_up_with(parts, folder, tickets, &[])
    }

    /// The same with further options of `event create`.
    pub fn set_up_with(parts: &Parts, folder: &Path, tickets: u32, options: &[&str]) -> Self {
        std::fs::create_dir_all(folder).expect("the folder can be made");
        let data = folder.join("server");
        let made = one(parts.server_json(&data, &["init", "--organization", "Harbour Club", "--email", ADMIN]));
        let password = made["password"].as_str().expect("init prints a password").to_owned();
        let starts = soon();
        let create = ["event", "create", EVENT, "--starts", &starts, "--time-zone", "UTC", "--capacity", "400"];
        let gates = ["--gate", "North:Hall", "--gate", "South:Hall"];
        let created = one(parts.server_json(&data, &[create.as_slice(), gates.as_slice(), options].concat()));
        let event = created["event"].as_str().expect("an event id").to_owned();
        let mut venue =
            Self { folder: folder.to_owned(), data, password, event, codes: BTreeMap::new(), parts: parts.clone() };
        venue.import(tickets);
        venue
    }

    /// Imports guests `T0001` … and draws their codes.
    fn import(&mut self, tickets: u32) {
        let mut list = String::from("reference,name\n");
        for n in 1..=tickets {
            writeln!(list, "T{n:04},Guest {n}").expect("writing to a String");
        }
        let file = self.folder.join("guests.csv");
        std::fs::write(&file, list).expect("the list can be written");
        self.parts.server_ok(&self.data, &["tickets", "import", path(&file), "--event", EVENT]);
        self.codes = self.draw("qr", "png");
    }

    /// Writes pictures into a folder below the venue's, and returns every code text by reference.
    pub fn draw(&self, folder: &str, format: &str) -> BTreeMap<String, String> {
        let out = self.folder.join(folder);
        let args = ["tickets", "qr", "--event", EVENT, "--format", format, "--out", path(&out)];
        self.parts.server_ok(&self.data, &args);
        let index = std::fs::read_to_string(out.join("index.csv")).expect("an index beside the pictures");
        // Fields of this list never hold commas or quotes; the code is the last one and may hold neither.
        index
            .lines()
            .skip(1)
            .filter_map(|line| {
                let fields: Vec<&str> = line.split(',').collect();
                Some((fields.get(3)?.to_string(), fields.get(4)?.trim_matches('"').to_owned()))
            })
            .collect()
    }

    /// Starts the server on a free port.
    pub fn serve(&self, public_url: Option<&str>) -> ServerProcess {
        ServerProcess::start(&self.parts, &self.data, public_url)
    }

    /// The code of a ticket.
    pub fn code(&self, reference: &str) -> &str {
        &self.codes[reference]
    }
}

/// An hour ago, as the command line takes it: doors are open.
fn soon() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock after 1970");
    let seconds = i64::try_from(now.as_secs()).expect("a clock before the end of times") - 3600;
    jiff::Timestamp::from_second(seconds).expect("a time of these days").to_string()
}

/// A path as text.
pub fn path(path: &Path) -> &str {
    path.to_str().expect("test paths are UTF-8")
}

fn one(mut lines: Vec<Value>) -> Value {
    assert_eq!(lines.len(), 1, "one JSON object is expected: {lines:?}");
    lines.remove(0)
}
