//! The list of pages: every page is registered here by what it does, so that a test knows each one that changes something.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};

use crate::state::AppState;

/// Pages as they are registered.
#[derive(Debug)]
pub(super) struct Pages {
    router: Router<AppState>,
    /// Addresses that take a filled-in form.
    forms: Vec<&'static str>,
}

impl Pages {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { router: Router::new(), forms: vec![] }
    }

    /// A page that only shows.
    pub(super) fn page<S, TS>(mut self, path: &'static str, show: S) -> Self
    where
        S: Handler<TS, AppState>,
        TS: 'static,
    {
        self.router = self.router.route(path, get(show));
        self
    }

    /// A page with a form that is sent to the page's own address, so that whoever has to sign in first comes back to it.
    pub(super) fn form<S, TS, A, TA>(mut self, path: &'static str, show: S, act: A) -> Self
    where
        S: Handler<TS, AppState>,
        TS: 'static,
        A: Handler<TA, AppState>,
        TA: 'static,
    {
        self.router = self.router.route(path, get(show).post(act));
        self.forms.push(path);
        self
    }

    /// Something that is done at once, by a button on another page.
    pub(super) fn deed<A, TA>(mut self, path: &'static str, act: A) -> Self
    where
        A: Handler<TA, AppState>,
        TA: 'static,
    {
        self.router = self.router.route(path, post(act));
        self.forms.push(path);
        self
    }

    /// All of them.
    pub(super) fn into_router(self) -> Router<AppState> {
        self.router
    }

    /// Addresses that take a filled-in form.
    #[cfg(test)]
    pub(super) fn forms(&self) -> &[&'static str] {
        &self.forms
    }
}
