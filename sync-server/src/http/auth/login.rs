//! `POST /auth/login`

use axum::extract::State;
use axum::http::{HeaderMap, header};
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
    state.limits.login(address)?;
    let user = check(&state, &login).await?;
    let (token, at) = (Token::generate(&*state.entropy), state.now_ms());
    let expires = at + login.session.lasts_ms();
    let session = NewSession { token: token.hash(), kind: login.session, expires };
    let principal = Principal { user, token: token.hash(), kind: login.session };
    state.store.open_session(principal.actor(address, at), session).await?;
    let user = UserBody::from(principal.user);
    if login.session == SessionKind::Token {
        let body = LoggedIn { token: Some(token.reveal()), expires, user };
        return Ok(axum::Json(body).into_response());
    }
    let set = cookie::set(&token.reveal(), &state.public_url, login.session.lasts_ms() / 1000)?;
    Ok(([(header::SET_COOKIE, set)], axum::Json(LoggedIn { token: None, expires, user })).into_response())
}

/// Checks address and password. Takes as long for an unknown address as for a wrong password.
async fn check(state: &AppState, login: &Login) -> Result<User, ApiError> {
    let found = match login.email.parse::<Email>() {
        Ok(email) => {
            state.limits.account(email.as_str())?;
            state.store.credentials(email).await?
        }
        Err(_) => None,
    };
    let place = state.limits.password_place().await?;
    let (password, hash) = (login.password.clone(), found.as_ref().map(|found| found.password_hash.clone()));
    let checking = tokio::task::spawn_blocking(move || {
        let _place = place;
        password.verify(hash.as_deref())
    });
    let right = checking.await.map_err(ApiError::internal)?;
    found.filter(|_| right).map(|found| found.user).ok_or(ApiError::WrongCredentials)
}
