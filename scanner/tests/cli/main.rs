//! The real program, run as a process: how it fails, and what it says then. What needs a server is in the `tests` member.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
#![expect(unreachable_pub, reason = "one binary: `pub` says what the other files use")]

mod damaged;
mod door;
mod enrolment;
mod pictures;
mod typed;
mod usage;

// An organization with keys and lists, and devices enrolled in it, as the engine's tests have them.
#[allow(dead_code, reason = "the engine's tests use the rest")]
#[path = "../engine/device.rs"]
mod device;
#[allow(dead_code, reason = "the engine's tests use the rest")]
#[path = "../engine/world.rs"]
mod world;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program on a data folder; no setting leaks in from outside.
fn scanner(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scanner"));
    command.arg("--data").arg(data).args(args).stdin(Stdio::null());
    command.env_remove("TURNSTONE_SCANNER_DATA").env_remove("TURNSTONE_LOG");
    command
}

/// What it printed and how it ended.
struct Ended {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// The only line of JSON.
    fn object(&self) -> Value {
        let lines: Vec<&str> = self.stdout.lines().collect();
        assert_eq!(lines.len(), 1, "one object is expected: {}", self.stdout);
        serde_json::from_str(lines[0]).unwrap()
    }
}

fn run(data: &Path, args: &[&str]) -> Ended {
    scanner(data, args).output().unwrap().into()
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
