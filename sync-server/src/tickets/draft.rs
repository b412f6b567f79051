//! A ticket somebody wants to add: checked against the event, given a key and a sealed attendee.

use shared::clock::{Entropy, random};
use shared::ids::{EventId, ProductId, TicketKey};
use shared::manifest::{Attendee, seal_attendee};
use shared::policy::Policy;
use shared::ticket::{MAX_CODE_BYTES, PREFIX, Secret, opaque_key, secret_key};

use super::{CodeSource, OpaqueText};

/// Most people on one ticket: a coach party (PROTOCOL.md section 11 allows 1,000 bodies in an entry).
pub const MAX_ADMITS: u32 = 1000;

/// Longest name, e-mail address or reference, in characters.
pub const TEXT_LIMIT: usize = 200;

/// Longest note for the door, in characters.
pub const NOTE_LIMIT: usize = 500;

/// A ticket to be added, as read from a form or list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Another vendor's code; `None` issues one of ours.
    pub code: Option<String>,
    /// What was sold.
    pub product: ProductId,
    /// People it lets in.
    pub admits: u32,
    /// Valid from (s).
    pub not_before: Option<i64>,
    /// Valid until (s).
    pub not_after: Option<i64>,
    /// Name on it.
    pub attendee: Option<String>,
    /// Note for the door.
    pub note: Option<String>,
    /// Where it is sent.
    pub email: Option<String>,
    /// The seller's own number.
    pub reference: Option<String>,
    /// Not paid yet.
    pub unpaid: bool,
}

/// A ticket ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// What devices know it by.
    pub key: TicketKey,
    /// What its code is made of.
    pub source: CodeSource,
    /// What was asked for.
    pub draft: Draft,
    /// The attendee as scanners get them.
    pub sealed: Option<Vec<u8>>,
}

/// Why a draft is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// No such product in this event.
    #[error("the event has no product {0}")]
    UnknownProduct(ProductId),
    /// Not 1 to 1,000.
    #[error("it admits {0} people; 1 to {MAX_ADMITS} are possible")]
    Admits(u32),
    /// The window is empty.
    #[error("its validity ends before it begins")]
    Window,
    /// The code is empty.
    #[error("the code is empty")]
    EmptyCode,
    /// The code is longer than any QR code.
    #[error("the code has {0} bytes; {MAX_CODE_BYTES} at most")]
    LongCode(usize),
    /// The code looks like one of ours; it would be read as such at the door, never as an opaque one.
    #[error("the code begins with {PREFIX}, which is kept for codes issued here")]
    OwnPrefix,
    /// A text is too long or has control characters.
    #[error("the {0} is too long or contains control characters")]
    Text(&'static str),
}

impl Draft {
    /// Checks it against the event's rules, without making anything.
    pub fn check(&self, policy: &Policy) -> Result<(), DraftError> {
        if policy.product(self.product).is_none() {
            return Err(DraftError::UnknownProduct(self.product));
        }
        if !(1..=MAX_ADMITS).contains(&self.admits) {
            return Err(DraftError::Admits(self.admits));
        }
        if let (Some(from), Some(until)) = (self.not_before, self.not_after)
            && from >= until
        {
            return Err(DraftError::Window);
        }
        check_code(self.code.as_deref())?;
        text("name", self.attendee.as_deref(), TEXT_LIMIT)?;
        text("note", self.note.as_deref(), NOTE_LIMIT)?;
        text("e-mail address", self.email.as_deref(), TEXT_LIMIT)?;
        text("reference", self.reference.as_deref(), TEXT_LIMIT)
    }

    /// Checks it and makes the ticket: secret, key, sealed attendee.
    pub fn make(self, event: EventId, policy: &Policy, entropy: &dyn Entropy) -> Result<NewTicket, DraftError> {
        self.check(policy)?;
        let (key, source) = if let Some(code) = &self.code {
            (opaque_key(event, code), CodeSource::Opaque(OpaqueText(code.trim().to_owned())))
        } else {
            let secret = Secret(random(entropy));
            (secret_key(event, &secret), CodeSource::Secret(secret))
        };
        let sealed = seal(event, key, &source, self.attendee.as_deref(), self.note.as_deref(), entropy);
        Ok(NewTicket { key, source, draft: self, sealed })
    }
}

/// The attendee as scanners get them; `None` where there is nothing to tell.
pub fn seal(
    event: EventId,
    key: TicketKey,
    source: &CodeSource,
    name: Option<&str>,
    note: Option<&str>,
    entropy: &dyn Entropy,
) -> Option<Vec<u8>> {
    if name.is_none() && note.is_none() {
        return None;
    }
    let attendee = Attendee { name: name.unwrap_or_default().to_owned(), note: note.map(str::to_owned) };
    Some(seal_attendee(event, key, source.sealing_secret(), &attendee, entropy))
}

fn check_code(code: Option<&str>) -> Result<(), DraftError> {
    let Some(code) = code.map(str::trim) else { return Ok(()) };
    if code.is_empty() {
        return Err(DraftError::EmptyCode);
    }
    if code.len() > MAX_CODE_BYTES {
        return Err(DraftError::LongCode(code.len()));
    }
    if code.starts_with(PREFIX) { Err(DraftError::OwnPrefix) } else { Ok(()) }
}

/// Refuses a text that is too long or has control characters.
pub fn text(field: &'static str, text: Option<&str>, limit: usize) -> Result<(), DraftError> {
    let fine = text.is_none_or(|text| text.chars().count() <= limit && !text.chars().any(char::is_control));
    if fine { Ok(()) } else { Err(DraftError::Text(field)) }
}
