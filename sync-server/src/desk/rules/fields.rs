//! An event's rules as the fields of a form, and back.

use std::str::FromStr;

use shared::ids::{GateId, ProductId, ZoneId};
use shared::policy::{DEFAULT_RETRY_WINDOW_MS, Gate, Policy, Product, Zone};

use super::moment;
use super::rows::{self, Part};
use crate::desk::form::{Fields, Form};
use crate::events::{check, check_thresholds};
use crate::http::error::ApiError;
use crate::invalid::{Checks, Fault, FieldError};
use crate::live::alarm::Thresholds;
use crate::store::events::Settings;

/// Labels of all fields.
pub(super) const LABELS: &[(&str, &str)] = &[
    ("name", "rules-name"),
    ("time_zone", "rules-time-zone"),
    ("starts", "rules-starts"),
    ("ends", "rules-ends"),
    ("last_entry", "rules-last-entry"),
    ("reentry", "rules-reentry"),
    ("max_reentries", "rules-max-reentries"),
    ("capacity", "rules-capacity"),
    ("warning", "rules-warning"),
    ("danger", "rules-danger"),
    ("list_only", "rules-list-only"),
    ("stale_stop", "rules-stale-stop"),
    ("retry_window", "rules-retry-window"),
    ("zones", "rules-zones"),
    ("zones.*.id", "rules-zone-name"),
    ("zones.*.name", "rules-zone-name"),
    ("zones.*.capacity", "rules-zone-capacity"),
    ("products", "rules-products"),
    ("products.*.id", "rules-product-name"),
    ("products.*.name", "rules-product-name"),
    ("products.*.zones", "rules-product-zones"),
    ("gates", "rules-gates"),
    ("gates.*.id", "rules-gate-name"),
    ("gates.*.name", "rules-gate-name"),
    ("gates.*.zone", "rules-gate-zone"),
    ("gates.*.from", "rules-gate-from"),
    ("gates.*.products", "rules-gate-products"),
];

/// Seconds of an hour.
const HOUR_S: f64 = 3600.0;

/// Rules that an event begins with: one area, one gate, one kind of ticket, named by the caller.
pub(super) fn simple(time_zone: String, names: [String; 3]) -> Policy {
    let [zone, gate, product] = names;
    Policy {
        name: String::new(),
        starts: 0,
        ends: 0,
        zones: vec![Zone { id: ZoneId(1), name: zone, capacity: None }],
        gates: vec![Gate { id: GateId(1), name: gate, zone: ZoneId(1), from: None, products: None }],
        products: vec![Product { id: ProductId(1), name: product, zones: None }],
        reentry: true,
        capacity: None,
        list_only: false,
        stale_stop: None,
        last_entry: None,
        max_reentries: None,
        retry_window: DEFAULT_RETRY_WINDOW_MS,
        time_zone,
    }
}

/// The form with these rules filled in; times of 1970 are those nobody has given yet.
pub(super) fn fill(mut form: Form, policy: &Policy) -> Form {
    let time = |ms: i64| if ms == 0 { String::new() } else { moment::local(ms, &policy.time_zone) };
    let some = |number: Option<u32>| number.map_or_else(String::new, |number| number.to_string());
    let hours = |seconds: u64| decimal(seconds, 3600);
    for (name, value) in [
        ("name", policy.name.clone()),
        ("time_zone", policy.time_zone.clone()),
        ("starts", time(policy.starts)),
        ("ends", time(policy.ends)),
        ("last_entry", policy.last_entry.map_or_else(String::new, time)),
        ("max_reentries", some(policy.max_reentries)),
        ("capacity", some(policy.capacity)),
        ("stale_stop", policy.stale_stop.map_or_else(String::new, hours)),
        ("retry_window", decimal(policy.retry_window, 1000)),
    ] {
        form = form.with(name, value);
    }
    for (name, set) in [("reentry", policy.reentry), ("list_only", policy.list_only)] {
        form = if set { form.with(name, "1") } else { form };
    }
    rows::fill(form, policy)
}

/// A number in larger units, with as many decimals as it takes to mean the same.
fn decimal(number: u64, unit: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "limits keep these numbers far below 2^52")]
    let text = format!("{:.6}", number as f64 / unit as f64);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The rules that were filled in, or all that is wrong with them. `old` is what the form was made from.
