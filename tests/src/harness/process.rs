//! The shipping programs as processes.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;

use super::house::PATIENCE;

/// The binary that holds both programs (`parts scanner …`, `parts sync-server …`), so that one build has them all.
#[derive(Debug, Clone)]
pub struct Parts(pub PathBuf);

impl Parts {
    /// The running program itself, if it is one of this package's that pass `scanner` and `sync-server` on.
    pub fn this_program() -> Self {
        Self(std::env::current_exe().expect("a running program has a path"))
    }

    /// The programs of this build: for a program of this package itself, for a test the binary `parts` beside it.
    pub fn built() -> Self {
        let this = std::env::current_exe().expect("a running program has a path");
        let folder = this.parent().expect("a program lies in a folder");
        // Cargo puts tests into `deps`, and builds the package's binaries into the folder above before it runs them.
        if folder.ends_with("deps") {
            return Self(folder.with_file_name(format!("parts{}", std::env::consts::EXE_SUFFIX)));
        }
        Self(this)
    }

    /// `scanner` or `sync-server` with a data folder, ready for further arguments. No setting leaks in from outside.
    pub fn command(&self, program: &str, data: &Path) -> Command {
        let mut command = Command::new(&self.0);
        command.arg(program).arg("--data").arg(data);
        command.stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("TURNSTONE_") {
                command.env_remove(name);
            }
        }
        command.env("NO_COLOR", "1");
        command
    }

    /// Runs a command of the server to its end.
    pub fn server(&self, data: &Path, args: &[&str]) -> Output {
        self.command("sync-server", data).args(args).output().expect("the server program starts")
    }

    /// Runs a command of the server that must succeed, and returns what it printed.
    pub fn server_ok(&self, data: &Path, args: &[&str]) -> String {
        let output = self.server(data, args);
        assert!(output.status.success(), "sync-server {args:?} failed:\n{}", text(&output));
        String::from_utf8(output.stdout).expect("the server prints UTF-8")
    }

    /// The same with `--json`: one object a line.
    pub fn server_json(&self, data: &Path, args: &[&str]) -> Vec<Value> {
        let mut with_json = vec!["--json"];
        with_json.extend(args);
        lines_of_json(&self.server_ok(data, &with_json))
    }
}

/// Everything a process said, for a failure's message.
pub fn text(output: &Output) -> String {
    format!(
        "{}\nstdout:\n{}\nstderr:\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// One JSON value a line.
pub fn lines_of_json(text: &str) -> Vec<Value> {
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON ({error}): {line}")))
        .collect()
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct ServerProcess {
    /// Where it listens.
    pub addr: SocketAddr,
    child: Child,
    /// What it prints after that.
    said: Mutex<Receiver<String>>,
}

impl ServerProcess {
    /// Starts `serve` on a free port and waits until it says where it listens.
    pub fn start(parts: &Parts, data: &Path, public_url: Option<&str>) -> Self {
        let mut command = parts.command("sync-server", data);
        command.args(["serve", "--listen", "127.0.0.1:0"]);
        if let Some(url) = public_url {
            command.args(["--public-url", url]);
        }
        Self::of(command)
    }

    /// Runs this command, a `serve`, and waits until it says where it listens.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the server starts");
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut lines = BufReader::new(stdout).lines();
        let addr = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                let at = line.find("http://")?;
                line[at + 7..].split(|c: char| c.is_whitespace() || c == '/').next()?.parse().ok()
            })
            .unwrap_or_else(|| panic!("the server ended without listening: {:?}", child.wait()));
        // Keeps reading, so that the server never waits for a full pipe.
        let (tell, said) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // Nobody may be listening any more.
                let _ = tell.send(line);
            }
        });
        Self { addr, child, said: Mutex::new(said) }
    }

    /// What stands behind `head` in the next line it prints that has it.
    pub fn line_with(&self, head: &str) -> String {
        let said = self.said.lock().expect("nobody panicked while listening");
        loop {
            let line = said.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("the server never said {head:?}"));
            if let Some((_, rest)) = line.split_once(head) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Its address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
