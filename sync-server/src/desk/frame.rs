//! What stands around every page of somebody who is signed in: their name, where they may go, and what was just done.

use shared::ids::EventId;

use super::reader::Visitor;
use crate::events::Event;
use crate::people::Role;

/// The parts of the site that the head of every page leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Events, and everything in one of them.
    Events,
    /// The organization's scanners.
    Scanners,
    /// What administrators did.
    Audit,
    /// Who signs in.
    People,
    /// One's own account.
    Account,
}

/// What a page's head needs.
#[derive(Debug)]
pub(super) struct Frame {
    /// Who is signed in.
    pub(super) name: String,
    /// Whether they may change things.
    pub(super) admin: bool,
    /// What was just done.
    pub(super) notice: Option<String>,
    here: Place,
}

impl Frame {
    /// Around a page in this part of the site.
    pub(super) fn of(visitor: &Visitor, here: Place) -> Self {
        let user = &visitor.caller.principal.user;
        let notice = visitor.notice.as_ref().and_then(|notice| notice.text(visitor.language));
        Self { name: user.name.clone(), admin: user.role == Role::Admin, notice, here }
    }

    /// Where the head's links lead, what they are called, and whether that is here.
    pub(super) fn links(&self) -> Vec<(&'static str, &'static str, bool)> {
        let mut links = vec![("/events", "events", self.here == Place::Events)];
        if self.admin {
            links.push(("/scanners", "scanners", self.here == Place::Scanners));
            links.push(("/audit", "audit", self.here == Place::Audit));
            links.push(("/people", "people", self.here == Place::People));
        }
        links.push(("/account", "account", self.here == Place::Account));
        links
    }
}

/// The pages of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// Who is inside, live.
    Live,
    /// Its tickets.
    Tickets,
    /// The evening on paper.
    Report,
    /// Its rules.
    Settings,
    /// The list that scanners have.
    Publish,
}

/// What stands above every page of an event.
#[derive(Debug)]
pub(super) struct EventHead {
    /// Which one.
    pub(super) id: EventId,
    /// Its name.
    pub(super) name: String,
    /// Whether it is read-only.
    pub(super) archived: bool,
    /// Whether the reader may change it.
    pub(super) admin: bool,
    here: Tab,
}

impl EventHead {
    /// Above this page of an event.
    pub(super) fn of(visitor: &Visitor, event: &Event, here: Tab) -> Self {
        Self {
            id: event.id,
            name: event.policy.name.clone(),
            archived: event.archived.is_some(),
            admin: visitor.caller.principal.user.role == Role::Admin,
            here,
        }
    }

    /// Where its links lead (below the event's address), what they are called, and whether that is here.
    pub(super) fn links(&self) -> Vec<(&'static str, &'static str, bool)> {
        let mut links = vec![("", "tab-live", self.here == Tab::Live)];
        if self.admin {
            links.push(("/tickets", "tab-tickets", self.here == Tab::Tickets));
            links.push(("/settings", "tab-settings", self.here == Tab::Settings));
            links.push(("/publish", "tab-publish", self.here == Tab::Publish));
        }
        links.push(("/report", "tab-report", self.here == Tab::Report));
        links
    }
}
