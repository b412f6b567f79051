//! Reads the golden vectors in `fixtures/` (see its README) and lays down how their reasons read in `shared`.

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::Value;
use shared::cose::{EnvelopeError, VerifyingKey};
use shared::feed::HeadError;
use shared::ids::{EventId, Fingerprint, OrganizationId, from_hex};
use shared::manifest::ManifestError;
use shared::trust::{Trust, TrustError};

/// The folder with all vectors and their generator.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

/// One vector: its file name and what is in it.
#[derive(Debug, Clone)]
pub struct Vector {
    /// `folder/good-….json` or `folder/bad-….json`.
    pub name: String,
    /// Its content.
    pub json: Node,
}

/// A part of a vector and the way to it, so that a complaint says where.
#[derive(Debug, Clone)]
pub struct Node {
    path: String,
    value: Value,
}

/// All vectors of a folder whose `kind` is the given one (or that have none). Panics if there are fewer good or bad ones
/// than asked for: a check that has nothing to check must not pass.
pub fn vectors(folder: &str, kind: Option<&str>, least_good: usize, least_bad: usize) -> Vec<Vector> {
    let path = fixtures().join(folder);
    let files = std::fs::read_dir(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut found: Vec<Vector> = files
        .map(|file| file.unwrap_or_else(|e| panic!("{folder}: {e}")).path())
        .filter(|file| file.extension().is_some_and(|end| end == "json"))
        .map(|file| read(folder, &file))
        .filter(|vector| vector.json.opt("kind").map(|k| k.str()) == kind.map(str::to_owned))
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let good = found.iter().filter(|vector| vector.is_good()).count();
    let bad = found.len() - good;
    assert!(
        good >= least_good && bad >= least_bad,
        "fixtures/{folder}, kind {kind:?}: {good} good and {bad} bad vectors, expected at least {least_good} and {least_bad}"
    );
    found
}

/// Panics unless the vectors of a folder are of exactly these kinds, so that none is checked by nobody.
pub fn only_kinds(folder: &str, kinds: &[Option<&str>]) {
    let known: usize = kinds.iter().map(|kind| vectors(folder, *kind, 0, 0).len()).sum();
    let files = std::fs::read_dir(fixtures().join(folder)).unwrap_or_else(|e| panic!("{folder}: {e}")).count();
    assert_eq!(known, files, "fixtures/{folder} holds files of a kind that no test reads");
}

fn read(folder: &str, file: &Path) -> Vector {
    let name = format!("{folder}/{}", file.file_name().unwrap_or_default().to_string_lossy());
    let text = std::fs::read_to_string(file).unwrap_or_else(|e| panic!("{name}: {e}"));
    let value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
    Vector { json: Node { path: name.clone(), value }, name }
}

impl Vector {
    /// Whether it must be accepted.
    pub fn is_good(&self) -> bool {
        self.name.contains("/good-")
    }

    /// The named reason why it must be refused; `None` for good ones.
    pub fn reason(&self) -> Option<String> {
        (!self.is_good()).then(|| self.json.at("expect").at("reason").str())
    }
}

impl Node {
    /// A member that may be missing or null.
    pub fn opt(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?.clone();
        Some(Self { path: format!("{}.{key}", self.path), value })
    }

    /// A member that must be there.
    #[must_use]
    pub fn at(&self, key: &str) -> Self {
        self.opt(key).unwrap_or_else(|| panic!("{}: {key} is missing", self.path))
    }

    /// Whether the member is there, even as null.
    pub fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some()
    }

    /// As JSON.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The items of an array.
    pub fn items(&self) -> Vec<Self> {
        let items = self.value.as_array().unwrap_or_else(|| panic!("{}: not an array", self.path));
        let place = |n: usize| format!("{}[{n}]", self.path);
        items.iter().enumerate().map(|(n, value)| Self { path: place(n), value: value.clone() }).collect()
    }

    /// Text.
    pub fn str(&self) -> String {
        self.value.as_str().unwrap_or_else(|| panic!("{}: not a text", self.path)).to_owned()
    }

    /// Bytes, written as hex.
    pub fn bytes(&self) -> Vec<u8> {
        from_hex(&self.str()).unwrap_or_else(|| panic!("{}: not hex", self.path))
    }

    /// Exactly 32 bytes.
    pub fn bytes32(&self) -> [u8; 32] {
        self.bytes().try_into().unwrap_or_else(|_| panic!("{}: not 32 bytes", self.path))
    }

    /// An id.
    pub fn id<T: FromStr<Err: Debug>>(&self) -> T {
        self.str().parse().unwrap_or_else(|e| panic!("{}: {e:?}", self.path))
    }

    /// A number of any type.
    pub fn number<T: TryFrom<i64>>(&self) -> T {
        let number = self.value.as_i64().and_then(|n| T::try_from(n).ok());
        number.unwrap_or_else(|| panic!("{}: not a number of that size", self.path))
    }

    /// True or false.
    pub fn bool(&self) -> bool {
        self.value.as_bool().unwrap_or_else(|| panic!("{}: not a bool", self.path))
    }

    /// A public key as a curve point.
    pub fn public_key(&self) -> VerifyingKey {
        VerifyingKey::from_bytes(&self.bytes32()).unwrap_or_else(|e| panic!("{}: {e}", self.path))
    }
}

