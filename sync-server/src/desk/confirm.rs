//! A page that says what will happen, and asks whether it shall.

use askama::Template;

use super::field::Field;
use super::form::Summary;
use super::frame::{EventHead, Frame, Place};
use super::reader::Visitor;
use super::texts::Language;

/// The question before something that cannot be taken back, or that others notice. It is sent to the page's own address.
#[derive(Debug, Template)]
#[template(path = "confirm.html")]
pub(super) struct Confirm {
    pub(super) language: Language,
    pub(super) frame: Frame,
    /// Above a page of an event.
    pub(super) event: Option<EventHead>,
    /// The question.
    pub(super) title: String,
    /// What will happen, in sentences.
    pub(super) says: Vec<String>,
    /// What is wrong with what was filled in.
    pub(super) summary: Option<Summary>,
    /// What is to be filled in, as a reason.
    pub(super) fields: Vec<Field>,
    /// The name of the deed, on the button.
    pub(super) deed: String,
    /// Whether it destroys something.
    pub(super) harmful: bool,
    /// Where to go instead.
    pub(super) back: String,
}

impl Confirm {
    /// Before something that destroys, in this part of the site, with nothing to fill in.
    pub(super) fn of(
        visitor: &Visitor,
        place: Place,
        title: String,
        says: Vec<String>,
        deed: String,
        back: String,
    ) -> Self {
        Self {
            language: visitor.language,
            frame: visitor.frame(place),
            event: None,
            title,
            says,
            summary: None,
            fields: vec![],
            deed,
            harmful: true,
            back,
        }
    }
}
