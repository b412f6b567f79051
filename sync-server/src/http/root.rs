//! `/`: what somebody sees who types the address into a browser.

use axum::response::Html;

/// Plain, and complete without anything from elsewhere.
const PAGE: &str = include_str!("root.html");

/// The page.
pub async fn root() -> Html<&'static str> {
    Html(PAGE)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request, StatusCode};

    use crate::testing::TestApp;

    #[tokio::test]
    async fn the_address_alone_says_what_this_is_and_its_links_lead_somewhere() {
        let app = TestApp::new();
        let get = |path: &str| Request::builder().uri(path).body(Body::empty()).unwrap();
        let page = app.send(get("/")).await;
        assert_eq!(page.status, StatusCode::OK);
        let text = String::from_utf8(page.bytes).unwrap();
        assert!(text.contains("Turnstone") && !text.contains("http://") && !text.contains("https://"));
        let links: Vec<&str> = text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(links.len() >= 3, "{links:?}");
        for link in links {
            let answer = app.send(get(link)).await;
            assert_eq!(answer.status, StatusCode::OK, "{link}");
        }
    }
}
