//! A real browser, driven over WebDriver, with a camera whose pictures the test makes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{ChromeCapabilities, prelude::*};
use tokio::time::{Instant, sleep};

/// Longest wait for something that must come; a slow machine is no failure.
const PATIENCE: Duration = Duration::from_secs(30);
/// Set to 1, tests that need a browser are skipped. Without it they fail where there is none.
const WITHOUT: &str = "TURNSTONE_WITHOUT_BROWSER";
/// Names axe-core's file, or says `none`.
const AXE: &str = "TURNSTONE_AXE";
/// How to get it.
const AXE_HOW: &str = "npm pack axe-core, or let tests/run do it";
/// Pause between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(25);

/// What the browser looks like from the page.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// CSS pixels.
    pub width: u32,
    /// CSS pixels.
    pub height: u32,
    /// The system's colour scheme.
    pub dark: bool,
}

/// A handheld at a dark door.
pub const HANDHELD: Window = Window { width: 360, height: 740, dark: true };
/// A desk.
pub const DESK: Window = Window { width: 1440, height: 900, dark: false };

/// Runs before every page: keeps what goes wrong in it.
const LISTENER: &str = "window.complaints = [];\
    addEventListener('error', (event) => complaints.push(`error: ${event.message}`));\
    addEventListener('unhandledrejection', (event) => complaints.push(`rejected: ${event.reason}`));\
    addEventListener('securitypolicyviolation', (event) => complaints.push(`policy: ${event.blockedURI}`));";

/// A running browser with an empty profile; it ends when it is closed or dropped.
pub struct Browser {
    driver: WebDriver,
    processes: Processes,
}

/// What runs for a browser; ends with it, even where a test fails.
struct Processes {
    chromedriver: Child,
    profile: TempDir,
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").field("profile", &self.processes.profile.path()).finish_non_exhaustive()
    }
}

impl Browser {
    /// Starts one. `camera` is a film (Y4M) that its camera shows over and over; without, there is no camera.
    pub async fn start(window: Window, camera: Option<&Path>) -> Self {
        let flags = camera.map(|film| {
            let film = format!("--use-file-for-fake-video-capture={}", film.display());
            vec!["--use-fake-device-for-media-stream".into(), "--use-fake-ui-for-media-stream".into(), film]
        });
        Self::start_with(window, flags.unwrap_or_default()).await
    }

    /// Starts one with two cameras, which show a moving picture without a code.
    pub async fn start_with_two_cameras(window: Window) -> Self {
        let flags = ["--use-fake-device-for-media-stream=device-count=2", "--use-fake-ui-for-media-stream"];
        Self::start_with(window, flags.map(str::to_owned).to_vec()).await
    }

    /// Starts one that has a camera, and lets no page use it.
    pub async fn start_refusing_the_camera(window: Window) -> Self {
        let flags = ["--use-fake-device-for-media-stream", "--deny-permission-prompts"].map(str::to_owned).to_vec();
        Self::start_with(window, flags).await
    }

