//! `GET /auth/me`

use crate::http::error::Problem;
use crate::http::signed_in::SignedIn;
use crate::http::users::body::UserBody;

/// Who is signed in.
#[utoipa::path(get, path = "/auth/me", tag = "auth", responses((status = 200, body = UserBody), (status = 401, body = Problem)))]
pub async fn me(caller: SignedIn) -> axum::Json<UserBody> {
    axum::Json(caller.principal.user.into())
}
