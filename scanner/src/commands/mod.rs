//! The command line: one verb a file. [`run`] is the whole program; [`Device`] and the verbs' own functions serve those who
//! drive a scanner from within a process.

mod choose;
mod cli;
pub mod count;
mod device;
pub mod doctor;
pub mod enrol;
mod failure;
pub mod log;
pub mod pin;
mod printer;
mod progress;
pub mod scan;
pub mod search;
pub mod serve;
pub mod status;
pub mod sync;
pub mod undo;
pub mod using;
pub mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Common, Verb};

pub use device::{DATABASE, Device};
pub use failure::{Exit, Failure};
pub use printer::{Ink, Printer, Said};

/// Threads of the runtime: the network and the terminal need no more.
const WORKERS: usize = 2;

/// Runs the program with these arguments (the first is its name) and says how it ended.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return refuse_arguments(&args, &error),
    };
    log_to_stderr();
    let printer = Printer::for_terminal(cli.common.json);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    let ended = match runtime {
        Ok(runtime) => {
            let ended = runtime.block_on(dispatch(cli.common, cli.verb, &printer));
            // A thread that still waits for input must not keep the process.
            runtime.shutdown_background();
            ended
        }
        Err(error) => Err(Failure::System(error)),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            printer.fail(&failure);
            failure.exit().into()
        }
    }
}

async fn dispatch(common: Common, verb: Verb, printer: &Printer) -> Result<Exit, Failure> {
    // A text that is no enrolment code leaves no folder behind.
    let invitation = if let Verb::Enrol(verb) = &verb { Some(verb.invitation()?) } else { None };
    // A screen without a scanner yet shows how to make one.
    let may_make = invitation.is_some() || matches!(verb, Verb::Serve(_));
    let device = Device::of_this_machine(&common.data, common.clock_offset_ms, may_make)?;
    let ended = match verb {
        Verb::Enrol(verb) => enrol::run(&device, verb, invitation, printer).await,
        Verb::Sync(verb) => sync::run(&device, verb, printer).await,
        Verb::Scan(verb) => scan::run(&device, verb, printer).await,
        Verb::Undo(verb) => undo::run(&device, verb, printer).await,
        Verb::Count(verb) => count::run(&device, verb, printer).await,
        Verb::Use(verb) => using::run(&device, verb, printer).await,
        Verb::Status(verb) => status::run(&device, verb, printer).await,
        Verb::Log(verb) => log::run(&device, verb, printer).await,
        Verb::Search(verb) => search::run(&device, verb, printer).await,
        Verb::Doctor(verb) => doctor::run(&device, verb, printer).await,
        Verb::Pin(verb) => pin::run(&device, verb, printer).await,
        Verb::Serve(verb) => serve::run(device.clone(), verb, printer).await,
    };
    device.close().await;
    ended
}

/// Help and version are no failure; everything else is a wrong use, said in clap's words.
fn refuse_arguments(args: &[OsString], error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // Nobody reads the help any more: nothing to do about that.
        drop(error.print());
        return Exit::Done.into();
    }
    let printer = Printer::for_terminal(args.iter().any(|arg| arg == "--json"));
    if printer.is_json() {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        printer.fail_quietly(&Failure::Usage(message.to_owned()));
    }
    drop(error.print());
    Exit::Usage.into()
}

/// What libraries and the network part have to say, for finding faults: `TURNSTONE_LOG=debug`.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TURNSTONE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    // Fails only where somebody set one up before, who then gets these lines too.
    drop(
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .log_internal_errors(false)
            .try_init(),
    );
}
