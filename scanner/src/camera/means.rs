//! The mean grey of the window around every pixel.

use image::GrayImage;

/// The mean of the square window of half side `REACH` (at most 8) around every pixel, less than a grey level too low or too
/// high. Beyond the picture its outermost pixels are repeated. The sums are kept in two bytes, so that many fit into one
/// vector register.
pub(super) fn window_means<const REACH: usize>(grey: &GrayImage) -> GrayImage {
    const { assert!(REACH <= 8, "sums must fit into two bytes") };
    let (width, height) = (grey.width() as usize, grey.height() as usize);
    if width == 0 || height == 0 {
        return GrayImage::default();
    }
    let rows: Vec<&[u8]> = grey.as_raw().chunks_exact(width).collect();
    let row = |y: usize| rows[y.min(height - 1)];
    // Sums of each column over the window's rows; they move down by one row at a time, beginning above the picture.
    let mut columns: Vec<u16> = row(0).iter().map(|pixel| u16::from(*pixel) * (REACH as u16 + 1)).collect();
    (0..REACH).for_each(|y| add(&mut columns, row(y)));
    let mut windows = Windows::<REACH>::new(width);
    let mut means = Vec::with_capacity(width * height);
    for y in 0..height {
        add(&mut columns, row(y + REACH));
        columns.iter_mut().zip(row((y.max(REACH + 1)) - REACH - 1)).for_each(|(sum, grey)| *sum -= u16::from(*grey));
        means.extend(windows.sums(&columns).iter().map(|sum| Windows::<REACH>::mean(*sum)));
    }
    GrayImage::from_raw(grey.width(), grey.height(), means).unwrap_or_default()
}

fn add(sums: &mut [u16], row: &[u8]) {
    sums.iter_mut().zip(row).for_each(|(sum, grey)| *sum += u16::from(*grey));
}

/// Sums over as many neighbouring columns as the window is wide.
struct Windows<const REACH: usize> {
    /// Sums over 1, 2, 4, … columns, and those over twice as many.
    few: Vec<u16>,
    twice: Vec<u16>,
    totals: Vec<u16>,
}

impl<const REACH: usize> Windows<REACH> {
    const SIDE: usize = 2 * REACH + 1;
    /// Bits that are cut off a column's sum, so that the sum over the window still fits.
    const CUT: u32 = if Self::SIDE * Self::SIDE * 255 > u16::MAX as usize { 1 } else { 0 };
    /// The mean is the sum times [`Self::FACTOR`], without the lowest 16 bits and as many as this.
    const SHIFT: u32 = (Self::SIDE * Self::SIDE).ilog2() - Self::CUT;
    const FACTOR: u32 = (1_u32 << (16 + Self::SHIFT + Self::CUT)).div_ceil((Self::SIDE * Self::SIDE) as u32);

    fn new(width: usize) -> Self {
        let padded = width + 2 * REACH;
        Self { few: vec![0; padded], twice: vec![0; padded], totals: vec![0; width] }
    }

    fn sums(&mut self, columns: &[u16]) -> &[u16] {
        let Self { few, twice, totals } = self;
        let width = columns.len();
        for (slot, sum) in few[REACH..].iter_mut().zip(columns) {
            *slot = (sum + Self::CUT as u16) >> Self::CUT;
        }
        let (first, last) = (few[REACH], few[REACH + width - 1]);
        few[..REACH].fill(first);
        few[REACH + width..].fill(last);
        totals.fill(0);
        let (mut step, mut taken) = (1, 0);
        loop {
            if Self::SIDE & step != 0 {
                totals.iter_mut().zip(&few[taken..]).for_each(|(total, sum)| *total += sum);
                taken += step;
            }
            if 2 * step > Self::SIDE {
                return totals;
            }
            for (double, (left, right)) in twice.iter_mut().zip(few.iter().zip(&few[step..])) {
                *double = left + right;
            }
            std::mem::swap(few, twice);
            step *= 2;
        }
    }

    /// A mean of bytes is a byte.
    fn mean(sum: u16) -> u8 {
        (((u32::from(sum) * Self::FACTOR) >> 16) >> Self::SHIFT) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_means<const REACH: usize>(grey: &GrayImage) {
        let means = window_means::<REACH>(grey);
        let (width, height) = grey.dimensions();
        for (x, y, mean) in means.enumerate_pixels() {
            // Moved to the right by the reach, so that no place lies below zero.
            let near = |at: u32, end: u32| {
                (0..=2 * REACH as u32).map(move |by| (at + by).saturating_sub(REACH as u32).min(end - 1))
            };
            let window: Vec<f32> = near(y, height)
                .flat_map(|y| near(x, width).map(move |x| (x, y)))
                .map(|(x, y)| f32::from(grey.get_pixel(x, y).0[0]))
                .collect();
            let plain = window.iter().sum::<f32>() / window.len() as f32;
            assert!((f32::from(mean.0[0]) - plain).abs() <= 1.0, "{width}x{height} at {x},{y}: {mean:?}, not {plain}");
        }
    }

    #[test]
    fn window_means_equal_the_plain_definition() {
        for (width, height) in [(1, 1), (2, 9), (13, 4), (20, 20), (40, 33)] {
            let drawn = GrayImage::from_fn(width, height, |x, y| [(x * 37 + y * y * 11) as u8].into());
            for grey in [&drawn, &GrayImage::from_pixel(width, height, [255].into())] {
                assert_means::<2>(grey);
                assert_means::<3>(grey);
                assert_means::<8>(grey);
            }
        }
        assert!(window_means::<3>(&GrayImage::default()).is_empty());
    }
}
