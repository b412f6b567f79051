//! The list of pages: every page is registered here by what it does, so that a test knows each one that changes something.

use axum::handler::Handler;
use axum::routing::{get, post};
use axum::{Router, middleware};

use super::kept;
use crate::state::AppState;

/// Pages as they are registered.
#[derive(Debug)]
pub(super) struct Pages {
    router: Router<AppState>,
    /// Addresses that take a filled-in form.
    forms: Vec<&'static str>,
    /// Those of them that are kept while somebody signs in.
    typed: Vec<&'static str>,
}

impl Pages {
    /// None yet.
    pub(super) fn new() -> Self {
        Self { router: Router::new(), forms: vec![], typed: vec![] }
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

    /// A form in which people type more than they like to type twice: whose session ended meanwhile gets it back after signing
    /// in. What it does begins with `Form::is_asked`.
    pub(super) fn typed<S, TS, A, TA>(mut self, path: &'static str, show: S, act: A) -> Self
    where
        S: Handler<TS, AppState>,
        TS: 'static,
        A: Handler<TA, AppState>,
        TA: 'static,
    {
        let act = post(act).layer(middleware::from_fn(kept::keep));
        self.router = self.router.route(path, get(show).merge(act));
        self.forms.push(path);
        self.typed.push(path);
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

    /// Forms that are kept while somebody signs in.
    #[cfg(test)]
    pub(super) fn kept(&self) -> &[&'static str] {
        &self.typed
    }
}
