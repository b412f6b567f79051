//! Finding the event or gate a person means, by number, id or name.

use shared::ids::{EventId, GateId};

use crate::engine::{ManifestFacts, Status};

use super::failure::Failure;

/// The gate called `text` of the event in use: its number or its name, upper or lower case.
pub(super) fn gate(status: &Status, event: Option<EventId>, text: &str) -> Result<GateId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let event = event.or(status.event);
    let Some(manifest) = status.manifests.iter().find(|manifest| Some(manifest.event) == event) else {
        return Err(Failure::Usage(format!("gate {text:?} cannot be found by name without a ticket list")));
    };
    let mut named = manifest.gates.iter().filter(|gate| same(&gate.name, text));
    match (named.next(), named.next()) {
        (Some(gate), None) => Ok(gate.id),
        (Some(_), Some(_)) => Err(Failure::Usage(format!("several gates are called {text:?}: give the number"))),
        (None, _) => Err(Failure::Usage(format!("there is no gate {text:?}; the event has {}", gates(manifest)))),
    }
}

/// The event called `text`: its id or its name.
pub(super) fn event(status: &Status, text: &str) -> Result<EventId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let mut named = status.manifests.iter().filter(|manifest| same(&manifest.event_name, text));
    match (named.next(), named.next()) {
        (Some(manifest), None) => Ok(manifest.event),
        (Some(_), Some(_)) => Err(Failure::Usage(format!("several events are called {text:?}: give the id"))),
        (None, _) => {
            let known: Vec<String> =
                status.manifests.iter().map(|known| format!("{:?} ({})", known.event_name, known.event)).collect();
            let known = if known.is_empty() { "none; run `scanner sync`".to_owned() } else { known.join(", ") };
            Err(Failure::Usage(format!("there is no event {text:?} on this scanner; known here: {known}")))
        }
    }
}

/// Numbers and names of an event's gates.
fn gates(manifest: &ManifestFacts) -> String {
    let gates: Vec<String> = manifest.gates.iter().map(|gate| format!("{} ({:?})", gate.id, gate.name)).collect();
    if gates.is_empty() { "none".to_owned() } else { gates.join(", ") }
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}
