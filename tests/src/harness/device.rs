//! One scanner: its data folder, and its program run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::process::{Parts, lines_of_json, text};

/// A scanner with its data folder.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its data folder.
    pub data: PathBuf,
    /// Arguments before every verb, such as a shifted clock.
    pub before: Vec<String>,
    parts: Parts,
}

impl Device {
    /// A device that knows nothing yet.
    pub fn new(parts: &Parts, data: PathBuf) -> Self {
        Self { data, before: Vec::new(), parts: parts.clone() }
    }

    /// The program with `--json`, ready to be spawned.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.parts.command("scanner", &self.data);
        command.args(&self.before).arg("--json").args(args);
        command
    }

    /// Runs a verb to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the scanner program starts")
    }

    /// Runs a verb that must end with code 0 and returns its lines of JSON.
    pub fn ok(&self, args: &[&str]) -> Vec<Value> {
        let output = self.run(args);
        assert!(output.status.success(), "scanner {args:?} failed:\n{}", text(&output));
        lines_of_json(&String::from_utf8_lossy(&output.stdout))
    }

    /// Scans one code text and returns the verdict's line.
    pub fn scan(&self, code: &str, options: &[&str]) -> Value {
        let mut args = vec!["scan"];
        args.extend(options);
        args.extend(["--", code]);
        self.ok(&args).pop().expect("a scan prints a line")
    }

    /// Scans one picture and returns the verdict's line.
    pub fn scan_picture(&self, picture: &Path, options: &[&str]) -> Value {
        let mut args = vec!["scan"];
        args.extend(options);
        args.extend(["--image", picture.to_str().expect("test paths are UTF-8")]);
        self.ok(&args).pop().expect("a scan prints a line")
    }
}
