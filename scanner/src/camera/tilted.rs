//! Codes held at an angle: the ticket leans away and one finder pattern looks twice as large as
//! another, which the usual search takes for two different codes.
//!
//! Here every finder pattern brings the four corners of its ring, and a perspective map is fitted to
//! the twelve corners of three patterns. The number of modules is whatever fits best.

use rxing::{
    Point,
    common::{
        BitMatrix,
        cpp_essentials::{ConcentricPattern, DecoderResult, FindConcentricPatternCorners},
    },
    qrcode::cpp_port::{decoder::Decode, detector::LocateAlignmentPattern},
};

use super::{
    guard::quietly,
    homography::{Homography, Spot},
    search::Found,
};

/// Finder patterns looked at, largest first.
const MAX_PATTERNS: usize = 10;
/// Modules a side that are tried: versions 1 to 20, as a ticket has at most a few hundred bytes.
const SIDES: std::ops::RangeInclusive<u32> = 21..=97;
/// How many of the best fitting numbers of modules are sampled.
const MAX_SIDES_SAMPLED: usize = 3;
/// Cosine of the angle by which the line to a neighbour may miss the middle of a pattern's edge.
const ALONG: f64 = 0.985;
/// Cosine of the sharpest angle between the two edges of a code that is still read.
const CORNER: f64 = 0.87;
/// How many times the alignment pattern counts against one corner of a finder pattern's ring: it is
/// alone in its corner of the code.
const ALIGNMENT_WEIGHT: usize = 4;

/// On which side of the middle the corners of a ring lie, across and along, clockwise from the top left.
const RING: [Spot; 4] = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];

/// A finder pattern and the corners of its black ring, which lie three modules from its middle.
struct Finder {
    middle: Spot,
    ring: [Spot; 4],
}

/// All codes in `black` that have three of `patterns`, given largest first.
pub(super) fn search(black: &BitMatrix, patterns: &[ConcentricPattern]) -> Vec<Found> {
    let patterns = patterns.iter().take(MAX_PATTERNS);
    let finders: Vec<Finder> = patterns.filter_map(|pattern| finder(black, *pattern)).collect();
    let mut found = Vec::new();
    for corner in &finders {
        let others = finders.iter().filter(|other| are_neighbours(corner, other));
        let others: Vec<&Finder> = others.collect();
        for (at, first) in others.iter().enumerate() {
            for second in &others[at + 1..] {
                found.extend(quietly(|| read_corner(black, corner, first, second)).flatten());
            }
        }
    }
    found
}

fn finder(black: &BitMatrix, pattern: ConcentricPattern) -> Option<Finder> {
    let spot = |point: Point| (f64::from(point.x), f64::from(point.y));
    let second_edge = 2;
    // The ring of a tilted pattern reaches further on its near side.
    let range = pattern.size * 2;
    let corners = quietly(|| FindConcentricPatternCorners(black, pattern.p, range, second_edge)).flatten()?;
    Some(Finder { middle: spot(pattern.p), ring: corners.0.map(spot) })
}

