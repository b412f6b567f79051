//! `scanner pin`: set the PIN that stands before a supervisor's deeds on the screen.

use std::io::{self, BufRead, IsTerminal};

use clap::Args;
use serde::Serialize;

use crate::door;
use crate::engine::Engine;

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};

/// Nothing to say here: the PIN is asked for, so that it stays out of the shell's history.
#[derive(Debug, Args)]
pub struct Pin {}

#[derive(Debug, Serialize)]
struct PinSet {
    kind: &'static str,
}

/// Runs the verb.
pub async fn run(device: &Device, _verb: Pin, printer: &Printer) -> Result<Exit, Failure> {
    if device.ask(Engine::scanner).await?.is_none() {
        return Err(Failure::NoScanner(device.folder().to_owned()));
    }
    let pin = ask().map_err(Failure::Input)?;
    door::set_pin(device.folder(), &pin, &**device.entropy()).map_err(|error| Failure::Usage(error.to_string()))?;
    printer.say(&PinSet { kind: "pin" })?;
    Ok(Exit::Done)
}

/// From the terminal without showing it, or (from a script) the first line of standard input.
fn ask() -> io::Result<String> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password("PIN (4 to 12 digits): ");
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

impl Said for PinSet {
    fn text(&self, ink: Ink) -> String {
        format!("{}  the screen asks for it before search, override, undo and counting", ink.strong("PIN SET"))
    }
}
