//! What the cells of a ticket list mean.

use shared::ids::ProductId;
use shared::policy::Policy;

use super::fault::RowFault;

/// By name or number; without one, the event's first.
pub(super) fn product(text: Option<&str>, policy: &Policy) -> Result<ProductId, RowFault> {
    let Some(text) = text else {
        return policy.products.first().map(|product| product.id).ok_or(RowFault::NoProducts);
    };
    let by_name = policy.products.iter().find(|product| product.name.to_lowercase() == text.to_lowercase());
    let by_number = || text.parse().ok().and_then(|id| policy.product(id));
    by_name.or_else(by_number).map(|product| product.id).ok_or_else(|| {
        let names: Vec<_> = policy.products.iter().take(10).map(|product| product.name.as_str()).collect();
        RowFault::NoProduct { wanted: text.to_owned(), known: names.join(", ") }
    })
}

/// People it lets in; one, if nothing is said.
pub(super) fn admits(text: Option<&str>) -> Result<u32, RowFault> {
    text.map_or(Ok(1), |text| text.parse().map_err(|_| RowFault::People(text.to_owned())))
}

/// Whether it is paid; it is, if nothing is said.
pub(super) fn paid(text: Option<&str>) -> Result<bool, RowFault> {
    match text.map(str::to_lowercase).as_deref() {
        None | Some("yes" | "true" | "1" | "paid" | "y") => Ok(true),
        Some("no" | "false" | "0" | "unpaid" | "n") => Ok(false),
        Some(other) => Err(RowFault::Paid(other.to_owned())),
    }
}

/// RFC 3339, or a date and time in the event's time zone; in seconds.
pub(super) fn time(text: Option<&str>, policy: &Policy) -> Result<Option<i64>, RowFault> {
    let Some(text) = text else { return Ok(None) };
    let local = || {
        let at: jiff::civil::DateTime = text.parse().ok()?;
        let zone = jiff::tz::TimeZone::get(&policy.time_zone).ok()?;
        Some(at.to_zoned(zone).ok()?.timestamp())
    };
    let at = text.parse::<jiff::Timestamp>().ok().or_else(local);
    at.map(|at| Some(at.as_second())).ok_or_else(|| RowFault::Time(text.to_owned()))
}
