//! `scanner status`: how this scanner is, at a glance.

use clap::Args;
use serde::Serialize;
use shared::trust::ScannerRole;

use crate::engine::{Engine, ManifestFacts, Status, is_early};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::words::{clean, counted, entries, people, times};

/// Nothing to say here.
#[derive(Debug, Args)]
pub struct StatusVerb {}

#[derive(Debug, Serialize)]
struct StatusShown {
    kind: &'static str,
    #[serde(flatten)]
    status: Status,
}

/// Runs the verb.
pub async fn run(device: &Device, _verb: StatusVerb, printer: &Printer) -> Result<Exit, Failure> {
    let status = device.ask(Engine::status).await?;
    if status.enrolled.is_none() {
        return Err(Failure::NoScanner(device.folder().to_owned()));
    }
    printer.say(&StatusShown { kind: "status", status })?;
    Ok(Exit::Done)
}

impl StatusShown {
    fn now(&self) -> i64 {
        self.status.clock.now.at
    }

    fn who(&self, ink: Ink) -> Vec<String> {
        let Some(enrolled) = &self.status.enrolled else { return vec![] };
        let role = if enrolled.role == ScannerRole::Supervisor { " (supervisor)" } else { "" };
        let mut lines = vec![format!(
            "{}{role} · {} · {}",
            ink.strong(&clean(&enrolled.name)),
            clean(&enrolled.organization_name),
            clean(&enrolled.server),
        )];
        if let Some(at) = enrolled.revoked_at {
            let since = times::full(at, self.zone());
            lines.push(format!("{}  revoked since {since}: do not use it at a door", ink.bad(" REVOKED ")));
        }
        lines
    }

    fn place(&self, ink: Ink) -> String {
        let list = self.list();
        let event = list.map_or_else(|| "no event".to_owned(), |list| clean(&list.event_name));
        let gate = self.status.gate.map_or_else(
            || "no gate".to_owned(),
            |id| match list.and_then(|list| list.gates.iter().find(|gate| gate.id == id)) {
                Some(gate) => format!("gate {}", clean(&gate.name)),
                None => format!("gate {id}"),
            },
        );
        let direction = super::using::way(self.status.direction);
        let operator = self.status.operator.as_deref().map(|name| format!(" · {}", clean(name))).unwrap_or_default();
        format!("{}  {event} · {gate}{operator}", ink.strong(direction))
    }

    fn early(&self, ink: Ink) -> Option<String> {
        let list = self.list().filter(|list| is_early(self.now(), list.starts))?;
        let left = times::duration(list.starts - self.now());
        Some(format!("{}  it starts in {left}; what is scanned now counts all the same", ink.warn("EARLY")))
    }

    fn list_line(&self) -> String {
        let Some(list) = self.list() else {
            return "ticket list: none yet; run `scanner sync`".into();
        };
        let tickets = counted(i64::try_from(list.tickets).unwrap_or(i64::MAX), "ticket", "tickets");
        let age = times::ago(self.now() - list.created);
        let stale = if list.expires < self.now() { ", EXPIRED" } else { "" };
        let staging = list
            .staging
            .map(|staging| format!("; version {} is arriving, {} of {}", staging.version, staging.have, staging.total))
            .unwrap_or_default();
        format!("ticket list: version {}, {tickets}, published {age}{stale}{staging}", list.version)
    }

    fn tally(&self) -> String {
        let tally = &self.status.tally;
        format!("this scanner: {} in, {} out, {} refused", people(tally.people_in), tally.people_out, tally.refused)
    }

    fn queue(&self) -> String {
        let pending = &self.status.pending;
        let last = match self.status.acknowledged_at {
            Some(at) => format!("last acknowledged {}", times::ago(self.now() - at)),
            None => "never acknowledged yet".into(),
        };
        match pending.entries {
            0 => format!("queue: empty, {last}"),
            n => format!(
                "queue: {} waiting ({} in, {} out), {last}",
                entries(n),
                people(i64::try_from(pending.people_in).unwrap_or(i64::MAX)),
                pending.people_out
            ),
        }
    }

    fn clock(&self) -> String {
        match (self.status.clock.offset, self.status.clock.error) {
            (Some(offset), Some(error)) if offset.abs() > error => {
                let way = if offset > 0 { "behind" } else { "ahead of" };
                format!("clock: {} {way} the server's (corrected)", times::duration(offset))
            }
            (Some(_), _) => "clock: agrees with the server's".into(),
            (None, _) => "clock: not compared with the server since the device was switched on".into(),
        }
    }

    fn list(&self) -> Option<&ManifestFacts> {
        self.status.manifests.iter().find(|list| Some(list.event) == self.status.event)
    }

    fn zone(&self) -> &str {
        self.list().map_or("UTC", |list| list.time_zone.as_str())
    }
}

impl Said for StatusShown {
    fn text(&self, ink: Ink) -> String {
        let mut lines = self.who(ink);
        lines.push(self.place(ink));
        lines.extend(self.early(ink));
        lines.extend([self.list_line(), self.tally(), self.queue()]);
        let peers = counted(i64::try_from(self.status.peer_feeds).unwrap_or(i64::MAX), "log", "logs");
        lines.push(format!("others: {} in {peers}", entries(self.status.peer_entries)));
        lines.push(self.clock());
        for feed in &self.status.forked {
            lines.push(format!("! log {feed} has two different entries in one place: tell the administrator"));
        }
        for trouble in &self.status.troubles {
            lines.push(format!("! entry {} of log {}: {}", trouble.seq, trouble.feed, clean(&trouble.detail)));
        }
        lines.join("\n")
    }
}
