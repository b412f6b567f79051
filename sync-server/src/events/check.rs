//! Whether an event's rules make sense, before any scanner sees them.

use std::collections::HashSet;

use shared::ids::{ProductId, ZoneId};
use shared::policy::Policy;

use crate::invalid::{Checks, Fault, FieldError};
use crate::live::alarm::Thresholds;

/// Longest name of anything, in characters: what fits on a scanner's screen.
const NAME_LIMIT: usize = 100;

/// Most zones, gates or products of an event: the policy goes to every scanner in one piece.
const LIST_LIMIT: usize = 500;

/// Longest event: 60 days. A typo in a year must not pass.
const LONGEST_MS: i64 = 60 * 24 * 60 * 60 * 1000;

/// Longest retry window: 5 minutes. Beyond that a second person would pass as the same scan.
const RETRY_WINDOW_LIMIT_MS: u64 = 5 * 60 * 1000;

/// Longest time a stale manifest may go on admitting, if there is a limit at all: one year, in seconds.
const STALE_STOP_LIMIT_S: u64 = 365 * 24 * 60 * 60;

/// Times between 2000 and 2200 UTC: outside, somebody mixed up seconds and milliseconds.
const PLAUSIBLE_MS: std::ops::Range<i64> = 946_684_800_000..7_258_118_400_000;

/// Says all that is wrong with `policy`, by the field's name in the API.
pub fn check(policy: &Policy) -> Result<(), Vec<FieldError>> {
    let mut checks = Checks::default();
    checks.text("name", &policy.name, NAME_LIMIT);
    times(&mut checks, policy);
    let small = |list: usize| list <= LIST_LIMIT;
    let many = || Fault::new("too_many", format!("has more than {LIST_LIMIT}")).with("limit", LIST_LIMIT);
    checks.require(small(policy.zones.len()), "zones", many());
    checks.require(small(policy.gates.len()), "gates", many());
    checks.require(small(policy.products.len()), "products", many());
    zones(&mut checks, policy);
    gates(&mut checks, policy);
    products(&mut checks, policy);
    checks.finish()
}

/// Whether shares from which on alarms are raised make sense, by the field's name in the API.
pub fn check_thresholds(thresholds: Thresholds) -> Result<(), Vec<FieldError>> {
    let mut checks = Checks::default();
    let text = "both are per cent, 1 to 100, and the warning comes before the danger";
    checks.require(thresholds.are_sound(), "warning", Fault::new("thresholds", text));
    checks.finish()
}

fn times(checks: &mut Checks, policy: &Policy) {
    for (field, time) in
        [("starts", Some(policy.starts)), ("ends", Some(policy.ends)), ("last_entry", policy.last_entry)]
    {
        let plausible = time.is_none_or(|time| PLAUSIBLE_MS.contains(&time));
        let odd = Fault::new("implausible_time", "is not a plausible time in milliseconds since 1970");
        checks.require(plausible, field, odd);
    }
    let length = policy.ends.saturating_sub(policy.starts);
    checks.require(length > 0, "ends", Fault::new("ends_before_start", "must be after the start"));
    let long = Fault::new("event_too_long", "is more than 60 days after the start").with("n", 60);
    checks.require(length <= LONGEST_MS, "ends", long);
    let zone_known = jiff::tz::TimeZone::get(&policy.time_zone).is_ok();
    let unknown = Fault::new("unknown_time_zone", "is not a known IANA time zone (such as Europe/Berlin)");
    checks.require(zone_known, "time_zone", unknown);
    let short = policy.retry_window <= RETRY_WINDOW_LIMIT_MS;
    let long = Fault::new("retry_window_too_long", format!("is more than {RETRY_WINDOW_LIMIT_MS} ms"));
    checks.require(short, "retry_window", long.with("n", RETRY_WINDOW_LIMIT_MS / 1000));
    let soon = policy.stale_stop.is_none_or(|seconds| seconds <= STALE_STOP_LIMIT_S);
    let late =
        Fault::new("stale_stop_too_long", format!("is more than {STALE_STOP_LIMIT_S} s; leave it out for never"));
    checks.require(soon, "stale_stop", late.with("n", STALE_STOP_LIMIT_S / 3600));
    let none = Fault::new("no_capacity", "must be at least 1, or absent for no limit");
    checks.require(policy.capacity != Some(0), "capacity", none);
}

