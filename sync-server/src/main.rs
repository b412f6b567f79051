//! The server's program; everything is in [`sync_server::program`].

use std::process::ExitCode;

fn main() -> ExitCode {
    sync_server::program::run(std::env::args_os())
}
