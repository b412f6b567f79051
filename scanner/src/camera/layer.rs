//! A picture at one scale, and how to get from one scale to the next.

use std::borrow::Cow;

use image::{GrayImage, imageops};

/// Grey pixels and their size in pixels of the original picture.
#[derive(Debug, Clone)]
pub(super) struct Layer<'a> {
    pub(super) grey: Cow<'a, GrayImage>,
    /// Length of a pixel's side, in pixels of the original picture.
    pub(super) scale: f32,
}

impl<'a> Layer<'a> {
    pub(super) fn of(original: &'a GrayImage) -> Self {
        Self { grey: Cow::Borrowed(original), scale: 1.0 }
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
        Some(Layer { grey: Cow::Owned(grey), scale: self.scale * 2.0 })
    }

    /// Twice the resolution, for codes whose modules are hardly wider than a pixel.
    pub(super) fn doubled(&self) -> Layer<'static> {
        let (width, height) = self.grey.dimensions();
        let filter = imageops::FilterType::CatmullRom;
        let grey = imageops::resize(self.grey.as_ref(), width * 2, height * 2, filter);
        Layer { grey: Cow::Owned(grey), scale: self.scale / 2.0 }
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
}