/// A number that two of a list have.
fn twice(id: impl std::fmt::Display) -> Fault {
    Fault::new("number_twice", format!("{id} is there twice"))
}

fn zones(checks: &mut Checks, policy: &Policy) {
    checks.require(!policy.zones.is_empty(), "zones", Fault::new("no_zone", "must name at least one zone"));
    let mut seen = HashSet::new();
    for (at, zone) in policy.zones.iter().enumerate() {
        checks.text(&format!("zones[{at}].name"), &zone.name, NAME_LIMIT);
        checks.require(seen.insert(zone.id), format!("zones[{at}].id"), twice(zone.id));
    }
}

fn gates(checks: &mut Checks, policy: &Policy) {
    let known = |zone: ZoneId| policy.zone(zone).is_some();
    let unknown = |zone: ZoneId| Fault::new("unknown_zone", format!("there is no zone {zone}"));
    let mut seen = HashSet::new();
    for (at, gate) in policy.gates.iter().enumerate() {
        let field = |name: &str| format!("gates[{at}].{name}");
        checks.text(&field("name"), &gate.name, NAME_LIMIT);
        checks.require(seen.insert(gate.id), field("id"), twice(gate.id));
        checks.require(known(gate.zone), field("zone"), unknown(gate.zone));
        if let Some(from) = gate.from {
            checks.require(known(from), field("from"), unknown(from));
            let circle = Fault::new("gate_in_a_circle", "is the zone it leads into");
            checks.require(from != gate.zone, field("from"), circle);
        }
        let missing = gate.products.iter().flatten().find(|product| policy.product(**product).is_none());
        let fault = Fault::new("unknown_product", missing_product(missing.copied()));
        checks.require(missing.is_none(), field("products"), fault);
    }
}

fn products(checks: &mut Checks, policy: &Policy) {
    checks.require(!policy.products.is_empty(), "products", Fault::new("no_product", "must name at least one product"));
    let mut seen = HashSet::new();
    for (at, product) in policy.products.iter().enumerate() {
        let field = |name: &str| format!("products[{at}].{name}");
        checks.text(&field("name"), &product.name, NAME_LIMIT);
        checks.require(seen.insert(product.id), field("id"), twice(product.id));
        let missing = product.zones.iter().flatten().find(|zone| policy.zone(**zone).is_none());
        let message = missing.map_or_else(String::new, |zone| format!("there is no zone {zone}"));
        checks.require(missing.is_none(), field("zones"), Fault::new("unknown_zone", message));
    }
}

fn missing_product(product: Option<ProductId>) -> String {
    product.map_or_else(String::new, |product| format!("there is no product {product}"))
}

/// A time for people in the event's own time zone, as `2026-05-01 20:00`.
pub fn day(ms: i64, time_zone: &str) -> String {
    let zone = jiff::tz::TimeZone::get(time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let text = |at: jiff::Timestamp| at.to_zoned(zone).strftime("%Y-%m-%d %H:%M").to_string();
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::GateId;
    use shared::policy::{Gate, Product, Zone};

    fn policy() -> Policy {
        Policy {
            name: "Spring night".into(),
            starts: 1_780_000_000_000,
            ends: 1_780_020_000_000,
            zones: vec![Zone { id: ZoneId(1), name: "Hall".into(), capacity: None }],
            gates: vec![Gate { id: GateId(1), name: "North".into(), zone: ZoneId(1), from: None, products: None }],
            products: vec![Product { id: ProductId(1), name: "Standard".into(), zones: None }],
            reentry: true,
            capacity: None,
            list_only: false,
            stale_stop: None,
            last_entry: None,
            max_reentries: None,
            retry_window: 5000,
            time_zone: "Europe/Berlin".into(),
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_by_field() {
        check(&policy()).unwrap();
        let mut wrong = policy();
        wrong.name = " ".into();
        wrong.ends = wrong.starts;
        wrong.time_zone = "Mars/Olympus".into();
        wrong.gates[0].zone = ZoneId(9);
        wrong.gates[0].products = Some(vec![ProductId(7)]);
        let fields: Vec<_> = check(&wrong).unwrap_err().into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["name", "ends", "time_zone", "gates[0].zone", "gates[0].products"]);
    }

    #[test]
    fn seconds_instead_of_milliseconds_are_noticed() {
        let mut wrong = policy();
        wrong.starts /= 1000;
        wrong.ends /= 1000;
        assert!(check(&wrong).is_err());
    }
}
