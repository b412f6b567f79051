//! What scanner and server say to each other: one trait that the scanner's client and the server both implement, so that
//! a drift between them does not compile (PROTOCOL.md section 8).

mod address;
mod carrier;
mod enrol;
mod exchange;
mod invitation;
mod manifest;
mod online;
mod presence;

use std::future::Future;

pub use address::{AddressError, server_address};
pub use carrier::Carrier;
pub use enrol::{
    AuthProof, AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, EnrolProof, EnrolRequest, EnrolResponse,
    RevocationProof,
};
pub use exchange::{Ack, Acked, ExchangeRequest, ExchangeResponse, FeedPosition, FeedWanted, ItemProblem};
pub use invitation::{Invitation, InvitationError};
pub use manifest::{BucketPart, ManifestRequest, ManifestResponse, RefillRequest, RefillResponse};
pub use online::{
    ConfirmRequest, ConfirmResponse, Confirmation, ReleaseRequest, ReleaseResponse, SearchHit, SearchRequest,
    SearchResponse,
};
pub use presence::{HeartbeatRequest, HeartbeatResponse, HeldManifest};

/// Largest message either way, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 1 << 20;
/// Most batches in one exchange.
pub const MAX_BATCHES: usize = 16;
/// Most feeds an exchange tells of: about 60 bytes each, so that they leave room for entries. One feed is one database of
/// one scanner.
pub const MAX_POSITIONS: usize = 2_000;
/// Most missing ranges named for one feed; the rest follows once these are filled.
pub const MAX_MISSING_RANGES: usize = 64;
/// How long a connected scanner waits for an online confirmation before it decides alone, in ms.
pub const CONFIRM_DEADLINE_MS: u64 = 300;
/// How long the server reserves a ticket for one scanner, in ms.
pub const HOLD_MS: i64 = 30_000;
/// How long an enrolment invitation is valid, in ms.
pub const INVITATION_MS: i64 = 15 * 60 * 1000;
/// How long a device token is valid, in ms.
pub const TOKEN_MS: i64 = 15 * 60 * 1000;
/// Media type of all device messages.
pub const MEDIA_TYPE: &str = "application/cbor";

/// Paths below the server's address.
pub mod path {
    /// [`super::SyncApi::enrol`]
    pub const ENROL: &str = "/api/v1/scanners/enrol";
    /// [`super::SyncApi::challenge`]
    pub const CHALLENGE: &str = "/api/v1/scanners/challenge";
    /// [`super::SyncApi::authenticate`]
    pub const AUTH: &str = "/api/v1/scanners/auth";
    /// [`super::SyncApi::heartbeat`]
    pub const HEARTBEAT: &str = "/api/v1/scanners/heartbeat";
    /// [`super::SyncApi::exchange`]
    pub const LOGS: &str = "/api/v1/scanners/logs";
    /// [`super::SyncApi::manifest`]; `{event}` is the event's id
    pub const MANIFEST: &str = "/api/v1/events/{event}/manifest";
    /// [`super::SyncApi::refill`]
    pub const REFILL: &str = "/api/v1/scanners/refill";
    /// [`super::SyncApi::confirm`]
    pub const SCAN: &str = "/api/v1/scanners/scan";
    /// [`super::SyncApi::release`]
    pub const RELEASE: &str = "/api/v1/scanners/release";
    /// [`super::SyncApi::search`]
    pub const SEARCH: &str = "/api/v1/scanners/search";
}

