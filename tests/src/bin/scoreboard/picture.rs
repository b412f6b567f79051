//! Picture to text as a camera's frame is read: how many codes, and how long it takes, against zxing-cpp on the same pictures in turns.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use image::GrayImage;
use scanner::camera::{Effort, is_picture, open, read};
use serde_json::Value;

use crate::Options;
use crate::board::{Board, Figure, Goal, short};
use crate::scenes::{Case, KINDS};
use crate::spread::{Spread, ms, timed};

pub(crate) fn measure(options: &Options, board: &mut Board) {
    let Some(mut peer) = Peer::start(options) else {
        board.skip("the scoreboard's pictures: they need a Python with zxing-cpp and numpy (--zxing PYTHON)");
        return;
    };
    let scenes = options.size(40, 2);
    for kind in KINDS {
        let cases: Vec<Case> = (1..=scenes).map(|seed| kind.scene(seed)).collect();
        compare(kind.name, &cases, &mut peer, board);
    }
    for folder in &options.pictures {
        let name = folder.file_name().map_or_else(|| "folder".into(), |name| name.to_string_lossy().into_owned());
        compare(&name, &photographs(folder), &mut peer, board);
    }
}

/// Two figures of a set: right readings, and the median time.
fn compare(set: &str, cases: &[Case], peer: &mut Peer, board: &mut Board) {
    if cases.is_empty() {
        return;
    }
    let (mut right, mut theirs) = (0, 0);
    let (mut times, mut their_times) = (Vec::new(), Vec::new());
    for case in cases {
        let (readings, took) = timed(|| read(&case.picture, Effort::Frame));
        right += u32::from(readings.to_judge().is_some_and(|reading| reading.text == case.text));
        times.push(ms(took));
        let (texts, took) = peer.read(&case.picture);
        // Any of what it finds may be the right one: it does not say which a person holds out.
        theirs += u32::from(texts.contains(&case.text));
        their_times.push(took);
    }
    let (ours, peers) = (Spread::of(times), Spread::of(their_times));
    let rate = f64::from(right) / f64::from(theirs.max(1));
    board.add(Figure {
        row: "picture",
        what: format!("{set}: read of {}", cases.len()),
        ours: right.to_string(),
        against: format!("zxing-cpp {theirs}"),
        ratio: Spread { count: 1, ..Spread::of(vec![rate]) },
        goal: Goal::AtLeast(1.0),
    });
    board.add(Figure {
        row: "picture",
        what: format!("{set}: time, median"),
        ours: format!("{} ms (p90 {})", short(ours.p50), short(ours.p90)),
        against: format!("zxing-cpp {} ms (p90 {})", short(peers.p50), short(peers.p90)),
        ratio: Spread { count: 1, ..Spread::of(vec![ours.p50 / peers.p50]) },
        goal: Goal::AtMost(2.0),
    });
}

/// The pictures of a folder that have a text beside them (`N.png` and `N.txt`), in the order of their names.
fn photographs(folder: &Path) -> Vec<Case> {
    let entries = std::fs::read_dir(folder).expect("a folder of pictures");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let case = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path.with_extension("txt")).ok()?;
        let picture = open(path).ok().filter(|_| is_picture(path))?;
        Some(Case { picture, text })
    };
    paths.iter().filter_map(case).collect()
}

/// zxing-cpp in a process of its own; only its reading is timed.
struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Peer {
    fn start(options: &Options) -> Option<Self> {
        let python = options.zxing.clone()?;
        let mut command = Command::new(python);
        command.args(["-c", include_str!("zxing_peer.py")]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the Python given starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("its output"));
        Some(Self { child, input, output })
    }

    fn read(&mut self, picture: &GrayImage) -> (Vec<String>, f64) {
        let input = self.input.as_mut().expect("its input");
        let head = [picture.width().to_le_bytes(), picture.height().to_le_bytes()].concat();
        input.write_all(&head).and_then(|()| input.write_all(picture)).and_then(|()| input.flush()).expect("it reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        let answer: Value = serde_json::from_str(&line).expect("it has zxing-cpp and numpy");
        let texts =
            answer["texts"].as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned));
        (texts.collect(), answer["ms"].as_f64().expect("a time"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.input = None;
        // Its input ended, so it ends by itself; if it broke, that was said already.
        drop(self.child.wait());
    }
}
