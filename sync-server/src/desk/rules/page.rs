//! The page with an event's rules: the form, and beside it what the rules mean.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::fields::LABELS;
use super::rows::{Part, Row, shown};
use super::{fields, moment, said};
use crate::desk::field::Choice;
use crate::desk::form::{Fields, Form, answered};
use crate::desk::frame::{EventHead, Frame, Place};
use crate::desk::reader::Manager;
use crate::desk::texts::Language;
use crate::store::events::Settings;

/// What the page is about.
#[derive(Debug)]
pub(super) struct Subject {
    /// The event, where there is one already.
    pub(super) event: Option<EventHead>,
    /// Digest of the rules the form was made from.
    pub(super) basis: String,
    /// Whether an event without a zone of its own takes the browser's.
    pub(super) guess_zone: bool,
}

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage {
    language: Language,
    frame: Frame,
    subject: Subject,
    form: Form,
    time_zones: Vec<Choice>,
    zones: Vec<Row>,
    products: Vec<Row>,
    gates: Vec<Row>,
    said: Vec<String>,
    read_only: bool,
}

/// A form with what was filled in.
pub(super) fn form(language: Language, fields: Fields) -> Form {
    Form::of(language, LABELS, fields)
}

/// Shows it.
pub(super) fn page(manager: &Manager, status: StatusCode, subject: Subject, form: Form) -> Response {
    let language = manager.language;
    let mut names = moment::zones();
    let chosen = form.fields().get("time_zone").to_owned();
    if !chosen.is_empty() && !names.contains(&chosen) {
        names.insert(0, chosen);
    }
    let said = fields::read(form.fields(), None).map(|policy| said::sentences(language, &policy));
    let page = RulesPage {
        language,
        frame: manager.frame(Place::Events),
        zones: shown(&form, Part::Zones),
        products: shown(&form, Part::Products),
        gates: shown(&form, Part::Gates),
        time_zones: names.into_iter().map(|name| Choice::new(name.clone(), name)).collect(),
        said: said.unwrap_or_default(),
        read_only: subject.event.as_ref().is_some_and(|event| event.archived),
        subject,
        form,
    };
    answered(status, &page)
}

/// What tells whether settings are still those that a form was made from.
pub(super) fn digest(settings: &Settings) -> String {
    use sha2::Digest as _;
    let text = serde_json::to_vec(&(&settings.policy, settings.thresholds)).unwrap_or_default();
    shared::ids::to_hex(&sha2::Sha256::digest(text)[..16])
}
