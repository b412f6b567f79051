//! What `doctor` says of each thing it looks at: how it is, and what to do.

/// Names and texts of the checks; the names are stable in `--json`.
pub mod name {
    /// Certificate and key are here.
    pub const ENROLLED: &str = "enrolled";
    /// Not revoked.
    pub const TRUSTED: &str = "not revoked";
    /// The certificate's validity.
    pub const CERTIFICATE: &str = "certificate";
    /// Event and gate are chosen.
    pub const PLACE: &str = "event and gate";
    /// The ticket list.
    pub const LIST: &str = "ticket list";
    /// How long it is until the event starts; only if it is long.
    pub const START: &str = "start";
    /// The device's clock.
    pub const CLOCK: &str = "clock";
    /// Entries that wait for the server.
    pub const QUEUE: &str = "queue";
    /// Entries that were refused or are damaged; forks.
    pub const ENTRIES: &str = "entries";
    /// Free space.
    pub const DISK: &str = "disk";
    /// The database file.
    pub const DATABASE: &str = "database";
    /// Charge.
    pub const BATTERY: &str = "battery";
    /// The way to the server.
    pub const SERVER: &str = "server";
}

/// Advice, by what is wrong.
pub mod advice {
    /// No certificate.
    pub const ENROL: &str = "run `scanner enrol` with the code from the administrator";
    /// Revoked.
    pub const REVOKED: &str = "do not use it at a door; ask the administrator";
    /// Certificate ended.
    pub const CERTIFICATE_ENDED: &str =
        "connect and run `scanner sync`; if that does not renew it, ask the administrator";
    /// Certificate ends soon.
    pub const CERTIFICATE_ENDS: &str = "connect and run `scanner sync` before it ends";
    /// No event.
    pub const CHOOSE_EVENT: &str = "choose with `scanner use --event …`";
    /// No gate.
    pub const CHOOSE_GATE: &str = "choose with `scanner use --gate …`";
    /// No list.
    pub const FETCH_LIST: &str = "connect and run `scanner sync`";
    /// A list without tickets.
    pub const EMPTY_LIST: &str =
        "run `scanner sync`; if it stays empty, ask the administrator for this event's tickets";
    /// An old list.
    pub const RENEW_LIST: &str = "run `scanner sync` when connected; it admits until then";
    /// The event is over.
    pub const EVENT_OVER: &str = "choose another event with `scanner use --event …` if this one is over";
    /// The event is far away.
    pub const TOO_EARLY: &str =
        "what is scanned now counts; to practise, choose an event of its own with `scanner use --event …`";
    /// No time sample.
    pub const COMPARE_CLOCK: &str = "run `scanner sync` once after switching the device on";
    /// The clock is wrong.
    pub const SET_CLOCK: &str = "nothing is wrong with the entries; set the device's clock when you can";
    /// Entries wait.
    pub const SEND: &str = "run `scanner sync`; nothing is lost until then";
    /// Entries wait on a revoked scanner.
    pub const KEEP: &str =
        "the server takes nothing from it any more: hand it and its data folder to the administrator";
    /// Entries are in trouble.
    pub const TELL_ENTRIES: &str = "run `scanner sync`; if it stays, tell the administrator and keep the data folder";
    /// Little space.
    pub const FREE_SPACE: &str = "delete other files: without space nobody can be admitted";
    /// A damaged database.
    pub const DAMAGED: &str =
        "run `scanner sync` to save what can be sent, then enrol again in an empty folder and keep this one";
    /// An empty battery.
    pub const CHARGE: &str = "plug it in";
    /// No server.
    pub const NO_SERVER: &str = "scanning works without it; check the network so that others see this gate";
    /// The server refused.
    pub const REFUSED: &str = "ask the administrator";
}

/// The last line.
pub mod ready {
    /// Everything is well.
    pub const READY: &str = "READY";
    /// It can be used.
    pub const WITH_WARNINGS: &str = "READY WITH WARNINGS";
    /// It cannot.
    pub const NOT_READY: &str = "NOT READY";
}
