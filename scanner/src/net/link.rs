//! A connection that stays signed in: proves who this scanner is when asked to, and again when the token has ended.

use std::path::Path;
use std::sync::Arc;

use shared::api::{
    ChallengeRequest, ConfirmRequest, ConfirmResponse, ExchangeRequest, ExchangeResponse, HeartbeatRequest,
    HeartbeatResponse, ManifestRequest, ManifestResponse, RefillRequest, RefillResponse, ReleaseRequest,
    ReleaseResponse, SearchRequest, SearchResponse, SyncApi, problem,
};
use shared::clock::{Clock, Entropy};
use shared::ids::ScannerId;
use tokio::sync::Mutex;

use super::kept::Kept;
use super::{Authority, Desk, HttpApi, NetError, SyncError, Token};

/// One server, one scanner, one engine. The way to the server is HTTP, unless somebody brings another
/// ([`Link::over`]).
#[derive(Clone)]
pub struct Link<A = HttpApi> {
    api: A,
    desk: Desk,
    server: Arc<str>,
    scanner: ScannerId,
    token: Arc<Mutex<Option<Token>>>,
    kept: Kept,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl<A> std::fmt::Debug for Link<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("server", &self.server).field("scanner", &self.scanner).finish_non_exhaustive()
    }
}

/// A call as an authenticated scanner. When the server does not know the token (any more), one new one is fetched.
macro_rules! signed_in {
    ($($(#[$doc:meta])* $name:ident: $request:ty => $response:ty;)*) => {
        impl<A: SyncApi<Error = NetError, Session = Token>> Link<A> {
            $(
                $(#[$doc])*
                pub async fn $name(&self, request: $request) -> Result<$response, SyncError> {
                    let token = self.token().await?;
                    match self.api.$name(&token, request.clone()).await {
                        Err(error) if error.is_refusal(problem::NOT_AUTHENTICATED) => {
                            let fresh = self.token_other_than(&token).await?;
                            Ok(self.api.$name(&fresh, request).await?)
                        }
                        answer => Ok(answer?),
                    }
                }
            )*
        }
    };
}

signed_in! {
    /// [`SyncApi::heartbeat`]
    heartbeat: HeartbeatRequest => HeartbeatResponse;
    /// [`SyncApi::exchange`]
    exchange: ExchangeRequest => ExchangeResponse;
    /// [`SyncApi::manifest`]
    manifest: ManifestRequest => ManifestResponse;
    /// [`SyncApi::refill`]
    refill: RefillRequest => RefillResponse;
    /// [`SyncApi::confirm`]
    confirm: ConfirmRequest => ConfirmResponse;
    /// [`SyncApi::release`]
    release: ReleaseRequest => ReleaseResponse;
    /// [`SyncApi::search`]
    search: SearchRequest => SearchResponse;
}

impl Link {
    /// Of the enrolled scanner in `folder` to its server; nothing is sent yet.
    pub async fn new(
        folder: &Path,
        desk: Desk,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, SyncError> {
        let connect = |server: &str| {
            let unusable =
                |why| NetError::BadAddress { server: server.to_owned(), why: format!("server-ca.pem: {why}") };
            let authority = Authority::remembered(folder).map_err(unusable)?;
            HttpApi::new(server, authority.as_ref())
        };
        Self::over(connect, folder, desk, clock, entropy).await
    }

    /// Whether the server answers at all.
    pub async fn reach(&self) -> Result<(), SyncError> {
        Ok(self.api.reach().await?)
    }
}

impl<A: SyncApi<Error = NetError, Session = Token>> Link<A> {
    /// The same over another way to the server, which `connect` makes from the server's address.
    pub async fn over(
        connect: impl FnOnce(&str) -> Result<A, NetError>,
        folder: &Path,
        desk: Desk,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, SyncError> {
        let (scanner, server) = desk.ask(|engine| Ok((engine.scanner()?, engine.server()?))).await?;
        let (Some(scanner), Some(server)) = (scanner, server) else { return Err(SyncError::NotEnrolled) };
        let kept = Kept::new(folder, &server, scanner);
        let api = connect(&server)?;
        Ok(Self { api, desk, server: server.into(), scanner, token: Arc::default(), kept, clock, entropy })
    }

    /// The same connection with another engine on this side: an engine remembers what its last exchange carried, so two
    /// exchanges under way at once need two.
    #[must_use]
    pub fn beside(&self, desk: Desk) -> Self
    where
        A: Clone,
    {
        Self { desk, ..self.clone() }
    }

    /// The engine on this side.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The device's clocks.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// The device's randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// Goes on with the token of an earlier process, if there is one; the server says if it has ended.
    pub async fn resume(&self) {
        let mut held = self.token.lock().await;
        if held.is_none() {
            *held = self.kept.read();
        }
    }

    /// Signs in if there is no token yet.
    pub async fn sign_in(&self) -> Result<(), SyncError> {
        self.token().await.map(drop)
    }

    async fn token(&self) -> Result<Token, SyncError> {
        let mut held = self.token.lock().await;
        if let Some(token) = &*held {
            return Ok(token.clone());
        }
        let token = self.authenticate().await?;
        self.kept.write(&token);
        *held = Some(token.clone());
        Ok(token)
    }

    /// A token that is not the refused one; several callers that were refused at once fetch one together.
    async fn token_other_than(&self, refused: &Token) -> Result<Token, SyncError> {
        {
            let mut held = self.token.lock().await;
            if held.as_ref() == Some(refused) {
                *held = None;
            }
        }
        self.token().await
    }

    async fn authenticate(&self) -> Result<Token, SyncError> {
        let challenge = self.api.challenge(ChallengeRequest { scanner: self.scanner }).await?;
        let request = self.desk.ask(move |engine| engine.auth_request(&challenge)).await?;
        let response = match self.api.authenticate(request).await {
            Err(NetError::Refused(mut refusal)) => {
                if let Some(proof) = refusal.revocation.take() {
                    let believed = self.desk.ask(move |engine| engine.heed_revocation(&proof)).await?;
                    tracing::warn!(believed, "the server says that this scanner is revoked, and shows a list");
                }
                return Err(NetError::Refused(refusal).into());
            }
            answer => answer?,
        };
        let token = Token::of(&response.token).ok_or_else(|| NetError::Damaged {
            server: self.server.to_string(),
            what: "its token cannot be one".to_owned(),
        })?;
        for refused in self.desk.ask(move |engine| engine.apply_auth(&response)).await? {
            tracing::warn!(%refused, "part of the server's answer to signing in was not taken");
        }
        Ok(token)
    }
}
