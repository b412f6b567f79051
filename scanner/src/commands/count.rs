//! `scanner count`: people without a ticket, in or out.

use clap::Args;
use serde::Serialize;
use shared::ids::EntryId;

use crate::engine::{Engine, Recorded};

use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::scan::Moment;
use super::words::{clean, people, short};
use super::{Device, choose};

/// How many, and why.
#[derive(Debug, Args)]
pub struct Count {
    /// People: +N went in, -N went out
    #[arg(value_name = "+N|-N", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(-1000..=1000))]
    people: i64,
    /// Why they have no ticket
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Which gate, by number or name; otherwise the one chosen with `use`
    #[arg(long)]
    gate: Option<String>,
    /// Who counts; otherwise the one chosen with `use`
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
}

#[derive(Debug, Serialize)]
struct Counted {
    kind: &'static str,
    bodies: i64,
    reason: String,
    entry: EntryId,
    at: Moment,
    seq: u64,
}

/// Runs the verb.
pub async fn run(device: &Device, verb: Count, printer: &Printer) -> Result<Exit, Failure> {
    let gate = match &verb.gate {
        Some(text) => Some(choose::gate(&device.ask(Engine::status).await?, None, text)?),
        None => None,
    };
    let (number, reason, operator) = (verb.people, verb.why.clone(), verb.operator);
    let Recorded { entry, seq, at, bodies, .. } =
        device.ask(move |engine| engine.count(number, &reason, gate, operator.as_deref())).await?;
    printer.say(&Counted { kind: "count", bodies, reason: verb.why, entry, at: at.into(), seq })?;
    Ok(Exit::Done)
}

impl Said for Counted {
    fn text(&self, ink: Ink) -> String {
        let way = if self.bodies < 0 { "out" } else { "in" };
        let number = people(self.bodies.abs());
        format!(
            "{}  {number} {way}: {}\n  recorded as {}",
            ink.strong("COUNTED"),
            clean(&self.reason),
            short(&self.entry)
        )
    }
}
