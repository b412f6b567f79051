//! What counts as black: grey pixels in, a matrix of bits out.
//!
//! Three rules, because no single one reads every picture (see `docs/DECODING.md`). `hybrid` judges
//! by blocks of pixels and is right for most pictures. `local` compares a pixel with the mean of two
//! windows around it: the wide one knows the light of the scene, the narrow one finds the edges that
//! blur has washed out. `narrow` uses the narrow window alone, for strong blur, and turns large even
//! areas into noise.

use image::GrayImage;
use rxing::{
    Binarizer, Luma8Source,
    common::{BIT_FIELD_BASE_BITS, BitArray, BitMatrix, HybridBinarizer},
};

use super::layer::Layer;

/// Half side of the narrow window, in pixels of the half-resolution picture.
const NARROW: usize = 3;
/// Half side of the wide window, in pixels of the half-resolution picture.
const WIDE: usize = 8;
/// How much darker than its surroundings a pixel must be to count as black, in grey levels: less
/// than the noise of a good camera, more than none.
const MARGIN: u8 = 4;

/// Every how many rows [`is_noise`] looks at one.
const NOISE_ROW_STEP: usize = 8;
/// Changes between black and white a hundred pixels, above which there is nothing but noise. Noise
/// alone has 50; the largest code there is, at two pixels a module, covers a seventh of a camera's
/// frame and brings 4.
const NOISE_CHANGES: usize = 18;

/// Whether `black` changes so often from pixel to pixel that searching it is a waste: the time a
/// search takes grows with these changes.
pub(super) fn is_noise(black: &BitMatrix) -> bool {
    let rows = (0..black.height()).step_by(NOISE_ROW_STEP);
    let (mut changes, mut pixels) = (0, 0);
    for row in rows {
        let row = black.getRow(row);
        let words = row.getBitArray().iter();
        changes += words.map(|word| ((word ^ (word >> 1)) << 1).count_ones() as usize).sum::<usize>();
        pixels += row.get_size();
    }
    changes * 100 > pixels * NOISE_CHANGES
}

/// ZXing's block rule. `None` when the picture has no pixels.
pub(super) fn hybrid(grey: &GrayImage) -> Option<BitMatrix> {
    let source = Luma8Source::new_with_slice(grey.as_raw(), grey.width(), grey.height()).ok()?;
    HybridBinarizer::new(source).get_black_matrix().ok().cloned()
}

/// The mean grey around every pixel, computed at half resolution, where it costs a quarter and is
/// smooth enough.
#[derive(Debug)]
pub(super) struct Surroundings {
    narrow: GrayImage,
    wide: GrayImage,
}

impl Surroundings {
    /// `half` is the picture at half the resolution that is going to be thresholded.
    pub(super) fn of(half: &Layer) -> Self {
        Self { narrow: window_means(&half.grey, NARROW), wide: window_means(&half.grey, WIDE) }
    }

    /// Black where darker than the mean of both windows.
    pub(super) fn local(&self, full: &GrayImage) -> Option<BitMatrix> {
        compare(full, &self.both(), |grey, mean| grey < mean.saturating_sub(MARGIN))
    }

    /// Black where lighter than the mean of both windows, for codes drawn light on dark.
    pub(super) fn local_light(&self, full: &GrayImage) -> Option<BitMatrix> {
        compare(full, &self.both(), |grey, mean| grey > mean.saturating_add(MARGIN))
    }

    fn both(&self) -> GrayImage {
        let mut both = self.narrow.clone();
        for (mean, wide) in both.iter_mut().zip(self.wide.iter()) {
            *mean = mean.midpoint(*wide);
        }
        both
    }

    /// Black where darker than the narrow window.
    pub(super) fn narrow(&self, full: &GrayImage) -> Option<BitMatrix> {
        compare(full, &self.narrow, |grey, mean| grey < mean.saturating_sub(MARGIN))
    }
}

