//! `/events/{id}/tickets/import/{upload}`: what the columns of a list hold, what it would become, and importing it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use shared::ids::EventId;

use super::super::field;
use super::super::form::{Fields, Filled, Form, answered};
use super::super::frame::{EventHead, Frame, Place, Tab};
use super::super::reader::Manager;
use super::super::texts::Language;
use super::super::times;
use super::importing::import;
use super::told::list_fault;
use super::{event_of, product_name, row_fault};
use crate::events::Event;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::spreadsheet::harmless;
use crate::state::AppState;
use crate::store::tickets::Existing;
use crate::tickets::columns::{Column, Mapping, fields};
use crate::tickets::fault::LineError;
use crate::tickets::import::{Options, check};
use crate::tickets::list::MAX_REPORTED;
use crate::tickets::staged::{BadLines, Choice, Ended, Stage, Upload, UploadId};

const LABELS: &[(&str, &str)] = &[
    ("column-code", "ticket-code"),
    ("column-name", "ticket-name"),
    ("column-note", "ticket-note"),
    ("column-email", "email"),
    ("column-product", "ticket-product"),
    ("column-admits", "ticket-admits"),
    ("column-reference", "ticket-reference"),
    ("column-valid_from", "ticket-valid-from"),
    ("column-valid_until", "ticket-valid-until"),
    ("column-paid", "import-paid"),
    ("existing", "import-existing"),
    ("partial", "import-partial"),
];

/// What happens to tickets that are there already, as fields name it.
const EXISTING: [(&str, Existing, &str); 4] = [
    ("refuse", Existing::Refuse, "import-existing-refuse"),
    ("skip", Existing::Skip, "import-existing-skip"),
    ("update", Existing::Update, "import-existing-update"),
    ("add", Existing::Add, "import-existing-add"),
];

/// Fields that a ticket has although the list may not: what it gets then is shown, too.
const ALWAYS: [&str; 2] = ["product", "admits"];

type UploadPath = Result<Path<(EventId, String)>, ApiError>;

/// A line with what is wrong in it.
struct Bad {
    line: u64,
    text: String,
}

/// A row as it would become a ticket.
struct Row {
    line: u64,
    /// In the order of the fields that the list has; empty where something is wrong.
    cells: Vec<(String, String)>,
    wrong: Option<String>,
}

/// What became of the import.
struct Outcome {
    good: bool,
    text: String,
    left: Option<String>,
}

