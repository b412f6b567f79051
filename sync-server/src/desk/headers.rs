//! What a page may do: its own scripts and styles, its own server, nothing inline, in nobody's frame.

use axum::extract::{Query, Request};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::notice;
use super::reader::LANGUAGE_COOKIE;
use super::texts::Language;

const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'",
);

/// Member of a query that chooses the language.
const LANGUAGE_QUERY: &str = "language";

#[derive(Deserialize)]
struct Chosen {
    language: Option<String>,
}

/// Adds the headers of pages, and remembers a language chosen by link.
pub(super) async fn of_pages(request: Request, next: Next) -> Response {
    let chosen = Query::<Chosen>::try_from_uri(request.uri()).ok().and_then(|Query(chosen)| chosen.language);
    let chosen = chosen.as_deref().and_then(Language::of_tag).filter(|_| request.method() == Method::GET);
    let mut response = if let Some(language) = chosen {
        let cookie = format!("{LANGUAGE_COOKIE}={}; Path=/; SameSite=Strict; Max-Age=31536000", language.tag());
        ([(header::SET_COOKIE, cookie)], Redirect::to(&same_page(request.uri(), request.headers()))).into_response()
    } else {
        let asked = request.headers().clone();
        let mut response = next.run(request).await;
        notice::said(&asked, &mut response);
        response
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    // With no referrer at all, browsers send forms with `Origin: null`, and nothing would tell ours from another site's.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// The page whose language was chosen, with what it was asked for: a link names the language alone, and browsers say which
/// page it stood on.
fn same_page(uri: &Uri, headers: &HeaderMap) -> String {
    let before = headers.get(header::REFERER).and_then(|before| before.to_str().ok()?.parse::<url::Url>().ok());
    let before = before.filter(|before| before.path() == uri.path());
    let asked = [uri.query(), before.as_ref().and_then(url::Url::query)].into_iter().flatten();
    let rest = asked.map(|query| {
        let names_language = |part: &&str| part.split('=').next() == Some(LANGUAGE_QUERY);
        query.split('&').filter(|part| !part.is_empty() && !names_language(part)).collect::<Vec<_>>().join("&")
    });
    match rest.into_iter().find(|rest| !rest.is_empty()) {
        Some(rest) => format!("{}?{rest}", uri.path()),
        None => uri.path().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_language_shows_the_same_page_with_what_it_was_asked_for() {
        let shown = |uri: &str, before: &str| {
            let headers = HeaderMap::from_iter([(header::REFERER, HeaderValue::from_str(before).unwrap())]);
            same_page(&uri.parse().unwrap(), &headers)
        };
        let here = "/sign-in?language=de";
        assert_eq!(shown(here, "http://a.example/sign-in?next=/events/0a%3Fwall"), "/sign-in?next=/events/0a%3Fwall");
        assert_eq!(shown("/audit?language=de", "http://a.example/audit?language=es&actor=x"), "/audit?actor=x");
        assert_eq!(shown("/events/1?wall&language=de", "http://a.example/"), "/events/1?wall");
        for elsewhere in ["http://a.example/events?after=1", "//evil.example/sign-in?x", "nothing", ""] {
            assert_eq!(shown(here, elsewhere), "/sign-in", "{elsewhere}");
        }
    }
}
