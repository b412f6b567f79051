//! The first start: who has the setup code makes the organization, once.

use axum::http::{StatusCode, header};

use super::tests::{get, post, text, with};
use crate::store::PeopleStore as _;
use crate::testing::TestApp;

/// The form as somebody fills it in who has the code.
fn filled(code: &str) -> [(&'static str, &str); 6] {
    [
        ("code", code),
        ("organization", "Hall"),
        ("name", "Ada"),
        ("email", "ada@hall.example"),
        ("password", "long enough for it"),
        ("again", "long enough for it"),
    ]
}

#[tokio::test]
async fn the_first_start_makes_organization_and_admin_once_and_only_with_the_code() {
    let app = TestApp::new();
    app.state.setup.open(&crate::clock::SystemEntropy);
    let code = app.state.setup.code().unwrap().to_string();
    for path in ["/", "/sign-in"] {
        assert_eq!(app.send(get(path)).await.headers[header::LOCATION], "/setup", "{path}");
    }
    assert!(text(&app.send(get("/setup")).await).contains("Setup code"));
    let right = filled(&code);
    let with_other = |name: &str, value: &'static str| {
        let name = name.to_owned();
        right.map(move |(known, old)| if known == name { (known, value) } else { (known, old) })
    };
    let cases = [
        ("code", "abcde-fghij-kmnpq-rstuv", "This is not the setup code."),
        ("organization", " ", "Please fill this in."),
        ("email", "nobody", "That is no e-mail address."),
        ("password", "short", "at least 10 characters"),
        ("again", "something else", "The two passwords differ."),
    ];
    for (name, value, said) in cases {
        let answer = post(&app, "/setup", "", &with_other(name, value)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        let page = text(&answer);
        assert!(page.contains(said), "{name}: {page}");
        assert!(!page.contains("long enough for it"), "a password is never shown again");
        assert!(name == "organization" || page.contains("value=\"Hall\""), "what was typed is not lost");
    }
    assert!(app.store.organizations().await.unwrap().is_empty(), "nothing was made");
    let made = post(&app, "/setup", "", &right).await;
    assert_eq!((made.status, &made.headers[header::LOCATION]), (StatusCode::SEE_OTHER, &"/events".parse().unwrap()));
    let cookies: Vec<_> = made.headers.get_all(header::SET_COOKIE).iter().map(|set| set.to_str().unwrap()).collect();
    let session = cookies.iter().find(|set| set.starts_with("turnstone_session")).unwrap().split(';').next().unwrap();
    assert_eq!(with(&app, "/people", session).await.status, StatusCode::OK, "they are an administrator");
    let again = post(&app, "/setup", "", &right).await;
    assert_eq!(again.status, StatusCode::GONE, "the code is good once");
    assert!(text(&app.send(get("/setup")).await).contains("This server is set up"));
    assert_eq!(app.store.organizations().await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_setup_code_cannot_be_guessed_at_leisure() {
    let app = TestApp::new();
    app.state.setup.open(&crate::clock::SystemEntropy);
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        last = post(&app, "/setup", "", &[("code", "guess")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // Whoever has the code is not kept out by those who guess, not even from the same address.
    let code = app.state.setup.code().unwrap().to_string();
    let right = filled(&code);
    let made = post(&app, "/setup", "", &right).await;
    assert_eq!((made.status, &made.headers[header::LOCATION]), (StatusCode::SEE_OTHER, &"/events".parse().unwrap()));
}

#[tokio::test]
async fn without_a_code_or_with_an_organization_there_is_nothing_to_set_up() {
    let app = TestApp::new();
    assert_eq!(app.send(get("/setup")).await.status, StatusCode::GONE, "a server that made no code");
    app.state.setup.open(&crate::clock::SystemEntropy);
    app.found("Hall").await;
    assert_eq!(app.send(get("/setup")).await.status, StatusCode::GONE, "`init` was faster");
    assert!(app.state.setup.code().is_none());
}
