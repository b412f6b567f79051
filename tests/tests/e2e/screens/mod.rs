//! The screens in a real browser, as people use them.

mod box_office;
pub(crate) mod desk;
mod door;
mod door_barriers;
mod door_handheld;
mod door_troubles;
mod evening;
mod forecast;
mod office;
mod promoter;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use serde_json::Value;
use tokio::time::Instant;
use turnstone_tests::harness::house::PATIENCE;
use turnstone_tests::harness::{Browser, DESK, Device, HANDHELD};

/// The supervisor's PIN in these tests.
const PIN: &str = "4711";

/// A running `scanner serve`; killed when dropped.
struct Screen {
    child: Child,
    link: String,
}

impl Screen {
    fn start(device: &Device, listen: &str) -> Self {
        let mut command = device.command(&["serve", "--listen", listen]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().expect("it says where it is").unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, link: said["link"].as_str().unwrap().to_owned() }
    }

    fn address(&self) -> String {
        self.link.trim_start_matches("http://localhost").trim_end_matches('/').replace(':', "127.0.0.1:")
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn set_pin(device: &Device) {
    use std::io::Write as _;
    let mut child = device.command(&["pin"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PIN.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}

/// Scans with a hardware scanner until this is the answer: the same code within the retry window repeats the first one.
async fn wedge_until(browser: &Browser, code: &str, look: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        browser.wedge(code).await;
        browser.until("an answer", "!document.getElementById('answer').hidden").await;
        let shown = browser.eval("return document.getElementById('answer').dataset.look").await;
        if shown == look {
            return;
        }
        assert!(Instant::now() < deadline, "{look} never came, but {shown}");
        browser.until("the screen is free", "document.getElementById('answer').hidden").await;
    }
}

/// Pictures of what is on the screen now, on a handheld and at a desk, light and dark.
async fn pictures(browser: &Browser, name: &str) {
    for (size, window) in [("360x740", HANDHELD), ("1440x900", DESK)] {
        for scheme in ["dark", "light"] {
            browser.eval(&format!("document.documentElement.dataset.theme = '{scheme}'")).await;
            browser.resize(window).await;
            browser.picture(&format!("door-{name}-{size}-{scheme}")).await;
        }
    }
    browser.eval("document.documentElement.dataset.theme = 'dark'").await;
    browser.resize(HANDHELD).await;
}
