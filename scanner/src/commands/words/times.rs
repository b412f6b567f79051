//! Times as people say them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::time::Interval;

/// Half-widths above this are said with the time, in ms.
const WORTH_SAYING_MS: i64 = 5_000;

/// Clock time in the event's time zone, with the date where it is not today's: `20:51:07`, `4 Dec 20:51:07`.
pub fn at(ms: i64, now_ms: i64, zone: &str) -> String {
    let (Some(then), Some(now)) = (zoned(ms, zone), zoned(now_ms, zone)) else {
        return "at an unknown time".to_owned();
    };
    let pattern = match (then.date() == now.date(), then.year() == now.year()) {
        (true, _) => "%H:%M:%S",
        (false, true) => "%-d %b %H:%M:%S",
        (false, false) => "%-d %b %Y %H:%M",
    };
    then.strftime(pattern).to_string()
}

/// Date and time in the event's time zone: `2026-12-04 20:51 CET`.
pub fn full(ms: i64, zone: &str) -> String {
    zoned(ms, zone).map_or_else(|| "an unknown time".to_owned(), |time| time.strftime("%Y-%m-%d %H:%M %Z").to_string())
}

/// RFC 3339 in UTC, for `--json`; absent outside the years it can name.
pub fn rfc3339(ms: i64) -> Option<String> {
    Timestamp::from_millisecond(ms).ok().map(|time| time.to_string())
}

/// When an entry happened; says so where it is not sure.
pub fn when(at_: Interval, now_ms: i64, zone: &str) -> String {
    let time = at(at_.at, now_ms, zone);
    if at_.uncertain {
        format!("{time} (by this device's own clock)")
    } else if at_.error() > WORTH_SAYING_MS {
        format!("{time} (± {})", duration(at_.error()))
    } else {
        time
    }
}

/// `12 minutes`, `3 hours 5 minutes`, `2 days 4 hours`.
pub fn duration(ms: i64) -> String {
    let seconds = ms.unsigned_abs() / 1000;
    let unit = |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match seconds {
        0..60 => unit(seconds, "second"),
        60..3_600 => unit(seconds / 60, "minute"),
        3_600..86_400 => match seconds % 3_600 / 60 {
            0 => unit(seconds / 3_600, "hour"),
            minutes => format!("{} {}", unit(seconds / 3_600, "hour"), unit(minutes, "minute")),
        },
        _ => match seconds % 86_400 / 3_600 {
            0 => unit(seconds / 86_400, "day"),
            hours => format!("{} {}", unit(seconds / 86_400, "day"), unit(hours, "hour")),
        },
    }
}

/// `just now`, `12 minutes ago`.
pub fn ago(ms: i64) -> String {
    if ms < 1_000 { "just now".to_owned() } else { format!("{} ago", duration(ms)) }
}

fn zoned(ms: i64, zone: &str) -> Option<jiff::Zoned> {
    // A system without time zone data still tells a time: UTC.
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Some(Timestamp::from_millisecond(ms).ok()?.to_zoned(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said: Vec<String> =
            [0, 1_000, 59_999, 60_000, 7_200_000, 11_100_000, 172_800_000, 187_300_000].map(duration).into();
        assert_eq!(
            said,
            [
                "0 seconds",
                "1 second",
                "59 seconds",
                "1 minute",
                "2 hours",
                "3 hours 5 minutes",
                "2 days",
                "2 days 4 hours"
            ]
        );
    }

    #[test]
    fn a_date_is_said_only_where_it_is_another_day() {
        let evening = 1_796_413_867_000; // 2026-12-04T19:51:07Z
        assert_eq!(at(evening, evening + 60_000, "UTC"), "19:51:07");
        assert_eq!(at(evening, evening + 86_400_000, "UTC"), "4 Dec 19:51:07");
        assert_eq!(at(i64::MAX, evening, "UTC"), "at an unknown time");
        assert_eq!(full(evening, "No/Such"), "2026-12-04 19:51 UTC");
    }
}
