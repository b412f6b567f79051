//! The second opinion: rqrr, an independent reader with its own threshold and its own geometry. It
//! finds less than the first, but not a subset: strongly tilted codes are its strength.

use image::GrayImage;

use super::{guard::quietly, search::Found};

/// All codes that rqrr reads in `grey`, with corners in its pixels.
pub(super) fn search(grey: &GrayImage) -> Vec<Found> {
    quietly(|| {
        let (width, height) = (grey.width() as usize, grey.height() as usize);
        let pixels = grey.as_raw();
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
        let mut found = Vec::new();
        for grid in prepared.detect_grids() {
            if let Some(Ok((_, text))) = quietly(|| grid.decode()) {
                let corners = grid.bounds.iter().map(|corner| (corner.x as f32, corner.y as f32));
                found.push(Found { text, corners: corners.collect() });
            }
        }
        found
    })
    .unwrap_or_default()
}
