//! Tickets in SQLite: adding, listing, printing. What happens to a single one is in `ticket_acts`.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, Row, Transaction, named_params};
use serde_json::json;
use shared::clock::Entropy;
use shared::ids::{EventId, ProductId, TicketKey};
use shared::manifest::TicketState;
use shared::ticket::Secret;

use super::error::StoreError;
use super::{Column, SqliteStore, audit, events, keys, ticket_acts};
use crate::keys::KeyUse;
use crate::people::{Actor, Viewer};
use crate::store::tickets::{
    Act, AddTickets, Added, ChangeTicket, Existing, Printable, Progress, TicketQuery, TicketRecord, TicketStore,
};
use crate::tickets::again::{Holder, Holders};
use crate::tickets::{CodeSource, NewTicket, OpaqueText, Origin, Ticket, key_of_code};

const INSERT: &str = include_str!("sql/ticket_insert.sql");
const HOLDERS: &str = include_str!("sql/ticket_holders.sql");
const OVERWRITE: &str = include_str!("sql/ticket_overwrite.sql");
const TICKET: &str = include_str!("sql/ticket.sql");
const TICKETS: &str = include_str!("sql/tickets.sql");
const TICKETS_BEFORE: &str = include_str!("sql/tickets_before.sql");

/// Tickets between two reports of progress.
const PROGRESS_STEP: usize = 1000;

/// A ticket with everything the store knows of it.
pub(super) struct Stored {
    pub internal: i64,
    pub canceled: bool,
    pub blocked: bool,
    pub unpaid: bool,
    pub source: Option<CodeSource>,
    pub sealed: Option<Vec<u8>>,
    pub ticket: Ticket,
}

fn to_state(number: i64) -> Result<TicketState, StoreError> {
    Ok(match number {
        0 => TicketState::Valid,
        1 => TicketState::Canceled,
        2 => TicketState::Blocked,
        3 => TicketState::Unpaid,
        _ => return Err(StoreError::Impossible("tickets.state")),
    })
}

fn state_number(state: TicketState) -> i64 {
    i64::from(state.number())
}

fn to_stored(row: &Row<'_>) -> Result<Stored, StoreError> {
    let opaque: Option<String> = row.get("opaque")?;
    let source = match (row.optional_id("secret")?, opaque) {
        (Some(secret), _) => Some(CodeSource::Secret(Secret(secret))),
        (None, Some(text)) => Some(CodeSource::Opaque(OpaqueText(text))),
        (None, None) => None,
    };
    let origin = match &source {
        Some(CodeSource::Secret(_)) => Origin::Issued,
        Some(CodeSource::Opaque(_)) => Origin::Imported,
        None => Origin::Refilled,
    };
    let ticket = Ticket {
        key: row.id("ticket_key")?,
        event: row.id("event")?,
        state: to_state(row.get("state")?)?,
        reason: row.get("reason")?,
        generation: row.number("generation")?,
        product: ProductId(row.number("product")?),
        admits: row.number("admits")?,
        not_before: row.get("not_before")?,
        not_after: row.get("not_after")?,
        attendee: row.get("attendee")?,
        note: row.get("note")?,
        email: row.get("email")?,
        reference: row.get("reference")?,
        origin,
        created: row.get("created")?,
        changed: row.get("changed")?,
    };
    Ok(Stored {
        internal: row.get("internal")?,
        canceled: row.get("canceled")?,
        blocked: row.get("blocked")?,
        unpaid: row.get("unpaid")?,
        source,
        sealed: row.get("sealed")?,
        ticket,
    })
}

/// A ticket, if the viewer may see its event.
pub(super) fn find(tx: &Connection, viewer: Viewer, key: TicketKey) -> Result<Option<Stored>, StoreError> {
    let mut statement = tx.prepare_cached(TICKET)?;
    let mut rows = statement.query_and_then(named_params! { ":ticket_key": key.as_bytes() }, to_stored)?;
    let Some(found) = rows.next().transpose()? else { return Ok(None) };
    let visible = events::visible(tx, viewer, found.ticket.event)?;
    Ok(visible.map(|_| found))
}

