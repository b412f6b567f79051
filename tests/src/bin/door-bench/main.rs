//! How fast the door's screen answers: from a code in the camera's view to the verdict on the page, in a real browser, and
//! how many frames a second are decoded meanwhile. Prints; judges nothing.

// A broken bench must end at once, with the place where it broke.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

use clap::Parser;
use serde_json::Value;
use turnstone_tests::harness::house::{House, NORTH};
use turnstone_tests::harness::{Browser, HANDHELD, Scene, write_film_at};
use turnstone_tests::programs;

/// Runs in the page; see there.
const STOPWATCH: &str = include_str!("stopwatch.js");
/// Different tickets in the film; it is shown over and over, so that most answers are "already in".
const TICKETS: usize = 5;

/// From a code in view to the verdict on the screen.
#[derive(Debug, Parser)]
struct Options {
    /// Answers to wait for
    #[arg(long, default_value_t = 60)]
    scans: u64,
    /// Frames a second that the camera gives
    #[arg(long, default_value_t = 30)]
    rate: u32,
    /// Cut the scanner from its server first: every answer is the scanner's own
    #[arg(long)]
    offline: bool,
}

fn main() -> ExitCode {
    if let Some(code) = programs::dispatch() {
        return code;
    }
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(run(&options));
    ExitCode::SUCCESS
}

/// A running `scanner serve`; killed when dropped.
struct Screen(Child);

impl Drop for Screen {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn run(options: &Options) {
    let house = House::open(u32::try_from(TICKETS).expect("a few")).await;
    let device = house.scanner("north 1", NORTH).await;
    if options.offline {
        house.cable.cut();
    }
    let film = house.path("film.y4m");
    let codes = house.codes();
    let scenes: Vec<Scene> =
        codes.iter().flat_map(|code| [Scene::empty(options.rate), Scene::of(code, options.rate)]).collect();
    write_film_at(options.rate, &scenes, &film);
    let (screen, link) = serve(device.command(&["serve", "--listen", "127.0.0.1:0"]));
    let browser = Browser::start(HANDHELD, Some(&film)).await;
    browser.open(&link).await;
    browser.until("the camera's picture", "document.getElementById('video').readyState >= 2").await;
    browser.eval(STOPWATCH).await;
    browser.until("the stopwatch", "window.watched?.camera").await;
    let begin = numbers(&browser).await;
    for wanted in 1..=options.scans {
        browser.until("the next answer", &format!("watched.latencies.length >= {wanted}")).await;
    }
    report(options, &begin, &numbers(&browser).await);
    browser.close().await;
    drop(screen);
}

fn serve(mut command: Command) -> (Screen, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the scanner starts");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let screen = Screen(child);
    let line = lines.next().expect("it says where it is").expect("a line");
    std::thread::spawn(move || lines.for_each(drop));
    let said: Value = serde_json::from_str(&line).expect("a line of JSON");
    (screen, said["link"].as_str().expect("a link").to_owned())
}

/// What was counted so far, with the time of the page (ms).
async fn numbers(browser: &Browser) -> Value {
    browser.eval("return { ...watched, frames: watched.camera.frames, now: performance.now() }").await
}

fn report(options: &Options, begin: &Value, end: &Value) {
    let number = |value: &Value, name: &str| value[name].as_f64().expect("a number");
    let seconds = (number(end, "now") - number(begin, "now")) / 1_000.0;
    let rate = |name: &str| (number(end, name) - number(begin, name)) / seconds;
    let mut latencies: Vec<f64> =
        end["latencies"].as_array().expect("a list").iter().filter_map(Value::as_f64).collect();
    latencies.sort_by(f64::total_cmp);
    let at = |percent: usize| latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)];
    let build = if cfg!(debug_assertions) { "a debug build" } else { "a release build" };
    let reach = if options.offline { "offline" } else { "online" };
    println!("the door's screen, {build}, {reach}, {} answers in {seconds:.0} s", latencies.len());
    println!(
        "  code in view → verdict on the screen  median {:.0} ms, 95 % {:.0} ms, worst {:.0} ms",
        at(50),
        at(95),
        at(100)
    );
    println!(
        "  frames decoded a second               {:.1} (camera: {}, shown: {:.1})",
        rate("frames"),
        options.rate,
        rate("presented")
    );
    println!("  time taken from the camera's capture  {} of {}", end["captureTimes"], latencies.len());
    println!("  goals: median below 150 ms, 95 % below 300 ms, at least 10 frames a second");
}
