//! `/people/{id}/sessions`: where somebody is signed in, and ending all of it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use shared::ids::UserId;

use super::somebody;
use crate::desk::account::{SessionLine, sessions_of};
use crate::desk::frame::{Frame, Place};
use crate::desk::notice::Notice;
use crate::desk::problem::rendered;
use crate::desk::reader::Manager;
use crate::desk::texts::Language;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::http::users::sessions::end_of;
use crate::people::User;
use crate::state::AppState;

#[derive(Template)]
#[template(path = "person-sessions.html")]
struct SessionsPage {
    language: Language,
    frame: Frame,
    user: User,
    sessions: Vec<SessionLine>,
    zone: String,
}

type Named = Result<Path<UserId>, ApiError>;

/// Where they are signed in.
pub(super) async fn show(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    let user = match somebody(&state, &manager, id.map(|id| id.0)).await {
        Ok(user) => user,
        Err(response) => return response,
    };
    match sessions_of(&state, &manager, &user).await {
        Ok((sessions, zone)) => {
            let (language, frame) = (manager.language, manager.frame(Place::People));
            rendered(&SessionsPage { language, frame, user, sessions, zone })
        }
        Err(error) => manager.problem(error),
    }
}

/// Ends all of them.
pub(super) async fn act(State(state): State<AppState>, manager: Manager, id: Named) -> Response {
    let user = match somebody(&state, &manager, id.map(|id| id.0)).await {
        Ok(user) => user,
        Err(response) => return response,
    };
    match end_of(&state, &manager.admin(), user.id).await {
        // Whoever ends their own is a stranger now.
        Ok(_) if user.id == manager.caller.principal.user.id => Notice::new("own-sessions").on("/sign-in"),
        Ok(ended) => Notice::new("sessions").with("count", ended).on("/people"),
        Err(error) => manager.problem(error),
    }
}
