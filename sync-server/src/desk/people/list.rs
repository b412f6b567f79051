//! `/people`: everybody of the organization.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::desk::account::role_text;
use crate::desk::frame::{Frame, Place};
use crate::desk::problem::rendered;
use crate::desk::reader::Manager;
use crate::desk::texts::Language;
use crate::people::{Role, User};
use crate::state::AppState;

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    language: Language,
    frame: Frame,
    people: Vec<Line>,
}

struct Line {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    sees: String,
    you: bool,
}

/// The list, by e-mail address.
pub(super) async fn show(State(state): State<AppState>, manager: Manager) -> Response {
    let (language, me) = (manager.language, manager.caller.principal.user.id);
    let line = |user: User| Line {
        id: user.id.to_string(),
        name: user.name,
        email: user.email.to_string(),
        role: role_text(user.role),
        sees: match user.role {
            Role::Admin => language.text("people-sees-all"),
            Role::Promoter => {
                let count = i64::try_from(user.events.len()).unwrap_or(i64::MAX);
                language.fill("people-sees", [("count", count.into())])
            }
        },
        you: user.id == me,
    };
    match state.store.users(manager.caller.viewer().organization).await {
        Ok(users) => {
            let people = users.into_iter().map(line).collect();
            rendered(&PeoplePage { language, frame: manager.frame(Place::People), people })
        }
        Err(error) => manager.problem(error),
    }
}
