//! Finds and decodes the codes of one black-and-white picture.
//!
//! The steps are those of rxing's `cpp_port::QrReader`, called one by one: that way the work has a
//! limit, every code is found and not just the first, and a panic costs one candidate instead of
//! the picture.

use rxing::{
    common::{
        BitMatrix, DetectorRXingResult,
        cpp_essentials::{ConcentricPattern, DecoderResult},
    },
    qrcode::cpp_port::{
        decoder::Decode,
        detector::{FinderPatternSet, GenerateFinderPatternSets, SampleQR},
    },
};

use super::{finders, guard::quietly, tilted};

/// Finder patterns looked at in one picture, largest first: ten codes have thirty, noise has
/// thousands of tiny ones.
const MAX_PATTERNS: usize = 60;
/// Triples of finder patterns tried in one picture, most plausible first.
const MAX_TRIPLES: usize = 200;

/// How many finder patterns of a code that did not decode give a hint where it is; more come from elsewhere.
const UNREAD_PATTERNS: std::ops::RangeInclusive<usize> = 2..=5;
/// How far from the middle of a finder pattern its code may reach, in sizes of the pattern: a size is seven modules, and
/// the patterns of a ticket's code are about five sizes apart.
const UNREAD_MARGIN: f32 = 5.0;

/// A code that was read: its text and its corners in pixels of the searched picture, clockwise from
/// the top left of the upright code.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) corners: Vec<(f32, f32)>,
}

/// A box by its top left and its bottom right corner, in pixels.
pub(super) type Area = [(f32, f32); 2];

/// What one black-and-white picture holds.
#[derive(Debug, Default)]
pub(super) struct Sight {
    /// All codes, in no particular order.
    pub(super) found: Vec<Found>,
    /// How many finder patterns there are, or seem to be.
    pub(super) patterns: usize,
    /// Where a code seems to be that did not decode: the top left and bottom right corners of a box around it.
    pub(super) unread: Option<Area>,
}

/// Searches `black` for codes, without those that were read before: `is_known` says whether a place in it lies inside one.
pub(super) fn search(black: &BitMatrix, is_known: impl Fn((f32, f32)) -> bool) -> Sight {
    let mut patterns = finders::find(black);
    let seen = patterns.len();
    patterns.retain(|pattern| !is_known((pattern.p.x, pattern.p.y)));
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.size));
    patterns.truncate(MAX_PATTERNS);
    let triples = quietly(|| GenerateFinderPatternSets(&mut patterns)).unwrap_or_default();
    let mut found = upright(black, &triples);
    if found.is_empty() && patterns.len() >= 3 {
        found = tilted::search(black, &patterns);
    }
    let unread = if found.is_empty() { around(&patterns) } else { None };
    Sight { found, patterns: seen, unread }
}

/// Where the code must be that two or three of its finder patterns were seen of.
fn around(patterns: &[ConcentricPattern]) -> Option<Area> {
    if !UNREAD_PATTERNS.contains(&patterns.len()) {
        return None;
    }
    let margin = patterns.iter().map(|pattern| pattern.size).max()? as f32 * UNREAD_MARGIN;
    let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
    for place in patterns.iter().map(|pattern| pattern.p) {
        low = (low.0.min(place.x - margin), low.1.min(place.y - margin));
        high = (high.0.max(place.x + margin), high.1.max(place.y + margin));
    }
    Some([low, high])
}

fn upright(black: &BitMatrix, triples: &[FinderPatternSet]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut used = Vec::new();
    for triple in triples.iter().take(MAX_TRIPLES) {
        let three = [triple.bl, triple.tl, triple.tr];
        if three.iter().any(|pattern| used.contains(pattern)) {
            continue;
        }
        if let Some(code) = quietly(|| decode(black, triple)).flatten() {
            used.extend(three);
            found.push(code);
        }
    }
    found
}

fn decode(black: &BitMatrix, triple: &FinderPatternSet) -> Option<Found> {
    let sampled = SampleQR(black, triple).ok()?;
    let decoded = Decode(sampled.getBits()).ok().filter(DecoderResult::isValid)?;
    let mut corners: Vec<_> = sampled.getPoints().iter().map(|point| (point.x, point.y)).collect();
    // The sampler goes row by row.
    if corners.len() == 4 {
        corners.swap(2, 3);
    }
    Some(Found { text: decoded.text(), corners })
}