/// Whether the line between the two leaves both through the middle of an edge, as it does, in every
/// perspective, for two finder patterns on one side of a code.
fn are_neighbours(one: &Finder, other: &Finder) -> bool {
    let way = unit(minus(other.middle, one.middle));
    let leaves = |finder: &Finder, way: Spot| {
        (0..4).any(|edge| {
            let (a, b) = (finder.ring[edge], finder.ring[(edge + 1) % 4]);
            let middle = (f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
            dot(unit(minus(middle, finder.middle)), way) > ALONG
        })
    };
    // A finder is not its own neighbour: its way to itself has no direction and no dot product.
    leaves(one, way) && leaves(other, (-way.0, -way.1))
}

/// How badly a number of modules fits, that number, and the points that were matched.
type Fit = (f64, u32, Vec<(Spot, Spot)>);

/// Reads the code with `corner` at its top left, if there is one.
fn read_corner(black: &BitMatrix, corner: &Finder, a: &Finder, b: &Finder) -> Option<Found> {
    let (to_a, to_b) = (unit(minus(a.middle, corner.middle)), unit(minus(b.middle, corner.middle)));
    if dot(to_a, to_b).abs() > CORNER {
        return None;
    }
    // y points down, so the way right and then the way down turn clockwise.
    let clockwise = to_a.0 * to_b.1 - to_a.1 * to_b.0 > 0.0;
    let (right, down, across, along) = if clockwise { (a, b, to_a, to_b) } else { (b, a, to_b, to_a) };
    let frame = PixelFrame::around([corner, right, down]);
    let rings = [corner, right, down].map(|finder| ordered_ring(finder, across, along));
    let mut fits: Vec<Fit> = SIDES
        .step_by(4)
        .filter_map(|side| {
            let far = f64::from(side) - 3.5;
            let places = [(3.5, 3.5), (far, 3.5), (3.5, far)];
            let pairs = rings.iter().zip(places).flat_map(|(ring, place)| {
                let corners = RING.iter().zip(ring);
                corners.map(move |(sign, pixel)| ((place.0 + 3.0 * sign.0, place.1 + 3.0 * sign.1), *pixel))
            });
            let pairs: Vec<_> = pairs.map(|(module, pixel)| (in_code(module, side), frame.inward(pixel))).collect();
            let map = Homography::fit(&pairs)?;
            Some((map.error(&pairs), side, pairs))
        })
        .collect();
    fits.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best = fits.into_iter().take(MAX_SIDES_SAMPLED);
    best.find_map(|(_, side, pairs)| read_side(black, side, pairs, &frame))
}

/// The corners of a finder's ring in the order of [`RING`]. `across` and `along` are the directions of the code's rows
/// and columns.
fn ordered_ring(finder: &Finder, across: Spot, along: Spot) -> [Spot; 4] {
    let agreement = |start: usize, step: usize| {
        let terms = RING.iter().enumerate().map(|(at, sign)| {
            let corner = minus(finder.ring[(start + at * step) % 4], finder.middle);
            dot(corner, across) * sign.0 + dot(corner, along) * sign.1
        });
        terms.sum::<f64>()
    };
    // Three steps forward in a round of four are one step back.
    let ways = (0..8).map(|way| (way % 4, if way < 4 { 1 } else { 3 }));
    let best = ways.max_by(|a, b| agreement(a.0, a.1).total_cmp(&agreement(b.0, b.1)));
    let (start, step) = best.unwrap_or((0, 1));
    [0, 1, 2, 3].map(|at| finder.ring[(start + at * step) % 4])
}

/// Samples and decodes a code of `side` modules, first with its alignment pattern, then without.
fn read_side(black: &BitMatrix, side: u32, mut pairs: Vec<(Spot, Spot)>, frame: &PixelFrame) -> Option<Found> {
    let rough = Homography::fit(&pairs)?;
    let at = |map: &Homography, module: Spot| frame.outward(map.map(in_code(module, side)));
    let place = f64::from(side) - 6.5;
    let guess = at(&rough, (place, place));
    let module = minus(at(&rough, (place + 1.0, place)), guess);
    let size = module.0.hypot(module.1).round();
    let mut maps = vec![rough];
    if side > 21 && (1.0..200.0).contains(&size) {
        let near = Point { x: guess.0 as f32, y: guess.1 as f32 };
        if let Some(seen) = LocateAlignmentPattern(black, size as i32, near) {
            let seen = frame.inward((f64::from(seen.x), f64::from(seen.y)));
            let pair = (in_code((place, place), side), seen);
            pairs.extend(std::iter::repeat_n(pair, ALIGNMENT_WEIGHT));
            maps.extend(Homography::fit(&pairs));
        }
    }
    maps.iter().rev().find_map(|map| {
        let mut bits = BitMatrix::new(side, side).ok()?;
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
            let (left, top) = at(map, (f64::from(x) + 0.5, f64::from(y) + 0.5));
            // A float that is negative or not a number becomes 0, one too large the largest.
            if black.try_get(left as u32, top as u32)? {
                bits.set(x, y);
            }
        }
        let decoded = Decode(&bits).ok().filter(DecoderResult::isValid)?;
        let end = f64::from(side);
        let corners = [(0.0, 0.0), (end, 0.0), (end, end), (0.0, end)].map(|module| {
            let pixel = at(map, module);
            (pixel.0 as f32, pixel.1 as f32)
        });
        Some(Found { text: decoded.text(), corners: corners.to_vec() })
    })
}

/// A place in modules as a share of the code's side.
fn in_code(module: Spot, side: u32) -> Spot {
    (module.0 / f64::from(side), module.1 / f64::from(side))
}

/// Brings pixels of one code to the order of 1 and back.
struct PixelFrame {
    middle: Spot,
    size: f64,
}

impl PixelFrame {
    fn around(finders: [&Finder; 3]) -> Self {
        let [corner, right, down] = finders.map(|finder| finder.middle);
        let size = length_of(minus(right, corner)) + length_of(minus(down, corner));
        Self { middle: corner, size: size.max(1.0) }
    }

    fn inward(&self, pixel: Spot) -> Spot {
        ((pixel.0 - self.middle.0) / self.size, (pixel.1 - self.middle.1) / self.size)
    }

    fn outward(&self, spot: Spot) -> Spot {
        (spot.0 * self.size + self.middle.0, spot.1 * self.size + self.middle.1)
    }
}

fn minus(a: Spot, b: Spot) -> Spot {
    (a.0 - b.0, a.1 - b.1)
}

fn dot(a: Spot, b: Spot) -> f64 {
    a.0 * b.0 + a.1 * b.1
}

fn length_of(a: Spot) -> f64 {
    a.0.hypot(a.1)
}

fn unit(a: Spot) -> Spot {
    let length = length_of(a);
    (a.0 / length, a.1 / length)
}
