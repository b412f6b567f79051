//! "Saved.": what was done, said once on the page that a form leads to. It travels in a cookie, so that loading the page
//! again does not say it again, and a link cannot make a page say it.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use fluent_templates::fluent_bundle::FluentValue;

use super::texts::Language;

/// The cookie.
const COOKIE: &str = "turnstone_notice";

/// How long it waits for its page (s).
const WAITS_S: u32 = 60;

/// Beginning of the names of texts that can be a notice.
const PREFIX: &str = "done-";

/// Something that was done: the name of its text, and numbers in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    text: String,
    values: Vec<(String, i64)>,
}

impl Notice {
    /// By the name of its text without `done-`.
    pub(super) fn new(text: &str) -> Self {
        Self { text: format!("{PREFIX}{text}"), values: vec![] }
    }

    /// With a number in it.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: impl TryInto<i64>) -> Self {
        self.values.push((name.to_owned(), value.try_into().unwrap_or(i64::MAX)));
        self
    }

    /// Leads to a page that says it.
    pub(super) fn on(self, page: &str) -> Response {
        let numbers = self.values.iter().map(|(name, value)| format!("{name}:{value}"));
        let value = std::iter::once(self.text.clone()).chain(numbers).collect::<Vec<_>>().join(".");
        let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={WAITS_S}");
        ([(header::SET_COOKIE, cookie)], Redirect::to(page)).into_response()
    }

    /// The one a request brings along.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let jar = CookieJar::from_headers(headers);
        let mut parts = jar.get(COOKIE)?.value().split('.');
        let text = parts.next()?.to_owned();
        let value = |part: &str| part.split_once(':').and_then(|(name, n)| Some((name.to_owned(), n.parse().ok()?)));
        let values = parts.map(value).collect::<Option<_>>()?;
        text.starts_with(PREFIX).then_some(Self { text, values })
    }

    /// In words, if there are any.
    pub(super) fn text(&self, language: Language) -> Option<String> {
        let values = self.values.iter().map(|(name, n)| (name.clone().into(), FluentValue::from(*n)));
        language.known(&self.text, &values.collect())
    }
}

/// Removes the notice once a page has said it.
pub(super) fn said(request: &HeaderMap, response: &mut Response) {
    let page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if page && CookieJar::from_headers(request).get(COOKIE).is_some() {
        let gone = HeaderValue::from_static("turnstone_notice=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(cookie: &str) -> Option<Notice> {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("{COOKIE}={cookie}").parse().unwrap());
        Notice::of(&headers)
    }

    #[test]
    fn a_notice_arrives_as_it_was_sent_and_nothing_else_is_one() {
        let notice = Notice::new("password").with("n", 42_u64).with("count", 3);
        let sent = notice.clone().on("/events");
        let cookie = sent.headers()[header::SET_COOKIE].to_str().unwrap();
        let value = cookie.split(['=', ';']).nth(1).unwrap();
        assert_eq!(brought(value), Some(notice));
        for other in ["product", "done-x.n", "done-x.n:y", ""] {
            assert_eq!(brought(other), None, "{other}");
        }
        assert_eq!(brought("done-nothing").unwrap().text(Language::En), None, "there is no such text");
    }
}
