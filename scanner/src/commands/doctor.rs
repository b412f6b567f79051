//! `scanner doctor`: ready for doors?

use clap::Args;
use serde::Serialize;

use crate::device::{battery_percent, free_bytes};
use crate::engine::{ClockFacts, Engine, EngineError, Enrolled, Health, ManifestFacts, Status, is_early};
use crate::net::{NetError, SyncError};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::{Ink, Printer, Said};
use super::words::checks::{advice, name, ready};
use super::words::{clean, counted, entries, times};

const HOUR_MS: i64 = 3_600_000;
/// A certificate that ends sooner is worth a warning, in ms: a long evening.
const CERTIFICATE_SOON_MS: i64 = 24 * HOUR_MS;
/// A list older than this misses a day's sales, in ms.
const LIST_OLD_MS: i64 = 24 * HOUR_MS;
/// After this long an event is over, in ms.
const EVENT_OVER_MS: i64 = 12 * HOUR_MS;
/// A clock off by more than this confuses people who read it, in ms.
const CLOCK_OFF_MS: i64 = 60_000;
/// Free space below which a full evening may not fit, in bytes.
const DISK_LOW: u64 = 500 * 1024 * 1024;
/// Free space below which doors should not open, in bytes.
const DISK_OUT: u64 = 50 * 1024 * 1024;
/// Charge worth a warning, in percent.
const BATTERY_LOW: u8 = 20;

/// Nothing to say here.
#[derive(Debug, Args)]
pub struct Doctor {}

/// How one thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Well.
    Ok,
    /// It can be used, but a person should know.
    Warn,
    /// Not ready.
    Fail,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    kind: &'static str,
    /// Stable name.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    says: String,
    #[serde(rename = "do")]
    advice: &'static str,
}

/// The last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ready {
    kind: &'static str,
    /// The worst of all checks.
    pub state: State,
    /// `ready`, `ready_with_warnings` or `not_ready`.
    #[serde(rename = "ready")]
    name: &'static str,
    #[serde(skip)]
    says: &'static str,
}

/// Runs the verb.
pub async fn run(device: &Device, _verb: Doctor, printer: &Printer) -> Result<Exit, Failure> {
    let checks = examine(device).await?;
    let state = checks.iter().map(|check| check.state).max().unwrap_or(State::Ok);
    for check in &checks {
        printer.say(check)?;
    }
    printer.say(&Ready::of(state))?;
    let enrolled = checks.first().is_some_and(|check| check.state == State::Ok);
    Ok(match (state, enrolled) {
        (_, false) => Exit::NotEnrolled,
        (State::Fail, _) => Exit::Data,
        _ => Exit::Done,
    })
}

/// Looks at everything; takes as long as the server takes to answer, at most some seconds.
pub async fn examine(device: &Device) -> Result<Vec<Check>, Failure> {
    let health = device.ask(Engine::health).await?;
    let status = &health.status;
    // While nothing vouches for another time the device's own clock may only say that it is later.
    let now = status.clock.now;
    let now = if now.uncertain { now.at.max(status.clock.wall) } else { now.at };
    let Some(who) = &status.enrolled else {
        return Ok(vec![fail(name::ENROLLED, "this device is not a scanner yet".into(), advice::ENROL)]);
    };
    let mut checks = vec![ok(name::ENROLLED, format!("{} of {}", clean(&who.name), clean(&who.organization_name)))];
    checks.push(trusted(who));
    checks.push(certificate(who, now));
    checks.push(place(status));
    checks.push(list(status, now));
    checks.extend(in_use(status).and_then(|facts| early(facts, now)));
    checks.push(clock(&status.clock));
    checks.push(queue(status));
    checks.extend(troubles(status));
    checks.push(disk(free_bytes(device.folder())));
    checks.push(database(&health));
    checks.extend(battery_percent().map(battery));
    checks.push(server(device).await);
    Ok(checks)
}

fn trusted(who: &Enrolled) -> Check {
    match who.revoked_at {
        None => ok(name::TRUSTED, "yes".into()),
        Some(at) => fail(name::TRUSTED, format!("revoked since {}", times::full(at, "UTC")), advice::REVOKED),
    }
}