#[derive(Template)]
#[template(path = "tickets-import-list.html")]
struct ListPage {
    language: Language,
    frame: Frame,
    event: EventHead,
    /// Address of this page.
    here: String,
    name: String,
    form: Form,
    columns: Vec<(&'static str, Vec<field::Choice>, Option<String>)>,
    existing: Vec<field::Choice>,
    /// Columns nobody reads, each with a word on which field it looks like.
    unused: Vec<(String, Option<String>)>,
    /// Why the list cannot be read as it is.
    trouble: Option<String>,
    verdict: String,
    has_bad: bool,
    has_good: bool,
    bad: Vec<Bad>,
    more_bad: Option<String>,
    heads: Vec<String>,
    rows: Vec<Row>,
    makes_codes: bool,
    outcome: Option<Outcome>,
    done: bool,
    /// Bytes or tickets so far, of so many; while it goes on.
    working: Option<(String, u64, u64)>,
}

async fn upload_of(state: &AppState, manager: &Manager, path: UploadPath) -> Result<(Event, Upload), Response> {
    let Path((event, id)) = path.map_err(|error| manager.problem(error))?;
    let event = event_of(state, manager, Ok(event)).await?;
    let owner = manager.caller.principal.user.id;
    // What is no id at all names no list, as one that is gone.
    let id: Option<UploadId> = id.parse().ok();
    let found = id.and_then(|id| state.uploads.get(id, owner, event.id, state.mono_ms()));
    match found {
        Some(upload) => Ok((event, upload)),
        // Gone by time, by a restart, or somebody else's: it is sent again.
        None => {
            Err(super::super::notice::Notice::new("import-gone").on(&format!("/events/{}/tickets/import", event.id)))
        }
    }
}

/// The page.
pub(super) async fn show(
    State(state): State<AppState>,
    manager: Manager,
    path: UploadPath,
) -> Result<Response, Response> {
    let (event, upload) = upload_of(&state, &manager, path).await?;
    Ok(page(&manager, &event, &upload))
}

fn page(manager: &Manager, event: &Event, upload: &Upload) -> Response {
    let language = manager.language;
    let mut form = Form::new(language, LABELS).with("existing", existing_name(upload.choice.options.existing));
    if upload.choice.options.partial {
        form = form.with("partial", "1");
    }
    for mapping in &upload.choice.mapping {
        let place = if let Column::At(at) = mapping.column { at.to_string() } else { String::new() };
        form = form.with(format!("column-{}", mapping.field), place);
    }
    let mut shown = ListPage {
        language,
        frame: manager.frame(Place::Events),
        event: EventHead::of(manager, event, Tab::Tickets),
        here: format!("/events/{}/tickets/import/{}", event.id, upload.id),
        name: upload.name.clone(),
        columns: columns(language, upload),
        existing: EXISTING.map(|(name, _, text)| field::Choice::new(name, language.text(text))).into(),
        form,
        unused: vec![],
        trouble: None,
        verdict: String::new(),
        has_bad: false,
        has_good: false,
        bad: vec![],
        more_bad: None,
        heads: vec![],
        rows: vec![],
        makes_codes: false,
        outcome: None,
        done: false,
        working: None,
    };
    if !upload.bytes.is_empty() {
        shown.tell_checked(event, upload);
    }
    match &upload.stage {
        Stage::Waiting => {}
        Stage::Reading(at) => {
            let of = u64::try_from(upload.bytes.len()).unwrap_or(u64::MAX);
            shown.working = Some((language.text("import-reading"), *at, of));
        }
        Stage::Storing(at, of) => shown.working = Some((language.text("import-storing"), *at, *of)),
        Stage::Ended(ended) => shown.tell_ended(ended),
    }
    answered(StatusCode::OK, &shown)
}

/// For each field: its name, the columns to choose from, and a word where several columns could be it.
fn columns(language: Language, upload: &Upload) -> Vec<(&'static str, Vec<field::Choice>, Option<String>)> {
    let seen = upload.look.columns.iter().enumerate();
    let offered: Vec<field::Choice> = std::iter::once(field::Choice::new("", language.text("import-nowhere")))
        .chain(seen.map(|(at, seen)| {
            let header = if seen.header.is_empty() {
                language.fill("import-nameless", [("n", i64::try_from(at + 1).unwrap_or_default().into())])
            } else {
                seen.header.clone()
            };
            let sample = if seen.sample.is_empty() { String::new() } else { format!(" ({})", seen.sample) };
            field::Choice::new(at.to_string(), format!("{header}{sample}"))
        }))
        .collect();
    let ambiguous = |field: &str| upload.look.ambiguous.contains(&field).then(|| language.text("import-ambiguous"));
    fields().map(|field| (field, offered.clone(), ambiguous(field))).collect()
}

fn existing_name(existing: Existing) -> &'static str {
    EXISTING.iter().find(|(_, one, _)| *one == existing).map_or("refuse", |(name, ..)| name)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl ListPage {
    /// What the list would become.
    fn tell_checked(&mut self, event: &Event, upload: &Upload) {
        let language = self.language;
        let checked = match &*upload.checked {
            Ok(checked) => checked,
            Err(error) => {
                self.trouble = Some(list_fault(language, error));
                return;
            }
        };
        let form = self.form.clone();
        let field_name = |field: &str| form.label(&format!("column-{field}"));
        let looks_like = |header: &str| {
            let seen = upload.look.columns.iter().find(|seen| seen.header == header);
            let like = seen.and_then(|seen| seen.looks_like).map(field_name);
            like.map(|like| language.fill("import-looks-like", [("text", like.into())]))
        };
        self.unused = checked.unused.iter().map(|unused| (unused.column.clone(), looks_like(&unused.column))).collect();
        self.verdict = language
            .fill("import-verdict", [("good", count(checked.good).into()), ("bad", count(checked.bad.count).into())]);
        (self.has_bad, self.has_good, self.makes_codes) = (checked.bad.count > 0, checked.good > 0, !checked.coded);
        self.tell_bad(&checked.bad);
        let held: Vec<&'static str> = upload
            .choice
            .mapping
            .iter()
            .filter(|mapping| mapping.column != Column::Nowhere || ALWAYS.contains(&mapping.field))
            .map(|mapping| mapping.field)
            .collect();
        self.heads = held.iter().map(|field| field_name(field)).collect();
        self.rows = checked.preview.iter().map(|(line, row)| self.row(event, &held, *line, row)).collect();
    }

    fn row(&self, event: &Event, held: &[&str], line: u64, row: &Result<crate::tickets::Draft, LineError>) -> Row {
        let draft = match row {
            Ok(draft) => draft,
            Err(error) => return Row { line, cells: vec![], wrong: Some(row_fault(self.language, error)) },
        };
        let moment = |at: Option<i64>| {
            at.map(|at| times::minute(at.saturating_mul(1000), &event.policy.time_zone)).unwrap_or_default()
        };
        let cell = |field: &str| match field {
            "code" => draft.code.clone().unwrap_or_default(),
            "name" => draft.attendee.clone().unwrap_or_default(),
            "note" => draft.note.clone().unwrap_or_default(),
            "email" => draft.email.clone().unwrap_or_default(),
            "product" => product_name(&event.policy, draft.product),
            "admits" => draft.admits.to_string(),
            "reference" => draft.reference.clone().unwrap_or_default(),
            "valid_from" => moment(draft.not_before),
            "valid_until" => moment(draft.not_after),
            _ if draft.unpaid => self.language.text("no"),
            _ => self.language.text("yes"),
        };
        let cells = held.iter().zip(&self.heads).map(|(field, head)| (head.clone(), cell(field))).collect();
        Row { line, cells, wrong: None }
    }

    fn tell_bad(&mut self, bad: &BadLines) {
        let shown = bad.lines.iter().take(MAX_REPORTED);
        self.bad = shown.map(|error| Bad { line: error.line, text: row_fault(self.language, error) }).collect();
        let more = bad.count.saturating_sub(self.bad.len());
        self.more_bad = (more > 0).then(|| self.language.fill("import-more-bad", [("n", count(more).into())]));
    }

    fn tell_ended(&mut self, ended: &Ended) {
        let language = self.language;
        let outcome = |good, text| Outcome { good, text, left: None };
        self.outcome = Some(match ended {
            Ended::Done { counts, left, coded } => {
                self.done = true;
                self.tell_bad(left);
                let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
                let text = language.fill(
                    "import-done",
                    [
                        ("added", n(counts.added).into()),
                        ("updated", n(counts.updated).into()),
                        ("skipped", n(counts.skipped).into()),
                    ],
                );
                self.makes_codes = !coded && counts.added > 0;
                let left = (left.count > 0).then(|| language.fill("import-left", [("n", count(left.count).into())]));
                Outcome { good: true, text, left }
            }
            Ended::Refused(bad) => {
                self.tell_bad(bad);
                self.has_bad = true;
                outcome(false, language.fill("import-refused", [("n", count(bad.count).into())]))
            }
            Ended::Unreadable(error) => outcome(false, list_fault(language, error)),
            Ended::NotFound => outcome(false, language.text("not-found")),
            Ended::Archived => outcome(false, language.text("import-archived")),
            Ended::Broke => outcome(false, language.text("import-broke")),
        });
    }
}

/// What somebody chose for the list.
fn chosen(filled: &Fields, upload: &Upload) -> Choice {
    let column = |field: &'static str| {
        let name = format!("column-{field}");
        let at = filled.get(&name).parse().ok().filter(|at| *at < upload.look.columns.len());
        Mapping { field, column: at.map_or(Column::Nowhere, Column::At) }
    };
    let existing = EXISTING.iter().find(|(name, ..)| *name == filled.get("existing"));
    let options = Options {
        existing: existing.map(|(_, existing, _)| *existing).unwrap_or_default(),
        partial: filled.has("partial"),
    };
    Choice { mapping: fields().map(column).collect(), options }
}

