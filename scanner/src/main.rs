//! The door scanner's program; everything is in [`scanner::commands`].

use std::process::ExitCode;

fn main() -> ExitCode {
    scanner::commands::run(std::env::args_os())
}
