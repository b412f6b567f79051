//! What is wrong with a field somebody filled in, in words for that person.

use serde::{Deserialize, Serialize};

/// What is wrong, wherever it is: a stable code, its words, and the numbers in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    code: &'static str,
    message: String,
    values: Vec<(&'static str, i64)>,
}

impl Fault {
    /// A kind of fault of its own: pages say it in the reader's language, by the text `fault-` and the code.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), values: vec![] }
    }

    /// With a number that its words name.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl TryInto<i64>) -> Self {
        self.values.push((name, value.try_into().unwrap_or(i64::MAX)));
        self
    }
}

/// Code of a fault that is said in English only.
const UNNAMED: &str = "invalid";

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self::new(UNNAMED, message)
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        Self::new(UNNAMED, message)
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Path of the field, as `gates[0].zone`.
    pub field: String,
    /// Stable code, for programs; `invalid` where nothing more is said.
    #[serde(default)]
    pub code: String,
    /// What is wrong and what would be right.
    pub message: String,
    /// Numbers that the message names.
    #[serde(skip)]
    #[schema(ignore)]
    pub values: Vec<(&'static str, i64)>,
}

impl FieldError {
    /// For one field.
    pub fn new(field: impl Into<String>, fault: impl Into<Fault>) -> Self {
        let Fault { code, message, values } = fault.into();
        Self { field: field.into(), code: code.into(), message, values }
    }
}

/// Collects what is wrong, so that a person sees all of it at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Notes `fault` for `field` unless `fine`.
    pub fn require(&mut self, fine: bool, field: impl Into<String>, fault: impl Into<Fault>) {
        if !fine {
            self.0.push(FieldError::new(field, fault));
        }
    }

    /// Requires a text of 1 to `limit` characters without control characters.
    pub fn text(&mut self, field: &str, text: &str, limit: usize) {
        let length = text.chars().count();
        self.require(!text.trim().is_empty(), field, Fault::new("empty", "must not be empty"));
        let long = Fault::new("too_long", format!("has {length} characters; {limit} at most"));
        self.require(length <= limit, field, long.with("n", length).with("limit", limit));
        let control = Fault::new("control_characters", "must not contain control characters");
        self.require(!text.chars().any(char::is_control), field, control);
    }

    /// Nothing wrong, or all that is.
    pub fn finish(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
