//! The occupancy curve of a report: a picture (SVG) that paper shows as well, made from the points of a course.

use shared::time::MINUTE_MS;

use crate::live::course::Course;

/// Size of the picture, in its own units.
pub(super) const WIDTH: f64 = 900.0;
/// The same.
pub(super) const HEIGHT: f64 = 260.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 26.0;
/// Least room for a time below the axis.
const LABEL: f64 = 80.0;
/// Minutes between two times below the axis.
const ROUND: [i64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440];

/// A line across the picture with its words.
#[derive(Debug, PartialEq)]
pub(super) struct Tick {
    pub(super) at: String,
    pub(super) words: String,
}

/// The curve, ready for the template.
#[derive(Debug)]
pub(super) struct Curve {
    /// Corners of the line (`x,y …`) …
    pub(super) line: String,
    /// … and of the area below it.
    pub(super) area: String,
    /// Numbers of people.
    pub(super) levels: Vec<Tick>,
    /// Times.
    pub(super) times: Vec<Tick>,
    /// Where the capacity lies, if it is within the picture.
    pub(super) capacity: Option<String>,
}

/// People are few enough to be exact, and so are minutes.
#[expect(clippy::cast_precision_loss, reason = "neither people nor minutes reach 2^52")]
fn number(n: i64) -> f64 {
    n as f64
}

impl Curve {
    /// `None` while nobody has moved. `time` writes a time (ms).
    pub(super) fn of(course: &Course, capacity: Option<u32>, time: impl Fn(i64) -> String) -> Option<Self> {
        let (first, last) = (course.points.first()?.0, course.points.last()?.0.saturating_add(course.step));
        let most = course.points.iter().map(|point| point.3).max()?;
        let least = course.points.iter().map(|point| point.3).min()?.min(0);
        let step = round_step(most.max(1) - least);
        let (low, high) = (least.div_euclid(step) * step, (most.max(1) + step - 1).div_euclid(step) * step);
        let x = |at: i64| LEFT + number(at - first) / number(last - first) * (WIDTH - LEFT - RIGHT);
        let y = |people: i64| HEIGHT - BOTTOM - number(people - low) / number(high - low) * (HEIGHT - TOP - BOTTOM);
        let corner = |at: i64, people: i64| format!("{:.1},{:.1}", x(at), y(people));
        let corners: Vec<_> = course.points.iter().map(|point| corner(point.0 + course.step, point.3)).collect();
        let line = format!("{} {}", corner(first, 0), corners.join(" "));
        let area = format!("{line} {}", corner(last, 0));
        let levels = (0..=(high - low) / step).map(|n| low + n * step);
        let levels = levels.map(|people| Tick { at: format!("{:.1}", y(people)), words: people.to_string() }).collect();
        let capacity =
            capacity.map(i64::from).filter(|capacity| *capacity <= high).map(|people| format!("{:.1}", y(people)));
        let every = MINUTE_MS * every(number(last - first));
        let times = (first.div_euclid(every) + 1..=last.div_euclid(every)).map(|n| n * every);
        let times = times.map(|at| Tick { at: format!("{:.1}", x(at)), words: time(at) }).collect();
        Some(Self { line, area, levels, times, capacity })
    }
}

/// Minutes between two times, so that they have room.
fn every(length: f64) -> i64 {
    let room = ((WIDTH - LEFT - RIGHT) / LABEL).floor();
    ROUND.into_iter().find(|minutes| length / number(minutes * MINUTE_MS) <= room).unwrap_or(ROUND[ROUND.len() - 1] * 7)
}

/// A round number of people of which some four fit.
fn round_step(most: i64) -> i64 {
    let mut power = 1_i64;
    loop {
        for n in [1, 2, 5] {
            if n * power * 5 >= most {
                return n * power;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::course::Point;

    #[test]
    fn the_curve_lies_within_its_picture_and_its_axes_are_round() {
        let points = vec![Point(0, 7, 0, 7), Point(MINUTE_MS, 12, 0, 19), Point(2 * MINUTE_MS, 0, 20, -1)];
        let course = Course { step: MINUTE_MS, points, peak: None, gates: vec![] };
        let curve = Curve::of(&course, Some(15), |ms| format!("{} min", ms / MINUTE_MS)).unwrap();
        for corner in curve.area.split(' ') {
            let (x, y) = corner.split_once(',').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            assert!((LEFT..=WIDTH).contains(&x) && (0.0..=HEIGHT).contains(&y), "{corner}");
        }
        let levels: Vec<_> = curve.levels.iter().map(|tick| tick.words.as_str()).collect();
        assert_eq!(levels, ["-5", "0", "5", "10", "15", "20"]);
        let times: Vec<_> = curve.times.iter().map(|tick| tick.words.as_str()).collect();
        assert_eq!(times, ["1 min", "2 min", "3 min"]);
        assert!(curve.capacity.is_some());
        assert!(Curve::of(&Course { points: vec![], ..course }, None, |_| String::new()).is_none());
    }
}
