//! `POST /auth/login`

use std::net::IpAddr;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::http::error::{ApiError, Problem};
use crate::http::extract::Json;
use crate::http::layers::ClientAddress;
use crate::http::users::body::UserBody;
use crate::http::{cookie, signed_in};
use crate::people::password::Password;
use crate::people::session::{Principal, SessionKind, Token};
use crate::people::{Email, User};
use crate::state::AppState;
use crate::store::people::NewSession;

/// Who wants to sign in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// E-mail address.
    email: String,
    /// Password.
    #[schema(value_type = String, format = Password)]
    password: Password,
    /// `token` answers a bearer token for scripts, `cookie` sets a cookie for pages.
    #[serde(default = "token")]
    session: SessionKind,
}

fn token() -> SessionKind {
    SessionKind::Token
}

/// A session.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct LoggedIn {
    /// Bearer token; absent with a cookie, which scripts must not see.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// Until when it lasts (ms).
    expires: i64,
    /// Who signed in.
    user: UserBody,
}

/// Sign in with e-mail address and password.
#[utoipa::path(
    post, path = "/auth/login", tag = "auth", request_body = Login, security(()),
    responses((status = 200, body = LoggedIn), (status = 401, body = Problem), (status = 429, body = Problem))
)]
pub async fn login(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    Json(login): Json<Login>,
) -> Result<Response, ApiError> {
    if login.session == SessionKind::Cookie {
        signed_in::same_origin(&headers, &state)?;
    }
    let begun = begin(&state, address, &login.email, login.password, login.session).await?;
    let set = begun.cookie(&state)?;
    let Begun { token, expires, user } = begun;
    let user = UserBody::from(user);
    if login.session == SessionKind::Token {
        let body = LoggedIn { token: Some(token.reveal()), expires, user };
        return Ok(axum::Json(body).into_response());
    }
    Ok(([(header::SET_COOKIE, set)], axum::Json(LoggedIn { token: None, expires, user })).into_response())
}

/// A session that has just begun.
#[derive(Debug)]
pub struct Begun {
    token: Token,
    /// Until when it lasts (ms).
    expires: i64,
    user: User,
}

impl Begun {
    /// `Set-Cookie` for it, for pages.
    pub fn cookie(&self, state: &AppState) -> Result<HeaderValue, ApiError> {
        cookie::set(&self.token.reveal(), &state.public_url, SessionKind::Cookie.lasts_ms() / 1000)
    }
}

/// Begins a session for whoever knows the password, within the limits on guessing.
pub async fn begin(
    state: &AppState,
    address: IpAddr,
    email: &str,
    password: Password,
    kind: SessionKind,
) -> Result<Begun, ApiError> {
    // What is no address is refused like a wrong password: the answer tells nothing about accounts.
    let email = email.parse::<Email>().ok();
    state.limits.login(email.as_ref().map(Email::as_str), address)?;
    let user = check(state, email, password).await?;
    state.limits.signed_in(user.email.as_str(), address);
    let (token, at) = (Token::generate(&*state.entropy), state.now_ms());
    let expires = at + kind.lasts_ms();
    let session = NewSession { token: token.hash(), kind, expires };
    let principal = Principal { user, token: token.hash(), kind };
    state.store.open_session(principal.actor(address, at), session).await?;
    Ok(Begun { token, expires, user: principal.user })
}

