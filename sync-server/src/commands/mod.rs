//! The command line: one verb a file. Each verb answers a [`Report`]; only `main` prints it.

pub mod backup;
pub mod error;
pub mod event;
pub mod init;
pub mod keys;
pub mod passphrase;
pub mod publish;
pub mod restore;
pub mod scanner;
pub mod seed;
pub mod select;
pub mod serve;
pub mod tickets;
pub mod user;
pub mod verify;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use shared::clock::{Clock, Entropy};

pub use error::CommandError;

use crate::clock::{SystemClock, SystemEntropy};
use crate::config::ServeOptions;
use crate::people::Actor;
use crate::store::SqliteStore;
use crate::store::sqlite::FILE_NAME;

/// Name of the database in a scanner's data folder: two programs in one folder would be taken for each other.
const SCANNERS_FILE: &str = "scanner.db";

/// Turnstone's sync server: issues tickets, collects what scanners saw, tells who is inside
#[derive(Debug, Parser)]
#[command(name = "sync-server", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// Folder that holds everything: database and keys. Back it up with `sync-server backup`
    #[arg(long, global = true, env = "TURNSTONE_DATA", default_value = "turnstone-data", value_name = "DIR")]
    pub data: PathBuf,
    /// Print one JSON object instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// What to log: error, warn, info, debug, or a filter such as sync_server=debug [default: info for serve, else warn]
    #[arg(long, global = true, env = "TURNSTONE_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Log JSON lines, for programs that collect logs
    #[arg(long, global = true, env = "TURNSTONE_LOG_JSON")]
    pub log_json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server until ctrl-c or SIGTERM
    Serve(ServeOptions),
    /// Make the organization, its keys and its first administrator
    Init(init::InitArgs),
    /// Administer people who sign in
    #[command(subcommand)]
    User(user::UserCommand),
    /// Administer events
    #[command(subcommand)]
    Event(event::EventCommand),
    /// Import, issue and print tickets
    #[command(subcommand)]
    Tickets(tickets::TicketsCommand),
    /// Register, list and revoke scanners
    #[command(subcommand)]
    Scanner(scanner::ScannerCommand),
    /// Compute everything anew from the entries and compare it with what is kept
    Verify(verify::VerifyArgs),
    /// Make a made-up evening to try things with
    Seed(seed::SeedArgs),
    /// Export, import, rotate and list signing keys
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Copy the whole database into one file, also while the server runs
    Backup(backup::BackupArgs),
    /// Set the database up from a backup; scanners then send again what it lacks
    Restore(restore::RestoreArgs),
}

/// What a verb has to say.
#[derive(Debug, Clone)]
pub struct Report {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: serde_json::Value,
}

impl Report {
    /// Both forms.
    pub fn new(text: impl Into<String>, json: serde_json::Value) -> Self {
        Self { text: text.into(), json }
    }
}

/// What every verb has at hand.
pub struct Context {
    /// Data directory.
    pub data: PathBuf,
    /// Where times come from.
    pub clock: Arc<dyn Clock>,
    /// Where random numbers come from.
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("data", &self.data).finish_non_exhaustive()
    }
}

impl Context {
    /// With the system's clock and random numbers.
    pub fn of_system(data: PathBuf) -> Self {
        let entropy = SystemEntropy;
        Self { data, clock: Arc::new(SystemClock::new(&entropy)), entropy: Arc::new(entropy) }
    }

    /// Opens the database, which must be there.
    pub fn store(&self) -> Result<SqliteStore, CommandError> {
        if !self.data.join(FILE_NAME).exists() {
            let data = self.data.display();
            return Err(CommandError::named(
                "no_database",
                format!("there is no database of a server in {data}"),
                format!("Make one with `sync-server --data {data} init`, or say where it is with --data."),
            ));
        }
        self.store_or_new()
    }

    /// Opens the database, or makes an empty one.
    pub fn store_or_new(&self) -> Result<SqliteStore, CommandError> {
        if self.data.join(SCANNERS_FILE).exists() && !self.data.join(FILE_NAME).exists() {
            return Err(CommandError::named(
                "other_program",
                format!("{} is the data folder of a scanner", self.data.display()),
                "Nothing was changed. Choose another folder with --data.",
            ));
        }
        Ok(SqliteStore::open(&self.data, &*self.clock, &*self.entropy)?)
    }

    /// Server time (ms).
    pub fn now_ms(&self) -> i64 {
        self.clock.wall_ms()
    }

    /// The person at the command line, acting for an organization.
    pub fn actor(&self, organization: shared::ids::OrganizationId) -> Actor {
        Actor::command_line(organization, self.now_ms())
    }
}

/// Carries out a verb.
pub async fn run(context: &Context, command: Command) -> Result<Report, CommandError> {
    match command {
        Command::Serve(options) => serve::run(context, options).await,
        Command::Init(args) => init::run(context, args).await,
        Command::User(command) => user::run(context, command).await,
        Command::Event(command) => event::run(context, command).await,
        Command::Tickets(command) => tickets::run(context, command).await,
        Command::Scanner(command) => scanner::run(context, command).await,
        Command::Verify(args) => verify::run(context, args).await,
        Command::Seed(args) => seed::run(context, args).await,
        Command::Keys(command) => keys::run(context, command).await,
        Command::Backup(args) => backup::run(context, &args).await,
        Command::Restore(args) => restore::run(context, &args),
    }
}

#[cfg(test)]
mod tests;
