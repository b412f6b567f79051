//! `scanner use`: choose event, gate, direction and operator, and show what there is to choose from.

use clap::Args;
use serde::Serialize;
use shared::entry::Direction;
use shared::ids::{EventId, GateId};

use crate::engine::{Engine, ManifestFacts, Named, Status};

use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::scan::Way;
use super::words::clean;
use super::{Device, choose};

/// What to choose; what is not named stays.
#[derive(Debug, Args)]
pub struct Use {
    /// Event, by id or name
    #[arg(long)]
    event: Option<String>,
    /// Gate, by number or name
    #[arg(long)]
    gate: Option<String>,
    /// Which way
    #[arg(long, value_enum)]
    direction: Option<Way>,
    /// Who stands at the door; an empty name for nobody
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
}

#[derive(Debug, Serialize)]
struct InUse {
    kind: &'static str,
    event: Option<EventId>,
    gate: Option<GateId>,
    direction: Direction,
    operator: Option<String>,
    events: Vec<EventChoice>,
}

#[derive(Debug, Serialize)]
struct EventChoice {
    id: EventId,
    /// Absent until its ticket list has arrived.
    name: Option<String>,
    gates: Vec<Named<GateId>>,
}

/// Runs the verb.
pub async fn run(device: &Device, verb: Use, printer: &Printer) -> Result<Exit, Failure> {
    let status = device.ask(Engine::status).await?;
    let mut settings = device.ask(Engine::settings).await?;
    if let Some(text) = &verb.event {
        let event = choose::event(&status, text)?;
        if settings.event != Some(event) {
            // A gate's number means something within one event only.
            settings.gate = None;
        }
        settings.event = Some(event);
    }
    if let Some(text) = &verb.gate {
        settings.gate = Some(choose::gate(&status, settings.event, text)?);
    }
    if let Some(way) = verb.direction {
        settings.direction = way.into();
    }
    if let Some(operator) = verb.operator {
        settings.operator = Some(operator.trim().to_owned()).filter(|name| !name.is_empty());
    }
    device.ask(move |engine| engine.set_settings(&settings)).await?;
    printer.say(&InUse::of(device.ask(Engine::status).await?))?;
    Ok(Exit::Done)
}

impl InUse {
    fn of(status: Status) -> Self {
        let events = status.enrolled.map(|enrolled| enrolled.events).unwrap_or_default();
        let list = |id: EventId| status.manifests.iter().find(|list| list.event == id);
        let choice = |id: EventId| EventChoice {
            id,
            name: list(id).map(|list: &ManifestFacts| list.event_name.clone()),
            gates: list(id).map(|list| list.gates.clone()).unwrap_or_default(),
        };
        Self {
            kind: "use",
            event: status.event,
            gate: status.gate,
            direction: status.direction,
            operator: status.operator,
            events: events.into_iter().map(choice).collect(),
        }
    }
}

impl Said for InUse {
    fn text(&self, ink: Ink) -> String {
        let mut lines = vec![format!("{}  {}", ink.strong("DIRECTION"), way(self.direction))];
        lines.push(format!("{}   {}", ink.strong("OPERATOR"), self.operator.as_deref().map_or("nobody".into(), clean)));
        for event in &self.events {
            let chosen = self.event == Some(event.id);
            let name = event.name.as_deref().map_or_else(|| "no ticket list yet".to_owned(), clean);
            lines.push(format!("{} event {name}  {}", mark(chosen), event.id));
            for gate in &event.gates {
                let here = chosen && self.gate == Some(gate.id);
                lines.push(format!("    {} gate {}  {}", mark(here), gate.id, clean(&gate.name)));
            }
        }
        lines.join("\n")
    }
}

/// The direction in capitals, as it stands on screens.
pub(super) fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Entry => "ENTRY",
        Direction::Exit => "EXIT",
    }
}

fn mark(chosen: bool) -> &'static str {
    if chosen { "*" } else { " " }
}
