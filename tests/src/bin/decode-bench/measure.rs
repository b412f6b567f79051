//! Rates and times, and the table of them.

use std::time::{Duration, Instant};

use image::{GrayImage, imageops};
use scanner::camera::{Effort, Readings, read, reader_panics};

use crate::scenes::Case;

/// Lines of the table, in the order in which they were measured.
#[derive(Debug)]
pub(crate) struct Table {
    repeats: u32,
    lines: Vec<String>,
}

impl Table {
    pub(crate) fn new(repeats: u32) -> Self {
        Self { repeats, lines: Vec::new() }
    }

    /// Measures a set in four rotations with both efforts.
    pub(crate) fn rate(&mut self, name: &str, cases: &[Case]) {
        if cases.is_empty() {
            return;
        }
        let mut cells = vec![name.to_owned(), (cases.len() * 4).to_string()];
        for effort in [Effort::Frame, Effort::Still] {
            let (mut right, mut wrong) = (0, 0);
            let mut times = Vec::with_capacity(cases.len() * 4);
            for case in cases {
                let mut picture = case.picture.clone();
                for _ in 0..4 {
                    let (readings, time) = self.time(&picture, effort);
                    times.push(time);
                    match readings.to_judge() {
                        Some(reading) if reading.text == case.text => right += 1,
                        Some(_) => wrong += 1,
                        None => {}
                    }
                    picture = imageops::rotate90(&picture);
                }
            }
            let rate = 100.0 * f64::from(right) / times.len().max(1) as f64;
            cells.push(if wrong > 0 { format!("{rate:.1} % ({wrong} wrong)") } else { format!("{rate:.1} %") });
            cells.push(spread(times));
        }
        self.line(&cells);
    }

    /// Measures the cost of frames that have no code.
    pub(crate) fn cost(&mut self, name: &str, frames: &[GrayImage], effort: Effort) {
        if frames.is_empty() {
            return;
        }
        let mut found = 0;
        let mut times = Vec::with_capacity(frames.len());
        for frame in frames {
            let (readings, time) = self.time(frame, effort);
            times.push(time);
            found += readings.all.len();
        }
        let found = if found == 0 { "none".to_owned() } else { format!("{found} wrong") };
        self.line(&[name.to_owned(), frames.len().to_string(), found, spread(times), String::new(), String::new()]);
    }

    /// The readings of a picture and the fastest of several attempts.
    #[expect(clippy::disallowed_methods, reason = "how long a computation takes is no fact of the product's clock")]
    fn time(&self, picture: &GrayImage, effort: Effort) -> (Readings, Duration) {
        let mut best = Duration::MAX;
        let mut readings = Readings::default();
        // A still picture may take long, and nobody waits for its last millisecond.
        let attempts = if effort == Effort::Still { 1 } else { self.repeats };
        for _ in 0..attempts {
            let start = Instant::now();
            readings = read(picture, effort);
            best = best.min(start.elapsed());
        }
        (readings, best)
    }

    fn line(&mut self, cells: &[String]) {
        let line = format!("| {} |", cells.join(" | "));
        eprintln!("{line}");
        self.lines.push(line);
    }

    pub(crate) fn print(&self) {
        println!("| set | pictures | frame | ms: median, p99 | still | ms: median, p99 |");
        println!("|---|---:|---:|---:|---:|---:|");
        for line in &self.lines {
            println!("{line}");
        }
        println!("\ncaught panics of the readers: {}", reader_panics());
    }
}

/// Median and 99th percentile in milliseconds.
fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |share: usize| times.get(times.len() * share / 100).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    format!("{:.1}, {:.1}", at(50), at(99))
}