/// Looks again with other columns, imports, or throws the list away.
pub(super) async fn act(
    State(state): State<AppState>,
    manager: Manager,
    path: UploadPath,
    Filled(filled): Filled,
) -> Result<Response, Response> {
    let (event, upload) = upload_of(&state, &manager, path).await?;
    let (owner, here) =
        (manager.caller.principal.user.id, format!("/events/{}/tickets/import/{}", event.id, upload.id));
    if filled.get("deed") == "drop" {
        state.uploads.forget(upload.id, owner);
        return Ok(Redirect::to(&format!("/events/{}/tickets/import", event.id)).into_response());
    }
    if upload.stage.is_working() || upload.bytes.is_empty() {
        return Ok(Redirect::to(&here).into_response());
    }
    let choice = chosen(&filled, &upload);
    let (bytes, mapping, whose) = (Arc::clone(&upload.bytes), choice.mapping.clone(), event.clone());
    let checking = tokio::task::spawn_blocking(move || check(&bytes, &mapping, &whose));
    let checked = checking.await.map_err(|error| manager.problem(ApiError::internal(error)))?;
    let can = checked.is_ok();
    state.uploads.choose(upload.id, owner, event.id, choice, checked);
    if filled.get("deed") == "import" && can {
        let begun = state.uploads.begin(upload.id, owner, event.id, state.mono_ms());
        if let Some((upload, working)) = begun {
            tokio::spawn(import(state.clone(), manager.actor(), event, upload, working));
        }
    }
    Ok(Redirect::to(&here).into_response())
}

/// All bad lines as CSV, for whoever mends the list.
pub(super) async fn errors(
    State(state): State<AppState>,
    manager: Manager,
    path: UploadPath,
) -> Result<Response, Response> {
    let (_, upload) = upload_of(&state, &manager, path).await?;
    let bad: Vec<LineError> = match (&upload.stage, &*upload.checked) {
        (Stage::Ended(ended), _) if matches!(&**ended, Ended::Refused(_) | Ended::Done { .. }) => match &**ended {
            Ended::Refused(bad) | Ended::Done { left: bad, .. } => bad.lines.clone(),
            _ => vec![],
        },
        (_, Ok(checked)) => checked.bad.lines.clone(),
        _ => vec![],
    };
    let mut csv = csv::Writer::from_writer(Vec::new());
    let written = (|| {
        csv.write_record(["line", "error"])?;
        for error in &bad {
            csv.write_record([error.line.to_string(), harmless(&row_fault(manager.language, error))])?;
        }
        csv.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
    })();
    let bytes = written.map_err(|error| manager.problem(ApiError::internal(error)))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"errors.csv\""),
    ];
    Ok((headers, bytes).into_response())
}
