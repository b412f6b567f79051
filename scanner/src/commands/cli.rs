//! Flags and verbs. The comments are the help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::{count, doctor, enrol, log, pin, scan, search, serve, status, sync, undo, using};

/// Turnstone's door scanner: validates tickets with or without a network.
#[derive(Debug, Parser)]
#[command(
    name = "scanner",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 done (a refused ticket is an answer, not a failure), 2 usage, 3 not enrolled, \
                  4 damaged or refused data, 5 no server."
)]
pub(super) struct Cli {
    /// What belongs to every verb.
    #[command(flatten)]
    pub(super) common: Common,
    /// What to do.
    #[command(subcommand)]
    pub(super) verb: Verb,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Folder with this scanner's key, ticket list and log
    #[arg(long, global = true, value_name = "DIR", default_value = "./scanner-data", env = "TURNSTONE_SCANNER_DATA")]
    pub(super) data: PathBuf,
    /// Print one JSON object a line instead of text
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// For drills and tests: pretend that the wall clock is wrong by this many milliseconds
    #[arg(long, global = true, hide = true, value_name = "MS", default_value_t = 0, allow_negative_numbers = true)]
    pub(super) clock_offset_ms: i64,
}

/// One verb each.
#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make this device a scanner, with the code from the administrator
    Enrol(enrol::Enrol),
    /// Exchange everything with the server, once or for as long as it runs
    Sync(sync::Sync),
    /// Judge tickets: codes, pictures, or what a hardware scanner types
    Scan(scan::Scan),
    /// Void an entry: the last one of this scanner, or a certain one (supervisors)
    Undo(undo::Undo),
    /// Count people without a ticket in (+N) or out (-N) (supervisors)
    Count(count::Count),
    /// Choose event, gate, direction and operator; without options, show them
    Use(using::Use),
    /// How this scanner is, at a glance
    Status(status::StatusVerb),
    /// What was recorded, here and by others, as it came to this scanner; the newest last
    Log(log::Log),
    /// Find tickets by name, e-mail or reference (supervisors, online)
    Search(search::Search),
    /// Ready for doors?
    Doctor(doctor::Doctor),
    /// Show the door's screen in a browser: camera, hardware scanners, supervisor
    Serve(serve::Serve),
    /// Set the PIN that the screen asks a supervisor for
    Pin(pin::Pin),
}
