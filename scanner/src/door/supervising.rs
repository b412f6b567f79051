//! What stands behind the PIN: search, override, undo, counting by hand.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use shared::api::SearchRequest;
use shared::ids::EntryId;
use shared::manifest::TicketState;

use crate::commands::words::{clean, times};
use crate::engine::{Engine, LogFilter, LogLine, ScanRequest, UndoTarget};
use crate::net::{NetError, SyncError};

use super::pin::Tried;
use super::problem::Problem;
use super::reader::{Reader, cookie};
use super::state::{Door, locked};
use super::texts::Language;
use super::wording::Shown;

/// Cookie of the unlocked browser.
const SECRET_COOKIE: &str = "supervisor";
/// Lines of the log shown.
const LOG_LINES: u32 = 30;
/// Most hits of a search.
const HITS: u32 = 20;

/// The PIN as typed.
#[derive(Deserialize)]
pub(super) struct Pin {
    pin: String,
}

/// Whether this browser is unlocked.
#[derive(Debug, Serialize)]
pub(super) struct Session {
    unlocked: bool,
}

/// Whom to look for.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    q: String,
}

/// A ticket found.
#[derive(Debug, Serialize)]
pub(super) struct Hit {
    name: String,
    state: String,
    inside: String,
    reference: Option<String>,
}

/// A refused scan to decide otherwise.
#[derive(Debug, Deserialize)]
pub(super) struct Anyway {
    entry: EntryId,
    reason: String,
}

/// What to undo.
#[derive(Debug, Deserialize)]
pub(super) struct Undone {
    entry: EntryId,
    reason: Option<String>,
}

/// People without a ticket.
#[derive(Debug, Deserialize)]
pub(super) struct Counted {
    /// Positive in, negative out.
    people: i64,
    reason: String,
}

/// A line of the log.
#[derive(Debug, Serialize)]
pub(super) struct Line {
    entry: EntryId,
    time: String,
    word: String,
    bodies: i64,
    gate: String,
    scanner: String,
    undone: bool,
    /// Whether it moved people and is not undone yet.
    undoable: bool,
}

/// Whether the browser that sent these headers is unlocked.
pub(super) fn is_unlocked(door: &Door, headers: &HeaderMap) -> bool {
    let now = door.mono_ms();
    cookie(headers, SECRET_COOKIE).is_some_and(|secret| locked(&door.pins).is_unlocked(secret, now))
}

fn allowed(door: &Door, headers: &HeaderMap, language: Language) -> Result<(), Problem> {
    if is_unlocked(door, headers) { Ok(()) } else { Err(Problem::locked(language)) }
}

/// Whether this browser is unlocked.
pub(super) async fn session(State(door): State<Arc<Door>>, headers: HeaderMap) -> Json<Session> {
    Json(Session { unlocked: is_unlocked(&door, &headers) })
}

/// Tries a PIN.
pub(super) async fn unlock(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    Json(Pin { pin }): Json<Pin>,
) -> Result<Response, Problem> {
    let (now, entropy) = (door.mono_ms(), door.device().entropy().clone());
    let trying = door.clone();
    let tried = tokio::task::spawn_blocking(move || locked(&trying.pins).try_pin(&pin, now, &*entropy)).await;
    let tried = tried.map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    match tried {
        Tried::Right(secret) => {
            let cookie = format!("{SECRET_COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict");
            let cookie = HeaderValue::try_from(cookie).map_err(|_| Problem::nonsense("cookie"))?;
            Ok(([(header::SET_COOKIE, cookie)], Json(Session { unlocked: true })).into_response())
        }
        Tried::Wrong { left } => {
            let text = language.fill("pin-wrong", [("left", i64::from(left).into())]);
            Err(Problem::new(StatusCode::FORBIDDEN, text))
        }
        Tried::Wait { ms } => {
            let seconds = i64::try_from(ms.div_ceil(1_000)).unwrap_or(i64::MAX);
            let text = language.fill("pin-wait", [("seconds", seconds.into())]);
            Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, text))
        }
        Tried::Missing => Err(Problem::new(StatusCode::CONFLICT, language.text("pin-missing"))),
    }
}

/// Locks.
pub(super) async fn lock(State(door): State<Arc<Door>>, headers: HeaderMap) -> Json<Session> {
    if is_unlocked(&door, &headers) {
        locked(&door.pins).lock();
    }
    Json(Session { unlocked: false })
}

