//! A picture at one scale, and how to get from one scale to the next.

use std::borrow::Cow;

use image::GrayImage;

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
        let mut sums = vec![0_u16; stride];
        for pair in self.grey.as_raw().chunks_exact(2 * stride) {
            let (upper, lower) = pair.split_at(stride);
            for (sum, (above, below)) in sums.iter_mut().zip(upper.iter().zip(lower)) {
                *sum = u16::from(*above) + u16::from(*below);
            }
            // The mean of four bytes, rounded, is a byte.
            pixels.extend(sums.chunks_exact(2).map(|side| ((side[0] + side[1] + 2) / 4) as u8));
        }
        let grey = GrayImage::from_raw(width, height, pixels)?;
        Some(Layer { grey: Cow::Owned(grey), scale: self.scale * 2.0, origin: self.origin })
    }

    /// Twice the resolution, between the pixels in proportion, for codes whose modules are hardly wider than a pixel.
    pub(super) fn doubled(&self) -> Layer<'static> {
        let (width, height) = (self.grey.width() as usize, self.grey.height() as usize);
        let mut pixels = Vec::with_capacity(4 * width * height);
        // Quarters of grey levels, of the row before this one, of this one and of the next.
        let mut wide = [(); 3].map(|()| vec![0_u16; 2 * width]);
        let rows = self.grey.as_raw().chunks_exact(width.max(1));
        let mut next = rows.clone().skip(1);
        for (at, row) in rows.enumerate() {
            wide.rotate_left(1);
            if at == 0 {
                widen(row, &mut wide[0]);
                widen(row, &mut wide[1]);
            }
            widen(next.next().unwrap_or(row), &mut wide[2]);
            for other in [&wide[0], &wide[2]] {
                // Sixteen shares of bytes, rounded.
                pixels.extend(wide[1].iter().zip(other).map(|(near, far)| ((near * 3 + far + 8) / 16) as u8));
            }
        }
        let grey = GrayImage::from_raw(self.grey.width() * 2, self.grey.height() * 2, pixels).unwrap_or_default();
        Layer { grey: Cow::Owned(grey), scale: self.scale / 2.0, origin: self.origin }
    }

    /// The same resolution with every pixel mixed with its eight neighbours, 1:2:1 each way, which leaves three eighths
    /// of the noise.
    pub(super) fn smoothed(&self) -> Layer<'static> {
        let width = self.grey.width() as usize;
        let rows: Vec<&[u8]> = self.grey.as_raw().chunks_exact(width.max(1)).collect();
        let mut pixels = Vec::with_capacity(width * rows.len());
        // Of every column, with the outermost ones repeated.
        let mut sums = vec![0_u16; width + 2];
        for (at, row) in rows.iter().enumerate() {
            let (above, below) = (rows[at.saturating_sub(1)], rows[(at + 1).min(rows.len() - 1)]);
            for ((sum, pixel), (above, below)) in sums[1..].iter_mut().zip(*row).zip(above.iter().zip(below)) {
                *sum = u16::from(*pixel) * 2 + u16::from(*above) + u16::from(*below);
            }
            (sums[0], sums[width + 1]) = (sums[1], sums[width]);
            let three = sums.iter().zip(&sums[1..]).zip(&sums[2..]);
            // Sixteen shares of bytes, rounded.
            pixels.extend(three.map(|((left, sum), right)| ((left + 2 * sum + right + 8) / 16) as u8));
        }
        let grey = GrayImage::from_raw(self.grey.width(), self.grey.height(), pixels).unwrap_or_default();
        Layer { grey: Cow::Owned(grey), ..self.clone() }
    }

    /// The part inside `area`, given in pixels of this layer; with light and dark exchanged if `negative`.
    pub(super) fn part(&self, area: Area, negative: bool) -> Layer<'static> {
        // A float below zero becomes 0.
        let [(left, top), (right, bottom)] = area.map(|(x, y)| (x as u32, y as u32));
        let (right, bottom) = (right.min(self.grey.width()), bottom.min(self.grey.height()));
        let (left, top) = (left.min(right), top.min(bottom));
        let rows = self.grey.as_raw().chunks_exact((self.grey.width() as usize).max(1));
        let rows = rows.take(bottom as usize).skip(top as usize).map(|row| &row[left as usize..right as usize]);
        let mut pixels = rows.collect::<Vec<_>>().concat();
        if negative {
            for grey in &mut pixels {
                *grey = !*grey;
            }
        }
        let grey = GrayImage::from_raw(right - left, bottom - top, pixels).unwrap_or_default();
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

/// Two pixels for one, three quarters of it and one of its neighbour on that side.
fn widen(row: &[u8], quarters: &mut [u16]) {
    let mixed = |near: u8, far: u8| u16::from(near) * 3 + u16::from(far);
    let [left, inner @ .., right] = quarters else { return };
    for (pair, (before, after)) in inner.chunks_exact_mut(2).zip(row.iter().zip(&row[1..])) {
        pair[0] = mixed(*before, *after);
        pair[1] = mixed(*after, *before);
    }
    *left = 4 * u16::from(row[0]);
    *right = 4 * u16::from(row[row.len() - 1]);
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
    fn doubling_mixes_neighbours_in_proportion() {
        let grey = GrayImage::from_raw(2, 1, vec![0, 160]).unwrap();
        assert_eq!(Layer::of(&grey).doubled().grey.as_raw(), &[0, 40, 120, 160, 0, 40, 120, 160]);
        let grey = GrayImage::from_raw(1, 2, vec![0, 160]).unwrap();
        assert_eq!(Layer::of(&grey).doubled().grey.as_raw(), &[0, 0, 40, 40, 120, 120, 160, 160]);
        assert!(Layer::of(&GrayImage::default()).doubled().grey.is_empty());
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
