//! Pictures that somebody photographed, or made to hurt.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat};
use scanner::camera::{Effort, MAX_PIXELS, open_bytes, read};

use crate::golden::vectors;

/// Pixels of a picture that is also searched for codes within one input. Opening has no such limit here: what a larger
/// one costs to search is measured by `decode-bench`, not by a fuzzer's slowed-down build.
const SEARCHED: u64 = 200_000;

/// A file: opened, and searched for codes.
pub(super) fn picture(input: &[u8]) {
    let Ok(grey) = open_bytes(input) else { return };
    let pixels = u64::from(grey.width()) * u64::from(grey.height());
    assert!(pixels <= MAX_PIXELS, "{pixels} pixels were opened");
    if pixels <= SEARCHED {
        drop(read(&grey, Effort::Frame));
        drop(read(&grey, Effort::Still));
    }
}

/// Golden codes as pictures of every kind that is opened.
pub(super) fn corpus() -> Vec<Vec<u8>> {
    let texts: Vec<String> = vectors("tickets", None, 10, 30)
        .iter()
        .map(|vector| vector.json.at("text").str())
        .filter(|text| text.len() < 400 && !text.is_empty())
        .collect();
    let formats = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP];
    let mut corpus = Vec::new();
    for (n, text) in texts.iter().step_by(4).enumerate() {
        let code = qrcode::QrCode::new(text).expect("the text fits a QR code");
        let drawn = code.render::<image::Luma<u8>>().module_dimensions(2, 2).build();
        let drawn = match n % 3 {
            0 => DynamicImage::ImageLuma8(drawn),
            1 => DynamicImage::ImageRgb8(DynamicImage::ImageLuma8(drawn).to_rgb8()),
            _ => DynamicImage::ImageRgba8(DynamicImage::ImageLuma8(drawn).to_rgba8()),
        };
        for format in formats {
            let mut file = Cursor::new(Vec::new());
            // Not every format takes every kind of pixel.
            if drawn.write_to(&mut file, format).is_ok() {
                corpus.push(file.into_inner());
            }
        }
    }
    corpus
}
