//! When the venue will be full, or everybody has come, if the last minutes go on. A pure rule.
//!
//! The flow of the last [`WINDOW`] whole minutes is taken as a rate with its standard error, as if each minute were a
//! sample. The forecast is the range between the slowest and the fastest rate that fit (± `SPREAD` standard errors);
//! it is shown only if there is enough to judge from. What it cannot know (a bus arriving, a set ending) it does not claim.

use serde::Serialize;

/// Minutes looked back on.
pub const WINDOW: usize = 15;
/// Fewest whole minutes with anybody before them from which a rate is taken.
const FEWEST_MINUTES: usize = 8;
/// Fewest people who came within them.
const FEWEST_PEOPLE: i64 = 20;
/// Standard errors to both sides: nine of ten fair samples lie within.
const SPREAD: f64 = 1.64;
/// Beyond this (minutes) nothing is forecast: the evening changes sooner.
const HORIZON: f64 = 240.0;
/// Of those who bought a ticket, so many come at least; the rest stays at home.
const LEAST_SHOW: f64 = 0.85;
/// A range whose ends are at most this factor apart is called steady.
const STEADY: f64 = 1.6;

/// People through the outer gates in one whole minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Minute {
    /// In.
    pub inward: i64,
    /// Out.
    pub out: i64,
}

/// What there is to judge from.
#[derive(Debug, Clone, Default)]
pub struct Facts<'a> {
    /// The latest whole minutes, the newest last, those without anybody included; from the first guest on.
    pub minutes: &'a [Minute],
    /// People inside at least and at most.
    pub inside: (i64, i64),
    /// People it may hold.
    pub capacity: Option<i64>,
    /// Tickets in the list that were not used yet.
    pub awaited: i64,
}

/// A range of time from now on, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    /// At the earliest.
    pub from: u32,
    /// At the latest; absent: perhaps never.
    pub to: Option<u32>,
    /// How sure that is.
    pub trust: Trust,
}

/// How sure a forecast is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The flow is steady: the ends lie close together.
    Steady,
    /// It goes up and down: take the range for what it is.
    Rough,
}

/// What is to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "forecast", rename_all = "snake_case")]
pub enum Forecast {
    /// Too little was seen, or too few people move now.
    TooLittle,
    /// The capacity is reached.
    Full(Span),
    /// Everybody who still comes has come.
    Arrived(Span),
    /// More go than come.
    Emptying,
    /// Nothing of that within the next four hours.
    Nothing,
}

/// The rule.
pub fn forecast(facts: &Facts<'_>) -> Forecast {
    let window = &facts.minutes[facts.minutes.len().saturating_sub(WINDOW)..];
    let came: i64 = window.iter().map(|minute| minute.inward).sum();
    let went: i64 = window.iter().map(|minute| minute.out).sum();
    if window.len() < FEWEST_MINUTES || came.max(went) < FEWEST_PEOPLE {
        return Forecast::TooLittle;
    }
    let net = Rate::of(window.iter().map(|minute| minute.inward - minute.out));
    if net.high <= 0.0 {
        return Forecast::Emptying;
    }
    let full = facts.capacity.and_then(|capacity| {
        let room = (capacity - facts.inside.1, capacity - facts.inside.0);
        // Who is not expected cannot fill it: only those who may still come count.
        let enough = facts.awaited >= room.0;
        (room.0 > 0 && enough).then(|| net.reaches(number(room.0), number(room.1))).flatten()
    });
    let arrivals = Rate::of(window.iter().map(|minute| minute.inward));
    let arrived = (facts.awaited > 0 && came >= FEWEST_PEOPLE)
        .then(|| arrivals.reaches(number(facts.awaited) * LEAST_SHOW, number(facts.awaited)))
        .flatten();
    match (full, arrived) {
        (Some(full), Some(arrived)) if arrived.from < full.from => Forecast::Arrived(arrived),
        (Some(full), _) => Forecast::Full(full),
        (None, Some(arrived)) => Forecast::Arrived(arrived),
        (None, None) => Forecast::Nothing,
    }
}

/// People a minute.
#[derive(Debug, Clone, Copy)]
struct Rate {
    low: f64,
    high: f64,
}

impl Rate {
    fn of(samples: impl Iterator<Item = i64> + Clone) -> Self {
        let count = number(i64::try_from(samples.clone().count()).unwrap_or(i64::MAX)).max(1.0);
        let mean = samples.clone().map(number).sum::<f64>() / count;
        let variance =
            samples.clone().map(|sample| (number(sample) - mean).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
        // Minutes that happen to be equal are no proof: people come by chance, so a count varies by at least its root.
        let chance = samples.map(|sample| number(sample.abs())).sum::<f64>() / count;
        let error = SPREAD * (variance.max(chance) / count).sqrt();
        Self { low: mean - error, high: mean + error }
    }

    /// When between `least` and `most` more people have come; `None` if not within the horizon.
    fn reaches(self, least: f64, most: f64) -> Option<Span> {
        let from = least.max(0.0) / self.high;
        if self.high <= 0.0 || from > HORIZON {
            return None;
        }
        let to = Some(most / self.low).filter(|to| self.low > 0.0 && *to <= HORIZON);
        let steady = to.is_some_and(|to| to <= from.max(1.0) * STEADY);
        let trust = if steady { Trust::Steady } else { Trust::Rough };
        Some(Span { from: whole(from.floor()), to: to.map(|to| whole(to.ceil())), trust })
    }
}

/// People are few enough to be exact.
#[expect(clippy::cast_precision_loss, reason = "no venue holds 2^52 people")]
fn number(people: i64) -> f64 {
    people as f64
}

/// Minutes below the horizon.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the horizon")]
fn whole(minutes: f64) -> u32 {
    minutes.clamp(0.0, HORIZON) as u32
}

#[cfg(test)]
#[path = "forecast_tests.rs"]
mod tests;
