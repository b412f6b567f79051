//! The server's API over HTTP: [`SyncApi`](shared::api::SyncApi) with CBOR bodies (PROTOCOL.md section 8).
//!
//! `https://` is verified against the system's certificates, or against a venue's own authority and nothing else. `http://` is allowed: a venue's closed network often has no
//! names and no certificates, and everything that decides at the door (keyset, manifest, acknowledgement, time,
//! confirmation) is signed end to end. What plain HTTP gives away is the token of fifteen minutes and who scans when.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use minicbor::{Decode, Encode};
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, redirect};
use shared::api::{Carrier, MAX_MESSAGE_BYTES, MEDIA_TYPE, server_address};
use shared::cose;
use url::{Host, Url};

use super::authority::{Authority, untrusted};
use super::error::{ApiError, NetError};
use super::token::Token;

/// Longest time until a connection stands.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Longest silence while an answer arrives.
const READ_LIMIT: Duration = Duration::from_secs(15);
/// Longest time of a whole call: a full message each way over a slow mobile network.
const CALL_LIMIT: Duration = Duration::from_secs(60);
/// Idle connections are kept longer than the pause between heartbeats, so that a scan need not wait for a handshake.
const IDLE_LIMIT: Duration = Duration::from_secs(60);
/// Largest answer, in bytes after decompression: a full message and what frames it.
const MAX_ANSWER_BYTES: usize = MAX_MESSAGE_BYTES + 64 * 1024;
/// Largest problem document, in bytes: one may carry a signed list header (`RevocationProof`).
const MAX_PROBLEM_BYTES: usize = MAX_MESSAGE_BYTES;
/// Where a server says that it lives.
const HEALTH: &str = "/health";
/// Media type of problem details (RFC 9457).
const PROBLEM_TYPE: &str = "application/problem+json";

/// The client of one server.
#[derive(Debug, Clone)]
pub struct HttpApi {
    client: Client,
    base: Url,
    server: Arc<str>,
}

impl HttpApi {
    /// For the server at this address (`http://…` or `https://…`, no path). Connects on the first call. With an
    /// `authority`, only certificates it vouches for are taken.
    pub fn new(server: &str, authority: Option<&Authority>) -> Result<Self, NetError> {
        let bad = |why: String| NetError::BadAddress { server: server.to_owned(), why };
        let base = server_address(server).map_err(|error| bad(error.to_string()))?;
        install_crypto();
        let mut builder = Client::builder()
            .user_agent(crate::engine::SOFTWARE)
            .connect_timeout(CONNECT_LIMIT)
            .read_timeout(READ_LIMIT)
            .timeout(CALL_LIMIT)
            .pool_idle_timeout(IDLE_LIMIT)
            .redirect(redirect::Policy::none());
        if base.scheme() == "http" {
            // Without TLS no certificates are needed: a device without any installed must work too.
            builder = builder.tls_certs_only([]);
        } else if let Some(Authority(certificates)) = authority {
            builder = builder.tls_certs_only(certificates.clone());
        }
        if is_loopback(&base) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| bad(innermost(&error)))?;
        Ok(Self { client, server: base.as_str().trim_end_matches('/').into(), base })
    }

    /// The server's address.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Whether a server answers at all; says nothing about this scanner.
    pub async fn reach(&self) -> Result<(), NetError> {
        let request = self.client.get(self.url(HEALTH)?).timeout(CONNECT_LIMIT);
        let response = request.send().await.map_err(|error| self.failed(&error))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            _ => Err(self.refusal(response).await),
        }
    }

    fn url(&self, path: &str) -> Result<Url, NetError> {
        self.base
            .join(path)
            .map_err(|error| NetError::BadAddress { server: self.server.to_string(), why: error.to_string() })
    }

    /// Reads at most `limit` bytes; a larger body is not read to its end.
    async fn body(&self, mut response: Response, limit: usize) -> Result<Vec<u8>, NetError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(&error))? {
            if bytes.len() + chunk.len() > limit {
                return Err(self.damaged(format!("it is larger than {limit} bytes")));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    async fn refusal(&self, response: Response) -> NetError {
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let is_problem = media_type(&response) == PROBLEM_TYPE;
        let body = match self.body(response, MAX_PROBLEM_BYTES).await {
            Ok(body) => body,
            Err(error) => return error,
        };
        let problem =
            is_problem.then(|| ApiError::read(status.as_u16(), &body, retry_after.map(Duration::from_secs))).flatten();
        match (problem, status) {
            (Some(refusal), _) => refusal.into(),
            (None, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT) => {
                self.unreachable(format!("something before it answers that it is down ({status})"))
            }
            (None, _) => self.damaged(format!("it says {status} and is not from a Turnstone server")),
        }
    }

    fn failed(&self, error: &reqwest::Error) -> NetError {
        if let Some(why) = untrusted(error) {
            return NetError::Untrusted { server: self.server.to_string(), why };
        }
        if error.is_decode() && !is_cut(error) {
            return self.damaged(innermost(error));
        }
        let what = if error.is_timeout() {
            "it does not answer in time".to_owned()
        } else if error.is_connect() {
            innermost(error)
        } else {
            format!("the connection broke off ({})", innermost(error))
        };
        self.unreachable(what)
    }

    fn unreachable(&self, why: String) -> NetError {
        NetError::Unreachable { server: self.server.to_string(), why }
    }

    fn damaged(&self, what: String) -> NetError {
        NetError::Damaged { server: self.server.to_string(), what }
    }
}

impl Carrier for HttpApi {
    type Error = NetError;
    type Session = Token;

    async fn carry<Q, A>(&self, path: &str, token: Option<&Token>, body: &Q) -> Result<A, NetError>
    where
        Q: Encode<()> + Sync,
        A: for<'b> Decode<'b, ()>,
    {
        let bytes = cose::encode(body);
        let mut request =
            self.client.post(self.url(path)?).header(CONTENT_TYPE, MEDIA_TYPE).header(ACCEPT, MEDIA_TYPE).body(bytes);
        if let Some(token) = token {
            request = request.bearer_auth(token.text());
        }
        let response = request.send().await.map_err(|error| self.failed(&error))?;
        if !response.status().is_success() {
            return Err(self.refusal(response).await);
        }
        if media_type(&response) != MEDIA_TYPE {
            let found = media_type(&response);
            return Err(
                self.damaged(format!("it is {found:?}, not from a Turnstone server (a network's sign-in page?)"))
            );
        }
        let bytes = self.body(response, MAX_ANSWER_BYTES).await?;
        cose::decode_all(&bytes).ok_or_else(|| self.damaged("it cannot be decoded".into()))
    }
}

/// Makes `ring` the process's provider of cryptography for TLS; does nothing the second time.
pub(super) fn install_crypto() {
    // An error means that one is installed already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Type and subtype of the body, without parameters.
fn media_type(response: &Response) -> &str {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

/// Whether the connection ended before the answer did: that is the network's fault, not the answer's.
fn is_cut(error: &reqwest::Error) -> bool {
    let mut current: Option<&dyn Error> = Some(error);
    while let Some(cause) = current {
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(kind, Some(ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted)) {
            return true;
        }
        current = cause.source();
    }
    false
}

/// The text of the last cause: the one that says something.
fn innermost(error: &dyn Error) -> String {
    let mut current = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
