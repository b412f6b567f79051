//! `tickets`: import, issue, print.

pub mod import;
pub mod issue;
pub mod qr;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use super::{CommandError, Context, Report};

/// Tickets.
#[derive(Debug, Subcommand)]
pub enum TicketsCommand {
    /// Import a list (CSV, UTF-8): all lines or none, unless --partial
    Import(import::ImportArgs),
    /// Issue tickets with codes of our own
    Issue(issue::IssueArgs),
    /// Write the QR pictures of an event's tickets
    Qr(qr::QrArgs),
}

/// Carries out a verb.
pub async fn run(context: &Context, command: TicketsCommand) -> Result<Report, CommandError> {
    match command {
        TicketsCommand::Import(args) => import::run(context, args).await,
        TicketsCommand::Issue(args) => issue::run(context, args).await,
        TicketsCommand::Qr(args) => qr::run(context, args).await,
    }
}

/// A bar on the terminal; nothing where there is none.
pub(in crate::commands) fn bar(what: &'static str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:<8} {bar:40} {percent:>3} %  {elapsed}");
    ProgressBar::new(total).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_prefix(what)
}
