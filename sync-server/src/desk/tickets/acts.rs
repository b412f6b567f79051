//! What is done with a single ticket: canceled, blocked and unblocked, paid, given a new code. What others notice is asked about
//! first, with what it means.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::confirm::Confirm;
use super::super::form::{Filled, Form, answered};
use super::super::frame::{EventHead, Place, Tab};
use super::super::notice::Notice;
use super::super::reader::Manager;
use super::{TicketPath, address, called, ticket_of};
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::tickets::body::{ReasonInput, done};
use crate::state::AppState;
use crate::store::tickets::Act;
use crate::tickets::Ticket;

const LABELS: &[(&str, &str)] = &[("reason", "ticket-reason")];

/// What is asked.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Cancel,
    Block,
    Reissue,
}

impl Deed {
    /// Text of the question, what it means, and of the button.
    fn texts(self) -> (&'static str, &'static [&'static str], &'static str) {
        match self {
            Self::Cancel => ("ticket-cancel-title", &["ticket-cancel-means", "ticket-act-when"], "ticket-cancel"),
            Self::Block => ("ticket-block-title", &["ticket-block-means", "ticket-act-when"], "ticket-block"),
            Self::Reissue => (
                "ticket-reissue-title",
                &["ticket-reissue-means", "ticket-reissue-offline", "ticket-act-when"],
                "ticket-reissue",
            ),
        }
    }
}

fn question(
    manager: &Manager,
    event: &Event,
    ticket: &Ticket,
    deed: Deed,
    status: StatusCode,
    form: &Form,
) -> Response {
    let language = manager.language;
    let (title, says, button) = deed.texts();
    let fields = match deed {
        Deed::Reissue => vec![],
        Deed::Cancel | Deed::Block => vec![form.line("reason").hint(language.text("ticket-reason-hint"))],
    };
    let title = language.fill(title, [("who", called(ticket).into())]);
    let says = says.iter().map(|text| language.text(text)).collect();
    let page = Confirm::of(manager, Place::Events, title, says, language.text(button), address(ticket));
    let (event, summary) = (Some(EventHead::of(manager, event, Tab::Tickets)), Some(form.summary()));
    let harmful = !matches!(deed, Deed::Reissue);
    answered(status, &Confirm { event, summary, fields, harmful, ..page })
}

async fn ask(state: &AppState, manager: &Manager, path: TicketPath, deed: Deed) -> Result<Response, Response> {
    let (event, ticket) = ticket_of(state, manager, path).await?;
    Ok(question(manager, &event, &ticket, deed, StatusCode::OK, &Form::new(manager.language, LABELS)))
}

async fn carry_out(
    state: &AppState,
    manager: &Manager,
    path: TicketPath,
    filled: Filled,
    deed: Deed,
) -> Result<Response, Response> {
    let (event, ticket) = ticket_of(state, manager, path).await?;
    let mut form = Form::of(manager.language, LABELS, filled.0);
    let tried = async {
        form.is_asked()?;
        let reason = ReasonInput { reason: Some(form.fields().get("reason").to_owned()) }.check()?;
        let (act, notice) = match deed {
            Deed::Cancel => (Act::Cancel(reason), "ticket-canceled"),
            Deed::Block => (Act::Block(reason), "ticket-blocked"),
            Deed::Reissue => (Act::Reissue, "ticket-reissued"),
        };
        done(state, &manager.admin(), ticket.key, act).await?;
        Ok::<_, ApiError>(notice)
    };
    match tried.await {
        Ok(notice) => Ok(Notice::new(notice).on(&address(&ticket))),
        Err(error) => {
            let status = form.blame(error).map_err(|error| manager.problem(error))?;
            Ok(question(manager, &event, &ticket, deed, status, &form))
        }
    }
}

/// Whether to cancel.
pub(super) async fn ask_cancel(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
) -> Result<Response, Response> {
    ask(&state, &manager, path, Deed::Cancel).await
}

/// Cancels.
pub(super) async fn cancel(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
    filled: Filled,
) -> Result<Response, Response> {
    carry_out(&state, &manager, path, filled, Deed::Cancel).await
}

/// Whether to block.
pub(super) async fn ask_block(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
) -> Result<Response, Response> {
    ask(&state, &manager, path, Deed::Block).await
}

/// Blocks.
pub(super) async fn block(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
    filled: Filled,
) -> Result<Response, Response> {
    carry_out(&state, &manager, path, filled, Deed::Block).await
}

/// Whether to make a new code.
pub(super) async fn ask_reissue(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
) -> Result<Response, Response> {
    ask(&state, &manager, path, Deed::Reissue).await
}

/// Makes a new code.
pub(super) async fn reissue(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
    filled: Filled,
) -> Result<Response, Response> {
    carry_out(&state, &manager, path, filled, Deed::Reissue).await
}

/// Bars it no longer.
pub(super) async fn unblock(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
) -> Result<Response, Response> {
    at_once(&state, &manager, path, Act::Unblock, "ticket-unblocked").await
}

/// Paid, or not paid after all.
pub(super) async fn paid(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
    Filled(fields): Filled,
) -> Result<Response, Response> {
    let paid = fields.get("paid") == "yes";
    let notice = if paid { "ticket-paid" } else { "ticket-not-paid" };
    at_once(&state, &manager, path, Act::Paid(paid), notice).await
}

async fn at_once(
    state: &AppState,
    manager: &Manager,
    path: TicketPath,
    act: Act,
    notice: &str,
) -> Result<Response, Response> {
    let (_, ticket) = ticket_of(state, manager, path).await?;
    done(state, &manager.admin(), ticket.key, act).await.map_err(|error| manager.refusal(error))?;
    Ok(Notice::new(notice).on(&address(&ticket)))
}
