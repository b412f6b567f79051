//! `scanner search`: find tickets by name, e-mail or reference. Online, because no scanner holds names (they are sealed).

use clap::Args;
use serde::Serialize;
use shared::api::{SearchHit, SearchRequest};
use shared::ids::{ProductId, TicketKey};
use shared::manifest::TicketState;
use shared::trust::ScannerRole;

use crate::engine::{Engine, EngineError};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::words::{clean, people, short};

/// Fewest characters the server searches for.
const MIN_CHARS: usize = 2;

/// Whom to look for.
#[derive(Debug, Args)]
pub struct Search {
    /// Part of a name, an e-mail address or a reference
    query: String,
    /// Most hits
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
}

#[derive(Debug, Serialize)]
struct Hit {
    kind: &'static str,
    ticket: TicketKey,
    name: String,
    product: ProductId,
    state: TicketState,
    admits: u32,
    inside: u32,
    reference: Option<String>,
}

#[derive(Debug, Serialize)]
struct Found {
    kind: &'static str,
    hits: usize,
}

/// Runs the verb.
pub async fn run(device: &Device, verb: Search, printer: &Printer) -> Result<Exit, Failure> {
    let query = verb.query.trim().to_owned();
    if query.chars().count() < MIN_CHARS {
        return Err(Failure::Usage(format!("a search needs at least {MIN_CHARS} characters")));
    }
    let enrolled = device.ask(Engine::status).await?.enrolled.ok_or(EngineError::NotEnrolled)?;
    if enrolled.role != ScannerRole::Supervisor {
        return Err(EngineError::NotSupervisor("search").into());
    }
    let event = device.ask(Engine::event).await?;
    let link = device.link().await?;
    let answer = link.search(SearchRequest { event, query, limit: verb.limit }).await?;
    let hits = answer.hits.len();
    for hit in answer.hits {
        printer.say(&Hit::of(hit))?;
    }
    printer.say(&Found { kind: "search", hits })?;
    Ok(Exit::Done)
}

impl Hit {
    fn of(hit: SearchHit) -> Self {
        let SearchHit { ticket, name, product, state, admits, inside, reference } = hit;
        Self { kind: "search_hit", ticket, name, product, state, admits, inside, reference }
    }
}

impl Said for Hit {
    fn text(&self, ink: Ink) -> String {
        let state = match self.state {
            TicketState::Valid => "valid",
            TicketState::Canceled => "CANCELED",
            TicketState::Blocked => "BLOCKED",
            TicketState::Unpaid => "UNPAID",
            TicketState::Unknown(_) => "NOT ADMITTED (update this scanner to see why)",
        };
        let reference = self.reference.as_deref().map(|text| format!(" · {}", clean(text))).unwrap_or_default();
        let inside = format!("{} of {} inside", self.inside, people(self.admits));
        format!("{}  {state} · {inside}{reference} · ticket {}", ink.strong(&clean(&self.name)), short(&self.ticket))
    }
}

impl Said for Found {
    fn text(&self, _ink: Ink) -> String {
        match self.hits {
            0 => "Nobody found.".into(),
            1 => "1 ticket found.".into(),
            n => format!("{n} tickets found."),
        }
    }
}
