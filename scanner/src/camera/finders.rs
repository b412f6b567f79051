//! Where the finder patterns are: the squares in three corners of a code, whose every line through the middle is black,
//! white, black, white and black in the proportion 1:1:3:1:1.
//!
//! Rows are searched for that proportion here; what they show is checked by rxing, in four directions and ring by ring. The
//! rule for a row is rxing's too, and so are the results; but a row is taken 64 pixels at a time, by the changes of colour
//! in it, and not pixel by pixel.

use rxing::{
    Point,
    common::{
        BitMatrix,
        cpp_essentials::{ConcentricPattern, LocateConcentricPattern},
    },
};

use super::{bits, guard::quietly};

/// One row of so many is searched: a finder pattern of one pixel a module has three rows that show its middle.
const ROW_STEP: u32 = 3;
/// The widths of a finder pattern's five parts, in modules.
const PARTS: [u16; 5] = [1, 1, 3, 1, 1];
/// How far from the middle an edge may be, in widths of the pattern, since a skewed one is longer one way than the other.
const REACH: u32 = 3;

/// All finder patterns of `black`, each once, from the top down.
pub(super) fn find(black: &BitMatrix) -> Vec<ConcentricPattern> {
    let mut found: Vec<ConcentricPattern> = Vec::new();
    let mut edges = Vec::new();
    for y in (ROW_STEP - 1..black.height()).step_by(ROW_STEP as usize) {
        bits::changes(black, y, &mut edges);
        let mut at = 0;
        // Six edges bound five parts; the first one belongs to a black part.
        while let Some(six) = edges[at..].first_chunk::<6>() {
            if !is_finder(six) {
                at += 2;
                continue;
            }
            let middle = Point { x: six[2] as f32 + (six[3] - six[2]) as f32 / 2.0, y: y as f32 + 0.5 };
            if !found.iter().any(|old| Point::distance(middle, old.p) < old.size as f32 / 2.0) {
                found.extend(locate(black, middle, (six[5] - six[0]) * REACH));
            }
            at += 4;
        }
    }
    found
}

fn locate(black: &BitMatrix, middle: Point, range: u32) -> Option<ConcentricPattern> {
    let (x, y) = (middle.x as u32, middle.y as u32);
    let below = runs((y..black.height()).take(range as usize).map(|y| black.get(x, y)));
    let above = runs((0..=y).rev().take(range as usize).map(|y| black.get(x, y)));
    // Most of what a single row takes for a finder pattern has another proportion from top to bottom.
    if let (Some(above), Some(below)) = (above, below)
        && !has_proportion([above[2], above[1], above[0] + below[0] - 1, below[1], below[2]])
    {
        return None;
    }
    quietly(|| LocateConcentricPattern::<true, 5, 7>(black, &PARTS, middle, range.cast_signed())).flatten()
}

/// The lengths of the first three runs of one colour. `None` where the third has no end.
fn runs(pixels: impl Iterator<Item = bool>) -> Option<[u32; 3]> {
    let (mut lengths, mut at, mut colour) = ([0; 3], 0, None);
    for pixel in pixels {
        if *colour.get_or_insert(pixel) != pixel {
            at += 1;
            colour = Some(pixel);
        }
        match lengths.get_mut(at) {
            Some(length) => *length += 1,
            None => return Some(lengths),
        }
    }
    None
}

/// Whether the parts between these edges of a row may be those of a finder pattern.
fn is_finder(edges: &[u32; 6]) -> bool {
    let [start, first, second, third, fourth, end] = *edges;
    let parts = [first - start, second - first, third - second, fourth - third, end - fourth];
    let [a, b, c, d, e] = parts;
    c >= 3 && c >= 2 * a.max(e) && c >= b.max(d) && has_proportion(parts)
}

/// Whether five parts have a finder pattern's proportion. Black and white are measured apart, since ink that spreads or
/// light that outshines makes one of them wider.
fn has_proportion([a, b, c, d, e]: [u32; 5]) -> bool {
    // Five black modules and two white ones.
    let (black, white) = (a + c + e, b + d);
    let (thin, thick) = ((2 * black).min(5 * white), (2 * black).max(5 * white));
    if thick > 4 * thin {
        return false;
    }
    // By at most three quarters of a black module and half a pixel, or a third of a white one and half a pixel.
    let black_fits = |part: u32, modules: u32| (20 * part).abs_diff(4 * modules * black) <= 3 * black + 10;
    let white_fits = |part: u32| (6 * part).abs_diff(3 * white) <= white + 3;
    black_fits(a, 1) && black_fits(c, 3) && black_fits(e, 1) && white_fits(b) && white_fits(d)
}

#[cfg(test)]
mod tests {
    use image::{GrayImage, Luma, imageops};
    use qrcode::QrCode;
    use rxing::qrcode::cpp_port::detector::FindFinderPatterns;

    use super::{super::blocks, *};

    /// A scene that needs judgement: a code, its surroundings and squares that look like parts of one.
    fn drawn(module: u32, blur: f32) -> GrayImage {
        let code = QrCode::new(b"FINDERS").unwrap();
        let code = code.render::<Luma<u8>>().module_dimensions(module, module).build();
        let gravel = |x: u32, y: u32| (x.wrapping_mul(0x9E37_79B9) ^ y.wrapping_mul(0x85EB_CA6B)).count_ones() % 2;
        let mut scene = GrayImage::from_fn(500, 400, |x, y| {
            let near = x < 120 && gravel(x / module, y / module) == 1 || (x / 7 + y / 31) % 9 == 0;
            Luma([if near { 40 } else { 190 }])
        });
        imageops::replace(&mut scene, &code, 130, 20);
        imageops::blur(&scene, blur)
    }

    #[test]
    fn they_are_those_that_the_readers_own_search_finds() {
        let mut seen = 0;
        for module in [1, 2, 3, 5, 8] {
            for blur in [0.1, 0.3, 0.5] {
                let mut black = blocks::hybrid(&drawn(module, blur * module as f32)).unwrap();
                for _ in 0..2 {
                    let found = find(&black);
                    assert_eq!(found, FindFinderPatterns(&black, true, 0), "{module}, {blur}");
                    seen += found.len();
                    black.flip_self();
                }
            }
        }
        assert!(seen > 30, "only {seen}");
    }

    #[test]
    fn a_row_is_judged_by_its_proportion() {
        let row = |parts: [u32; 5]| {
            let mut edges = [9; 6];
            for (at, part) in parts.iter().enumerate() {
                edges[at + 1] = edges[at] + part;
            }
            is_finder(&edges)
        };
        for parts in [[1, 1, 3, 1, 1], [4, 4, 12, 4, 4], [5, 3, 14, 3, 5], [3, 5, 10, 5, 3], [7, 5, 18, 6, 6]] {
            assert!(row(parts), "{parts:?}");
        }
        for parts in [[1, 1, 1, 1, 1], [4, 4, 4, 4, 4], [1, 9, 3, 9, 1], [8, 4, 12, 4, 4], [4, 8, 12, 1, 4]] {
            assert!(!row(parts), "{parts:?}");
        }
    }
}
