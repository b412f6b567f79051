//! The background worker as a process: `sync --watch`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::Device;
use super::house::PATIENCE;

/// How soon the worker must have ended when asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// How often to look whether there is nothing more to wait for.
const LOOKS_EVERY: Duration = Duration::from_millis(20);

/// A running `sync --watch`; killed when dropped.
#[derive(Debug)]
pub struct Watching {
    child: Child,
    news: mpsc::Receiver<Value>,
}

impl Watching {
    /// Starts it.
    pub fn start(device: &Device) -> Self {
        Self::of(device.command(&["sync", "--watch"]))
    }

    /// Of this command, which prints news as JSON.
    pub fn of(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the scanner program starts");
        let mut output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let (tell, news) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            while output.read_line(&mut line).is_ok_and(|length| length > 0) {
                // The last line may have been cut off by a kill.
                if line.ends_with('\n') {
                    drop(tell.send(serde_json::from_str(&line).expect("news are JSON")));
                }
                line.clear();
            }
        });
        Self { child, news }
    }

    /// Waits until it says so.
    pub fn says(&self, what: &str) -> Value {
        let mut heard = Vec::new();
        loop {
            let Ok(news) = self.news.recv_timeout(PATIENCE) else { panic!("no news of {what}, but {heard:?}") };
            assert_eq!(news["kind"], "news", "{news}");
            if news["news"] == what {
                return news;
            }
            heard.push(news);
        }
    }

    /// Waits until it says so, or until there is nothing left for it to say.
    pub fn says_unless(&self, what: &str, mut settled: impl FnMut() -> bool) -> Option<Value> {
        let began = Instant::now();
        loop {
            // Looked at first: what was said before it settled is heard below.
            let over = settled();
            while let Ok(news) = self.news.recv_timeout(if over { Duration::ZERO } else { LOOKS_EVERY }) {
                assert_eq!(news["kind"], "news", "{news}");
                if news["news"] == what {
                    return Some(news);
                }
            }
            if over {
                return None;
            }
            assert!(began.elapsed() < PATIENCE, "neither {what} nor anything else");
        }
    }

    /// What it said and nobody has taken yet.
    pub fn so_far(&self) -> Vec<Value> {
        self.news.try_iter().collect()
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether the process runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().expect("a child can be asked for").is_none()
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Asks it to end, as the system does at shutdown.
    pub fn end(mut self) -> ExitStatus {
        let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.child.id())).status();
        assert!(asked.is_ok_and(|status| status.success()), "a process of ours can be asked to end");
        let began = Instant::now();
        loop {
            if let Some(ended) = self.child.try_wait().expect("a child can be asked for") {
                return ended;
            }
            assert!(began.elapsed() < ENDS_WITHIN, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.kill();
    }
}
