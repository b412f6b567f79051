//! `scanner undo`: void an entry. Nothing is deleted; an undo can be undone.

use clap::Args;
use serde::Serialize;
use shared::ids::EntryId;

use crate::engine::{Recorded, UndoTarget};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::scan::Moment;
use super::words::{people, short};

/// What to undo.
#[derive(Debug, Args)]
pub struct Undo {
    /// The entry (its id, or at least its first 8 digits); otherwise the last one of this scanner that moved people
    #[arg(long, value_name = "ID")]
    entry: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Who does it; otherwise the one chosen with `use`
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
}

#[derive(Debug, Serialize)]
struct Undone {
    kind: &'static str,
    entry: EntryId,
    target: Option<EntryId>,
    bodies: i64,
    at: Moment,
    seq: u64,
    reason: Option<String>,
}

/// Runs the verb.
pub async fn run(device: &Device, verb: Undo, printer: &Printer) -> Result<Exit, Failure> {
    let target = target(verb.entry.as_deref());
    let (operator, reason) = (verb.operator, verb.why.clone());
    let Recorded { entry, seq, at, target, bodies, .. } =
        device.ask(move |engine| engine.undo(&target, operator.as_deref(), reason.as_deref())).await?;
    printer.say(&Undone { kind: "undo", entry, target, bodies, at: at.into(), seq, reason: verb.why })?;
    Ok(Exit::Done)
}

fn target(text: Option<&str>) -> UndoTarget {
    match text.map(str::trim) {
        None => UndoTarget::Last,
        Some(text) => text.parse().map_or_else(|_| UndoTarget::Prefix(text.to_lowercase()), UndoTarget::Entry),
    }
}

impl Said for Undone {
    fn text(&self, ink: Ink) -> String {
        let target = self.target.as_ref().map_or_else(|| "an entry".to_owned(), short);
        let moved = match self.bodies {
            0 => "nobody is moved".to_owned(),
            n if n > 0 => format!("{} back in", people(n)),
            n => format!("{} back out", people(-n)),
        };
        format!("{}  {target} is void: {moved}\n  recorded as {}", ink.strong("UNDONE"), short(&self.entry))
    }
}
