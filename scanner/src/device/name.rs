//! What an administrator sees of a device that enrols.

use std::env::consts;
use std::fs;

/// Where Linux keeps the host name.
const HOST_NAME: &str = "/proc/sys/kernel/hostname";
/// Longest host name taken over, in characters.
const MAX_CHARS: usize = 64;

/// Host name and kind of machine: `door-3 (linux x86_64)`.
pub fn name_of_this_machine() -> String {
    let kind = format!("{} {}", consts::OS, consts::ARCH);
    let host = fs::read_to_string(HOST_NAME).unwrap_or_default();
    let host: String = host.trim().chars().filter(|c| !c.is_control()).take(MAX_CHARS).collect();
    if host.is_empty() { kind } else { format!("{host} ({kind})") }
}
