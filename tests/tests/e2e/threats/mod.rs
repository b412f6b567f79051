//! One file for each threat of `docs/SECURITY.md` that no other test here is named after. What others cover is named there.

mod bombs;
mod cross_protocol;
mod exports;
mod file_permissions;
mod frozen_list;
mod photographed_invitation;
mod secrets_in_logs;
mod session_fixation;
mod told_of_revocation;