pub(super) fn read(fields: &Fields, old: Option<&Policy>) -> Result<Policy, Vec<FieldError>> {
    let mut reading = Reading { fields, zone: fields.get("time_zone"), checks: Checks::default() };
    let policy = Policy {
        name: fields.get("name").to_owned(),
        starts: reading.moment("starts", old.map(|old| old.starts)).unwrap_or_default(),
        ends: reading.moment("ends", old.map(|old| old.ends)).unwrap_or_default(),
        last_entry: reading.optional_moment("last_entry", old.and_then(|old| old.last_entry)),
        reentry: fields.has("reentry"),
        max_reentries: reading.number("max_reentries"),
        capacity: reading.number("capacity"),
        list_only: fields.has("list_only"),
        stale_stop: reading.decimal("stale_stop", HOUR_S),
        retry_window: reading.decimal("retry_window", 1000.0).unwrap_or(DEFAULT_RETRY_WINDOW_MS),
        time_zone: reading.zone.to_owned(),
        zones: reading.zones(),
        gates: reading.gates(),
        products: reading.products(),
    };
    let mut wrong = reading.checks.finish().err().unwrap_or_default();
    let said = |field: &str, wrong: &[FieldError]| wrong.iter().any(|error| error.field == field);
    // A time that cannot be read is said once, not also as a time before the start.
    let unread = said("starts", &wrong) || said("ends", &wrong);
    let known = |field: &str| said(field, &wrong) || (unread && ["starts", "ends"].contains(&field));
    let more: Vec<_> = check(&policy).err().unwrap_or_default();
    let more: Vec<_> = more.into_iter().filter(|error| !known(&error.field)).collect();
    wrong.extend(more);
    if wrong.is_empty() { Ok(policy) } else { Err(wrong) }
}

/// Rules and shares together, or all that is wrong with either.
pub(super) fn both(fields: &Fields, old: Option<&Policy>, old_thresholds: Thresholds) -> Result<Settings, ApiError> {
    match (read(fields, old), read_thresholds(fields, old_thresholds)) {
        (Ok(policy), Ok(thresholds)) => Ok(Settings { policy, thresholds }),
        (policy, thresholds) => {
            let wrong = [policy.err().unwrap_or_default(), thresholds.err().unwrap_or_default()];
            Err(ApiError::Invalid(wrong.concat()))
        }
    }
}

/// Fills in from which shares of a capacity on the live page warns.
pub(super) fn fill_thresholds(form: Form, thresholds: Thresholds) -> Form {
    form.with("warning", thresholds.warning.to_string()).with("danger", thresholds.danger.to_string())
}

/// The shares that were filled in; those not asked for stay as they are.
pub(super) fn read_thresholds(fields: &Fields, old: Thresholds) -> Result<Thresholds, Vec<FieldError>> {
    let mut reading = Reading { fields, zone: "", checks: Checks::default() };
    let warning = reading.number("warning").unwrap_or(old.warning);
    let danger = reading.number("danger").unwrap_or(old.danger);
    reading.checks.finish()?;
    let thresholds = Thresholds { warning, danger };
    check_thresholds(thresholds).map(|()| thresholds)
}

/// Reads fields and collects what is wrong with them.
struct Reading<'a> {
    fields: &'a Fields,
    zone: &'a str,
    checks: Checks,
}

