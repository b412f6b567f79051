//! `scanner doctor`: ready for doors?

mod check;

use clap::Args;

use crate::device::{battery_percent, free_bytes};
use crate::engine::{ClockFacts, Engine, EngineError, Enrolled, Health, ManifestFacts, Status, is_early};
use crate::net::{NetError, SyncError};

use super::Device;
use super::failure::{Exit, Failure};
use super::printer::Printer;
use super::words::checks::{advice, name};
use super::words::{clean, counted, entries, times};

pub use check::{Check, Fact, Ready, State};
use check::{fail, ok, warn};

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
        return Ok(vec![fail(
            name::ENROLLED,
            "not_enrolled",
            "this device is not a scanner yet".into(),
            advice::ENROL,
        )]);
    };
    let mut checks = vec![enrolled(who)];
    checks.push(trusted(who));
    if who.revoked_at.is_some() {
        // The server does not let it in any more: what connecting would mend is not worth a word.
        checks.push(queue_of_revoked(status));
    } else {
        checks.push(certificate(who, now));
        checks.push(place(status));
        checks.push(list(status, now));
        checks.extend(in_use(status).and_then(|facts| early(facts, now)));
        checks.push(clock(&status.clock));
        checks.push(queue(status));
        checks.extend(troubles(status));
    }
    checks.push(disk(free_bytes(device.folder())));
    checks.push(database(&health));
    checks.extend(battery_percent().map(battery));
    checks.push(server(device).await);
    Ok(checks)
}

fn enrolled(who: &Enrolled) -> Check {
    let (name, organization) = (clean(&who.name), clean(&who.organization_name));
    ok(name::ENROLLED, "enrolled", format!("{name} of {organization}"))
        .with("name", Fact::Text(name))
        .with("organization", Fact::Text(organization))
}

fn trusted(who: &Enrolled) -> Check {
    let Some(at) = who.revoked_at else { return ok(name::TRUSTED, "not_revoked", "yes".into()) };
    fail(name::TRUSTED, "revoked", format!("revoked since {}", times::full(at, "UTC")), advice::REVOKED)
        .with("time", Fact::Moment(at))
}

fn certificate(who: &Enrolled, now: i64) -> Check {
    let until = times::full(who.valid_until, "UTC");
    let check = match who.valid_until - now {
        left if left < 0 => {
            fail(name::CERTIFICATE, "certificate_ended", format!("ended {until}"), advice::CERTIFICATE_ENDED)
        }
        left if left < CERTIFICATE_SOON_MS => {
            let says = format!("ends in {}", times::duration(left));
            let check = warn(name::CERTIFICATE, "certificate_ends", says, advice::CERTIFICATE_ENDS);
            return check.with("span", Fact::Span(left));
        }
        _ if now < who.valid_from => {
            let from = times::full(who.valid_from, "UTC");
            let says = format!("valid only from {from} on, by this device's time");
            let check = warn(name::CERTIFICATE, "certificate_early", says, advice::COMPARE_CLOCK);
            return check.with("time", Fact::Moment(who.valid_from));
        }
        _ => ok(name::CERTIFICATE, "certificate_valid", format!("valid until {until}")),
    };
    check.with("time", Fact::Moment(who.valid_until))
}

fn place(status: &Status) -> Check {
    if status.event.is_none() {
        return fail(name::PLACE, "no_event", "no event is chosen".into(), advice::CHOOSE_EVENT);
    }
    let Some(id) = status.gate else {
        if status.manifests.is_empty() {
            let says = "known once the ticket list is here".into();
            return warn(name::PLACE, "place_awaited", says, advice::FETCH_LIST);
        }
        return fail(name::PLACE, "no_gate", "no gate is chosen".into(), advice::CHOOSE_GATE);
    };
    let number = Fact::Text(id.to_string());
    let Some(facts) = in_use(status) else {
        return ok(name::PLACE, "gate_number", format!("gate {id}")).with("gate", number);
    };
    let gate = facts.gates.iter().find(|gate| gate.id == id);
    let event = clean(&facts.event_name);
    let check = match gate {
        Some(gate) => {
            let gate = clean(&gate.name);
            ok(name::PLACE, "place", format!("{event}, gate {gate}")).with("gate", Fact::Text(gate))
        }
        None => fail(name::PLACE, "gate_missing", format!("{event} has no gate {id}"), advice::CHOOSE_GATE)
            .with("gate", number),
    };
    check.with("event", Fact::Text(event))
}

