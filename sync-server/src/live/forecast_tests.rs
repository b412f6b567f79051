use proptest::prelude::*;

use super::*;

fn flow(per_minute: &[(i64, i64)]) -> Vec<Minute> {
    per_minute.iter().map(|(inward, out)| Minute { inward: *inward, out: *out }).collect()
}

fn facts(minutes: &[Minute]) -> Facts<'_> {
    Facts { minutes, inside: (400, 400), capacity: Some(1_000), awaited: 2_000 }
}

#[test]
fn too_little_gives_no_forecast() {
    assert_eq!(forecast(&Facts::default()), Forecast::TooLittle);
    let short = flow(&[(30, 0); FEWEST_MINUTES - 1]);
    assert_eq!(forecast(&facts(&short)), Forecast::TooLittle, "seven minutes are a moment");
    let few = flow(&[(1, 0); WINDOW]);
    assert_eq!(forecast(&facts(&few)), Forecast::TooLittle, "fifteen people are no stream");
    assert_eq!(forecast(&facts(&flow(&[(0, 0); 60]))), Forecast::TooLittle, "nobody moves any more");
}

#[test]
fn a_steady_stream_fills_the_room_within_a_narrow_range() {
    let steady = flow(&[(30, 0), (28, 0), (33, 0), (29, 0), (31, 0), (30, 0), (27, 0), (32, 0), (30, 0), (30, 0)]);
    let Forecast::Full(span) = forecast(&facts(&steady)) else { panic!("{:?}", forecast(&facts(&steady))) };
    // 600 places at 30 a minute: 20 minutes.
    assert!((17..=20).contains(&span.from) && (20..=24).contains(&span.to.unwrap()), "{span:?}");
    assert_eq!(span.trust, Trust::Steady);
}

#[test]
fn a_stream_that_comes_in_gusts_gives_a_wide_range_and_says_so() {
    let gusts = flow(&[(0, 0), (90, 0), (0, 0), (0, 0), (80, 0), (0, 0), (0, 0), (100, 0), (0, 0), (30, 0)]);
    let Forecast::Full(span) = forecast(&facts(&gusts)) else { panic!("{:?}", forecast(&facts(&gusts))) };
    assert_eq!(span.trust, Trust::Rough);
    assert!(span.to.is_none_or(|to| to > span.from * 2), "{span:?}");
}

#[test]
fn doubt_about_who_is_inside_widens_the_range() {
    let steady = flow(&[(30, 0); WINDOW]);
    let sure = forecast(&facts(&steady));
    let unsure = forecast(&Facts { inside: (300, 500), ..facts(&steady) });
    let (Forecast::Full(sure), Forecast::Full(unsure)) = (sure, unsure) else { panic!("{sure:?} {unsure:?}") };
    assert!(unsure.from < sure.from && unsure.to > sure.to, "{sure:?} {unsure:?}");
}

#[test]
fn those_who_are_not_expected_do_not_fill_it_and_the_rush_ends_before() {
    let steady = flow(&[(30, 0); WINDOW]);
    let Forecast::Arrived(span) = forecast(&Facts { awaited: 300, ..facts(&steady) }) else { panic!() };
    assert!((7..=9).contains(&span.from) && (10..=12).contains(&span.to.unwrap()), "{span:?}");
    let everybody = Facts { awaited: 0, ..facts(&steady) };
    assert_eq!(forecast(&everybody), Forecast::Nothing, "nobody is awaited");
}

#[test]
fn who_goes_faster_than_others_come_empties_it() {
    assert_eq!(forecast(&facts(&flow(&[(2, 20); WINDOW]))), Forecast::Emptying);
    let balanced = flow(&[(20, 19); WINDOW]);
    let found = forecast(&Facts { capacity: Some(100_000), awaited: 100_000, ..facts(&balanced) });
    assert_eq!(found, Forecast::Nothing, "far beyond four hours");
}

#[test]
fn only_the_last_minutes_count() {
    let mut minutes = flow(&[(300, 0); 60]);
    minutes.extend(flow(&[(30, 0); WINDOW]));
    assert_eq!(forecast(&facts(&minutes)), forecast(&facts(&flow(&[(30, 0); WINDOW]))));
}

proptest! {
    #[test]
    fn whatever_is_given_the_range_is_in_order_and_within_the_horizon(
        minutes in prop::collection::vec((0_i64..2_000, 0_i64..2_000), 0..40),
        low in -500_i64..5_000, more in 0_i64..500, capacity in prop::option::of(0_i64..10_000), awaited in -10_i64..100_000,
    ) {
        let minutes = flow(&minutes);
        let found = forecast(&Facts { minutes: &minutes, inside: (low, low + more), capacity, awaited });
        if let Forecast::Full(span) | Forecast::Arrived(span) = found {
            prop_assert!(span.to.is_none_or(|to| span.from <= to && to <= 240), "{:?}", span);
            prop_assert!(span.from <= 240);
        }
    }
}
