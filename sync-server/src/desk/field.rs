//! One field of a form: label, hint, what is filled in, what is wrong with it.

use askama::Template;
use askama::filters::HtmlSafe;

use super::form::Form;

/// A field as it is shown.
#[derive(Debug, Template)]
#[template(path = "field.html")]
pub(super) struct Field {
    name: String,
    label: String,
    hint: Option<String>,
    error: Option<String>,
    shape: Shape,
    required: bool,
    /// What the browser may fill in (HTML, autofill).
    autocomplete: &'static str,
    /// Further attributes, name and value.
    more: Vec<(&'static str, String)>,
}

/// Labels, hints and values are escaped in the field's own template.
impl HtmlSafe for Field {}

/// How it is filled in.
#[derive(Debug)]
enum Shape {
    /// Input type and value.
    Line(&'static str, String),
    /// Yes or no.
    Check(bool),
    /// One of a list that opens.
    List(Vec<Choice>),
    /// One of these.
    One(Vec<Choice>),
    /// Any of these.
    Several(Vec<Choice>),
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

impl Choice {
    /// What is sent, and what is read.
    pub(super) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), chosen: false }
    }
}

impl Form {
    fn field(&self, name: &str, shape: Shape) -> Field {
        Field {
            name: name.to_owned(),
            label: self.label(name),
            hint: None,
            error: self.error(name).map(str::to_owned),
            shape,
            required: false,
            autocomplete: "off",
            more: vec![],
        }
    }

    /// One line of text.
    pub(super) fn line(&self, name: &str) -> Field {
        self.field(name, Shape::Line("text", self.fields().get(name).to_owned()))
    }

    /// An e-mail address.
    pub(super) fn email(&self, name: &str) -> Field {
        self.field(name, Shape::Line("email", self.fields().get(name).to_owned()))
    }

    /// A whole number.
    pub(super) fn number(&self, name: &str) -> Field {
        self.field(name, Shape::Line("text", self.fields().get(name).to_owned())).attribute("inputmode", "numeric")
    }

    /// Date and time, local.
    pub(super) fn moment(&self, name: &str) -> Field {
        self.field(name, Shape::Line("datetime-local", self.fields().get(name).to_owned()))
    }

    /// A password: never shown again.
    pub(super) fn password(&self, name: &str) -> Field {
        self.field(name, Shape::Line("password", String::new()))
    }

    /// Yes or no.
    pub(super) fn check(&self, name: &str) -> Field {
        self.field(name, Shape::Check(self.fields().has(name)))
    }

    /// One of a list that opens.
    pub(super) fn list(&self, name: &str, choices: &[Choice]) -> Field {
        self.field(name, Shape::List(self.chosen(name, choices)))
    }

    /// One of these, all to be seen.
    pub(super) fn one(&self, name: &str, choices: &[Choice]) -> Field {
        self.field(name, Shape::One(self.chosen(name, choices)))
    }

    /// Any of these.
    pub(super) fn several(&self, name: &str, choices: &[Choice]) -> Field {
        self.field(name, Shape::Several(self.chosen(name, choices)))
    }

    fn chosen(&self, name: &str, choices: &[Choice]) -> Vec<Choice> {
        let chosen = |choice: &Choice| self.fields().all(name).any(|value| value == choice.value);
        choices.iter().map(|choice| Choice { chosen: chosen(choice), ..choice.clone() }).collect()
    }
}

impl Field {
    /// It must be filled in.
    pub(super) fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// What helps to fill it in.
    pub(super) fn hint(self, text: impl Into<String>) -> Self {
        Self { hint: Some(text.into()), ..self }
    }

    /// What the browser may fill in.
    pub(super) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }

    /// Another attribute.
    pub(super) fn attribute(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.more.push((name, value.into()));
        self
    }

    /// Ids of what describes it.
    fn described(&self) -> String {
        let parts = [(self.error.is_some(), "error"), (self.hint.is_some(), "hint")];
        let parts = parts.into_iter().filter(|(there, _)| *there);
        parts.map(|(_, part)| format!("{}-{part}", self.name)).collect::<Vec<_>>().join(" ")
    }

    /// Whether it is a group of fields.
    fn is_group(&self) -> bool {
        matches!(self.shape, Shape::One(_) | Shape::Several(_))
    }
}
