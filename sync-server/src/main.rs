//! The server's program: reads arguments, carries out one verb, prints what it says.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use sync_server::commands::{self, Cli, Command, Context, Report};
use tracing_subscriber::EnvFilter;

fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    start_log(&cli)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start threads")?;
    let context = Context::of_system(cli.data);
    let outcome = runtime.block_on(commands::run(&context, cli.command));
    Ok(match outcome {
        Ok(report) => {
            print(&report, cli.json);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::debug!(?error, "failed");
            // Nobody may be reading; the exit code says it all the same.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(error.exit_code())
        }
    })
}

fn print(report: &Report, json: bool) {
    let text = if json { report.json.to_string() } else { report.text.clone() };
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn start_log(cli: &Cli) -> anyhow::Result<()> {
    let level = if matches!(cli.command, Command::Serve(_)) { "info" } else { "warn" };
    let filter = EnvFilter::builder().parse(cli.log.as_deref().unwrap_or(level)).context("--log is not a filter")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if cli.log_json {
        log.json().init();
    } else {
        log.init();
    }
    Ok(())
}
