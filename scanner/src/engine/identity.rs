//! Who this device is: its key, its certificate, whom it trusts.

use shared::api::{AuthRequest, AuthResponse, ChallengeResponse, EnrolRequest, EnrolResponse, Invitation};
use shared::ids::ScannerId;

use super::Engine;
use super::error::{EngineError, Result};

impl Engine {
    /// Makes a key if none waits to be certified, and what to send to the server with it.
    pub fn enrol_request(&mut self, invitation: &Invitation, device: &str) -> Result<EnrolRequest> {
        let _ = (invitation, device, &self.conn);
        Err(EngineError::NotEnrolled)
    }

    /// Takes the server's answer: checks fingerprint, keyset and certificate, and begins a new feed. Entries of an earlier
    /// enrolment stay and are still sent.
    pub fn install(&mut self, invitation: &Invitation, response: &EnrolResponse) -> Result<ScannerId> {
        let _ = (invitation, response, &self.conn);
        Err(EngineError::NotEnrolled)
    }

    /// Which scanner this is; `None` before enrolment.
    pub fn scanner(&mut self) -> Result<Option<ScannerId>> {
        Err(EngineError::NotEnrolled)
    }

    /// The server's address; `None` before enrolment.
    pub fn server(&mut self) -> Result<Option<String>> {
        Err(EngineError::NotEnrolled)
    }

    /// Remembers another address of the same server.
    pub fn set_server(&mut self, server: &str) -> Result<()> {
        let _ = server;
        Err(EngineError::NotEnrolled)
    }

    /// Answers a challenge.
    pub fn auth_request(&mut self, challenge: &ChallengeResponse) -> Result<AuthRequest> {
        let _ = challenge;
        Err(EngineError::NotEnrolled)
    }

    /// Takes keyset and certificate that came with a token. What is not trusted is left out and named.
    pub fn apply_auth(&mut self, response: &AuthResponse) -> Result<Vec<String>> {
        let _ = response;
        Err(EngineError::NotEnrolled)
    }
}
