//! Who this device is: its key, its certificate, whom it trusts.

use rusqlite::{Connection, OptionalExtension};
use shared::api::Invitation;
use shared::api::{AuthProof, AuthRequest, AuthResponse, ChallengeResponse, EnrolProof, EnrolRequest, EnrolResponse};
use shared::clock::random;
use shared::cose::{Domain, SigningKey, sign_object};
use shared::ids::{Epoch, OrganizationId, ScannerId};
use shared::trust::{Certificate, Trust, TrustError};

use super::Engine;
use super::append::begin_feed;
use super::context::{Context, Me, current, fresh};
use super::db::{begin, touch};
use super::error::{EngineError, EnrolError, Result};
use super::keep::verify_samples;

impl Engine {
    /// Makes a key if none waits to be certified, and what to send to the server with it. `device` tells the administrator
    /// what kind of device it is.
    pub fn enrol_request(&mut self, invitation: &Invitation, device: &str) -> Result<EnrolRequest> {
        let fresh: [u8; 32] = random(&*self.entropy);
        let tx = begin(&mut self.conn)?;
        let key = match waiting_key(&tx)? {
            Some(key) => key,
            None => make_key(&tx, fresh)?,
        };
        let public = key.verifying_key().to_bytes();
        tx.commit()?;
        let proof = sign_object(Domain::Enrol, &key, &EnrolProof { token: invitation.token, public });
        Ok(EnrolRequest { token: invitation.token, public, proof, device: device.to_owned() })
    }

    /// Takes the server's answer: checks fingerprint, keyset and certificate, and begins a new feed. Entries of an earlier
    /// enrolment stay, and are still sent if it was with the same organization.
    pub fn install(&mut self, invitation: &Invitation, response: &EnrolResponse) -> Result<ScannerId> {
        let trust = Trust::pin(invitation.root, &response.root, &response.keyset).map_err(EnrolError::from)?;
        let certificate = Certificate::open(&response.certificate, &trust).map_err(EnrolError::from)?;
        let epoch = Epoch(random(&*self.entropy));
        let at = self.clock.read();
        let tx = begin(&mut self.conn)?;
        let key = waiting_key(&tx)?.ok_or(EnrolError::NotAsked)?;
        if key.verifying_key().to_bytes() != certificate.public {
            return Err(EnrolError::OtherKey.into());
        }
        let before = fresh(&tx)?;
        if before.me.as_ref().is_some_and(|me| me.organization() != trust.organization()) {
            // Another organization's lists say nothing here.
            tx.execute("UPDATE list SET state = 2", [])?;
        }
        tx.execute("UPDATE identity SET state = 2 WHERE state = 1", [])?;
        tx.execute(
            include_str!("sql/certify.sql"),
            rusqlite::named_params! {
                ":scanner": certificate.scanner.0,
                ":organization": trust.organization().0,
                ":organization_name": response.organization,
                ":server": invitation.server,
                ":root": response.root,
                ":keyset": response.keyset,
                ":certificate": response.certificate,
                ":at": at.wall_ms,
            },
        )?;
        tx.execute("UPDATE device SET store = ?1, event = NULL, gate = NULL", [response.store.0])?;
        let context = fresh(&tx)?;
        begin_feed(&tx, context.me()?, epoch, at)?;
        tx.commit()?;
        Ok(certificate.scanner)
    }

    /// Which scanner this is; `None` before enrolment.
    pub fn scanner(&mut self) -> Result<Option<ScannerId>> {
        Ok(current(&self.conn, &mut self.context)?.me.as_ref().map(|me| me.scanner))
    }

    /// Which organization it belongs to; `None` before enrolment.
    pub fn organization(&mut self) -> Result<Option<OrganizationId>> {
        Ok(current(&self.conn, &mut self.context)?.me.as_ref().map(Me::organization))
    }

    /// The server's address; `None` before enrolment.
    pub fn server(&mut self) -> Result<Option<String>> {
        Ok(current(&self.conn, &mut self.context)?.me.as_ref().map(|me| me.server.clone()))
    }