fn select(tx: &Connection, (id, event): (EventId, i64), query: &TicketQuery) -> Result<Vec<Stored>, StoreError> {
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let search = query.search.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let hexadecimal = |text: &&str| text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let key = search.map(|text| key_of_code(text, id));
    let (sql, place) = match &query.before {
        Some(before) => (TICKETS_BEFORE, Some(before)),
        None => (TICKETS, query.after.as_ref()),
    };
    let params = named_params! {
        ":event": event,
        ":place": place.map(|key| key.as_bytes().as_slice()),
        ":state": query.state.map(state_number),
        ":product": query.product.map(|product| product.0),
        ":key": key.as_ref().map(|key| key.as_bytes().as_slice()),
        ":pattern": search.map(|text| format!("%{}%", escaped(text))),
        ":key_prefix": search.filter(hexadecimal).map(|text| format!("{}*", text.to_lowercase())),
        ":limit": query.limit,
    };
    let mut statement = tx.prepare_cached(sql)?;
    let found: Result<Vec<_>, _> = statement.query_and_then(params, to_stored)?.collect();
    let mut found = found?;
    if query.before.is_some() {
        found.reverse();
    }
    Ok(found)
}

fn add(
    tx: &Transaction<'_>,
    actor: &Actor,
    event: EventId,
    tickets: &[NewTicket],
    existing: Existing,
    progress: &Progress,
) -> Result<AddTickets, StoreError> {
    let Some(internal) = events::visible(tx, Viewer::admin(actor.organization), event)? else {
        return Ok(AddTickets::NotFound);
    };
    if events::read(tx, internal)?.archived.is_some() {
        return Ok(AddTickets::Archived);
    }
    let again = again(tx, internal, tickets, existing)?;
    let there = refused(tx, tickets, &again, existing)?;
    if !there.is_empty() {
        return Ok(AddTickets::Exist(there));
    }
    let mut counts = Added::default();
    let (mut insert, mut overwrite) = (tx.prepare_cached(INSERT)?, tx.prepare_cached(OVERWRITE)?);
    for (at, (new, again)) in tickets.iter().zip(again).enumerate() {
        if again {
            counts.skipped += 1;
        } else if insert_one(&mut insert, internal, new, actor.at)? {
            counts.added += 1;
        } else if existing == Existing::Update && overwrite_one(&mut overwrite, internal, new, actor.at)? {
            counts.updated += 1;
        } else {
            counts.skipped += 1;
        }
        if at % PROGRESS_STEP == 0 {
            progress(counts.added + counts.updated + counts.skipped);
        }
    }
    let detail = json!({ "added": counts.added, "updated": counts.updated, "skipped": counts.skipped });
    audit::note(tx, actor, "tickets.add", Some(&event), Some(&detail))?;
    Ok(AddTickets::Added(counts))
}

/// Positions of those that are there already and must not be.
fn refused(
    tx: &Connection,
    tickets: &[NewTicket],
    again: &[bool],
    existing: Existing,
) -> Result<Vec<usize>, StoreError> {
    let codes = matches!(existing, Existing::Refuse | Existing::Add);
    let mut statement = tx.prepare_cached("SELECT 1 FROM tickets WHERE ticket_key = ?1")?;
    let mut there = vec![];
    for (at, (new, again)) in tickets.iter().zip(again).enumerate() {
        if existing != Existing::Skip && (*again || codes && statement.exists([new.key.as_bytes()])?) {
            there.push(at);
        }
    }
    Ok(there)
}

/// Which rows without a code say of their holder what a ticket of the event says already.
fn again(tx: &Connection, event: i64, tickets: &[NewTicket], existing: Existing) -> Result<Vec<bool>, StoreError> {
    let own = |new: &NewTicket| matches!(new.source, CodeSource::Secret(_));
    if existing == Existing::Add || !tickets.iter().any(own) {
        return Ok(vec![false; tickets.len()]);
    }
    let mut holders = Holders::default();
    let mut statement = tx.prepare_cached(HOLDERS)?;
    let mut rows = statement.query(named_params! { ":event": event })?;
    while let Some(row) = rows.next()? {
        let text = |name: &str| row.get::<_, Option<String>>(name);
        let (reference, name, email) = (text("reference")?, text("attendee")?, text("email")?);
        holders.note(Holder::new(reference.as_deref(), name.as_deref(), email.as_deref()));
    }
    let holder = |new: &NewTicket| {
        let draft = &new.draft;
        Holder::new(draft.reference.as_deref(), draft.attendee.as_deref(), draft.email.as_deref())
    };
    Ok(tickets.iter().map(|new| own(new) && holders.take(holder(new).as_ref())).collect())
}