/// Checks address and password. Takes as long for an unknown address as for a wrong password.
async fn check(state: &AppState, email: Option<Email>, password: Password) -> Result<User, ApiError> {
    let found = match email {
        Some(email) => state.store.credentials(email).await?,
        None => None,
    };
    let place = state.limits.password_place().await?;
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let checking = tokio::task::spawn_blocking(move || {
        let _place = place;
        password.verify(hash.as_deref())
    });
    let right = checking.await.map_err(ApiError::internal)?;
    found.filter(|_| right).map(|found| found.user).ok_or(ApiError::WrongCredentials)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Method, Request, StatusCode, header};
    use serde_json::{Value, json};

    use crate::http::cookie::SESSION_COOKIE;
    use crate::people::session::{BEARER_MS, COOKIE_MS};
    use crate::testing::{Answer, NOW, PASSWORD, TestApp};

    async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        app.call(Method::POST, "/api/v1/auth/login", None, &body).await
    }

    fn me(header: &str, value: &str) -> Request<Body> {
        Request::builder().uri("/api/v1/auth/me").header(header, value).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_token_lets_in_until_it_expires_or_is_closed() {
        let app = TestApp::new();
        app.found("Hall").await;
        let answer = login(&app, "Admin@Hall.example", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let token = format!("Bearer {}", answer.json()["token"].as_str().unwrap());
        assert_eq!(app.send(me("authorization", &token)).await.json()["email"], "admin@hall.example");
        app.clock.0.store(NOW + BEARER_MS, std::sync::atomic::Ordering::SeqCst);
        assert_eq!(app.send(me("authorization", &token)).await.status, StatusCode::UNAUTHORIZED);
        app.clock.0.store(NOW + 1, std::sync::atomic::Ordering::SeqCst);
        let out = Request::builder().method(Method::POST).uri("/api/v1/auth/logout").header("authorization", &token);
        assert_eq!(app.send(out.body(Body::empty()).unwrap()).await.status, StatusCode::NO_CONTENT);
        assert_eq!(app.send(me("authorization", &token)).await.code(), "unauthenticated");
    }

    #[tokio::test]
    async fn an_unknown_address_and_a_wrong_password_answer_alike() {
        let app = TestApp::new();
        app.found("Hall").await;
        let known = login(&app, "admin@hall.example", "wrong password").await;
        let unknown = login(&app, "nobody@hall.example", "wrong password").await;
        let no_address = login(&app, "nobody", "wrong password").await;
        assert_eq!(known.code(), "wrong_credentials");
        assert_eq!((known.status, &known.bytes), (unknown.status, &unknown.bytes));
        assert_eq!((known.status, &known.bytes), (no_address.status, &no_address.bytes));
    }

    #[tokio::test]
    async fn guessing_is_slowed_down() {
        let app = TestApp::new();
        let mut last = login(&app, "a@hall.example", "wrong password").await;
        for _ in 0..10 {
            last = login(&app, "a@hall.example", "wrong password").await;
        }
        assert_eq!((last.status, last.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "rate_limited"));
        assert!(last.headers.contains_key(header::RETRY_AFTER));
    }

    /// A cookie session, and the cookie as a browser sends it back.
    async fn cookie(app: &TestApp) -> String {
        let body = json!({ "email": "admin@hall.example", "password": PASSWORD, "session": "cookie" });
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/v1/auth/login")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/json");
        let answer = app.send(request.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!(answer.json()["token"], Value::Null, "scripts must not see it");
        let set = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/", &format!("Max-Age={}", COOKIE_MS / 1000)] {
            assert!(set.contains(part), "{set}");
        }
        set.split(';').next().unwrap().to_owned()
    }

    #[tokio::test]
    async fn a_cookie_is_worth_nothing_to_other_sites_and_as_a_bearer() {
        let app = TestApp::new();
        app.found("Hall").await;
        let cookie = cookie(&app).await;
        assert_eq!(app.send(me("cookie", &cookie)).await.status, StatusCode::OK, "reading needs no proof of origin");
        let bearer = cookie.replace(&format!("{SESSION_COOKIE}="), "Bearer ");
        assert_eq!(app.send(me("authorization", &bearer)).await.status, StatusCode::UNAUTHORIZED);
        let unsafe_request = |name: &str, value: &str| {
            Request::builder()
                .method(Method::POST)
                .uri("/api/v1/users")
                .header("cookie", &cookie)
                .header("host", "localhost:8080")
                .header(name, value)
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(json!({ "email": "x@y.example", "name": "X", "role": "promoter" }).to_string()))
                .unwrap()
        };
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("x-nothing", "1"),
        ] {
            assert_eq!(app.send(unsafe_request(name, value)).await.code(), "cross_site", "{name}: {value}");
        }
        let fine = app.send(unsafe_request("origin", "http://localhost:8080")).await;
        assert_eq!(fine.status, StatusCode::CREATED, "{fine:?}");
    }
}
