//! Taking a list of tickets into an event: for the API and the command line alike.

use std::sync::Arc;

use shared::clock::Entropy;

use super::NewTicket;
use super::columns::Mapping;
use super::fault::{LineError, RowFault};
use super::list::{self, ListError, Unused};
use super::staged::Checked;
use crate::events::Event;
use crate::people::Actor;
use crate::store::tickets::{AddTickets, Added, Existing, Progress};
use crate::store::{Store, StoreError};

/// A list, read and made into tickets.
#[derive(Debug)]
pub struct Prepared {
    /// Good lines, each with its number.
    tickets: Vec<(u64, NewTicket)>,
    /// Bad lines.
    errors: Vec<LineError>,
    /// Columns nobody reads; those that look like a known one come first.
    pub unused: Vec<Unused>,
    /// Whether there is a column of codes; without one, codes are made here.
    pub coded: bool,
}

/// What is wanted of an import.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// What happens to tickets that are there already.
    pub existing: Existing,
    /// Take the good lines although there are bad ones.
    pub partial: bool,
}

/// What became of an import.
#[derive(Debug, PartialEq, Eq)]
pub enum Imported {
    /// Done; with `partial`, bad lines are left.
    Done(Added, Vec<LineError>),
    /// Nothing was added, because of these lines.
    Refused(Vec<LineError>),
    /// No such event in the organization.
    NotFound,
    /// The event is archived.
    Archived,
}

/// Reads a list and makes its tickets: secrets, keys, sealed attendees. Takes a core for seconds with long lists.
pub fn prepare(
    bytes: &[u8],
    mapping: &[Mapping],
    event: &Event,
    entropy: &dyn Entropy,
    progress: impl FnMut(u64),
) -> Result<Prepared, ListError> {
    let list = list::read(bytes, mapping, &event.policy, progress)?;
    let tickets = Vec::with_capacity(list.rows.len());
    let mut prepared = Prepared { tickets, errors: list.errors, unused: list.unused, coded: list.coded };
    for (line, draft) in list.rows {
        match draft.make(event.id, &event.policy, entropy) {
            Ok(ticket) => prepared.tickets.push((line, ticket)),
            Err(error) => prepared.errors.push(LineError::new(line, error.into())),
        }
    }
    Ok(prepared)
}

/// Rows shown of what a list would become.
pub const PREVIEW: usize = 8;

/// What a list would become; nothing is made or stored.
pub fn check(bytes: &[u8], mapping: &[Mapping], event: &Event) -> Result<Checked, ListError> {
    let mut list = list::read(bytes, mapping, &event.policy, |_| ())?;
    let good = list.rows.len();
    list.rows.truncate(PREVIEW);
    let rows = list.rows.into_iter().map(|(line, draft)| (line, Ok(draft)));
    let bad = list.errors.iter().take(PREVIEW).map(|error| (error.line, Err(error.clone())));
    let mut preview: Vec<_> = rows.chain(bad).collect();
    preview.sort_by_key(|(line, _)| *line);
    preview.truncate(PREVIEW);
    Ok(Checked { good, bad: list.errors.into(), preview, unused: list.unused, coded: list.coded })
}

impl Prepared {
    /// Good lines.
    pub fn len(&self) -> usize {
        self.tickets.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tickets.is_empty()
    }

    /// Adds the tickets: all or none, unless `partial`.
    pub async fn add(
        mut self,
        store: &dyn Store,
        actor: Actor,
        event: &Event,
        options: Options,
        progress: Progress,
    ) -> Result<Imported, StoreError> {
        if !options.partial && !self.errors.is_empty() {
            return Ok(Imported::Refused(self.errors));
        }
        loop {
            let tickets = self.tickets.iter().map(|(_, ticket)| ticket.clone()).collect();
            let adding = store.add_tickets(actor.clone(), event.id, tickets, options.existing, Arc::clone(&progress));
            match adding.await? {
                AddTickets::Added(counts) => return Ok(Imported::Done(counts, self.errors)),
                AddTickets::NotFound => return Ok(Imported::NotFound),
                AddTickets::Archived => return Ok(Imported::Archived),
                AddTickets::Exist(positions) => {
                    self.move_to_errors(&positions);
                    if !options.partial {
                        return Ok(Imported::Refused(self.errors));
                    }
                }
            }
        }
    }

    fn move_to_errors(&mut self, positions: &[usize]) {
        let mut positions = positions.iter().copied().peekable();
        let (mut at, errors) = (0, &mut self.errors);
        self.tickets.retain(|(line, new)| {
            let there = positions.next_if_eq(&at).is_some();
            at += 1;
            if there {
                errors.push(LineError::new(*line, there_already(new)));
            }
            !there
        });
        errors.sort_by_key(|error| error.line);
    }
}

/// What a row has in common with a ticket of the event.
fn there_already(new: &NewTicket) -> RowFault {
    let draft = &new.draft;
    if draft.code.is_some() {
        return RowFault::CodeThere;
    }
    let (reference, name, email) = (draft.reference.clone(), draft.attendee.clone(), draft.email.clone());
    RowFault::HolderThere { reference, name, email }
}