/// Finds tickets by name; asks the server, because no scanner carries names.
pub(super) async fn search(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<Hit>>, Problem> {
    allowed(&door, &headers, language)?;
    let problem = |failure| Problem::of(&failure, language);
    let event = door.device().ask(Engine::event).await.map_err(problem)?;
    let link = door.device().link().await.map_err(problem)?;
    let query = wanted.q.trim().to_owned();
    let answer = match link.search(SearchRequest { event, query, limit: HITS }).await {
        Err(SyncError::Net(NetError::Unreachable { .. })) => {
            return Err(Problem::new(StatusCode::BAD_GATEWAY, language.text("search-offline")));
        }
        answer => answer.map_err(|error| Problem::of_sync(error, language))?,
    };
    let hits = answer.hits.into_iter().map(|hit| Hit {
        name: clean(&hit.name),
        state: language.text(match hit.state {
            TicketState::Valid => "state-valid",
            TicketState::Canceled => "state-canceled",
            TicketState::Blocked => "state-blocked",
            TicketState::Unpaid => "state-unpaid",
            TicketState::Unknown(_) => "state-unknown",
        }),
        inside: language
            .fill("fact-inside", [("inside", i64::from(hit.inside).into()), ("admits", i64::from(hit.admits).into())]),
        reference: hit.reference.as_deref().map(clean),
    });
    Ok(Json(hits.collect()))
}

/// The last scans.
pub(super) async fn log(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    headers: HeaderMap,
) -> Result<Json<Vec<Line>>, Problem> {
    allowed(&door, &headers, language)?;
    let filter = LogFilter { limit: LOG_LINES, ..LogFilter::default() };
    let read = move |engine: &mut Engine| Ok((engine.log(filter)?, engine.status()?));
    let (lines, status) = door.device().ask(read).await.map_err(|failure| Problem::of(&failure, language))?;
    let list = status.manifests.iter().find(|list| Some(list.event) == status.event);
    let (now, zone) = (status.clock.now.at, list.map_or("UTC", |list| list.time_zone.as_str()));
    Ok(Json(lines.into_iter().rev().map(|line| Line::of(line, now, zone, language)).collect()))
}

impl Line {
    fn of(line: LogLine, now: i64, zone: &str, language: Language) -> Self {
        let word = match line.kind {
            "entry" => language.text("direction-entry"),
            "exit" => language.text("direction-exit"),
            "count" => language.text("count-title"),
            "undo" => language.text("undo-go"),
            _ => language.text("word-refused"),
        };
        Self {
            entry: line.entry,
            time: times::at(line.at.at, now, zone),
            word,
            bodies: line.bodies,
            gate: line.gate.map(|gate| clean(&gate.name)).unwrap_or_default(),
            scanner: clean(&line.scanner),
            undone: line.voided,
            undoable: !line.voided && matches!(line.kind, "entry" | "exit" | "count"),
        }
    }
}

/// Lets in whom the rules refused.
pub(super) async fn admit_anyway(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    headers: HeaderMap,
    Json(anyway): Json<Anyway>,
) -> Result<Json<Shown>, Problem> {
    allowed(&door, &headers, language)?;
    let forgotten = || Problem::new(StatusCode::GONE, language.text("problem-forgotten"));
    let scan = door.recall(anyway.entry).ok_or_else(forgotten)?;
    let scan = ScanRequest { override_reason: Some(anyway.reason.trim().to_owned()), ..scan };
    let decided = door.judge(scan).await.map_err(|failure| Problem::of(&failure, language))?;
    Ok(Json(Shown::of(&decided, 1, language)))
}

/// Voids an entry.
pub(super) async fn undo(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    headers: HeaderMap,
    Json(undone): Json<Undone>,
) -> Result<StatusCode, Problem> {
    allowed(&door, &headers, language)?;
    let reason = undone.reason.filter(|reason| !reason.trim().is_empty());
    let target = UndoTarget::Entry(undone.entry);
    let recorded = door.device().ask(move |engine| engine.undo(&target, None, reason.as_deref())).await;
    recorded.map_err(|failure| Problem::of(&failure, language))?;
    door.changed();
    Ok(StatusCode::NO_CONTENT)
}

/// Counts people without a ticket.
pub(super) async fn count(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    headers: HeaderMap,
    Json(counted): Json<Counted>,
) -> Result<StatusCode, Problem> {
    allowed(&door, &headers, language)?;
    let recorded =
        door.device().ask(move |engine| engine.count(counted.people, counted.reason.trim(), None, None)).await;
    recorded.map_err(|failure| Problem::of(&failure, language))?;
    door.changed();
    Ok(StatusCode::NO_CONTENT)
}
