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

/// Words for a ticket that is paid, as people and spreadsheets write them: English, German, Spanish. A list is in the language
/// of whoever sold it, whatever that of the page.
const PAID: &[&str] =
    &["yes", "y", "true", "1", "paid", "ja", "j", "wahr", "bezahlt", "sí", "si", "s", "verdadero", "pagado", "pagada"];

/// The same for one that is not.
const UNPAID: &[&str] = &[
    "no",
    "n",
    "false",
    "0",
    "unpaid",
    "not paid",
    "open",
    "pending",
    "nein",
    "falsch",
    "unbezahlt",
    "nicht bezahlt",
    "offen",
    "falso",
    "impagado",
    "impagada",
    "no pagado",
    "no pagada",
    "sin pagar",
    "pendiente",
];

/// Whether it is paid; it is, if nothing is said.
pub(super) fn paid(text: Option<&str>) -> Result<bool, RowFault> {
    let Some(text) = text else { return Ok(true) };
    let word = text.to_lowercase();
    if PAID.contains(&word.as_str()) {
        return Ok(true);
    }
    if UNPAID.contains(&word.as_str()) { Ok(false) } else { Err(RowFault::Paid(text.to_owned())) }
}

/// RFC 3339, or a date and time in the event's time zone; in seconds.
pub(super) fn time(text: Option<&str>, policy: &Policy) -> Result<Option<i64>, RowFault> {
    let Some(text) = text else { return Ok(None) };
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(Some(at.as_second()));
    }
    let no_time = || RowFault::Time(text.to_owned());
    let at: jiff::civil::DateTime = text.parse().map_err(|_| no_time())?;
    let zone = jiff::tz::TimeZone::get(&policy.time_zone).map_err(|_| no_time())?;
    let at = zone.to_ambiguous_zoned(at);
    if let jiff::tz::AmbiguousOffset::Gap { .. } = at.offset() {
        return Err(RowFault::SkippedTime(text.to_owned()));
    }
    at.compatible().map(|at| Some(at.timestamp().as_second())).map_err(|_| no_time())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paid_or_not_is_understood_in_three_languages_whatever_the_case() {
        for yes in ["yes", "Paid", "TRUE", "1", "ja", "Bezahlt", "WAHR", "sí", "SÍ", "Si", "pagado", "Verdadero"] {
            assert_eq!(paid(Some(yes)), Ok(true), "{yes}");
        }
        for no in ["no", "Unpaid", "FALSE", "0", "nein", "Offen", "FALSCH", "pendiente", "FALSO", "sin pagar"] {
            assert_eq!(paid(Some(no)), Ok(false), "{no}");
        }
        assert_eq!(paid(None), Ok(true));
        let fault = paid(Some("Vielleicht")).unwrap_err();
        assert_eq!(fault, RowFault::Paid("Vielleicht".into()));
        let said = fault.to_string();
        for word in ["Vielleicht", "yes", "unpaid", "bezahlt", "offen", "pagado", "pendiente"] {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(PAID.iter().all(|word| !UNPAID.contains(word)));
    }
}