fn list(status: &Status, now: i64) -> Check {
    let Some(facts) = in_use(status) else {
        return fail(name::LIST, "no_list", "none has arrived yet".into(), advice::FETCH_LIST);
    };
    let amount = i64::try_from(facts.tickets).unwrap_or(i64::MAX);
    let age = now - facts.created;
    let tickets = counted(amount, "ticket", "tickets");
    let says = format!("version {}, {tickets}, published {}", facts.version, times::ago(age));
    let with_all = |check: Check| {
        check
            .with("version", Fact::Text(facts.version.to_string()))
            .with("tickets", Fact::Number(amount))
            .with("span", Fact::Span(age))
    };
    if facts.ends < now - EVENT_OVER_MS {
        let said = format!("the event ended {}", times::ago(now - facts.ends));
        let check = warn(name::LIST, "event_over", said, advice::EVENT_OVER);
        return check.with("span", Fact::Span(now - facts.ends));
    }
    if facts.expires < now {
        let said = format!("{says}, expired {}", times::ago(now - facts.expires));
        let check = warn(name::LIST, "list_expired", said, advice::RENEW_LIST);
        return with_all(check).with("expired", Fact::Span(now - facts.expires));
    }
    if let Some(staging) = facts.staging {
        let (have, total) = (staging.have, staging.total);
        let said = format!("{says}; version {} is arriving, {have} of {total} parts", staging.version);
        let number = |parts: u32| Fact::Number(parts.into());
        let check = warn(name::LIST, "list_arriving", said, advice::FETCH_LIST);
        return with_all(check).with("have", number(have)).with("total", number(total));
    }
    with_all(match (facts.tickets, age) {
        (0, _) => warn(name::LIST, "list_empty", says, advice::EMPTY_LIST),
        (_, age) if age > LIST_OLD_MS => warn(name::LIST, "list_old", says, advice::RENEW_LIST),
        _ => ok(name::LIST, "list", says),
    })
}

/// A promoter who tries the scanners in the afternoon should know that it counts.
fn early(facts: &ManifestFacts, now: i64) -> Option<Check> {
    let (event, span) = (clean(&facts.event_name), facts.starts - now);
    let says = format!("{event} starts in {}", times::duration(span));
    let check = || warn(name::START, "early", says, advice::TOO_EARLY);
    is_early(now, facts.starts).then(|| check().with("event", Fact::Text(event)).with("span", Fact::Span(span)))
}

fn clock(clock: &ClockFacts) -> Check {
    let Some(offset) = clock.offset else {
        let says = "not compared with the server since switched on".into();
        return warn(name::CLOCK, "clock_unknown", says, advice::COMPARE_CLOCK);
    };
    let error = clock.error.unwrap_or_default();
    if offset.abs() - error <= CLOCK_OFF_MS {
        let check = ok(name::CLOCK, "clock", format!("{offset} ms off the server's (± {error} ms)"));
        return check.with("offset", Fact::Number(offset)).with("error", Fact::Number(error));
    }
    let (code, way) = if offset > 0 { ("clock_behind", "behind") } else { ("clock_ahead", "ahead of") };
    let says = format!("{} {way} the server's; entries are corrected", times::duration(offset));
    warn(name::CLOCK, code, says, advice::SET_CLOCK).with("span", Fact::Span(offset.abs()))
}

fn queue(status: &Status) -> Check {
    let n = status.pending.entries;
    if n == 0 {
        return ok(name::QUEUE, "queue_empty", "empty".into());
    }
    let check = warn(name::QUEUE, "queue", format!("{} waiting for the server", entries(n)), advice::SEND);
    check.with("entries", Fact::Number(i64::try_from(n).unwrap_or(i64::MAX)))
}

