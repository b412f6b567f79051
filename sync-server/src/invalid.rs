//! What is wrong with a field somebody filled in, in words for that person.

use serde::{Deserialize, Serialize};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Path of the field, as `gates[0].zone`.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// For one field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Collects what is wrong, so that a person sees all of it at once.
#[derive(Debug, Default)]
pub struct Checks(Vec<FieldError>);

impl Checks {
    /// Notes `message` for `field` unless `fine`.
    pub fn require(&mut self, fine: bool, field: impl Into<String>, message: impl Into<String>) {
        if !fine {
            self.0.push(FieldError::new(field, message));
        }
    }

    /// Requires a text of 1 to `limit` characters without control characters.
    pub fn text(&mut self, field: &str, text: &str, limit: usize) {
        let length = text.chars().count();
        self.require(!text.trim().is_empty(), field, "must not be empty");
        self.require(length <= limit, field, format!("has {length} characters; {limit} at most"));
        self.require(!text.chars().any(char::is_control), field, "must not contain control characters");
    }

    /// Nothing wrong, or all that is.
    pub fn finish(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
