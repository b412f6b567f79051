//! What was read in one picture, and which of it is meant.

use std::fmt;

/// The pass that read a code; for logs and measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reader {
    /// Block threshold at half resolution or less.
    Reduced,
    /// Block threshold at full resolution.
    Full,
    /// Compared with the mean of two windows.
    Local,
    /// Compared with the mean of a narrow window: strong blur.
    Narrow,
    /// Light on dark.
    Inverted,
    /// Enlarged, for modules hardly wider than a pixel.
    Enlarged,
    /// The independent second reader.
    Second,
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reduced => "reduced",
            Self::Full => "full",
            Self::Local => "local",
            Self::Narrow => "narrow",
            Self::Inverted => "inverted",
            Self::Enlarged => "enlarged",
            Self::Second => "second",
        })
    }
}

/// One code that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The payload as text. Bytes that are not UTF-8 come in the character set the code names or the
    /// reader guesses.
    pub text: String,
    /// Middle of the code, in pixels from the top left of the picture.
    pub centre: (f32, f32),
    /// The four corners of the code in the same pixels.
    pub corners: Vec<(f32, f32)>,
    /// The pass that read it.
    pub by: Reader,
}

impl Reading {
    pub(super) fn new(text: String, corners: Vec<(f32, f32)>, by: Reader) -> Self {
        let count = corners.len().max(1) as f32;
        let sum = corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
        Self { text, centre: (sum.0 / count, sum.1 / count), corners, by }
    }

    /// Mean distance from the middle to a corner, in pixels.
    fn reach(&self) -> f32 {
        let sum: f32 = self.corners.iter().map(|corner| distance(self.centre, *corner)).sum();
        sum / self.corners.len().max(1) as f32
    }

    /// Whether `point` lies in the circle inside the code.
    fn covers(&self, point: (f32, f32)) -> bool {
        distance(self.centre, point) < self.reach() * std::f32::consts::FRAC_1_SQRT_2
    }

    /// Whether `point` lies between its corners, so that nothing there belongs to another code.
    fn encloses(&self, point: (f32, f32)) -> bool {
        let edges = self.corners.iter().zip(self.corners.iter().cycle().skip(1));
        // On which side of each edge the point lies: on the same one of all, whichever way round they go.
        let sides = edges.map(|(a, b)| (b.0 - a.0) * (point.1 - a.1) - (b.1 - a.1) * (point.0 - a.0));
        let (mut left, mut right) = (0, 0);
        sides.for_each(|side| if side > 0.0 { left += 1 } else { right += 1 });
        left == 0 || right == 0
    }

    /// The same text at about the same place: one code, read by two passes.
    fn is_same_code(&self, other: &Self) -> bool {
        self.text == other.text && (self.covers(other.centre) || other.covers(self.centre))
    }
}

/// All codes of a picture, nearest to its middle first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Readings {
    /// Nearest to the middle of the picture first; every code once.
    pub all: Vec<Reading>,
}

impl Readings {
    /// The code that is meant: the one nearest the middle of the picture.
    pub fn to_judge(&self) -> Option<&Reading> {
        self.all.first()
    }

    /// Adds `reading` in its place unless it is there already. `middle` in pixels.
    pub(super) fn add(&mut self, reading: Reading, middle: (f32, f32)) {
        if self.all.iter().any(|known| known.is_same_code(&reading)) {
            return;
        }
        let nearer = |known: &Reading| distance(known.centre, middle) <= distance(reading.centre, middle);
        let place = self.all.iter().take_while(|known| nearer(known)).count();
        self.all.insert(place, reading);
    }

    /// Whether `point` lies inside a code that was read, in pixels of the picture.
    pub(super) fn enclose(&self, point: (f32, f32)) -> bool {
        self.all.iter().any(|reading| reading.encloses(point))
    }

    /// Whether a code covers the middle, so that no other one can be meant.
    pub(super) fn settle(&self, middle: (f32, f32)) -> bool {
        self.to_judge().is_some_and(|reading| reading.covers(middle))
    }
}

fn distance(a: (f32, f32), b: (f32, f32)) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(text: &str, left: f32, top: f32) -> Reading {
        let corners = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];
        let corners = corners.map(|(x, y)| (left + x, top + y)).to_vec();
        Reading::new(text.into(), corners, Reader::Full)
    }

    #[test]
    fn the_nearest_to_the_middle_comes_first_and_every_code_once() {
        let mut readings = Readings::default();
        for reading in [square("far", 0.0, 0.0), square("near", 44.0, 46.0), square("near", 45.0, 46.0)] {
            readings.add(reading, (50.0, 50.0));
        }
        let texts: Vec<&str> = readings.all.iter().map(|reading| &*reading.text).collect();
        assert_eq!(texts, ["near", "far"]);
        assert!(readings.settle((50.0, 50.0)));
        assert!(!readings.settle((90.0, 50.0)));
    }

    #[test]
    fn what_lies_between_the_corners_is_enclosed_whichever_way_they_go() {
        let mut readings = Readings::default();
        assert!(!readings.enclose((5.0, 5.0)));
        let mut mirrored = square("mirrored", 50.0, 0.0);
        mirrored.corners.reverse();
        for reading in [square("code", 0.0, 0.0), mirrored] {
            readings.add(reading, (0.0, 0.0));
        }
        assert!(readings.enclose((1.0, 9.0)) && readings.enclose((59.0, 1.0)));
        // The circle around a code's corners reaches further than its edges do.
        assert!(!readings.enclose((-1.0, 5.0)) && !readings.enclose((55.0, 11.0)));
    }

    #[test]
    fn the_same_text_at_another_place_is_another_code() {
        let mut readings = Readings::default();
        readings.add(square("copy", 0.0, 0.0), (50.0, 50.0));
        readings.add(square("copy", 60.0, 0.0), (50.0, 50.0));
        assert_eq!(readings.all.len(), 2);
    }
}
