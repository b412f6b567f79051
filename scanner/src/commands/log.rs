//! `scanner log`: what was recorded, in the order in which it happened.

use clap::Args;
use serde::Serialize;
use shared::ids::TicketKey;

use crate::engine::{Engine, LogFilter, LogLine};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::scan::Moment;
use super::words::{clean, people, short, times};

/// Which entries.
#[derive(Debug, Args)]
pub struct Log {
    /// Most entries: those that came to this scanner last. They are shown in the order of their time, the latest at the end
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Only this ticket (its key, 32 digits)
    #[arg(long, value_name = "KEY")]
    ticket: Option<TicketKey>,
    /// Only what this scanner recorded
    #[arg(long)]
    own: bool,
    /// Also starts of the device and time samples
    #[arg(long)]
    technical: bool,
    /// In the order in which they came to this scanner: those of other scanners come late
    #[arg(long)]
    by_arrival: bool,
}

#[derive(Debug, Serialize)]
struct LogShown {
    kind: &'static str,
    /// `entry` and the like.
    entry_kind: &'static str,
    time: Moment,
    #[serde(flatten)]
    line: LineMembers,
    #[serde(skip)]
    now: i64,
    #[serde(skip)]
    zone: String,
    #[serde(skip)]
    full: LogLine,
}

/// The engine's line without what is renamed here (`kind`, `at`).
#[derive(Debug, Serialize)]
struct LineMembers {
    entry: shared::ids::EntryId,
    feed: shared::ids::FeedId,
    seq: u64,
    own: bool,
    scanner: String,
    verdict: Option<&'static str>,
    event: Option<shared::ids::EventId>,
    gate: Option<crate::engine::Named<shared::ids::GateId>>,
    direction: Option<shared::entry::Direction>,
    ticket: Option<TicketKey>,
    bodies: i64,
    reason: Option<String>,
    operator: Option<String>,
    target: Option<shared::ids::EntryId>,
    voided: bool,
    quarantined: bool,
    acknowledged: bool,
}

/// Runs the verb.
pub async fn run(device: &Device, verb: Log, printer: &Printer) -> Result<Exit, Failure> {
    let filter = LogFilter { limit: verb.limit, ticket: verb.ticket, own_only: verb.own, technical: verb.technical };
    let status = device.ask(Engine::status).await?;
    let now = status.clock.now.at;
    let zone = status.manifests.first().map_or_else(|| "UTC".to_owned(), |list| list.time_zone.clone());
    let mut lines = device.ask(move |engine| engine.log(filter)).await?;
    if !verb.by_arrival {
        // Lines of one time and feed stay in their order.
        lines.sort_by_key(|line| line.at.at);
    }
    for line in lines {
        printer.say(&LogShown::of(line, now, zone.clone()))?;
    }
    Ok(Exit::Done)
}

impl LogShown {
    fn of(line: LogLine, now: i64, zone: String) -> Self {
        let full = line.clone();
        let members = LineMembers {
            entry: line.entry,
            feed: line.feed,
            seq: line.seq,
            own: line.own,
            scanner: line.scanner,
            verdict: line.verdict,
            event: line.event,
            gate: line.gate,
            direction: line.direction,
            ticket: line.ticket,
            bodies: line.bodies,
            reason: line.reason,
            operator: line.operator,
            target: line.target,
            voided: line.voided,
            quarantined: line.quarantined,
            acknowledged: line.acknowledged,
        };
        Self { kind: "log", entry_kind: line.kind, time: line.at.into(), line: members, now, zone, full }
    }
}

impl Said for LogShown {
    fn text(&self, ink: Ink) -> String {
        let line = &self.full;
        let what = line.verdict.unwrap_or(line.kind);
        let mut parts = vec![times::at(line.at.at, self.now, &self.zone), ink.strong(what)];
        if line.bodies != 0 {
            let sign = if line.bodies > 0 { "+" } else { "" };
            parts.push(format!("{sign}{}", people(line.bodies)));
        }
        parts.extend(line.gate.as_ref().map(|gate| format!("gate {}", clean(&gate.name))));
        parts.push(if line.own { "this scanner".into() } else { clean(&line.scanner) });
        parts.extend(line.ticket.as_ref().map(|ticket| format!("ticket {}", short(ticket))));
        parts.extend(line.target.as_ref().map(|target| format!("voids {}", short(target))));
        parts.extend(line.operator.as_deref().map(clean));
        parts.extend(line.reason.as_deref().map(|reason| format!("{:?}", clean(reason))));
        let marks = [
            (line.at.uncertain, "time uncertain"),
            (line.voided, "VOID"),
            (line.quarantined, "QUARANTINED"),
            (!line.acknowledged, "not sent yet"),
        ];
        parts.extend(marks.iter().filter(|(is, _)| *is).map(|(_, mark)| (*mark).to_owned()));
        parts.push(format!("entry {}", short(&line.entry)));
        parts.join(" · ")
    }
}
