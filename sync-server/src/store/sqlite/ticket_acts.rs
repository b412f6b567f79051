//! What administrators do to a single ticket, in SQLite.

use rusqlite::{Connection, Transaction, named_params};
use serde_json::{Value, json};
use shared::clock::Entropy;
use shared::ids::TicketKey;
use shared::policy::Policy;

use super::error::StoreError;
use super::tickets::{Stored, find};
use super::{audit, events};
use crate::people::{Actor, Viewer};
use crate::store::tickets::{Act, ChangeTicket, Edit, TicketRecord};
use crate::tickets::draft::seal;
use crate::tickets::{CodeSource, Draft, DraftError, Ticket};

const UPDATE: &str = include_str!("sql/ticket_update.sql");

/// Why an act is not carried out.
enum Refusal {
    Canceled,
    NotOurs,
    NoCode,
    Invalid(DraftError),
}

impl From<Refusal> for ChangeTicket {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Canceled => Self::Canceled,
            Refusal::NotOurs => Self::NotOurs,
            Refusal::NoCode => Self::NoCode,
            Refusal::Invalid(error) => Self::Invalid(error),
        }
    }
}

pub(super) fn carry_out(
    tx: &Transaction<'_>,
    actor: &Actor,
    key: TicketKey,
    act: Act,
    entropy: &dyn Entropy,
) -> Result<ChangeTicket, StoreError> {
    let viewer = Viewer::admin(actor.organization);
    let Some(mut stored) = find(tx, viewer, key)? else { return Ok(ChangeTicket::NotFound) };
    let Some(event) = events::visible(tx, viewer, stored.ticket.event)? else { return Ok(ChangeTicket::NotFound) };
    let event = events::read(tx, event)?;
    if event.archived.is_some() {
        return Ok(ChangeTicket::Archived);
    }
    let before = flags(&stored);
    let (name, detail) = describe(&act);
    if let Err(refusal) = apply(&mut stored, act, &event.policy, entropy) {
        return Ok(refusal.into());
    }
    if flags(&stored) != before {
        update(tx, actor, &stored)?;
        audit::note(tx, actor, name, Some(&key), Some(&detail))?;
    }
    let now = find(tx, viewer, key)?.ok_or(StoreError::Impossible("tickets"))?;
    Ok(ChangeTicket::Done(now.ticket))
}

/// What was done with a ticket, if the viewer may see its event.
pub(super) fn record(tx: &Connection, viewer: Viewer, key: TicketKey) -> Result<Option<TicketRecord>, StoreError> {
    let Some(stored) = find(tx, viewer, key)? else { return Ok(None) };
    let (waiting, listed) = tx
        .prepare_cached(include_str!("sql/ticket_listed.sql"))?
        .query_row(named_params! { ":id": stored.internal }, |row| {
            Ok((row.get("waiting")?, row.get::<_, Option<i64>>("version")?))
        })?;
    Ok(Some(TicketRecord {
        added: audit::adding(tx, viewer.organization, &stored.ticket)?,
        acts: audit::of_subject(tx, viewer.organization, &key.to_string())?,
        listed: listed.and_then(|version| u64::try_from(version).ok()),
        waiting,
        ticket: stored.ticket,
    }))
}

/// Everything an act can change, to notice when it changes nothing.
fn flags(stored: &Stored) -> (bool, bool, bool, Ticket) {
    (stored.canceled, stored.blocked, stored.unpaid, stored.ticket.clone())
}

/// Name and facts for the audit log. Texts about attendees are left out: the log outlives the right to keep them.
fn describe(act: &Act) -> (&'static str, Value) {
    match act {
        Act::Cancel(reason) => ("ticket.cancel", json!({ "reason": reason })),
        Act::Block(reason) => ("ticket.block", json!({ "reason": reason })),
        Act::Unblock => ("ticket.unblock", json!({})),
        Act::Paid(paid) => ("ticket.paid", json!({ "paid": paid })),
        Act::Reissue => ("ticket.reissue", json!({})),
        Act::Edit(edit) => (
            "ticket.edit",
            json!({
                "product": edit.product, "admits": edit.admits, "window": window_changes(edit),
                "attendee": !edit.attendee.is_keep(), "note": !edit.note.is_keep(), "email": !edit.email.is_keep(),
                "reference": !edit.reference.is_keep(),
            }),
        ),
    }
}