fn queue_of_revoked(status: &Status) -> Check {
    let n = status.pending.entries;
    if n == 0 {
        return queue(status);
    }
    let says = format!("{} on this device only", entries(n));
    let check = warn(name::QUEUE, "queue_revoked", says, advice::KEEP);
    check.with("entries", Fact::Number(i64::try_from(n).unwrap_or(i64::MAX)))
}

fn troubles(status: &Status) -> Option<Check> {
    let (refused, forked) = (status.troubles.len(), status.forked.len());
    let says = format!("{} refused or damaged, {forked} logs in dispute", entries(refused as u64));
    let number = |n: usize| Fact::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let check = || warn(name::ENTRIES, "entries_in_trouble", says, advice::TELL_ENTRIES);
    (refused + forked > 0).then(|| check().with("entries", number(refused)).with("logs", number(forked)))
}

fn disk(free: Option<u64>) -> Check {
    let Some(free) = free else {
        return ok(name::DISK, "disk_untold", "free space is not told by this system".into());
    };
    let mib = free / (1024 * 1024);
    let says = format!("{mib} MiB free");
    let check = match free {
        0..DISK_OUT => fail(name::DISK, "disk", says, advice::FREE_SPACE),
        DISK_OUT..DISK_LOW => warn(name::DISK, "disk", says, advice::FREE_SPACE),
        _ => ok(name::DISK, "disk", says),
    };
    check.with("mib", Fact::Number(i64::try_from(mib).unwrap_or(i64::MAX)))
}

fn database(health: &Health) -> Check {
    let Some(first) = health.damage.first() else {
        let size = health.database_bytes / 1024;
        let check = ok(name::DATABASE, "database", format!("sound, {size} KiB, SQLite {}", health.sqlite));
        return check.with("kib", Fact::Number(i64::try_from(size).unwrap_or(i64::MAX)));
    };
    let what = clean(first);
    let check = fail(name::DATABASE, "database_damaged", format!("damaged: {what}"), advice::DAMAGED);
    check.with("why", Fact::Text(what))
}

fn battery(percent: u8) -> Check {
    let says = format!("{percent} %");
    let check = if percent < BATTERY_LOW {
        warn(name::BATTERY, "battery", says, advice::CHARGE)
    } else {
        ok(name::BATTERY, "battery", says)
    };
    check.with("percent", Fact::Number(percent.into()))
}

/// Signing in is asked, not only whether something answers: a revoked scanner should be found out here, not at the door.
async fn server(device: &Device) -> Check {
    let asked = device.clock().read();
    let signed_in = async {
        let link = device.link().await?;
        link.sign_in().await?;
        Ok::<String, Failure>(link.server().to_owned())
    };
    let told = |check: Check, why: String| check.with("why", Fact::Text(why));
    match signed_in.await {
        Ok(server) => {
            let took = device.clock().read().mono_ms.saturating_sub(asked.mono_ms);
            let server = clean(&server);
            ok(name::SERVER, "server", format!("{server} answers ({took} ms)"))
                .with("server", Fact::Text(server))
                .with("ms", Fact::Number(i64::try_from(took).unwrap_or(i64::MAX)))
        }
        Err(Failure::Sync(SyncError::Net(NetError::Refused(refusal)))) if !refusal.is_passing() => {
            let why = clean(&refusal.detail);
            told(fail(name::SERVER, "server_refused", why.clone(), advice::REFUSED), why)
        }
        Err(Failure::Sync(SyncError::Engine(error @ EngineError::Store(_)))) => {
            let why = error.to_string();
            told(fail(name::SERVER, "database_damaged", why.clone(), advice::DAMAGED), why)
        }
        Err(failure) => {
            let why = clean(&failure.to_string());
            told(warn(name::SERVER, "no_server", why.clone(), advice::NO_SERVER), why)
        }
    }
}

fn in_use(status: &Status) -> Option<&ManifestFacts> {
    status.manifests.iter().find(|list| Some(list.event) == status.event)
}