    async fn start_with(window: Window, flags: Vec<String>) -> Self {
        // The driver's client asks for it; an error means that one is installed already, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut chromedriver = Command::new("chromedriver")
            .arg("--port=0")
            // What the browser leaves lying about goes away with the profile.
            .env("TMPDIR", profile.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts (Debian: apt-get install chromium chromium-driver)");
        let output = chromedriver.stdout.take().expect("stdout is piped");
        let processes = Processes { chromedriver, profile };
        let mut lines = BufReader::new(output).lines();
        let port =
            lines.by_ref().map_while(Result::ok).find_map(|line| port_in(&line)).expect("chromedriver says its port");
        std::thread::spawn(move || lines.for_each(drop));
        let capabilities = capabilities(processes.profile.path(), window, flags);
        let driver =
            WebDriver::new(&format!("http://127.0.0.1:{port}"), capabilities).await.expect("the browser starts");
        let browser = Self { driver, processes };
        browser.resize(window).await;
        browser.before_pages(LISTENER).await;
        browser
    }

    /// Changes window and colour scheme.
    pub async fn resize(&self, window: Window) {
        let size = json!({ "width": window.width, "height": window.height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if window.dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.cdp("Emulation.setEmulatedMedia", features).await;
    }

    /// Runs a script before those of every page that is opened from now on.
    pub async fn before_pages(&self, script: &str) {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }

    async fn cdp(&self, method: &str, params: Value) -> Value {
        let sent = self.driver.cdp().send_raw(method, params).await;
        sent.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The driver, for what is not here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens a page.
    pub async fn open(&self, url: &str) {
        self.driver.goto(url).await.unwrap_or_else(|error| panic!("{url}: {error}"));
    }

    /// Runs a script and returns its value.
    pub async fn eval(&self, script: &str) -> Value {
        let ran = self.driver.execute(script, Vec::new()).await;
        ran.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// The text of the element with this id as it is seen; empty while it is hidden.
    pub async fn text(&self, id: &str) -> String {
        let script = format!("return document.getElementById('{id}')?.innerText ?? ''");
        self.eval(&script).await.as_str().unwrap_or_default().trim().to_owned()
    }

    /// Whether the element with this id is seen.
    pub async fn is_seen(&self, id: &str) -> bool {
        self.eval(&format!("return document.getElementById('{id}')?.checkVisibility() ?? false")).await == json!(true)
    }

    /// Waits until a script's value is true.
    pub async fn until(&self, what: &str, script: &str) {
        let deadline = Instant::now() + PATIENCE;
        while self.eval(&format!("return Boolean({script})")).await != json!(true) {
            assert!(
                Instant::now() < deadline,
                "never came: {what}\n{}",
                self.eval("return document.body.innerText").await
            );
            sleep(LOOK_AGAIN).await;
        }
    }

    /// Waits until the element with this id holds this text.
    pub async fn until_text(&self, id: &str, expected: &str) {
        let quoted = json!(expected);
        let script = format!("(document.getElementById('{id}')?.innerText ?? '').includes({quoted})");
        self.until(&format!("{expected:?} in {id}"), &script).await;
    }

    /// Clicks the element with this id as a person does.
    pub async fn click(&self, id: &str) {
        let element = self.driver.find(By::Id(id)).await.unwrap_or_else(|error| panic!("{id}: {error}"));
        element.click().await.unwrap_or_else(|error| panic!("{id}: {error}"));
    }

    /// Types into the element with this id.
    pub async fn type_into(&self, id: &str, text: &str) {
        let element = self.driver.find(By::Id(id)).await.unwrap_or_else(|error| panic!("{id}: {error}"));
        element.send_keys(text).await.unwrap_or_else(|error| panic!("{id}: {error}"));
    }

    /// Presses keys on the page itself, as a hardware scanner does: all at once, then Enter.
    pub async fn wedge(&self, code: &str) {
        let script = "const press = (key) => document.activeElement.dispatchEvent(\
                      new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));\
                      for (const key of arguments[0]) press(key); press('Enter');";
        self.driver.execute(script, vec![json!(code)]).await.expect("keys can be pressed");
    }

    /// What axe-core finds on the page now, by rule, as far as it is serious or critical. The file to run is named by
    /// `TURNSTONE_AXE`, which `tests/run` sets; see [`Browser::has_axe`].
    pub async fn barriers(&self) -> Vec<String> {
        let axe = std::env::var_os(AXE).unwrap_or_else(|| panic!("{AXE} names no axe.min.js: {AXE_HOW}"));
        let axe = std::fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}", axe.display()));
        self.eval(&format!("if (!window.axe) {{ {axe} }}")).await;
        let script = "const done = arguments[arguments.length - 1];\
            axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => done(violations\
            .filter(({ impact }) => ['serious', 'critical'].includes(impact))\
            .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | ')}`)),\
            (error) => done([`axe: ${error}`]));";
        let ran = self.driver.execute_async(script, Vec::new()).await;
        let found = ran.unwrap_or_else(|error| panic!("axe: {error}")).json().clone();
        found.as_array().expect("a list").iter().map(ToString::to_string).collect()
    }

    /// Whether there is an axe-core; where whoever runs the tests said that there is none, says so and is false.
    pub fn has_axe() -> bool {
        let left_out = std::env::var_os(AXE).is_some_and(|value| value == "none");
        if left_out {
            eprintln!("skipped: {AXE}=none says that there is no axe-core ({AXE_HOW})");
        }
        !left_out
    }

    /// Writes a picture of the page, if `TURNSTONE_SCREENSHOTS` names a folder.
    pub async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("TURNSTONE_SCREENSHOTS") else { return };
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let file = Path::new(&folder).join(format!("{name}.png"));
        self.driver.screenshot(&file).await.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// Errors of the page's scripts, and what its content security policy kept from it, since it was opened.
    pub async fn complaints(&self) -> Vec<String> {
        let said = self.eval("return window.complaints ?? ['the listener is missing']").await;
        said.as_array().into_iter().flatten().map(ToString::to_string).collect()
    }

    /// Ends it.
    pub async fn close(self) {
        self.driver.clone().quit().await.expect("the browser closes");
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        // A test that failed leaves a browser behind; its profile's folder names it and nothing else.
        drop(self.chromedriver.kill());
        drop(self.chromedriver.wait());
        let left = processes_of(self.profile.path());
        if !left.is_empty() {
            drop(Command::new("kill").arg("-KILL").args(left).stderr(Stdio::null()).status());
        }
    }
}

/// Ids of the processes whose command line names this folder, which nobody else knows.
fn processes_of(profile: &Path) -> Vec<String> {
    let profile = profile.display().to_string();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let of_profile = processes.filter(|process| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).contains(&profile)
    });
    of_profile.map(|process| process.file_name().to_string_lossy().into_owned()).collect()
}

/// Whether whoever runs the tests said that there is no browser here, and that what needs one is to be left out.
pub fn is_left_out() -> bool {
    let left_out = std::env::var_os(WITHOUT).is_some_and(|value| value == "1");
    if left_out {
        eprintln!(
            "skipped: {WITHOUT}=1 says that there is no browser (Debian: apt-get install chromium chromium-driver)"
        );
    }
    left_out
}

fn port_in(line: &str) -> Option<u16> {
    line.split("successfully on port ").nth(1)?.trim_end_matches('.').trim().parse().ok()
}

fn capabilities(profile: &Path, window: Window, more: Vec<String>) -> ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let flags = vec![
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--no-first-run".to_owned(),
        format!("--user-data-dir={}", profile.display()),
        format!("--window-size={},{}", window.width, window.height),
    ];
    for flag in flags.into_iter().chain(more) {
        capabilities.add_arg(&flag).expect("a flag");
    }
    capabilities
}
