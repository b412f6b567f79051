//! `/events/{id}/tickets/import`: sending a list. It is looked at, and kept until it is imported (see `tickets::staged`).

use std::sync::Arc;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use shared::ids::EventId;

use super::super::form::{Form, answered};
use super::super::frame::{EventHead, Frame, Place, Tab};
use super::super::reader::Manager;
use super::super::texts::Language;
use super::event_of;
use super::told::list_fault;
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::state::AppState;
use crate::tickets::import::{Options, check};
use crate::tickets::look::look;
use crate::tickets::staged::{Choice, KEEP_MS, MAX_BYTES, Stage, Upload};

/// Largest body, in bytes: the list and what stands around it in a form.
pub(super) const BODY_LIMIT: usize = MAX_BYTES + 64 * 1024;

/// Longest name of a file that is shown, in characters.
const NAME_LIMIT: usize = 120;

const LABELS: &[(&str, &str)] = &[("file", "import-file")];

#[derive(Template)]
#[template(path = "tickets-import.html")]
struct UploadPage {
    language: Language,
    frame: Frame,
    event: EventHead,
    form: Form,
    hint: String,
    kept: String,
}

fn page(manager: &Manager, event: &Event, status: StatusCode, form: Form) -> Response {
    let language = manager.language;
    let shown = UploadPage {
        language,
        frame: manager.frame(Place::Events),
        event: EventHead::of(manager, event, Tab::Tickets),
        form,
        hint: language.fill("import-file-hint", [("n", (MAX_BYTES / 1024 / 1024).into())]),
        kept: language.fill("import-kept", [("n", (KEEP_MS / 60_000).into())]),
    };
    answered(status, &shown)
}

/// The form.
pub(super) async fn show(
    State(state): State<AppState>,
    manager: Manager,
    id: Result<Path<EventId>, ApiError>,
) -> Result<Response, Response> {
    let event = event_of(&state, &manager, id.map(|Path(id)| id)).await?;
    Ok(page(&manager, &event, StatusCode::OK, Form::new(manager.language, LABELS)))
}

/// What is wrong with what was sent, by the name of its text, or in words.
enum Trouble {
    Text(&'static str),
    Words(String),
}

/// Takes the list, and goes on to its columns.
pub(super) async fn send(
    State(state): State<AppState>,
    manager: Manager,
    id: Result<Path<EventId>, ApiError>,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Response, Response> {
    let event = event_of(&state, &manager, id.map(|Path(id)| id)).await?;
    match take(&state, &manager, &event, multipart).await {
        Ok(address) => Ok(Redirect::to(&address).into_response()),
        Err((status, trouble)) => {
            let mut form = Form::new(manager.language, LABELS);
            match trouble {
                Trouble::Text(name) => form.refuse("file", name),
                Trouble::Words(words) => form.say("file", words),
            }
            Ok(page(&manager, &event, status, form))
        }
    }
}

async fn take(
    state: &AppState,
    manager: &Manager,
    event: &Event,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<String, (StatusCode, Trouble)> {
    let bad = |name| (StatusCode::UNPROCESSABLE_ENTITY, Trouble::Text(name));
    let (name, bytes) = file(multipart).await?;
    if bytes.len() > MAX_BYTES {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, Trouble::Text("import-too-large")));
    }
    let (language, whose) = (manager.language, event.clone());
    let looking = tokio::task::spawn_blocking(move || {
        let look = look(&bytes)?;
        let choice = Choice { mapping: look.guess.clone(), options: Options::default() };
        let checked = check(&bytes, &choice.mapping, &whose);
        Ok((bytes, look, choice, checked))
    });
    let looked = looking.await.map_err(|_| bad("trouble-internal"))?;
    let (bytes, look, choice, checked) =
        looked.map_err(|error| (StatusCode::UNPROCESSABLE_ENTITY, Trouble::Words(list_fault(language, &error))))?;
    let (owner, now) = (manager.caller.principal.user.id, state.mono_ms());
    let event = event.id;
    let upload = |id| Upload {
        id,
        event,
        name,
        bytes: bytes.into(),
        look: Arc::new(look),
        choice,
        checked: Arc::new(checked),
        stage: Stage::Waiting,
    };
    let kept = state.uploads.put(owner, upload, now, &*state.entropy);
    let id = kept.map_err(|_| (StatusCode::SERVICE_UNAVAILABLE, Trouble::Text("import-no-room")))?;
    forget_later(state.clone());
    Ok(format!("/events/{event}/tickets/import/{id}"))
}

/// The file of the form.
async fn file(multipart: Result<Multipart, MultipartRejection>) -> Result<(String, Vec<u8>), (StatusCode, Trouble)> {
    let none = || (StatusCode::UNPROCESSABLE_ENTITY, Trouble::Text("import-no-file"));
    let mut multipart = multipart.map_err(|_| none())?;
    loop {
        let field = multipart.next_field().await.map_err(|error| broken(error.status()))?;
        let field = field.ok_or_else(none)?;
        if field.name() != Some("file") {
            continue;
        }
        let name: String = field.file_name().unwrap_or_default().chars().take(NAME_LIMIT).collect();
        let bytes = field.bytes().await.map_err(|error| broken(error.status()))?;
        return if bytes.is_empty() && name.is_empty() { Err(none()) } else { Ok((name, bytes.into())) };
    }
}

fn broken(status: StatusCode) -> (StatusCode, Trouble) {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        (status, Trouble::Text("import-too-large"))
    } else {
        (StatusCode::BAD_REQUEST, Trouble::Text("import-broken"))
    }
}

/// Nothing stays although nobody asks again.
fn forget_later(state: AppState) {
    tokio::spawn(async move {
        let mut closing = state.closing.clone();
        tokio::select! {
            () = tokio::time::sleep(std::time::Duration::from_millis(KEEP_MS + 1000)) => {
                state.uploads.sweep(state.mono_ms());
            }
            _ = closing.wait_for(|closing| *closing) => {}
        }
    });
}
