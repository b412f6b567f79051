//! ZXing's block rule for what is black: every block of eight by eight pixels has a threshold, the mean of the black
//! points of the 25 blocks around it.
//!
//! The rule and its results are those of rxing's `HybridBinarizer`, which goes from pixel to pixel; here a row of pixels
//! is taken at a time, which the compiler turns into vector instructions.

use image::GrayImage;
use rxing::{
    Binarizer, Luma8Source,
    common::{BitMatrix, HybridBinarizer},
};

use super::bits;

/// Side of a block, in pixels.
const BLOCK: usize = 8;
/// Shorter side of the smallest picture that has blocks enough, in pixels: a smaller one has one threshold for all.
const MIN_SIDE: usize = 5 * BLOCK;
/// Grey levels between the darkest and the lightest pixel of a block, up to which it counts as even.
const EVEN: u8 = 24;

/// Black by the block rule. `None` when the picture has no pixels.
pub(super) fn hybrid(grey: &GrayImage) -> Option<BitMatrix> {
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    if width.min(height) < MIN_SIDE {
        let source = Luma8Source::new_with_slice(grey.as_raw(), grey.width(), grey.height()).ok()?;
        return HybridBinarizer::new(source).get_black_matrix().ok().cloned();
    }
    let rows: Vec<&[u8]> = grey.as_raw().chunks_exact(width).collect();
    let thresholds = thresholds(&black_points(&rows, width), width.div_ceil(BLOCK));
    let last = thresholds.len() - 1;
    let (mut line, mut lowest) = (vec![0; width], vec![0; width]);
    spread(&thresholds[last], &mut lowest);
    bits::matrix(grey.width(), grey.height(), |y, flags| {
        if y % BLOCK == 0 {
            spread(&thresholds[y / BLOCK], &mut line);
        }
        if y + BLOCK == height {
            // The lowest blocks end with the picture and may overlap those above: black is what one of them says.
            line.iter_mut().zip(&lowest).for_each(|(one, other)| *one = (*one).max(*other));
        }
        let pixels = rows[y].iter().zip(&line);
        flags.iter_mut().zip(pixels).for_each(|(flag, (grey, threshold))| *flag = u8::from(grey <= threshold));
    })
}

/// Gives every pixel of a row the threshold of its block, and where the last two blocks overlap the higher one.
fn spread(thresholds: &[u8], line: &mut [u8]) {
    for (pixels, threshold) in line.chunks_mut(BLOCK).zip(thresholds) {
        pixels.fill(*threshold);
    }
    if let (Some(last), Some(end)) = (thresholds.last(), line.last_chunk_mut::<BLOCK>()) {
        for pixel in end {
            *pixel = (*pixel).max(*last);
        }
    }
}

/// The grey that divides black from white in every block, as the block alone and those before it tell; one row of blocks
/// after the other.
fn black_points(rows: &[&[u8]], width: usize) -> Vec<Vec<u8>> {
    let across = width.div_ceil(BLOCK);
    let mut points: Vec<Vec<u8>> = Vec::with_capacity(rows.len().div_ceil(BLOCK));
    let (mut sums, mut darkest, mut lightest) = (vec![0_u16; width], vec![0_u8; width], vec![0_u8; width]);
    for at in 0..rows.len().div_ceil(BLOCK) {
        let top = (at * BLOCK).min(rows.len() - BLOCK);
        sums.fill(0);
        darkest.fill(u8::MAX);
        lightest.fill(0);
        for row in &rows[top..top + BLOCK] {
            sums.iter_mut().zip(*row).for_each(|(sum, grey)| *sum += u16::from(*grey));
            darkest.iter_mut().zip(*row).for_each(|(least, grey)| *least = (*least).min(*grey));
            lightest.iter_mut().zip(*row).for_each(|(most, grey)| *most = (*most).max(*grey));
        }
        let mut line: Vec<u8> = Vec::with_capacity(across);
        for column in 0..across {
            let left = (column * BLOCK).min(width - BLOCK);
            let block = left..left + BLOCK;
            let darkest = darkest[block.clone()].iter().copied().min().unwrap_or(0);
            let lightest = lightest[block.clone()].iter().copied().max().unwrap_or(0);
            line.push(if lightest - darkest > EVEN {
                // 64 bytes: their sum fits, and their mean is a byte.
                (sums[block].iter().sum::<u16>() / 64) as u8
            } else {
                let above = points.last().filter(|_| column > 0);
                let around = above.map(|above| (above[column], line[column - 1], above[column - 1]));
                even(darkest, around)
            });
        }
        points.push(line);
    }
    points
}

/// The black point of a block without contrast: it is taken for white paper, unless the blocks above, to the left and
/// between them say that this grey is black here.
fn even(darkest: u8, around: Option<(u8, u8, u8)>) -> u8 {
    if let Some((above, left, between)) = around {
        let near = (u16::from(above) + 2 * u16::from(left) + u16::from(between)) / 4;
        if u16::from(darkest) < near {
            // The mean of bytes is a byte.
            return near as u8;
        }
    }
    darkest / 2
}

/// The mean of the black points of five by five blocks; at the rim, of the 25 nearest.
fn thresholds(points: &[Vec<u8>], across: usize) -> Vec<Vec<u8>> {
    let mut sums = vec![0_u16; across];
    let line = |at: usize| {
        let middle = at.clamp(2, points.len() - 3);
        sums.fill(0);
        for row in &points[middle - 2..=middle + 2] {
            sums.iter_mut().zip(row).for_each(|(sum, point)| *sum += u16::from(*point));
        }
        let mean = |column: usize| {
            let middle = column.clamp(2, across - 3);
            (sums[middle - 2..=middle + 2].iter().sum::<u16>() / 25) as u8
        };
        (0..across).map(mean).collect()
    };
    (0..points.len()).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Even areas, edges and texture, in blocks that are whole and blocks that are cut.
    fn drawn(width: u32, height: u32) -> GrayImage {
        GrayImage::from_fn(width, height, |x, y| {
            let (even, edge, texture) = ((x / 29 * 40) as u8, (x + y) / 11 % 2 == 0, (x * x + y * 7) % 61);
            [match (x / 20 + y / 24) % 3 {
                0 => even,
                1 => {
                    if edge {
                        30
                    } else {
                        200
                    }
                }
                _ => 90 + texture as u8,
            }]
            .into()
        })
    }

    #[test]
    fn every_bit_is_that_of_the_binarizer_whose_rule_it_is() {
        for (width, height) in [(40, 40), (64, 48), (67, 41), (121, 90), (200, 47), (320, 180), (39, 300)] {
            let grey = drawn(width, height);
            let source = Luma8Source::new_with_slice(grey.as_raw(), width, height).unwrap();
            let theirs = HybridBinarizer::new(source).get_black_matrix().unwrap().clone();
            assert!(hybrid(&grey).unwrap() == theirs, "{width}x{height}");
        }
    }
}
