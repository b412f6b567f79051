//! The client's side of [`SyncApi`] over anything that carries a request to the server and its answer back.

use minicbor::{Decode, Encode};

use super::{
    AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, ConfirmRequest, ConfirmResponse, EnrolRequest,
    EnrolResponse, ExchangeRequest, ExchangeResponse, HeartbeatRequest, HeartbeatResponse, ManifestRequest,
    ManifestResponse, RefillRequest, RefillResponse, ReleaseRequest, ReleaseResponse, SearchRequest, SearchResponse,
    SyncApi, path,
};

/// A way to the server: HTTP, or the network of a simulation. Whoever has one has the whole [`SyncApi`].
pub trait Carrier {
    /// Why a call failed.
    type Error;
    /// What an authenticated scanner shows with every call.
    type Session: Sync;

    /// Posts `question`, as CBOR, to `path` (from the server's root), and reads the answer.
    fn carry<Q, A>(
        &self,
        path: &str,
        session: Option<&Self::Session>,
        question: &Q,
    ) -> impl Future<Output = Result<A, Self::Error>> + Send
    where
        Q: Encode<()> + Sync,
        A: for<'b> Decode<'b, ()>;
}

impl<C: Carrier + Sync> SyncApi for C {
    type Error = C::Error;
    type Session = C::Session;

    async fn enrol(&self, request: EnrolRequest) -> Result<EnrolResponse, C::Error> {
        self.carry(path::ENROL, None, &request).await
    }

    async fn challenge(&self, request: ChallengeRequest) -> Result<ChallengeResponse, C::Error> {
        self.carry(path::CHALLENGE, None, &request).await
    }

    async fn authenticate(&self, request: AuthRequest) -> Result<AuthResponse, C::Error> {
        self.carry(path::AUTH, None, &request).await
    }

    async fn heartbeat(&self, session: &C::Session, request: HeartbeatRequest) -> Result<HeartbeatResponse, C::Error> {
        self.carry(path::HEARTBEAT, Some(session), &request).await
    }

    async fn exchange(&self, session: &C::Session, request: ExchangeRequest) -> Result<ExchangeResponse, C::Error> {
        self.carry(path::LOGS, Some(session), &request).await
    }

    async fn manifest(&self, session: &C::Session, request: ManifestRequest) -> Result<ManifestResponse, C::Error> {
        let path = path::MANIFEST.replace("{event}", &request.event.to_string());
        self.carry(&path, Some(session), &request).await
    }

    async fn refill(&self, session: &C::Session, request: RefillRequest) -> Result<RefillResponse, C::Error> {
        self.carry(path::REFILL, Some(session), &request).await
    }

    async fn confirm(&self, session: &C::Session, request: ConfirmRequest) -> Result<ConfirmResponse, C::Error> {
        self.carry(path::SCAN, Some(session), &request).await
    }

    async fn release(&self, session: &C::Session, request: ReleaseRequest) -> Result<ReleaseResponse, C::Error> {
        self.carry(path::RELEASE, Some(session), &request).await
    }

    async fn search(&self, session: &C::Session, request: SearchRequest) -> Result<SearchResponse, C::Error> {
        self.carry(path::SEARCH, Some(session), &request).await
    }
}