/// Black where `is_black` says so of a pixel of `full` and the mean that lies over it.
fn compare(full: &GrayImage, means: &GrayImage, is_black: impl Fn(u8, u8) -> bool) -> Option<BitMatrix> {
    let (width, height) = full.dimensions();
    let mut matrix = BitMatrix::new(width, height).ok()?;
    let half_width = means.width() as usize;
    let mut line_means = vec![0_u8; width as usize];
    let mut line = BitArray::with_size(width as usize);
    for (y, row) in (0..height).zip(full.as_raw().chunks_exact(width as usize)) {
        if y % 2 == 0 {
            // An odd last row or column has no mean of its own and takes its neighbour's.
            let above = (y / 2).min(means.height() - 1) as usize * half_width;
            let above = &means.as_raw()[above..above + half_width];
            for (pair, mean) in line_means.chunks_mut(2).zip(above.iter().chain(above.last())) {
                pair.fill(*mean);
            }
        }
        let words = row.chunks(BIT_FIELD_BASE_BITS).zip(line_means.chunks(BIT_FIELD_BASE_BITS));
        for (word, (pixels, means)) in words.enumerate() {
            let bits = pixels.iter().zip(means).enumerate();
            let bits = bits.fold(0, |bits, (at, (grey, mean))| bits | usize::from(is_black(*grey, *mean)) << at);
            line.setBulk(word * BIT_FIELD_BASE_BITS, bits);
        }
        matrix.setRow(y, &line);
    }
    Some(matrix)
}

/// The mean of the square window of half side `reach` around every pixel; at the edges, of the part
/// of the window that lies inside. Cost does not depend on `reach`.
fn window_means(grey: &GrayImage, reach: usize) -> GrayImage {
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    let rows: Vec<&[u8]> = grey.as_raw().chunks_exact(width.max(1)).collect();
    let inside = |at: usize, end: usize| (at + reach + 1).min(end) - at.saturating_sub(reach);
    let columns: Vec<f32> = (0..width).map(|x| 1.0 / inside(x, width) as f32).collect();
    // Sums of each column over the window's rows; they move down by one row at a time.
    let mut sums = vec![0_u32; width];
    for row in rows.iter().take(reach) {
        add(&mut sums, row);
    }
    let mut means = Vec::with_capacity(width * height);
    // Running total over `sums`, padded so that the window never has to be cut.
    let mut totals = vec![0_u32; width + 2 * reach + 1];
    for y in 0..height {
        if let Some(row) = rows.get(y + reach) {
            add(&mut sums, row);
        }
        if y > reach {
            sums.iter_mut().zip(rows[y - reach - 1]).for_each(|(sum, grey)| *sum -= u32::from(*grey));
        }
        let mut total = 0;
        for (slot, sum) in totals[reach + 1..].iter_mut().zip(&sums) {
            total += sum;
            *slot = total;
        }
        totals[reach + 1 + width..].fill(total);
        let share = 1.0 / inside(y, height) as f32;
        let windows = totals.iter().zip(&totals[2 * reach + 1..]).zip(&columns);
        // A mean of bytes is a byte.
        means.extend(windows.map(|((from, to), column)| ((to - from) as f32 * column * share) as u8));
    }
    GrayImage::from_raw(grey.width(), grey.height(), means).unwrap_or_default()
}

fn add(sums: &mut [u32], row: &[u8]) {
    sums.iter_mut().zip(row).for_each(|(sum, grey)| *sum += u32::from(*grey));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_means_equal_the_plain_definition() {
        for (width, height, reach) in [(1, 1, 3), (2, 9, 3), (13, 4, 2), (20, 20, 8)] {
            let grey = GrayImage::from_fn(width, height, |x, y| [(x * 37 + y * y * 11) as u8].into());
            let means = window_means(&grey, reach);
            for (x, y, mean) in means.enumerate_pixels() {
                let near = |a: u32, b: u32| a.abs_diff(b) as usize <= reach;
                let inside = grey.enumerate_pixels().filter(|p| near(p.0, x) && near(p.1, y));
                let window: Vec<f32> = inside.map(|p| f32::from(p.2.0[0])).collect();
                let plain = window.iter().sum::<f32>() / window.len() as f32;
                assert!((f32::from(mean.0[0]) - plain).abs() <= 1.0, "{width}x{height} at {x},{y}");
            }
        }
    }

    #[test]
    fn odd_sizes_are_thresholded_to_their_last_pixel() {
        let grey = GrayImage::from_fn(67, 5, |x, y| [if x == 66 || y == 4 { 0 } else { 200 }].into());
        let half = Layer::of(&grey).halved().unwrap();
        let matrix = Surroundings::of(&half).local(&grey).unwrap();
        assert!(matrix.get(66, 0) && matrix.get(0, 4) && !matrix.get(0, 0));
    }
}
