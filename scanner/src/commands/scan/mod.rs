//! `scanner scan`: judge codes, pictures, or what a hardware scanner types.

mod lines;
mod pictures;
mod shown;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use shared::entry::Direction;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::engine::{Engine, ScanRequest};
use crate::net::Confirmer;

use super::failure::{Exit, Failure};
use super::printer::Printer;
use super::{Device, choose};

pub use lines::{Line, Lines, MAX_LINE_BYTES};
pub use pictures::{PictureCodes, pictures_in, read_codes};
pub use shown::{Moment, ScanShown, Source};

/// Lines read ahead of judging; a keyboard is never that far ahead.
const LINES_AHEAD: usize = 16;

/// A door without a guest for this long is quiet enough for housekeeping.
const QUIET: Duration = Duration::from_secs(2);

/// Which way, on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Way {
    /// In
    Entry,
    /// Out
    Exit,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Self {
        match way {
            Way::Entry => Self::Entry,
            Way::Exit => Self::Exit,
        }
    }
}

/// What to judge, and how.
#[derive(Debug, Args)]
pub struct Scan {
    #[command(flatten)]
    input: Input,
    /// Which way; otherwise the one chosen with `use`
    #[arg(long, value_enum)]
    direction: Option<Way>,
    /// Which gate, by number or name; otherwise the one chosen with `use`
    #[arg(long)]
    gate: Option<String>,
    /// How many people; otherwise all the ticket has left
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    people: Option<u32>,
    /// Let them in whatever the rules say, for this reason (supervisors)
    #[arg(long = "override", value_name = "REASON")]
    override_reason: Option<String>,
    /// Who stands at the door; otherwise the one chosen with `use`
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
    /// Do not ask the server, even if it is near
    #[arg(long)]
    offline: bool,
}

/// Where the codes come from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Input {
    /// Codes as text (put `--` before one that starts with a dash)
    #[arg(value_name = "CODE")]
    codes: Vec<String>,
    /// Pictures, or folders of pictures (in order of their names)
    #[arg(long, value_name = "FILE-or-DIR", num_args = 1..)]
    image: Vec<PathBuf>,
    /// One code a line from standard input: hardware scanners that act as keyboards
    #[arg(long)]
    stdin: bool,
}

/// Judges one thing after the other; a bad one never stops the rest.
struct Session<'a> {
    device: &'a Device,
    confirmer: Confirmer,
    asked: ScanRequest,
    printer: &'a Printer,
    worst: Exit,
}

/// Runs the verb.
pub async fn run(device: &Device, verb: Scan, printer: &Printer) -> Result<Exit, Failure> {
    let asked = request(device, &verb).await?;
    let confirmer = device.confirmer(verb.offline).await?;
    let mut session = Session { device, confirmer, asked, printer, worst: Exit::Done };
    let Input { codes, image, stdin } = verb.input;
    if stdin {
        session.lines().await?;
    }
    for (number, code) in (1..).zip(codes) {
        session.judge(code, Source::Argument { number }).await?;
    }
    for path in image {
        session.pictures(path).await?;
    }
    session.confirmer.finish().await;
    Ok(session.worst)
}

/// What is the same for every code. Fails early where no code could be judged.
async fn request(device: &Device, verb: &Scan) -> Result<ScanRequest, Failure> {
    if device.ask(Engine::scanner).await?.is_none() {
        return Err(Failure::NoScanner(device.folder().to_owned()));
    }
    let gate = match &verb.gate {
        Some(text) => Some(choose::gate(&device.ask(Engine::status).await?, None, text)?),
        None => None,
    };
    Ok(ScanRequest {
        direction: verb.direction.map(Direction::from),
        gate,
        people: verb.people,
        override_reason: verb.override_reason.clone(),
        operator: verb.operator.clone(),
        ..ScanRequest::default()
    })
}

impl Session<'_> {
    async fn judge(&mut self, text: String, source: Source) -> Result<(), Failure> {
        let scan = ScanRequest { text, ..self.asked.clone() };
        match self.confirmer.scan(scan).await {
            Ok(decided) => self.printer.say(&ScanShown::new(source, decided)),
            Err(error) => {
                self.miss(&error.into(), &source);
                Ok(())
            }
        }
    }

    /// Something could not be judged: said, remembered for the exit code, and the next one is taken.
    fn miss(&mut self, failure: &Failure, source: &Source) {
        self.printer.fail_at(failure, source);
        self.worst = self.worst.max(failure.exit());
    }

    async fn pictures(&mut self, path: PathBuf) -> Result<(), Failure> {
        match pictures_in(&path) {
            Ok(files) => {
                for file in files {
                    self.picture(&file).await?;
                }
            }
            Err(failure) => self.miss(&failure, &Source::picture(&path, 0)),
        }
        Ok(())
    }

    async fn picture(&mut self, file: &Path) -> Result<(), Failure> {
        let path = file.to_owned();
        let read = tokio::task::spawn_blocking(move || read_codes(&path)).await;
        match read.map_err(|error| Failure::System(error.into())).flatten() {
            Ok(PictureCodes { judged, count }) => self.judge(judged, Source::picture(file, count)).await,
            Err(failure) => {
                self.miss(&failure, &Source::picture(file, 0));
                Ok(())
            }
        }
    }

    async fn lines(&mut self) -> Result<(), Failure> {
        let mut lines = read_ahead().map_err(Failure::System)?;
        loop {
            let Ok(next) = timeout(QUIET, lines.recv()).await else {
                self.tidy().await?;
                continue;
            };
            let Some((number, line)) = next else { return Ok(()) };
            match line.map_err(Failure::Input)? {
                Line::Text(text) => self.judge(text, Source::Line { number }).await?,
                Line::NotText => self.miss(&Failure::NotText(number), &Source::Line { number }),
            }
        }
    }

    /// One step of housekeeping while nobody stands at the door: a process that runs all evening must not let the
    /// write-ahead log grow all evening.
    async fn tidy(&mut self) -> Result<(), Failure> {
        if let Err(error) = self.device.door().ask(Engine::maintain).await {
            if error.is_fatal() {
                return Err(error.into());
            }
            tracing::debug!(%error, "housekeeping");
        }
        Ok(())
    }
}

/// Reads standard input on a thread of its own: a line may be hours away.
fn read_ahead() -> std::io::Result<mpsc::Receiver<(u64, std::io::Result<Line>)>> {
    let (sender, lines) = mpsc::channel(LINES_AHEAD);
    std::thread::Builder::new().name("stdin".into()).spawn(move || {
        for (number, line) in Lines::new(std::io::stdin().lock()) {
            let failed = line.is_err();
            // Nobody listens any more: the process is ending.
            if sender.blocking_send((number, line)).is_err() || failed {
                return;
            }
        }
    })?;
    Ok(lines)
}
