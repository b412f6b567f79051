//! Times as people at the event write them, in its time zone; UTC where that is not known.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::events::EventSummary;

fn written(ms: i64, zone: &str, form: &str) -> String {
    let Ok(at) = Timestamp::from_millisecond(ms) else { return ms.to_string() };
    match TimeZone::get(zone) {
        Ok(zone) => at.to_zoned(zone).strftime(form).to_string(),
        Err(_) => format!("{} UTC", at.strftime(form)),
    }
}

/// The time zone of somebody who is at no one event: that of the latest one they may see, latest start first.
pub(super) fn home(events: &[EventSummary]) -> String {
    events.first().map_or_else(|| "UTC".to_owned(), |event| event.time_zone.clone())
}

/// Day and minute of a time (ms).
pub(super) fn minute(ms: i64, zone: &str) -> String {
    written(ms, zone, "%Y-%m-%d %H:%M")
}

/// Day and second of a time (ms).
pub(super) fn second(ms: i64, zone: &str) -> String {
    written(ms, zone, "%Y-%m-%d %H:%M:%S")
}

/// A time (s) as a browser's field for date and time holds it.
pub(super) fn in_field(s: i64, zone: &str) -> String {
    let local = |at: Timestamp| TimeZone::get(zone).map_or(at.to_zoned(TimeZone::UTC), |zone| at.to_zoned(zone));
    Timestamp::from_second(s).map(|at| local(at).strftime("%Y-%m-%dT%H:%M").to_string()).unwrap_or_default()
}

/// What a browser's field for date and time holds, in ms; `None` for anything else.
pub(super) fn of_field(text: &str, zone: &str) -> Option<i64> {
    let at: jiff::civil::DateTime = text.trim().parse().ok()?;
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Some(at.to_zoned(zone).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_event_and_survive_a_field() {
        let at = 1_777_658_405_000;
        assert_eq!(minute(at, "Europe/Berlin"), "2026-05-01 20:00");
        assert_eq!(second(at, "Nowhere/At all"), "2026-05-01 18:00:05 UTC");
        let field = in_field(at / 1000, "Europe/Berlin");
        assert_eq!((field.as_str(), of_field(&field, "Europe/Berlin")), ("2026-05-01T20:00", Some(1_777_658_400_000)));
        assert_eq!(of_field("soon", "UTC"), None);
    }
}
