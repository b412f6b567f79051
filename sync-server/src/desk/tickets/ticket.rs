//! `/events/{id}/tickets/{ticket}`: one ticket: facts, code, what can be done, its whole story.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::super::frame::{EventHead, Frame, Place, Tab};
use super::super::problem::rendered;
use super::super::reader::Manager;
use super::super::texts::Language;
use super::super::times;
use super::moments::{Moment, moments};
use super::{TicketPath, called, product_name, state_name, state_text, ticket_of};
use crate::http::error::ApiError;
use crate::state::AppState;
use crate::tickets::story::story;
use crate::tickets::{Missing, Origin, Ticket};

#[derive(Template)]
#[template(path = "ticket.html")]
struct TicketPage {
    language: Language,
    frame: Frame,
    event: EventHead,
    called: String,
    ticket: Ticket,
    state: &'static str,
    state_text: String,
    product: String,
    from: Option<String>,
    until: Option<String>,
    origin: String,
    listed: String,
    /// Why there is no code to show.
    codeless: Option<String>,
    /// Whether its code is made here, so that it can be made anew.
    ours: bool,
    /// Whether something can still be done with it.
    open: bool,
    moments: Vec<Moment>,
}

/// The page.
pub(super) async fn page(
    State(state): State<AppState>,
    manager: Manager,
    path: TicketPath,
) -> Result<Response, Response> {
    let (event, ticket) = ticket_of(&state, &manager, path).await?;
    let (language, viewer) = (manager.language, manager.caller.viewer());
    let told = async {
        let printable = state.store.printable(viewer, ticket.key, manager.caller.at).await?;
        let codeless = printable.ok_or(ApiError::NotFound("ticket"))?.text().err();
        let story = story(&*state.store, viewer, ticket.key).await?.ok_or(ApiError::NotFound("ticket"))?;
        Ok::<_, ApiError>((codeless, story))
    };
    let (codeless, story) = told.await.map_err(|error| manager.problem(error))?;
    let zone = &event.policy.time_zone;
    let moment = |at: Option<i64>| at.map(|at| times::minute(at.saturating_mul(1000), zone));
    let listed = match (story.record.listed, story.record.waiting) {
        (None, _) => language.text("ticket-listed-not-yet"),
        (Some(version), false) => language.fill("ticket-listed", [("version", version.to_string().into())]),
        (Some(version), true) => language.fill("ticket-listed-older", [("version", version.to_string().into())]),
    };
    let codeless = codeless.map(|missing| match missing {
        Missing::Code => language.text("ticket-code-unknown"),
        Missing::Key => language.text("ticket-code-no-key"),
    });
    let origin = match ticket.origin {
        Origin::Issued => language.text("ticket-origin-issued"),
        Origin::Imported => language.text("ticket-origin-imported"),
        Origin::Refilled => language.text("ticket-origin-refilled"),
    };
    Ok(rendered(&TicketPage {
        language,
        frame: manager.frame(Place::Events),
        event: EventHead::of(&manager, &event, Tab::Tickets),
        called: called(&ticket),
        state: state_name(ticket.state),
        state_text: state_text(language, ticket.state),
        product: product_name(&event.policy, ticket.product),
        from: moment(ticket.not_before),
        until: moment(ticket.not_after),
        origin,
        listed,
        codeless,
        ours: ticket.origin == Origin::Issued,
        open: state_name(ticket.state) != "canceled" && event.archived.is_none(),
        moments: moments(language, &event.policy, story),
        ticket,
    }))
}