impl Reading<'_> {
    fn taken<T>(&mut self, field: &str, read: Result<T, Fault>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(fault) => {
                self.checks.require(false, field, fault);
                None
            }
        }
    }

    fn moment(&mut self, field: &str, old: Option<i64>) -> Option<i64> {
        let read = moment::read(self.fields.get(field), self.zone, old);
        self.taken(field, read)
    }

    fn optional_moment(&mut self, field: &str, old: Option<i64>) -> Option<i64> {
        if self.fields.get(field).is_empty() { None } else { self.moment(field, old) }
    }

    /// A number from 0 on, if there is any text.
    fn number<T: FromStr>(&mut self, field: &str) -> Option<T> {
        let text = self.fields.get(field);
        if text.is_empty() {
            return None;
        }
        // People write thousands with a space, a point or a comma.
        let digits: String = text.chars().filter(|sign| !sign.is_whitespace() && !".,'’".contains(*sign)).collect();
        let read = digits.parse().map_err(|_| Fault::new("no_number", "is not a whole number"));
        self.taken(field, read)
    }

    /// A number with decimals, in this unit.
    fn decimal(&mut self, field: &str, unit: f64) -> Option<u64> {
        let text = self.fields.get(field);
        if text.is_empty() {
            return None;
        }
        let number = text.replace(',', ".").parse::<f64>().ok().filter(|number| (0.0..1e9).contains(number));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "just bounded")]
        let read = number.map(|number| (number * unit).round() as u64);
        self.taken(field, read.ok_or_else(|| Fault::new("no_decimal", "is not a number")))
    }

    /// Numbers of things that were ticked; none at all means any.
    fn ticked<T: FromStr>(&self, field: &str) -> Option<Vec<T>> {
        let ticked: Vec<T> = self.fields.all(field).filter_map(|text| text.parse().ok()).collect();
        if ticked.is_empty() { None } else { Some(ticked) }
    }

    fn id<T: FromStr + Default>(&self, part: Part, at: usize) -> T {
        self.fields.get(&part.field(at, "id")).parse().unwrap_or_default()
    }

    fn zones(&mut self) -> Vec<Zone> {
        let rows = 0..rows::count(self.fields, Part::Zones);
        rows.map(|at| Zone {
            id: self.id(Part::Zones, at),
            name: self.fields.get(&Part::Zones.field(at, "name")).to_owned(),
            capacity: self.number(&Part::Zones.field(at, "capacity")),
        })
        .collect()
    }

    fn gates(&self) -> Vec<Gate> {
        let rows = 0..rows::count(self.fields, Part::Gates);
        rows.map(|at| Gate {
            id: self.id(Part::Gates, at),
            name: self.fields.get(&Part::Gates.field(at, "name")).to_owned(),
            zone: self.fields.get(&Part::Gates.field(at, "zone")).parse().unwrap_or_default(),
            from: self.fields.get(&Part::Gates.field(at, "from")).parse().ok(),
            products: self.ticked(&Part::Gates.field(at, "products")),
        })
        .collect()
    }

    fn products(&self) -> Vec<Product> {
        let rows = 0..rows::count(self.fields, Part::Products);
        rows.map(|at| Product {
            id: self.id(Part::Products, at),
            name: self.fields.get(&Part::Products.field(at, "name")).to_owned(),
            zones: self.ticked(&Part::Products.field(at, "zones")),
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::texts::Language;

    fn policy() -> Policy {
        let mut policy = simple("Europe/Berlin".into(), ["Hall".into(), "North".into(), "Standard".into()]);
        policy.name = "Friday".into();
        (policy.starts, policy.ends) = (1_777_658_400_000, 1_777_680_000_001);
        policy.zones.push(Zone { id: ZoneId(7), name: "Attic".into(), capacity: Some(40) });
        policy.products.push(Product { id: ProductId(3), name: "VIP".into(), zones: Some(vec![ZoneId(7)]) });
        policy.gates.push(Gate {
            id: GateId(9),
            name: "Stairs".into(),
            zone: ZoneId(7),
            from: Some(ZoneId(1)),
            products: Some(vec![ProductId(3)]),
        });
        (policy.last_entry, policy.max_reentries, policy.capacity) = (Some(1_777_670_000_000), Some(0), Some(1200));
        (policy.list_only, policy.stale_stop, policy.retry_window) = (true, Some(100), 1500);
        policy
    }

    #[test]
    fn rules_survive_the_form_whole() {
        let mut other = policy();
        (other.reentry, other.list_only, other.stale_stop) = (false, false, None);
        for policy in [policy(), other] {
            let form = fill(Form::new(Language::En, LABELS), &policy);
            assert_eq!(read(form.fields(), Some(&policy)), Ok(policy.clone()));
            assert_eq!(read(form.fields(), None), Ok(policy));
        }
    }

    #[test]
    fn everything_wrong_is_said_once_and_by_the_forms_own_names() {
        let form =
            fill(Form::new(Language::En, LABELS), &simple("UTC".into(), [String::new(), "G".into(), "P".into()]));
        let wrong = read(form.fields(), None).unwrap_err();
        let fields: Vec<_> = wrong.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
        assert_eq!(
            fields,
            [
                ("starts", "no_date_and_time"),
                ("ends", "no_date_and_time"),
                ("name", "empty"),
                ("zones[0].name", "empty")
            ]
        );
    }

    #[test]
    fn numbers_are_taken_as_people_write_them() {
        for (text, expected) in [("1200", Some(1200)), ("1 200", Some(1200)), ("1.200", Some(1200)), ("", None)] {
            let mut fields = Fields::default();
            fields.push("capacity", text);
            let mut reading = Reading { fields: &fields, zone: "UTC", checks: Checks::default() };
            assert_eq!(reading.number::<u32>("capacity"), expected, "{text}");
        }
    }
}
