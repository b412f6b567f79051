//! Frames, typed codes and picture files, judged.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use image::GrayImage;
use serde::{Deserialize, Serialize};
use shared::api::Invitation;

use crate::camera::{self, Effort, Readings};
use crate::engine::ScanRequest;

use super::enrolling::{Enrolled, enrol_with};
use super::problem::Problem;
use super::reader::Reader;
use super::state::Door;
use super::texts::Language;
use super::wording::Shown;

/// Longest side of a frame, in pixels.
const MAX_SIDE: u32 = 3_840;

/// Size of a frame, in pixels.
#[derive(Debug, Deserialize)]
pub(super) struct Size {
    width: u32,
    height: u32,
}

/// A code, typed or from a hardware scanner.
#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    code: String,
    /// How many people; absent: all the ticket has left.
    people: Option<u32>,
}

/// What came of something shown to the scanner.
#[derive(Debug, Default, Serialize)]
pub(super) struct Seen {
    /// Codes in view.
    codes: usize,
    /// The answer; absent when there is nothing new to say.
    answer: Option<Shown>,
    /// It was an enrolment code, and this device is a scanner now.
    enrolled: Option<Enrolled>,
}

/// A frame of the camera: `width` × `height` grey bytes, row by row. Answers at once; the page then sends its newest frame, so
/// that none waits in a queue.
pub(super) async fn frame(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    Query(size): Query<Size>,
    body: Bytes,
) -> Result<Json<Seen>, Problem> {
    if size.width == 0 || size.height == 0 || size.width.max(size.height) > MAX_SIDE {
        return Err(Problem::nonsense("a frame has 1 to 3840 pixels a side"));
    }
    let picture = GrayImage::from_raw(size.width, size.height, body.into())
        .filter(|picture| picture.as_raw().len() == size.width as usize * size.height as usize)
        .ok_or_else(|| Problem::nonsense("a frame has one byte a pixel"))?;
    let readings = read(picture, Effort::Frame).await?;
    let codes = readings.all.len();
    let Some(text) = readings.to_judge().map(|reading| reading.text.clone()) else { return Ok(Json(Seen::default())) };
    if !door.is_new_in_view(&text) {
        return Ok(Json(Seen { codes, ..Seen::default() }));
    }
    match judge(&door, text, None, codes, language).await {
        Ok(seen) => Ok(Json(seen)),
        Err(problem) => {
            door.forget_view();
            Err(problem)
        }
    }
}

/// A code as text.
pub(super) async fn code(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    Json(typed): Json<Typed>,
) -> Result<Json<Seen>, Problem> {
    let text = typed.code.trim().to_owned();
    if text.is_empty() {
        return Ok(Json(Seen { answer: Some(Shown::unread(door.wall_ms(), language)), ..Seen::default() }));
    }
    judge(&door, text, typed.people, 1, language).await.map(Json)
}

/// A picture file.
pub(super) async fn picture(
    State(door): State<Arc<Door>>,
    Reader(language): Reader,
    body: Bytes,
) -> Result<Json<Seen>, Problem> {
    let unreadable = || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, language.text("problem-picture"));
    let opened = tokio::task::spawn_blocking(move || camera::open_bytes(&body)).await;
    let picture = opened.ok().and_then(Result::ok).ok_or_else(unreadable)?;
    let readings = read(picture, Effort::Still).await?;
    let codes = readings.all.len();
    match readings.to_judge().map(|reading| reading.text.clone()) {
        Some(text) => judge(&door, text, None, codes, language).await.map(Json),
        None => Ok(Json(Seen { answer: Some(Shown::unread(door.wall_ms(), language)), ..Seen::default() })),
    }
}

async fn read(picture: GrayImage, effort: Effort) -> Result<Readings, Problem> {
    let reading = tokio::task::spawn_blocking(move || camera::read(&picture, effort)).await;
    reading.map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

/// Judges a code. Shown to a device that is no scanner yet, an enrolment code makes it one.
async fn judge(
    door: &Arc<Door>,
    text: String,
    people: Option<u32>,
    codes: usize,
    language: Language,
) -> Result<Seen, Problem> {
    if let Ok(invitation) = Invitation::read(&text) {
        let enrolled = enrol_with(door, invitation, language).await?;
        return Ok(Seen { codes, enrolled: Some(enrolled), ..Seen::default() });
    }
    let scan = ScanRequest { people, ..ScanRequest::of(text) };
    let decided = door.judge(scan).await.map_err(|failure| Problem::of(&failure, language))?;
    Ok(Seen { codes, answer: Some(Shown::of(&decided, codes, language)), enrolled: None })
}
