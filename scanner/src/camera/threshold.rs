//! What counts as black: grey pixels in, a matrix of bits out.
//!
//! Three rules, because no single one reads every picture (see `docs/DECODING.md`). That of `blocks` is right for most
//! pictures. `local` compares a pixel with the mean of two windows around it: the wide one knows the light of the scene, the
//! narrow one finds the edges that blur has washed out. `narrow` uses the narrow window alone, for strong blur, and turns
//! large even areas into noise.

use image::GrayImage;
use rxing::common::BitMatrix;

use super::{bits, layer::Layer, means::window_means};

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

/// The mean grey around every pixel, computed at half resolution, where it costs a quarter and is
/// smooth enough.
#[derive(Debug)]
pub(super) struct Surroundings {
    narrow: GrayImage,
    /// Between the narrow and the wide window's mean.
    both: GrayImage,
}

impl Surroundings {
    /// `half` is the picture at half the resolution that is going to be thresholded.
    pub(super) fn of(half: &Layer) -> Self {
        let narrow = window_means::<NARROW>(&half.grey);
        let mut both = window_means::<WIDE>(&half.grey);
        both.iter_mut().zip(narrow.iter()).for_each(|(wide, narrow)| *wide = narrow.midpoint(*wide));
        Self { narrow, both }
    }

    /// Black where darker than the mean of both windows.
    pub(super) fn local(&self, full: &GrayImage) -> Option<BitMatrix> {
        compare(full, &self.both, |grey, mean| grey < mean.saturating_sub(MARGIN))
    }

    /// Black where lighter than the mean of both windows, for codes drawn light on dark.
    pub(super) fn local_light(&self, full: &GrayImage) -> Option<BitMatrix> {
        compare(full, &self.both, |grey, mean| grey > mean.saturating_add(MARGIN))
    }

    /// Black where darker than the narrow window.
    pub(super) fn narrow(&self, full: &GrayImage) -> Option<BitMatrix> {
        compare(full, &self.narrow, |grey, mean| grey < mean.saturating_sub(MARGIN))
    }
}

/// Black where `is_black` says so of a pixel of `full` and the mean that lies over it.
fn compare(full: &GrayImage, means: &GrayImage, is_black: impl Fn(u8, u8) -> bool) -> Option<BitMatrix> {
    let (width, half_width) = (full.width() as usize, means.width() as usize);
    let mut line = vec![0_u8; width];
    bits::matrix(full.width(), full.height(), |y, flags| {
        if y % 2 == 0 {
            // An odd last row or column has no mean of its own and takes its neighbour's.
            let above = (y / 2).min(means.height() as usize - 1) * half_width;
            let above = &means.as_raw()[above..above + half_width];
            for (pair, mean) in line.chunks_exact_mut(2).zip(above) {
                pair.fill(*mean);
            }
            if let (1, Some(last), Some(mean)) = (width % 2, line.last_mut(), above.last()) {
                *last = *mean;
            }
        }
        let row = &full.as_raw()[y * width..(y + 1) * width];
        let pixels = row.iter().zip(&line);
        flags.iter_mut().zip(pixels).for_each(|(flag, (grey, mean))| *flag = u8::from(is_black(*grey, *mean)));
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_are_thresholded_to_their_last_pixel() {
        let grey = GrayImage::from_fn(67, 5, |x, y| [if x == 66 || y == 4 { 0 } else { 200 }].into());
        let half = Layer::of(&grey).halved().unwrap();
        let matrix = Surroundings::of(&half).local(&grey).unwrap();
        assert!(matrix.get(66, 0) && matrix.get(0, 4) && !matrix.get(0, 0));
    }
}
