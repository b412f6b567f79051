//! The whole program: reads arguments, carries out one verb, prints what it says.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::commands::{self, Cli, Command, CommandError, Context, Report};

/// Runs the program with these arguments (the first is its name) and says how it ended.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => return refuse_arguments(&args, &error),
    };
    let json = cli.json;
    match carry_out(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::debug!(?error, "failed");
            let advice = error.advice();
            let advice = if advice.is_empty() { String::new() } else { format!("\n  {advice}") };
            // Nobody may be reading; the exit code says it all the same.
            let _ = writeln!(std::io::stderr(), "error: {error}{advice}");
            if json {
                let _ = writeln!(std::io::stdout(), "{}", error.to_json());
            }
            ExitCode::from(error.exit_code())
        }
    }
}

/// Help and version are no failure; everything else is a wrong use, said in clap's words.
fn refuse_arguments(args: &[OsString], error: &clap::Error) -> ExitCode {
    // Nobody may be reading.
    let _ = error.print();
    if !error.use_stderr() {
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
    let usage = CommandError::Usage(message.to_owned());
    if args.iter().any(|arg| arg == "--json") {
        let _ = writeln!(std::io::stdout(), "{}", usage.to_json());
    }
    ExitCode::from(usage.exit_code())
}

fn carry_out(cli: Cli) -> Result<(), CommandError> {
    start_log(&cli)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CommandError::internal)?;
    let context = Context::of_system(cli.data);
    let report = runtime.block_on(commands::run(&context, cli.command))?;
    print(&report, cli.json);
    Ok(())
}

fn print(report: &Report, json: bool) {
    let text = if json { report.json.to_string() } else { report.text.clone() };
    // Nobody may be reading.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn start_log(cli: &Cli) -> Result<(), CommandError> {
    let level = if matches!(cli.command, Command::Serve(_)) { "info" } else { "warn" };
    let filter = EnvFilter::builder()
        .parse(cli.log.as_deref().unwrap_or(level))
        .map_err(|error| CommandError::Usage(format!("--log is not a filter: {error}")))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    let log = log.with_ansi(std::io::stderr().is_terminal());
    if cli.log_json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}
