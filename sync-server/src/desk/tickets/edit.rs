//! `/events/{id}/tickets/new` and `…/{ticket}/edit`: a single ticket's facts.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use shared::ids::{EventId, ProductId};

use super::super::field::Choice;
use super::super::form::{Filled, Form, answered};
use super::super::frame::{EventHead, Frame, Place, Tab};
use super::super::notice::Notice;
use super::super::reader::Manager;
use super::super::texts::Language;
use super::super::times;
use super::{TicketPath, address, called, event_of, products, ticket_of};
use crate::change::Change;
use crate::events::Event;
use crate::http::error::{ApiError, Fault};
use crate::http::extract::Path;
use crate::http::tickets::body::done;
use crate::http::tickets::issue::issue as issue_all;
use crate::invalid::FieldError;
use crate::state::AppState;
use crate::store::tickets::{Act, Edit};
use crate::tickets::{Draft, Ticket};

const LABELS: &[(&str, &str)] = &[
    ("product", "ticket-product"),
    ("name", "ticket-name"),
    ("email", "email"),
    ("reference", "ticket-reference"),
    ("note", "ticket-note"),
    ("admits", "ticket-admits"),
    ("not_before", "ticket-valid-from"),
    ("not_after", "ticket-valid-until"),
    ("code", "ticket-code"),
    ("unpaid", "ticket-not-paid-yet"),
];

#[derive(Template)]
#[template(path = "ticket-edit.html")]
struct EditPage {
    language: Language,
    frame: Frame,
    event: EventHead,
    title: String,
    products: Vec<Choice>,
    time_zone: String,
    form: Form,
    /// Whether it is made now: code and payment are said then only.
    new: bool,
    back: String,
}

/// What all of these forms hold, checked as far as it is numbers and times.
struct Read {
    product: ProductId,
    admits: u32,
    not_before: Option<i64>,
    not_after: Option<i64>,
}

fn read(form: &Form, event: &Event) -> Result<Read, ApiError> {
    let (fields, mut wrong) = (form.fields(), vec![]);
    let mut number = |name: &str, code: &'static str| {
        let read = fields.get(name).parse().ok();
        if read.is_none() {
            wrong.push(FieldError::new(name, Fault::new("no_number", format!("\"{}\": {code}", fields.get(name)))));
        }
        read.unwrap_or_default()
    };
    let (product, admits) = (number("product", "no product"), number("admits", "no number of people"));
    let mut moment = |name: &str| {
        let text = Some(fields.get(name)).filter(|text| !text.is_empty())?;
        let at = times::of_field(text, &event.policy.time_zone);
        if at.is_none() {
            wrong.push(FieldError::new(name, Fault::new("implausible_time", "is no time")));
        }
        at.map(|ms| ms.div_euclid(1000))
    };
    let (not_before, not_after) = (moment("not_before"), moment("not_after"));
    if wrong.is_empty() {
        Ok(Read { product: ProductId(product), admits, not_before, not_after })
    } else {
        Err(ApiError::Invalid(wrong))
    }
}

fn said(form: &Form, name: &str) -> Option<String> {
    Some(form.fields().get(name).to_owned()).filter(|text| !text.is_empty())
}

fn page(manager: &Manager, event: &Event, ticket: Option<&Ticket>, status: StatusCode, form: Form) -> Response {
    let language = manager.language;
    let title = match ticket {
        Some(ticket) => language.fill("ticket-edit-title", [("who", called(ticket).into())]),
        None => language.text("ticket-new"),
    };
    answered(
        status,
        &EditPage {
            language,
            frame: manager.frame(Place::Events),
            event: EventHead::of(manager, event, Tab::Tickets),
            title,
            products: products(&event.policy),
            time_zone: event.policy.time_zone.clone(),
            form,
            new: ticket.is_none(),
            back: ticket.map_or_else(|| format!("/events/{}/tickets", event.id), address),
        },
    )
}

/// The form for a new one.
pub(super) async fn show_new(
    State(state): State<AppState>,
    manager: Manager,
    id: Result<Path<EventId>, ApiError>,
) -> Result<Response, Response> {
    let event = event_of(&state, &manager, id.map(|Path(id)| id)).await?;
    let form = Form::new(manager.language, LABELS).with("admits", "1");
    Ok(page(&manager, &event, None, StatusCode::OK, form))
}