fn window_changes(edit: &Edit) -> bool {
    !edit.not_before.is_keep() || !edit.not_after.is_keep()
}

fn apply(stored: &mut Stored, act: Act, policy: &Policy, entropy: &dyn Entropy) -> Result<(), Refusal> {
    if stored.canceled && !matches!(act, Act::Cancel(_)) {
        return Err(Refusal::Canceled);
    }
    match act {
        Act::Cancel(_) if stored.canceled => {}
        Act::Cancel(reason) => (stored.canceled, stored.ticket.reason) = (true, reason),
        Act::Block(reason) => (stored.blocked, stored.ticket.reason) = (true, reason),
        Act::Unblock => (stored.blocked, stored.ticket.reason) = (false, None),
        Act::Paid(paid) => stored.unpaid = !paid,
        Act::Reissue => match stored.source {
            Some(CodeSource::Secret(_)) => stored.ticket.generation += 1,
            Some(CodeSource::Opaque(_)) => return Err(Refusal::NotOurs),
            None => return Err(Refusal::NoCode),
        },
        Act::Edit(edit) => apply_edit(stored, edit, policy, entropy)?,
    }
    Ok(())
}

fn apply_edit(stored: &mut Stored, edit: Edit, policy: &Policy, entropy: &dyn Entropy) -> Result<(), Refusal> {
    let ticket = &mut stored.ticket;
    let seals = !edit.attendee.is_keep() || !edit.note.is_keep();
    ticket.product = edit.product.unwrap_or(ticket.product);
    ticket.admits = edit.admits.unwrap_or(ticket.admits);
    edit.not_before.apply(&mut ticket.not_before);
    edit.not_after.apply(&mut ticket.not_after);
    edit.attendee.without_blank().apply(&mut ticket.attendee);
    edit.note.without_blank().apply(&mut ticket.note);
    edit.email.without_blank().apply(&mut ticket.email);
    edit.reference.without_blank().apply(&mut ticket.reference);
    as_draft(ticket).check(policy).map_err(Refusal::Invalid)?;
    if seals {
        let source = stored.source.as_ref().ok_or(Refusal::NoCode)?;
        let (name, note) = (ticket.attendee.as_deref(), ticket.note.as_deref());
        stored.sealed = seal(ticket.event, ticket.key, source, name, note, entropy);
    }
    Ok(())
}

/// The ticket's facts in the form in which they are checked.
fn as_draft(ticket: &Ticket) -> Draft {
    Draft {
        code: None,
        product: ticket.product,
        admits: ticket.admits,
        not_before: ticket.not_before,
        not_after: ticket.not_after,
        attendee: ticket.attendee.clone(),
        note: ticket.note.clone(),
        email: ticket.email.clone(),
        reference: ticket.reference.clone(),
        unpaid: false,
    }
}

fn update(tx: &Connection, actor: &Actor, stored: &Stored) -> Result<(), StoreError> {
    let ticket = &stored.ticket;
    let params = named_params! {
        ":id": stored.internal, ":canceled": stored.canceled, ":blocked": stored.blocked, ":unpaid": stored.unpaid,
        ":reason": ticket.reason, ":generation": ticket.generation, ":product": ticket.product.0,
        ":admits": ticket.admits, ":not_before": ticket.not_before, ":not_after": ticket.not_after,
        ":attendee": ticket.attendee, ":note": ticket.note, ":email": ticket.email, ":reference": ticket.reference,
        ":sealed": stored.sealed, ":at": actor.at,
    };
    tx.prepare_cached(UPDATE)?.execute(params)?;
    Ok(())
}
