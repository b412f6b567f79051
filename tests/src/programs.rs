//! Passing on to the shipping programs, so that one build of this package holds both.

use std::ffi::OsString;
use std::process::ExitCode;

/// If the first argument names a shipping program, runs that with the rest of the arguments.
pub fn dispatch() -> Option<ExitCode> {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    match args.first()?.to_str()? {
        "scanner" => Some(scanner::commands::run(args)),
        "sync-server" => Some(sync_server::program::run(args)),
        _ => None,
    }
}