fn certificate(who: &Enrolled, now: i64) -> Check {
    let until = times::full(who.valid_until, "UTC");
    match who.valid_until - now {
        left if left < 0 => fail(name::CERTIFICATE, format!("ended {until}"), advice::CERTIFICATE_ENDED),
        left if left < CERTIFICATE_SOON_MS => {
            warn(name::CERTIFICATE, format!("ends in {}", times::duration(left)), advice::CERTIFICATE_ENDS)
        }
        _ if now < who.valid_from => {
            let from = times::full(who.valid_from, "UTC");
            warn(name::CERTIFICATE, format!("valid only from {from} on, by this device's time"), advice::COMPARE_CLOCK)
        }
        _ => ok(name::CERTIFICATE, format!("valid until {until}")),
    }
}

fn place(status: &Status) -> Check {
    if status.event.is_none() {
        return fail(name::PLACE, "no event is chosen".into(), advice::CHOOSE_EVENT);
    }
    let Some(id) = status.gate else {
        if status.manifests.is_empty() {
            return warn(name::PLACE, "known once the ticket list is here".into(), advice::FETCH_LIST);
        }
        return fail(name::PLACE, "no gate is chosen".into(), advice::CHOOSE_GATE);
    };
    let Some(facts) = in_use(status) else { return ok(name::PLACE, format!("gate {id}")) };
    let gate = facts.gates.iter().find(|gate| gate.id == id);
    let event = clean(&facts.event_name);
    match gate {
        Some(gate) => ok(name::PLACE, format!("{event}, gate {}", clean(&gate.name))),
        None => fail(name::PLACE, format!("{event} has no gate {id}"), advice::CHOOSE_GATE),
    }
}

fn list(status: &Status, now: i64) -> Check {
    let Some(facts) = in_use(status) else {
        return fail(name::LIST, "none has arrived yet".into(), advice::FETCH_LIST);
    };
    let tickets = counted(i64::try_from(facts.tickets).unwrap_or(i64::MAX), "ticket", "tickets");
    let age = now - facts.created;
    let says = format!("version {}, {tickets}, published {}", facts.version, times::ago(age));
    if facts.ends < now - EVENT_OVER_MS {
        return warn(name::LIST, format!("the event ended {}", times::ago(now - facts.ends)), advice::EVENT_OVER);
    }
    if facts.expires < now {
        return warn(name::LIST, format!("{says}, expired {}", times::ago(now - facts.expires)), advice::RENEW_LIST);
    }
    if let Some(staging) = facts.staging {
        let arriving = format!("version {} is arriving, {} of {} parts", staging.version, staging.have, staging.total);
        return warn(name::LIST, format!("{says}; {arriving}"), advice::FETCH_LIST);
    }
    if facts.tickets == 0 {
        return warn(name::LIST, says, advice::EMPTY_LIST);
    }
    if age > LIST_OLD_MS { warn(name::LIST, says, advice::RENEW_LIST) } else { ok(name::LIST, says) }
}

/// A promoter who tries the scanners in the afternoon should know that it counts.
fn early(facts: &ManifestFacts, now: i64) -> Option<Check> {
    let says = || format!("{} starts in {}", clean(&facts.event_name), times::duration(facts.starts - now));
    is_early(now, facts.starts).then(|| warn(name::START, says(), advice::TOO_EARLY))
}

fn clock(clock: &ClockFacts) -> Check {
    let Some(offset) = clock.offset else {
        return warn(name::CLOCK, "not compared with the server since switched on".into(), advice::COMPARE_CLOCK);
    };
    let error = clock.error.unwrap_or_default();
    let says = format!("{offset} ms off the server's (± {error} ms)");
    if offset.abs() - error <= CLOCK_OFF_MS {
        return ok(name::CLOCK, says);
    }
    let way = if offset > 0 { "behind" } else { "ahead of" };
    warn(
        name::CLOCK,
        format!("{} {way} the server's; entries are corrected", times::duration(offset)),
        advice::SET_CLOCK,
    )
}

fn queue(status: &Status) -> Check {
    match status.pending.entries {
        0 => ok(name::QUEUE, "empty".into()),
        n => warn(name::QUEUE, format!("{} waiting for the server", entries(n)), advice::SEND),
    }
}

