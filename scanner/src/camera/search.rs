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
        detector::{FindFinderPatterns, FinderPatternSet, GenerateFinderPatternSets, SampleQR},
    },
};

use super::{guard::quietly, tilted};

/// Finder patterns looked at in one picture, largest first: ten codes have thirty, noise has
/// thousands of tiny ones.
const MAX_PATTERNS: usize = 60;
/// Triples of finder patterns tried in one picture, most plausible first.
const MAX_TRIPLES: usize = 200;

/// A code that was read: its text and its corners in pixels of the searched picture, clockwise from
/// the top left of the upright code.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) corners: Vec<(f32, f32)>,
}

/// What one black-and-white picture holds.
#[derive(Debug, Default)]
pub(super) struct Sight {
    /// All codes, in no particular order.
    pub(super) found: Vec<Found>,
    /// How many finder patterns there are, or seem to be.
    pub(super) patterns: usize,
}

/// Searches `black` for codes.
pub(super) fn search(black: &BitMatrix) -> Sight {
    // Every third row: a finder pattern of one pixel a module has three rows that show it.
    let every_third_row = true;
    let mut patterns = quietly(|| FindFinderPatterns(black, every_third_row, 0)).unwrap_or_default();
    let seen = patterns.len();
    patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.size));
    patterns.truncate(MAX_PATTERNS);
    let mut found = upright(black, &mut patterns);
    if found.is_empty() && patterns.len() >= 3 {
        found = tilted::search(black, &patterns);
    }
    Sight { found, patterns: seen }
}

fn upright(black: &BitMatrix, patterns: &mut Vec<ConcentricPattern>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut used = Vec::new();
    let triples = quietly(|| GenerateFinderPatternSets(patterns)).unwrap_or_default();
    for triple in triples.into_iter().take(MAX_TRIPLES) {
        let three = [triple.bl, triple.tl, triple.tr];
        if three.iter().any(|pattern| used.contains(pattern)) {
            continue;
        }
        if let Some(code) = quietly(|| decode(black, &triple)).flatten() {
            used.extend(three);
            found.push(code);
        }
    }
    found
}

fn decode(black: &BitMatrix, triple: &FinderPatternSet) -> Option<Found> {
    let sampled = SampleQR(black, triple).ok()?;
    let decoded = Decode(sampled.getBits()).ok().filter(DecoderResult::isValid)?;
    let corners = sampled.getPoints().iter().map(|point| (point.x, point.y)).collect();
    Some(Found { text: decoded.text(), corners })
}