fn insert_one(insert: &mut rusqlite::Statement<'_>, event: i64, new: &NewTicket, at: i64) -> Result<bool, StoreError> {
    let (secret, opaque) = match &new.source {
        CodeSource::Secret(secret) => (Some(secret.0.as_slice()), None),
        CodeSource::Opaque(text) => (None, Some(text.0.as_str())),
    };
    let draft = &new.draft;
    let params = named_params! {
        ":event": event, ":ticket_key": new.key.as_bytes(), ":secret": secret, ":opaque": opaque,
        ":unpaid": draft.unpaid, ":product": draft.product.0, ":admits": draft.admits,
        ":not_before": draft.not_before, ":not_after": draft.not_after, ":attendee": draft.attendee,
        ":note": draft.note, ":email": draft.email, ":reference": draft.reference, ":sealed": new.sealed, ":at": at,
    };
    Ok(insert.execute(params)? > 0)
}

fn overwrite_one(
    overwrite: &mut rusqlite::Statement<'_>,
    event: i64,
    new: &NewTicket,
    at: i64,
) -> Result<bool, StoreError> {
    let opaque = if let CodeSource::Opaque(text) = &new.source { Some(text.0.as_str()) } else { None };
    let draft = &new.draft;
    let params = named_params! {
        ":event": event, ":ticket_key": new.key.as_bytes(), ":opaque": opaque, ":unpaid": draft.unpaid,
        ":product": draft.product.0, ":admits": draft.admits, ":not_before": draft.not_before,
        ":not_after": draft.not_after, ":attendee": draft.attendee, ":note": draft.note, ":email": draft.email,
        ":reference": draft.reference, ":sealed": new.sealed, ":at": at,
    };
    Ok(overwrite.execute(params)? > 0)
}

/// Adds the key that signs codes of each ticket's event.
fn with_seeds(
    tx: &Connection,
    viewer: Viewer,
    event: EventId,
    tickets: Vec<Stored>,
    now: i64,
) -> Result<Vec<Printable>, StoreError> {
    let key = keys::signing_key(tx, viewer.organization, KeyUse::Ticket(event), now)?;
    let seed = key.and_then(|key| key.seed);
    let printable = |stored: Stored| Printable { ticket: stored.ticket, source: stored.source, seed: seed.clone() };
    Ok(tickets.into_iter().map(printable).collect())
}

#[async_trait]
impl TicketStore for SqliteStore {
    async fn add_tickets(
        &self,
        actor: Actor,
        event: EventId,
        tickets: Vec<NewTicket>,
        existing: Existing,
        progress: Progress,
    ) -> Result<AddTickets, StoreError> {
        self.write_large(move |tx| add(tx, &actor, event, &tickets, existing, &progress)).await
    }

    async fn tickets(
        &self,
        viewer: Viewer,
        event: EventId,
        query: TicketQuery,
    ) -> Result<Option<Vec<Ticket>>, StoreError> {
        self.read(move |tx| {
            let Some(internal) = events::visible(tx, viewer, event)? else { return Ok(None) };
            let found = select(tx, (event, internal), &query)?;
            Ok(Some(found.into_iter().map(|stored| stored.ticket).collect()))
        })
        .await
    }

    async fn ticket(&self, viewer: Viewer, key: TicketKey) -> Result<Option<Ticket>, StoreError> {
        self.read(move |tx| Ok(find(tx, viewer, key)?.map(|stored| stored.ticket))).await
    }

    async fn ticket_record(&self, viewer: Viewer, key: TicketKey) -> Result<Option<TicketRecord>, StoreError> {
        self.read(move |tx| ticket_acts::record(tx, viewer, key)).await
    }

    async fn change_ticket(
        &self,
        actor: Actor,
        key: TicketKey,
        act: Act,
        entropy: Arc<dyn Entropy>,
    ) -> Result<ChangeTicket, StoreError> {
        self.write(move |tx| ticket_acts::carry_out(tx, &actor, key, act, &*entropy)).await
    }

    async fn printable(&self, viewer: Viewer, key: TicketKey, now: i64) -> Result<Option<Printable>, StoreError> {
        self.read(move |tx| {
            let Some(found) = find(tx, viewer, key)? else { return Ok(None) };
            let event = found.ticket.event;
            Ok(with_seeds(tx, viewer, event, vec![found], now)?.pop())
        })
        .await
    }

    async fn printables(
        &self,
        viewer: Viewer,
        event: EventId,
        query: TicketQuery,
        now: i64,
    ) -> Result<Vec<Printable>, StoreError> {
        self.read(move |tx| {
            let Some(internal) = events::visible(tx, viewer, event)? else { return Ok(vec![]) };
            with_seeds(tx, viewer, event, select(tx, (event, internal), &query)?, now)
        })
        .await
    }
}