/// Issues it.
pub(super) async fn issue(
    State(state): State<AppState>,
    manager: Manager,
    id: Result<Path<EventId>, ApiError>,
    Filled(fields): Filled,
) -> Result<Response, Response> {
    let event = event_of(&state, &manager, id.map(|Path(id)| id)).await?;
    let mut form = Form::of(manager.language, LABELS, fields);
    let tried = async {
        form.is_asked()?;
        let read = read(&form, &event)?;
        let draft = Draft {
            code: said(&form, "code"),
            product: read.product,
            admits: read.admits,
            not_before: read.not_before,
            not_after: read.not_after,
            attendee: said(&form, "name"),
            note: said(&form, "note"),
            email: said(&form, "email"),
            reference: said(&form, "reference"),
            unpaid: form.fields().has("unpaid"),
        };
        issue_all(&state, &manager.admin(), event.id, vec![draft]).await
    };
    match tried.await {
        Ok(keys) => {
            let made = keys.first().map(|key| format!("/events/{}/tickets/{key}", event.id));
            Ok(Notice::new("ticket-issued").on(&made.unwrap_or_default()))
        }
        Err(error) => {
            let status = form.blame(error).map_err(|error| manager.problem(error))?;
            Ok(page(&manager, &event, None, status, form))
        }
    }
}

/// The form for one that is there.
pub(super) async fn show(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
) -> Result<Response, Response> {
    let (event, ticket) = ticket_of(&state, &manager, path).await?;
    let zone = &event.policy.time_zone;
    let moment = |at: Option<i64>| at.map(|at| times::in_field(at, zone)).unwrap_or_default();
    let form = Form::new(manager.language, LABELS)
        .with("product", ticket.product.to_string())
        .with("admits", ticket.admits.to_string())
        .with("not_before", moment(ticket.not_before))
        .with("not_after", moment(ticket.not_after))
        .with("name", ticket.attendee.clone().unwrap_or_default())
        .with("note", ticket.note.clone().unwrap_or_default())
        .with("email", ticket.email.clone().unwrap_or_default())
        .with("reference", ticket.reference.clone().unwrap_or_default());
    Ok(page(&manager, &event, Some(&ticket), StatusCode::OK, form))
}

/// Changes it: only what differs from how it is, so that nothing else is touched.
pub(super) async fn change(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
    Filled(fields): Filled,
) -> Result<Response, Response> {
    let (event, ticket) = ticket_of(&state, &manager, path).await?;
    let mut form = Form::of(manager.language, LABELS, fields);
    let tried = async {
        form.is_asked()?;
        let read = read(&form, &event)?;
        // A field holds whole minutes: what is unchanged there keeps its seconds.
        let zone = &event.policy.time_zone;
        let moment = |was: Option<i64>, name: &str, new: Option<i64>| {
            let shown = was.map(|at| times::in_field(at, zone)).unwrap_or_default();
            if shown == form.fields().get(name) { Change::Keep } else { new.map_or(Change::Remove, Change::Set) }
        };
        let text = |was: &Option<String>, name: &str| {
            let new = said(&form, name);
            if *was == new { Change::Keep } else { new.map_or(Change::Remove, Change::Set) }
        };
        let edit = Edit {
            product: Some(read.product).filter(|product| *product != ticket.product),
            admits: Some(read.admits).filter(|admits| *admits != ticket.admits),
            not_before: moment(ticket.not_before, "not_before", read.not_before),
            not_after: moment(ticket.not_after, "not_after", read.not_after),
            attendee: text(&ticket.attendee, "name"),
            note: text(&ticket.note, "note"),
            email: text(&ticket.email, "email"),
            reference: text(&ticket.reference, "reference"),
        };
        done(&state, &manager.admin(), ticket.key, Act::Edit(edit)).await
    };
    match tried.await {
        Ok(_) => Ok(Notice::new("ticket-changed").on(&address(&ticket))),
        Err(error) => {
            let status = form.blame(error).map_err(|error| manager.problem(error))?;
            Ok(page(&manager, &event, Some(&ticket), status, form))
        }
    }
}