    /// Remembers another address of the same server.
    pub fn set_server(&mut self, server: &str) -> Result<()> {
        let tx = begin(&mut self.conn)?;
        if tx.execute("UPDATE identity SET server = ?1 WHERE state = 1", [server])? == 0 {
            return Err(EngineError::NotEnrolled);
        }
        touch(&tx)?;
        tx.commit()?;
        Ok(())
    }

    /// Answers a challenge.
    pub fn auth_request(&mut self, challenge: &ChallengeResponse) -> Result<AuthRequest> {
        let context = current(&self.conn, &mut self.context)?;
        let me = context.me()?;
        let proof = AuthProof { nonce: challenge.nonce, store: challenge.store, scanner: me.scanner };
        let proof = sign_object(Domain::Auth, &me.key, &proof);
        Ok(AuthRequest { proof, certificate: me.certificate_bytes.clone() })
    }

    /// Takes keyset and certificate that came with a token. What is not trusted is left out and named.
    pub fn apply_auth(&mut self, response: &AuthResponse) -> Result<Vec<String>> {
        let mut refused = Vec::new();
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        if let Err(error) = adopt_keyset(&tx, &context, &response.keyset)? {
            refused.push(format!("keyset: {error}"));
        }
        if let Some(bytes) = &response.certificate
            && let Err(error) = adopt_certificate(&tx, bytes)?
        {
            refused.push(format!("certificate: {error}"));
        }
        tx.commit()?;
        Ok(refused)
    }
}

fn waiting_key(conn: &Connection) -> Result<Option<SigningKey>> {
    let secret: Option<[u8; 32]> =
        conn.query_row("SELECT secret FROM identity WHERE state = 0", [], |row| row.get(0)).optional()?;
    Ok(secret.map(|secret| SigningKey::from_bytes(&secret)))
}

fn make_key(conn: &Connection, seed: [u8; 32]) -> Result<SigningKey> {
    let key = SigningKey::from_bytes(&seed);
    let public = key.verifying_key().to_bytes();
    conn.execute("INSERT INTO identity (state, secret, public) VALUES (0, ?1, ?2)", (seed, public))?;
    Ok(key)
}

/// Puts a newer keyset into force; `Ok(Ok(false))` if it is what (or older than what) is in force. The outer error is the
/// database's, the inner one says why the keyset is not trusted.
pub(super) fn adopt_keyset(conn: &Connection, context: &Context, bytes: &[u8]) -> Result<Result<bool, TrustError>> {
    let held = &context.me()?.trust;
    let trust = match held.clone().adopt(bytes) {
        Ok(trust) => trust,
        // An answer that was overtaken by a newer one is no fault.
        Err(TrustError::NotNewer { .. }) => return Ok(Ok(false)),
        Err(error) => return Ok(Err(error)),
    };
    if trust.keyset().version == held.keyset().version {
        return Ok(Ok(false));
    }
    conn.execute("UPDATE identity SET keyset = ?1 WHERE state = 1", [bytes])?;
    verify_samples(conn, &trust)?;
    touch(conn)?;
    Ok(Ok(true))
}

/// Puts a newer certificate of this device into force; the inner result as with [`adopt_keyset`].
pub(super) fn adopt_certificate(conn: &Connection, bytes: &[u8]) -> Result<Result<bool, String>> {
    // The keyset may have changed in this transaction.
    let context = fresh(conn)?;
    let me = context.me()?;
    let offered = match Certificate::open(bytes, &me.trust) {
        Ok(offered) => offered,
        Err(error) => return Ok(Err(error.to_string())),
    };
    if offered.scanner != me.scanner || offered.public != me.certificate.public {
        return Ok(Err("it is another scanner's".to_owned()));
    }
    if offered.serial <= me.certificate.serial {
        return Ok(Ok(false));
    }
    conn.execute("UPDATE identity SET certificate = ?1 WHERE state = 1", [bytes])?;
    touch(conn)?;
    Ok(Ok(true))
}