/// What the device of a vector trusts: pinned fingerprint, root key, keyset.
pub fn trust(given: &Node) -> Result<Trust, TrustError> {
    let fingerprint: Fingerprint = given.at("root_fingerprint").id();
    Trust::pin(fingerprint, &given.at("root_key").bytes32(), &given.at("keyset").bytes())
}

/// The organization of a vector.
pub fn organization(given: &Node) -> OrganizationId {
    given.at("organization").id()
}

/// The event of a vector.
pub fn event(given: &Node) -> EventId {
    given.at("event").id()
}

/// Collects what differs over all vectors of a folder, so that one failure does not hide the next.
#[derive(Debug, Default)]
pub struct Findings(Vec<String>);

impl Findings {
    /// Notes a difference between what was expected and what came out.
    #[expect(clippy::needless_pass_by_value, reason = "most callers have made the values just for this")]
    pub fn expect<T: PartialEq + Debug>(&mut self, vector: &Vector, what: &str, found: T, expected: T) {
        if found != expected {
            self.0.push(format!("{}: {what}: found {found:?}, expected {expected:?}", vector.name));
        }
    }

    /// Panics with everything that was noted.
    pub fn settle(self) {
        assert!(self.0.is_empty(), "{} differences\n{}", self.0.len(), self.0.join("\n"));
    }
}

/// Reasons as the vectors name them.
pub trait Reason {
    /// The name in `fixtures/README.md`.
    fn reason(&self) -> &'static str;
}

impl Reason for EnvelopeError {
    fn reason(&self) -> &'static str {
        match self {
            Self::Malformed | Self::BadContent => "damaged",
            Self::UnknownKey => "signer",
            Self::BadSignature => "signature",
        }
    }
}

impl Reason for TrustError {
    fn reason(&self) -> &'static str {
        match self {
            Self::Envelope(error) => error.reason(),
            Self::WrongRoot => "root",
            Self::WrongOrganization => "organization",
            Self::NotNewer { .. } => "version",
            Self::BadKey(_) => "key",
            Self::WrongRole(_) => "signer",
            Self::Expired => "expired",
        }
    }
}

impl Reason for HeadError {
    fn reason(&self) -> &'static str {
        match self {
            Self::Envelope(error) => error.reason(),
            Self::WrongFeed => "feed",
            Self::WrongScanner => "scanner",
            Self::NoEntry => "damaged",
        }
    }
}

impl Reason for ManifestError {
    fn reason(&self) -> &'static str {
        match self {
            Self::Trust(error) => error.reason(),
            Self::WrongOrganization => "organization",
            Self::WrongEvent(_) => "event",
            Self::Expired { .. } => "expired",
            Self::NotNewer { .. } => "lower_version",
            Self::AlreadyHeld(_) => "already_held",
            Self::Equivocation(_) => "equivocation",
            Self::KeysetTooOld { .. } => "keyset",
            Self::Inconsistent => "damaged",
            Self::WrongCount { .. } => "tickets",
            Self::BucketMismatch(_) => "bucket",
        }
    }
}
