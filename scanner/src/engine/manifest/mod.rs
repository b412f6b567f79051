//! Fetching, checking and putting into force the ticket list (PROTOCOL.md section 5).
//!
//! A list is a signed header and its parts, which are kept by the hash the header signs. Parts that did not change are
//! shared between versions; each part that did is written in a transaction of its own, so that no scan waits long; when all
//! are here, one row decides which header is in force.

mod adopt;
mod delta;
mod refill;
mod stage;

use serde::Serialize;
use shared::api::{ManifestRequest, ManifestResponse};
use shared::ids::EventId;
use shared::manifest::ManifestError;

use super::Engine;
use super::context::current;
use super::db::begin;
use super::error::Result;
use super::identity::adopt_keyset;
pub(super) use stage::staging;
use stage::{Staged, missing, staged};

/// Most parts asked for at once; the server sends as many of them as fit into a message.
const BUCKETS_A_REQUEST: usize = 256;

/// Where a manifest stands after a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "progress", rename_all = "snake_case")]
pub enum ManifestProgress {
    /// The newest is in force.
    Current {
        /// Its version; absent if the server has none and neither has this device.
        version: Option<u64>,
    },
    /// A newer one was put into force now.
    Adopted {
        /// Its version.
        version: u64,
        /// Tickets in it.
        tickets: u64,
        /// Parts that had to be fetched or changed.
        changed: u32,
    },
    /// Parts are missing: ask again with [`Engine::manifest_request`].
    Staging {
        /// Version being fetched.
        version: u64,
        /// Parts that are here.
        have: u32,
        /// Parts in all.
        total: u32,
    },
}

impl Engine {
    /// The next request for the event's ticket list: what changed, or the parts that are missing.
    pub fn manifest_request(&mut self, event: EventId) -> Result<ManifestRequest> {
        let context = current(&self.conn, &mut self.context)?;
        let buckets = match staged(&self.conn, event)? {
            Some(staged) if !self.restart.contains(&event) => {
                missing(&self.conn, &staged)?.into_iter().take(BUCKETS_A_REQUEST).collect()
            }
            _ => Vec::new(),
        };
        Ok(ManifestRequest {
            event,
            have: context.held(event).map(|held| held.version),
            buckets,
            keyset_version: context.me()?.trust.keyset().version,
        })
    }

    /// Takes the answer. Until all parts are here and right, the list in force stays in force.
    pub fn apply_manifest(&mut self, event: EventId, response: &ManifestResponse) -> Result<ManifestProgress> {
        if !matches!(response, ManifestResponse::Buckets { .. }) {
            self.restart.remove(&event);
        }
        match response {
            ManifestResponse::Current => {
                let context = current(&self.conn, &mut self.context)?;
                Ok(ManifestProgress::Current { version: context.force.get(&event).map(|f| f.header.version) })
            }
            ManifestResponse::Header { header, keyset } => {
                self.take_keyset(keyset.as_ref().map(|bytes| &bytes[..]))?;
                let staged = self.open_list(event, header)?;
                self.advance(event, &staged)
            }
            ManifestResponse::Delta { header, records, keyset } => {
                self.take_keyset(keyset.as_ref().map(|bytes| &bytes[..]))?;
                let staged = self.open_list(event, header)?;
                self.apply_delta(&staged, records)?;
                self.advance(event, &staged)
            }
            ManifestResponse::Buckets { version, parts } => match staged(&self.conn, event)? {
                Some(staged) if staged.header.version == *version => {
                    let outcome = self.stage_parts(&staged, parts);
                    // What was right of the message is kept, also when something in it was not.
                    let progress = self.advance(event, &staged)?;
                    outcome.map(|()| progress)
                }
                Some(staged) => {
                    // The server has published a newer one: begin with its header; parts that are the same are here.
                    self.restart.insert(event);
                    Ok(ManifestProgress::Staging { version: *version, have: 0, total: staged.header.buckets() })
                }
                None => self.apply_manifest(event, &ManifestResponse::Current),
            },
        }
    }

    /// A keyset that comes along; the header may be signed with a key that is new in it.
    fn take_keyset(&mut self, keyset: Option<&[u8]>) -> Result<()> {
        let Some(bytes) = keyset else { return Ok(()) };
        let tx = begin(&mut self.conn)?;
        let context = current(&tx, &mut self.context)?;
        adopt_keyset(&tx, &context, bytes)?.map_err(ManifestError::Trust)?;
        tx.commit()?;
        Ok(())
    }

    /// Puts the list into force if nothing is missing any more.
    fn advance(&mut self, event: EventId, staged: &Staged) -> Result<ManifestProgress> {
        let total = staged.header.buckets();
        let open = u32::try_from(missing(&self.conn, staged)?.len()).unwrap_or(u32::MAX);
        if open > 0 {
            let version = staged.header.version;
            return Ok(ManifestProgress::Staging { version, have: total.saturating_sub(open), total });
        }
        self.adopt(event, staged)
    }
}