fn troubles(status: &Status) -> Option<Check> {
    let (refused, forked) = (status.troubles.len(), status.forked.len());
    let says = format!("{} refused or damaged, {forked} logs in dispute", entries(refused as u64));
    (refused + forked > 0).then(|| warn(name::ENTRIES, says, advice::TELL_ENTRIES))
}

fn disk(free: Option<u64>) -> Check {
    let Some(free) = free else { return ok(name::DISK, "free space is not told by this system".into()) };
    let says = format!("{} MiB free", free / (1024 * 1024));
    match free {
        0..DISK_OUT => fail(name::DISK, says, advice::FREE_SPACE),
        DISK_OUT..DISK_LOW => warn(name::DISK, says, advice::FREE_SPACE),
        _ => ok(name::DISK, says),
    }
}

fn database(health: &Health) -> Check {
    match health.damage.first() {
        None => {
            let size = health.database_bytes / 1024;
            ok(name::DATABASE, format!("sound, {size} KiB, SQLite {}", health.sqlite))
        }
        Some(first) => fail(name::DATABASE, format!("damaged: {}", clean(first)), advice::DAMAGED),
    }
}

fn battery(percent: u8) -> Check {
    let says = format!("{percent} %");
    if percent < BATTERY_LOW { warn(name::BATTERY, says, advice::CHARGE) } else { ok(name::BATTERY, says) }
}

/// Signing in is asked, not only whether something answers: a revoked scanner should be found out here, not at the door.
async fn server(device: &Device) -> Check {
    let asked = device.clock().read();
    let signed_in = async {
        let link = device.link().await?;
        link.sign_in().await?;
        Ok::<String, Failure>(link.server().to_owned())
    };
    match signed_in.await {
        Ok(server) => {
            let took = device.clock().read().mono_ms.saturating_sub(asked.mono_ms);
            ok(name::SERVER, format!("{} answers ({took} ms)", clean(&server)))
        }
        Err(Failure::Sync(SyncError::Net(NetError::Refused(refusal)))) if !refusal.is_passing() => {
            fail(name::SERVER, clean(&refusal.detail), advice::REFUSED)
        }
        Err(Failure::Sync(SyncError::Engine(error @ EngineError::Store(_)))) => {
            fail(name::SERVER, error.to_string(), advice::DAMAGED)
        }
        Err(failure) => warn(name::SERVER, clean(&failure.to_string()), advice::NO_SERVER),
    }
}

fn in_use(status: &Status) -> Option<&ManifestFacts> {
    status.manifests.iter().find(|list| Some(list.event) == status.event)
}

fn ok(check: &'static str, says: String) -> Check {
    Check { kind: "check", check, state: State::Ok, says, advice: "" }
}

fn warn(check: &'static str, says: String, advice: &'static str) -> Check {
    Check { kind: "check", check, state: State::Warn, says, advice }
}

fn fail(check: &'static str, says: String, advice: &'static str) -> Check {
    Check { kind: "check", check, state: State::Fail, says, advice }
}

impl Ready {
    fn of(state: State) -> Self {
        let (name, says) = match state {
            State::Ok => ("ready", ready::READY),
            State::Warn => ("ready_with_warnings", ready::WITH_WARNINGS),
            State::Fail => ("not_ready", ready::NOT_READY),
        };
        Self { kind: "doctor", state, name, says }
    }
}

impl Said for Check {
    fn text(&self, ink: Ink) -> String {
        let state = match self.state {
            State::Ok => "ok  ".to_owned(),
            State::Warn => ink.warn("warn"),
            State::Fail => ink.bad("FAIL"),
        };
        let advice = if self.advice.is_empty() { String::new() } else { format!("\n      → {}", self.advice) };
        format!("{state}  {}: {}{advice}", self.check, self.says)
    }
}

impl Said for Ready {
    fn text(&self, ink: Ink) -> String {
        match self.state {
            State::Ok => ink.good(self.says),
            State::Warn => ink.warn(self.says),
            State::Fail => ink.bad(self.says),
        }
    }
}
