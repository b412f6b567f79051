//! How a scanner is, in words.

use super::super::texts::Language;
use super::super::times;
use crate::device::{Scanner, ScannerState};
use crate::http::scanners::body::{RoleBody, ScannerBody};

/// Time zone of these pages: scanners are of no one event.
pub(super) const ZONE: &str = "UTC";

/// State as a mark, and in words.
pub(super) fn state(language: Language, scanner: &Scanner, now: i64) -> (&'static str, String) {
    let online = ScannerBody::new(scanner.clone(), now).online;
    match (scanner.state(), online) {
        (ScannerState::Revoked, _) => ("revoked", language.text("scanner-revoked")),
        (ScannerState::Invited, _) => ("invited", language.text("scanner-invited")),
        (ScannerState::Active, true) => ("online", language.text("scanner-online")),
        (ScannerState::Active, false) => ("offline", language.text("scanner-offline")),
    }
}

/// When it was last heard of.
pub(super) fn heard(language: Language, scanner: &Scanner) -> String {
    match &scanner.presence {
        Some(there) => format!("{} {ZONE}", times::minute(there.seen, ZONE)),
        None => language.text("scanner-never"),
    }
}

/// What it may do.
pub(super) fn role(language: Language, scanner: &Scanner) -> String {
    match RoleBody::from(scanner.role) {
        RoleBody::Scan => language.text("scanner-role-scan"),
        RoleBody::Supervisor => language.text("scanner-may-supervisor"),
    }
}
