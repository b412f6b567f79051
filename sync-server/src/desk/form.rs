//! Forms: what somebody filled in, what is wrong with it, and the form once more with both.

use askama::Template;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use fluent_templates::fluent_bundle::FluentValue;

use super::kept;
use super::problem::{self, rendered};
use super::reader::Reader;
use super::texts::Language;
use crate::http::error::ApiError;
use crate::http::extract::Body;
use crate::invalid::FieldError;
use crate::people::password::Password;
use crate::state::AppState;

/// Most fields of a form; the largest of ours has some thousand.
const FIELD_LIMIT: usize = 10_000;

/// What somebody filled in, in the order of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// A field's text without white space around it; empty if there is no such field.
    pub(super) fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every text that was chosen for a field.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// Whether a box was ticked, or a button with this name pressed.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// A password exactly as it was typed.
    pub(super) fn password(&self, name: &str) -> Password {
        let typed = self.0.iter().find(|(known, _)| known == name);
        Password::new(typed.map(|(_, value)| value.as_str()).unwrap_or_default())
    }

    /// All names and texts, in the order of the page.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All but those with this name.
    pub(super) fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    /// Fills in another one.
    pub(super) fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }
}

/// A form that was sent.
#[derive(Debug)]
pub(super) struct Filled(pub(super) Fields);

impl FromRequest<AppState> for Filled {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Ok(Reader(language)) = Reader::from_request_parts(&mut parts, state).await;
        let kind = parts.headers.get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_ascii_lowercase());
        if kind.is_some_and(|kind| !kind.starts_with(b"application/x-www-form-urlencoded")) {
            return Err(problem::page(language, ApiError::UnsupportedMediaType("application/x-www-form-urlencoded")));
        }
        let body = Body::from_request(Request::from_parts(parts, body), state).await;
        let Body(bytes) = body.map_err(|error| problem::page(language, error))?;
        let fields: Vec<_> = url::form_urlencoded::parse(&bytes).into_owned().take(FIELD_LIMIT + 1).collect();
        if fields.len() > FIELD_LIMIT {
            return Err(problem::page(language, ApiError::TooLarge));
        }
        Ok(Self(Fields(fields)))
    }
}

/// A form as it is shown: labels, what is filled in, what is wrong.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) language: Language,
    labels: &'static [(&'static str, &'static str)],
    fields: Fields,
    wrong: Vec<Wrong>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// With which field; empty: with the whole.
    field: String,
    /// In words.
    text: String,
}

impl Form {
    /// An empty form. `labels` names, for each field, the text that is its label; `*` stands for a number in a field's name.
    pub(super) fn new(language: Language, labels: &'static [(&'static str, &'static str)]) -> Self {
        Self::of(language, labels, Fields::default())
    }

    /// A form with what was filled in.
    pub(super) fn of(language: Language, labels: &'static [(&'static str, &'static str)], fields: Fields) -> Self {
        Self { language, labels, fields, wrong: vec![] }
    }

    /// Fills in a field.
    #[must_use]
    pub(super) fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.fields.push(name, value);
        self
    }

    /// What is filled in.
    pub(super) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What a field is called.
    pub(super) fn label(&self, name: &str) -> String {
        let pattern = pattern(name);
        let known = self.labels.iter().find(|(field, _)| *field == name || *field == pattern);
        let number = name.split('.').find_map(|part| part.parse::<i64>().ok()).unwrap_or_default();
        known.map_or_else(|| name.to_owned(), |(_, text)| self.language.fill(text, [("n", (number + 1).into())]))
    }

    /// Says what is wrong with a field, by the name of a text.
    pub(super) fn refuse(&mut self, field: &str, text: &str) {
        self.wrong.push(Wrong { field: field.to_owned(), text: self.language.text(text) });
    }

    /// Says what is wrong with a field, in words.
    pub(super) fn say(&mut self, field: &str, text: String) {
        self.wrong.push(Wrong { field: field.to_owned(), text });
    }

    /// Whether whoever filled this in sent it just now. After signing in anew it is only shown: nothing is done by itself.
    pub(super) fn is_asked(&self) -> Result<(), ApiError> {
        if !self.fields.has(kept::MARK) {
            return Ok(());
        }
        let detail = "the session had ended; nothing was done yet".into();
        Err(ApiError::Conflict { code: "signed_in_anew", detail })
    }

    /// Whether something is wrong.
    pub(super) fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// Takes up why a use case refused what was filled in, and with which status to show the form once more; any other error is
    /// given back.
    pub(super) fn blame(&mut self, error: ApiError) -> Result<StatusCode, ApiError> {
        let status = error.status().0;
        match error {
            ApiError::Invalid(errors) => errors.into_iter().for_each(|error| self.blame_field(error)),
            error => {
                let text = problem::of_form(self.language, &error).ok_or(error)?;
                self.wrong.push(Wrong { field: String::new(), text });
            }
        }
        Ok(status)
    }

    fn blame_field(&mut self, error: FieldError) {
        let values = error.values.iter().map(|(name, n)| ((*name).into(), FluentValue::from(*n))).collect();
        let known = self.language.known(&format!("fault-{}", error.code), &values);
        let field = error.field.replace('[', ".").replace(']', "");
        self.wrong.push(Wrong { field, text: known.unwrap_or(error.message) });
    }

    /// What is wrong with a field.
    pub(super) fn error(&self, name: &str) -> Option<&str> {
        self.wrong.iter().find(|wrong| wrong.field == name).map(|wrong| wrong.text.as_str())
    }

    /// All that is wrong, for the head of the form; nothing where nothing is.
    pub(super) fn summary(&self) -> Summary {
        let line = |wrong: &Wrong| {
            let label = if wrong.field.is_empty() { String::new() } else { self.label(&wrong.field) };
            (wrong.field.clone(), label, wrong.text.clone())
        };
        Summary { language: self.language, lines: self.wrong.iter().map(line).collect() }
    }
}

/// A field's name with `*` for numbers.
fn pattern(name: &str) -> String {
    let part = |part: &str| if part.parse::<u32>().is_ok() { "*".to_owned() } else { part.to_owned() };
    name.split('.').map(part).collect::<Vec<_>>().join(".")
}

/// What is wrong with a form, at its head; the browser's focus goes there.
#[derive(Debug, Template)]
#[template(path = "summary.html")]
pub(super) struct Summary {
    language: Language,
    /// Field, its label, what is wrong.
    lines: Vec<(String, String, String)>,
}

impl askama::filters::HtmlSafe for Summary {}

/// A page with a form, with a status.
pub(super) fn answered(status: StatusCode, page: &impl Template) -> Response {
    (status, rendered(page)).into_response()
}
