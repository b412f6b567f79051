//! The office: people without tickets, counted by hand on the server itself. A count is an entry like a supervisor's at a
//! door, in a feed of the server's own (PROTOCOL.md section 6), so that there is one way only in which occupancy changes:
//! every scanner learns of it, and a server that lost it gets it back from them.

pub mod compose;

use std::sync::{Arc, OnceLock};

use shared::clock::{Clock, Entropy, random};
use shared::ids::{Epoch, GateId, Nonce, from_hex, to_hex};

use crate::keys::Seed;

/// What entries and lists call the scanner that is none.
pub const NAME: &str = "Office";

/// Given to a count by whoever sends it: sent again under the same one, it counts once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(pub [u8; 16]);

impl RequestId {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random(entropy))
    }

    /// From its text, 32 hexadecimal digits.
    pub fn read(text: &str) -> Option<Self> {
        from_hex(text)?.try_into().ok().map(Self)
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

/// What somebody counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCount {
    /// Which request this is.
    pub request: RequestId,
    /// Through which gate.
    pub gate: GateId,
    /// How many: positive in, negative out.
    pub people: i64,
    /// Why.
    pub reason: String,
    /// Who counted, as entries name people.
    pub operator: String,
}

/// What the store needs to write a count: read and rolled here, used only where it comes to that.
pub struct Desk {
    /// Server time, read when it is this count's turn: a feed is written in order of time.
    pub clock: Arc<dyn Clock>,
    /// Of this run of the server.
    pub epoch: Epoch,
    /// For the time token.
    pub nonce: Nonce,
    /// The key of an office, should the event have none.
    pub seed: Seed,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// One run of the server: each writes feeds of its own. A database that was set back, or copied and started twice, thus
/// never writes a second time what stood at a place of a feed.
#[derive(Debug, Default)]
pub struct Run(OnceLock<Epoch>);

impl Run {
    /// Its epoch, rolled when it is needed for the first time.
    pub fn epoch(&self, entropy: &dyn Entropy) -> Epoch {
        *self.0.get_or_init(|| Epoch(random(entropy)))
    }
}
