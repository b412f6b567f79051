//! Local times as forms have them, and back.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::invalid::Fault;

/// A time (ms) as a form's `datetime-local` field holds it, in this zone; with seconds only where there are any.
pub(super) fn local(ms: i64, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let Ok(at) = Timestamp::from_millisecond(ms) else { return String::new() };
    let format = match (ms.rem_euclid(60_000), ms.rem_euclid(1000)) {
        (0, _) => "%Y-%m-%dT%H:%M",
        (_, 0) => "%Y-%m-%dT%H:%M:%S",
        _ => "%Y-%m-%dT%H:%M:%S%.3f",
    };
    at.to_zoned(zone).strftime(format).to_string()
}

/// The time (ms) that somebody filled in. What is shown for `old` means `old`, also in the hour that a clock shows twice.
pub(super) fn read(text: &str, zone: &str, old: Option<i64>) -> Result<i64, Fault> {
    if let Some(old) = old.filter(|old| local(*old, zone) == text) {
        return Ok(old);
    }
    let no_time = || Fault::new("no_date_and_time", "is not a date and time, as 2026-05-01T20:00");
    let civil: DateTime = text.parse().map_err(|_| no_time())?;
    // A zone that is not known is said beside its own field.
    let at = TimeZone::get(zone).unwrap_or(TimeZone::UTC).to_ambiguous_zoned(civil);
    if let AmbiguousOffset::Gap { .. } = at.offset() {
        return Err(Fault::new("skipped_hour", "does not exist: clocks are put forward over it"));
    }
    at.compatible().map(|at| at.timestamp().as_millisecond()).map_err(|_| no_time())
}

/// `ms` moved by as much local time as lies between `from` and `to` (ms): eight in the evening stays eight in the evening.
pub(super) fn shifted(ms: i64, from: i64, to: i64, zone: &str) -> i64 {
    let plain = ms.saturating_add(to.saturating_sub(from));
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let civil = |ms: i64| Timestamp::from_millisecond(ms).map(|at| at.to_zoned(zone.clone()).datetime());
    let moved = || -> Result<i64, jiff::Error> {
        let span = civil(to)?.since(civil(from)?)?;
        Ok(civil(ms)?.checked_add(span)?.to_zoned(zone.clone())?.timestamp().as_millisecond())
    };
    moved().unwrap_or(plain)
}

/// The names of all time zones, the places before the rest.
pub(super) fn zones() -> Vec<String> {
    let named = jiff::tz::db().available().map(|name| name.as_str().to_owned());
    // Names without a place are other words for some of the others.
    let mut zones: Vec<_> =
        named.filter(|name| name == "UTC" || (name.contains('/') && !name.starts_with("Etc/"))).collect();
    zones.sort();
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: &str = "Europe/Berlin";

    #[test]
    fn a_time_survives_the_form() {
        let friday = read("2026-12-04T20:00", BERLIN, None).unwrap();
        assert_eq!(local(friday, BERLIN), "2026-12-04T20:00");
        assert_eq!(local(friday, "UTC"), "2026-12-04T19:00");
        for odd in [1, 1_777_658_401_000, 1_777_658_401_234] {
            assert_eq!(read(&local(odd, BERLIN), BERLIN, None), Ok(odd));
        }
    }

    #[test]
    fn hours_that_clocks_skip_are_refused_and_those_they_repeat_keep_their_meaning() {
        assert!(read("2026-03-29T02:30", BERLIN, None).is_err(), "clocks jump from 2 to 3");
        let first = read("2026-10-25T02:30", BERLIN, None).unwrap();
        let second = first + 3_600_000;
        assert_eq!(local(second, BERLIN), "2026-10-25T02:30");
        assert_eq!(read("2026-10-25T02:30", BERLIN, Some(second)), Ok(second), "it was not touched");
        for bad in ["", "tomorrow", "2026-13-01T20:00"] {
            assert!(read(bad, BERLIN, None).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_copy_for_summer_ends_at_the_same_hour() {
        let ms = |text| read(text, BERLIN, None).unwrap();
        let end = shifted(ms("2026-12-05T04:00"), ms("2026-12-04T20:00"), ms("2027-07-09T20:00"), BERLIN);
        assert_eq!(local(end, BERLIN), "2027-07-10T04:00");
    }

    #[test]
    fn the_list_of_zones_has_the_places_people_look_for() {
        let zones = zones();
        for place in ["Europe/Berlin", "Europe/Madrid", "America/New_York", "UTC"] {
            assert!(zones.iter().any(|zone| zone == place), "{place}");
        }
        assert!(!zones.iter().any(|zone| zone == "EST5EDT"));
    }
}
