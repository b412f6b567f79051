//! A door that stays open: `scan --stdin` as a process, which is asked code by code, or fed without waiting.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Device;

/// A line that the scanner printed, and when it was there.
#[derive(Debug, Clone)]
pub struct Said {
    /// The line.
    pub line: Value,
    /// When it could be read.
    pub at: Instant,
}

impl Said {
    /// Shown green (or "goodbye"), and not the same scan once more.
    pub fn passes(&self) -> bool {
        self.line["passes"] == true && self.line["repeat"] == false
    }

    /// A verdict, not an error.
    pub fn is_verdict(&self) -> bool {
        self.line["kind"] == "scan"
    }

    /// People who walked in, or (negative) out.
    pub fn people(&self) -> i64 {
        let people = self.line["people"].as_i64().unwrap_or(0);
        match self.line["direction"].as_str() {
            _ if !self.passes() => 0,
            Some("exit") => -people,
            _ => people,
        }
    }

    /// The entry that records it.
    pub fn entry(&self) -> Option<&str> {
        self.line["entry"].as_str()
    }
}

/// A running `scan --stdin`; killed when dropped.
#[derive(Debug)]
pub struct Door {
    child: Child,
    input: Option<ChildStdin>,
    told: mpsc::Receiver<Said>,
    reader: Option<JoinHandle<()>>,
    /// When the process was started.
    pub started: Instant,
}

impl Door {
    /// Opens it; `options` are those of `scan`.
    pub fn open(device: &Device, options: &[&str]) -> Self {
        let mut args = vec!["scan", "--stdin"];
        args.extend(options);
        Self::of(device.command(&args))
    }

    /// Of this command, which reads codes and prints JSON.
    pub fn of(mut command: Command) -> Self {
        let started = Instant::now();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the scanner program starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let (tell, told) = mpsc::channel();
        let reader = std::thread::spawn(move || read(output, &tell));
        Self { child, input, told, reader: Some(reader), started }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Types a code; `false` if the scanner has ended.
    pub fn feed(&mut self, code: &str) -> bool {
        self.input.as_mut().is_some_and(|input| writeln!(input, "{code}").is_ok())
    }

    /// The keyboard, for a thread that types without end.
    pub fn keyboard(&mut self) -> ChildStdin {
        self.input.take().expect("the keyboard is taken once")
    }

    /// The next line that is printed; `None` after this time, or if the scanner has ended.
    pub fn next(&self, patience: Duration) -> Option<Said> {
        self.told.recv_timeout(patience).ok()
    }

    /// What was printed and not taken yet.
    pub fn so_far(&self) -> Vec<Said> {
        self.told.try_iter().collect()
    }

    /// Types a code, waits for its answer, and says how long that took.
    pub fn ask(&mut self, code: &str, patience: Duration) -> Option<(Said, Duration)> {
        let began = Instant::now();
        self.feed(code).then_some(())?;
        let said = self.next(patience)?;
        let took = said.at.duration_since(began);
        Some((said, took))
    }

    /// Whether the process runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked for").is_none()
    }

    /// `kill -9`; returns what was printed before and not taken yet: whole lines only.
    pub fn kill(mut self) -> Vec<Said> {
        self.end();
        self.so_far()
    }

    /// `kill -9`; what was printed before can still be taken.
    pub fn end(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        drop(self.child.kill());
        drop(self.child.wait());
        if let Some(reader) = self.reader.take() {
            reader.join().expect("every whole line is JSON");
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn read(mut output: impl BufRead, tell: &mpsc::Sender<Said>) {
    let mut line = String::new();
    while output.read_line(&mut line).is_ok_and(|length| length > 0) {
        // The last line may have been cut off by a kill: that is no answer.
        if line.ends_with('\n') {
            let at = Instant::now();
            let line = serde_json::from_str(&line).unwrap_or_else(|error| panic!("not JSON ({error}): {line}"));
            // Nobody may be listening any more.
            drop(tell.send(Said { line, at }));
        }
        line.clear();
    }
}
