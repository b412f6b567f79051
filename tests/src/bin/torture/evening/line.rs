//! The way from a scanner to the server, and the weather on it: packets between two network namespaces where this machine
//! allows it, else a relay of TCP.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};
use turnstone_tests::harness::dice::Dice;
use turnstone_tests::harness::{Cable, Towards, Weather, path};

use crate::disk::behind;

/// The way of one scanner.
#[derive(Debug)]
pub(crate) enum Line {
    /// Packets between two network namespaces.
    Wire(Wire),
    /// TCP through a relay.
    Cable(Cable),
}

/// A network namespace of its own, behind a wire that damages packets.
#[derive(Debug)]
pub(crate) struct Wire {
    namespace: String,
    /// Address of this side, as the other one sees it.
    pub(crate) host: String,
    /// Who damages the packets: the kernel's netem, or our own program.
    pub(crate) by: String,
    child: Child,
    /// Taken when it ends.
    weather: std::sync::Mutex<Option<ChildStdin>>,
    output: BufReader<std::process::ChildStdout>,
}

impl Wire {
    /// Number `n` of this process; or why this machine does not allow it.
    pub(crate) fn lay(n: u32, folder: &Path) -> Result<Self, String> {
        let program = folder.join("wire.py");
        std::fs::write(&program, include_str!("wire.py")).expect("the program can be written");
        let namespace = format!("turnstone-{}-{n}", std::process::id());
        let mut command = Command::new("python3");
        command.args([path(&program), &namespace, &n.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn().map_err(|error| format!("python3: {error}"))?;
        let mut output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut said = String::new();
        drop(output.read_line(&mut said));
        let weather = std::sync::Mutex::new(child.stdin.take());
        match said.trim().strip_prefix("ready ") {
            Some(by) => Ok(Self { namespace, host: format!("10.77.{n}.1"), by: by.to_owned(), child, weather, output }),
            None => Err(if said.trim().is_empty() { "no leave to make network namespaces".into() } else { said }),
        }
    }

    fn set(&self, weather: &Value) {
        let mut input = self.weather.lock().expect("nobody panics with it");
        let input = input.as_mut().expect("it has not ended");
        writeln!(input, "{weather}").expect("the wire listens");
    }

    /// Takes it down, and returns what it did.
    pub(crate) fn end(mut self) -> Value {
        drop(self.weather.lock().expect("nobody panics with it").take());
        let mut said = String::new();
        drop(self.output.read_line(&mut said));
        drop(self.child.wait());
        serde_json::from_str(&said).unwrap_or(Value::Null)
    }
}

impl Line {
    /// The same command, on this side of the line.
    pub(crate) fn behind(&self, command: Command) -> Command {
        match self {
            Self::Wire(wire) => behind(&command, &["ip", "netns", "exec", &wire.namespace]),
            Self::Cable(_) => command,
        }
    }

    /// Whatever the weather brings.
    pub(crate) fn next(&self, dice: &mut Dice) {
        match self {
            Self::Wire(wire) => wire.set(&packets(dice.below(9))),
            Self::Cable(cable) => cable.weather(stream(dice.below(9))),
        }
    }

    /// From now on everything gets through.
    pub(crate) fn calm(&self) {
        match self {
            Self::Wire(wire) => wire.set(&json!({})),
            Self::Cable(cable) => cable.weather(Weather::default()),
        }
    }
}

/// Seconds and shares.
fn packets(kind: u64) -> Value {
    match kind {
        0 => json!({}),
        1 => json!({ "loss": 0.05 }),
        2 => json!({ "loss": 0.3 }),
        3 => json!({ "delay": 0.5, "jitter": 0.3 }),
        4 => json!({ "delay": 0.02, "jitter": 0.02, "duplicate": 0.2 }),
        5 => json!({ "loss": 0.05, "delay": 0.1, "jitter": 0.1, "duplicate": 0.05 }),
        6 => json!({ "cut": "up" }),
        7 => json!({ "cut": "down" }),
        _ => json!({ "cut": "both" }),
    }
}

fn stream(kind: u64) -> Weather {
    let calm = Weather::default();
    match kind {
        0 => calm,
        1 => Weather { stalls: 5, ..calm },
        2 => Weather { stalls: 30, ..calm },
        3 => Weather { delay_ms: 200, jitter_ms: 600, ..calm },
        4 => Weather { jitter_ms: 40, breaks_after: Some(2_000), ..calm },
        5 => Weather { delay_ms: 50, jitter_ms: 100, stalls: 5, ..calm },
        6 => Weather { silent: Some(Towards::Server), ..calm },
        7 => Weather { silent: Some(Towards::Scanner), ..calm },
        _ => Weather { breaks_after: Some(0), ..calm },
    }
}
