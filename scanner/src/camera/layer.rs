//! A picture at one scale, and how to get from one scale to the next.

use std::borrow::Cow;

use image::{GrayImage, imageops};

use super::search::Area;

/// Grey pixels and their size in pixels of the original picture.
#[derive(Debug, Clone)]
pub(super) struct Layer<'a> {
    pub(super) grey: Cow<'a, GrayImage>,
    /// Length of a pixel's side, in pixels of the original picture.
    pub(super) scale: f32,
    /// Where its top left corner lies, in pixels of the original picture.
    origin: (f32, f32),
}

impl<'a> Layer<'a> {
    pub(super) fn of(original: &'a GrayImage) -> Self {
        Self { grey: Cow::Borrowed(original), scale: 1.0, origin: (0.0, 0.0) }
    }

    /// Half the resolution: every pixel is the mean of four, which also halves the noise. `None`
    /// when a side would vanish. An odd last row or column is left out.
    pub(super) fn halved(&self) -> Option<Layer<'static>> {
        let (width, height) = (self.grey.width() / 2, self.grey.height() / 2);
        if width == 0 || height == 0 {
            return None;
        }
        let stride = self.grey.width() as usize;
        let mut pixels = Vec::with_capacity(width as usize * height as usize);
        for pair in self.grey.as_raw().chunks_exact(2 * stride) {
            let (upper, lower) = pair.split_at(stride);
            pixels.extend(upper.chunks_exact(2).zip(lower.chunks_exact(2)).map(|(above, below)| {
                let sum = u16::from(above[0]) + u16::from(above[1]) + u16::from(below[0]) + u16::from(below[1]);
                // The mean of four bytes, rounded, is a byte.
                ((sum + 2) / 4) as u8
            }));
        }
        let grey = GrayImage::from_raw(width, height, pixels)?;
        Some(Layer { grey: Cow::Owned(grey), scale: self.scale * 2.0, origin: self.origin })
    }

    /// Twice the resolution, between the pixels in proportion, for codes whose modules are hardly wider than a pixel.
    pub(super) fn doubled(&self) -> Layer<'static> {
        let (width, height) = self.grey.dimensions();
        let stride = width as usize * 2;
        let mut wide: Vec<u16> = Vec::with_capacity(stride * height as usize);
        for row in self.grey.as_raw().chunks_exact((width as usize).max(1)) {
            for (at, pixel) in row.iter().enumerate() {
                let (left, right) = (row[at.saturating_sub(1)], row[(at + 1).min(row.len() - 1)]);
                wide.push(u16::from(*pixel) * 3 + u16::from(left));
                wide.push(u16::from(*pixel) * 3 + u16::from(right));
            }
        }
        let mut pixels = Vec::with_capacity(wide.len() * 2);
        let rows: Vec<&[u16]> = wide.chunks_exact(stride.max(1)).collect();
        for (at, row) in rows.iter().enumerate() {
            for other in [rows[at.saturating_sub(1)], rows[(at + 1).min(rows.len() - 1)]] {
                // Sixteen shares of bytes, rounded.
                pixels.extend(row.iter().zip(other).map(|(near, far)| ((near * 3 + far + 8) / 16) as u8));
            }
        }
        let grey = GrayImage::from_raw(width * 2, height * 2, pixels).unwrap_or_default();
        Layer { grey: Cow::Owned(grey), scale: self.scale / 2.0, origin: self.origin }
    }

    /// The same resolution with every pixel mixed with its eight neighbours, 1:2:1 each way, which leaves three eighths
    /// of the noise.
    pub(super) fn smoothed(&self) -> Layer<'static> {
        let width = self.grey.width() as usize;
        let rows: Vec<&[u8]> = self.grey.as_raw().chunks_exact(width.max(1)).collect();
        let mut pixels = Vec::with_capacity(width * rows.len());
        let mut sums = vec![0_u16; width];
        for (at, row) in rows.iter().enumerate() {
            let (above, below) = (rows[at.saturating_sub(1)], rows[(at + 1).min(rows.len() - 1)]);
            for ((sum, pixel), (above, below)) in sums.iter_mut().zip(*row).zip(above.iter().zip(below)) {
                *sum = u16::from(*pixel) * 2 + u16::from(*above) + u16::from(*below);
            }
            // Sixteen shares of bytes, rounded.
            let mix = |left: u16, sum: u16, right: u16| ((left + 2 * sum + right + 8) / 16) as u8;
            let (first, last) = (sums[0], sums[width - 1]);
            let lefts = std::iter::once(&first).chain(&sums);
            let rights = sums[1..].iter().chain(std::iter::once(&last));
            pixels.extend(lefts.zip(&sums).zip(rights).map(|((left, sum), right)| mix(*left, *sum, *right)));
        }
        let grey = GrayImage::from_raw(self.grey.width(), self.grey.height(), pixels).unwrap_or_default();
        Layer { grey: Cow::Owned(grey), ..self.clone() }
    }

    /// The part inside `area`, given in pixels of this layer; with light and dark exchanged if `negative`.
    pub(super) fn part(&self, area: Area, negative: bool) -> Layer<'static> {
        // A float below zero becomes 0, and cropping ends at the picture's edge.
        let [(left, top), (right, bottom)] = area.map(|(x, y)| (x as u32, y as u32));
        let (width, height) = (right.saturating_sub(left), bottom.saturating_sub(top));
        let mut grey = imageops::crop_imm(self.grey.as_ref(), left, top, width, height).to_image();
        if negative {
            imageops::invert(&mut grey);
        }
        let origin = (self.origin.0 + left as f32 * self.scale, self.origin.1 + top as f32 * self.scale);
        Layer { grey: Cow::Owned(grey), scale: self.scale, origin }
    }

    /// Where a pixel of this layer lies in the original picture.
    pub(super) fn in_original(&self, pixel: (f32, f32)) -> (f32, f32) {
        (self.origin.0 + pixel.0 * self.scale, self.origin.1 + pixel.1 * self.scale)
    }

    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.grey.width()) * u64::from(self.grey.height())
    }

    pub(super) fn shorter_side(&self) -> u32 {
        self.grey.width().min(self.grey.height())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_takes_the_rounded_mean_and_drops_the_odd_row() {
        let grey = GrayImage::from_raw(3, 3, vec![0, 1, 9, 2, 3, 9, 9, 9, 9]).unwrap();
        let half = Layer::of(&grey).halved().unwrap();
        assert_eq!(half.grey.as_raw(), &[2]);
        assert!((half.scale - 2.0).abs() < f32::EPSILON);
        assert!(half.halved().is_none());
    }

    #[test]
    fn smoothing_mixes_neighbours_and_keeps_the_size() {
        let grey = GrayImage::from_raw(3, 3, vec![0, 0, 0, 0, 160, 0, 0, 0, 0]).unwrap();
        assert_eq!(Layer::of(&grey).smoothed().grey.as_raw(), &[10, 20, 10, 20, 40, 20, 10, 20, 10]);
    }

    #[test]
    fn doubling_an_even_picture_changes_no_grey() {
        let grey = GrayImage::from_pixel(3, 2, image::Luma([255]));
        let double = Layer::of(&grey).doubled();
        assert_eq!(double.grey.dimensions(), (6, 4));
        assert!(double.grey.iter().all(|pixel| *pixel == 255));
    }

    #[test]
    fn a_part_knows_where_it_was() {
        let grey = GrayImage::from_fn(60, 60, |x, y| image::Luma([(x + y) as u8]));
        let part = Layer::of(&grey).part([(23.2, 23.2), (56.0, 99.0)], false);
        let origin = part.in_original((0.0, 0.0));
        assert_eq!(part.grey.get_pixel(0, 0), grey.get_pixel(origin.0 as u32, origin.1 as u32));
        assert_eq!(origin, (23.0, 23.0));
        assert_eq!(part.grey.dimensions(), (33, 37));
        let corner = Layer::of(&grey).part([(-9.0, -9.0), (90.0, 90.0)], true);
        assert_eq!(corner.grey.dimensions(), (60, 60));
    }
}
