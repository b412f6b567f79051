//! `/people`: who signs in, what they may do, and their sessions.

mod add;
mod list;
mod password;
mod person;
mod remove;
mod sessions;

use axum::response::Response;
use shared::ids::UserId;

use super::field::Choice;
use super::form::Fields;
use super::pages::Pages;
use super::reader::Manager;
use super::texts::Language;
use crate::events::EventSummary;
use crate::http::error::ApiError;
use crate::people::{Role, User};
use crate::state::AppState;

/// Pages about people.
pub(super) fn pages(pages: Pages) -> Pages {
    pages
        .page("/people", list::show)
        .typed("/people/new", add::show, add::act)
        .typed("/people/{id}", person::show, person::act)
        .form("/people/{id}/password", password::show, password::act)
        .form("/people/{id}/sessions", sessions::show, sessions::act)
        .form("/people/{id}/remove", remove::show, remove::act)
}

/// Labels of the fields about somebody.
const LABELS: &[(&str, &str)] = &[
    ("email", "email"),
    ("name", "name"),
    ("role", "role"),
    ("events", "people-events"),
    ("how", "people-password-how"),
    ("password", "new-password"),
];

/// Somebody of the organization, or the page that says that there is no such person.
async fn somebody(state: &AppState, manager: &Manager, id: Result<UserId, ApiError>) -> Result<User, Response> {
    let found = async {
        let id = id?;
        let users = state.store.users(manager.caller.viewer().organization).await?;
        users.into_iter().find(|user| user.id == id).ok_or(ApiError::NotFound("user"))
    };
    found.await.map_err(|error| manager.problem(error))
}

/// The roles there are.
fn roles(language: Language) -> Vec<Choice> {
    let role = |role, text: &str| Choice::new(value(role), language.text(text));
    vec![role(Role::Promoter, "role-promoter-can"), role(Role::Admin, "role-admin-can")]
}

/// How a role is sent.
fn value(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Promoter => "promoter",
    }
}

/// The events that can be granted.
async fn events(state: &AppState, manager: &Manager) -> Result<Vec<Choice>, Response> {
    let events = state.store.events(manager.caller.viewer(), false).await;
    let choice = |event: EventSummary| {
        let day = crate::events::day(event.starts, &event.time_zone);
        Choice::new(event.id.to_string(), format!("{} ({day})", event.name))
    };
    events.map(|events| events.into_iter().map(choice).collect()).map_err(|error| manager.problem(error))
}

/// The role and the events that were chosen; an id that is none was not chosen on our page.
fn chosen(fields: &Fields) -> Result<(Role, Vec<shared::ids::EventId>), ApiError> {
    let role = match fields.get("role") {
        "admin" => Role::Admin,
        "promoter" => Role::Promoter,
        _ => return Err(ApiError::field("role", crate::invalid::Fault::new("empty", "must be chosen"))),
    };
    let ids = fields.all("events").map(str::parse).collect::<Result<_, _>>();
    let unknown = |_| ApiError::field("events", crate::invalid::Fault::new("unknown_event", "names no event"));
    Ok((role, ids.map_err(unknown)?))
}