/// Stable codes of the problems (RFC 9457) a scanner acts on.
pub mod problem {
    /// The token is missing, wrong or expired: authenticate again.
    pub const NOT_AUTHENTICATED: &str = "not_authenticated";
    /// The scanner was revoked: it may not do anything any more.
    pub const SCANNER_REVOKED: &str = "scanner_revoked";
    /// The server does not know this scanner and its certificate does not convince it.
    pub const SCANNER_UNKNOWN: &str = "scanner_unknown";
    /// No such invitation.
    pub const INVITATION_UNKNOWN: &str = "invitation_unknown";
    /// The invitation was used before.
    pub const INVITATION_USED: &str = "invitation_used";
    /// The invitation is older than 15 minutes.
    pub const INVITATION_EXPIRED: &str = "invitation_expired";
    /// The caller may not do this.
    pub const FORBIDDEN: &str = "forbidden";
    /// No such event for this caller.
    pub const NOT_FOUND: &str = "not_found";
    /// The body is not what this endpoint takes.
    pub const BAD_REQUEST: &str = "bad_request";
    /// The body is larger than [`super::MAX_MESSAGE_BYTES`].
    pub const TOO_LARGE: &str = "too_large";
    /// Too many requests: try later.
    pub const RATE_LIMITED: &str = "rate_limited";
    /// No manifest has been published for the event yet.
    pub const NOT_PUBLISHED: &str = "not_published";
}

/// The exchange. `Session` is what an authenticated scanner is to either side: a token for the client, a verified
/// scanner for the server.
pub trait SyncApi {
    /// Why a call failed.
    type Error;
    /// An authenticated scanner.
    type Session: Sync;

    /// Trades an invitation for a certificate.
    fn enrol(&self, request: EnrolRequest) -> impl Future<Output = Result<EnrolResponse, Self::Error>> + Send;

    /// Asks for a nonce to sign.
    fn challenge(
        &self,
        request: ChallengeRequest,
    ) -> impl Future<Output = Result<ChallengeResponse, Self::Error>> + Send;

    /// Trades a signed nonce for a token.
    fn authenticate(&self, request: AuthRequest) -> impl Future<Output = Result<AuthResponse, Self::Error>> + Send;

    /// Says how the scanner is and takes a time sample.
    fn heartbeat(
        &self,
        session: &Self::Session,
        request: HeartbeatRequest,
    ) -> impl Future<Output = Result<HeartbeatResponse, Self::Error>> + Send;

    /// Sends entries, gets entries.
    fn exchange(
        &self,
        session: &Self::Session,
        request: ExchangeRequest,
    ) -> impl Future<Output = Result<ExchangeResponse, Self::Error>> + Send;

    /// Gets the manifest: what changed, or parts of it.
    fn manifest(
        &self,
        session: &Self::Session,
        request: ManifestRequest,
    ) -> impl Future<Output = Result<ManifestResponse, Self::Error>> + Send;

    /// Gives a server that lost it the newest manifest back.
    fn refill(
        &self,
        session: &Self::Session,
        request: RefillRequest,
    ) -> impl Future<Output = Result<RefillResponse, Self::Error>> + Send;

    /// Asks for a ticket's newest history and reserves it for a moment.
    fn confirm(
        &self,
        session: &Self::Session,
        request: ConfirmRequest,
    ) -> impl Future<Output = Result<ConfirmResponse, Self::Error>> + Send;

    /// Gives a reserved ticket free.
    fn release(
        &self,
        session: &Self::Session,
        request: ReleaseRequest,
    ) -> impl Future<Output = Result<ReleaseResponse, Self::Error>> + Send;

    /// Finds tickets by attendee; supervisors only.
    fn search(
        &self,
        session: &Self::Session,
        request: SearchRequest,
    ) -> impl Future<Output = Result<SearchResponse, Self::Error>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that other implementations have from PROTOCOL.md sections 3, 8 and 12.
    #[test]
    fn limits_are_those_of_the_protocol() {
        assert_eq!((MAX_MESSAGE_BYTES, MAX_BATCHES), (1_048_576, 16));
        assert_eq!((MAX_POSITIONS, MAX_MISSING_RANGES), (2_000, 64));
        assert_eq!((CONFIRM_DEADLINE_MS, HOLD_MS), (300, 30_000));
        assert_eq!((INVITATION_MS, TOKEN_MS), (900_000, 900_000));
    }
}
