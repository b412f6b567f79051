//! QR pictures for tests.

use std::path::Path;

use image::{GrayImage, Luma};
use qrcode::{EcLevel, QrCode};

/// Writes `text` as a QR picture (error correction M, quiet zone 4) that `image` can open again.
pub fn write_code(text: &str, path: &Path) {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("the text fits a QR code");
    let width = u32::try_from(code.width()).expect("a QR code has at most 177 modules");
    let (scale, quiet) = (6, 4);
    let side = (width + 2 * quiet) * scale;
    let picture = GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x / scale, y / scale);
        let inside = (quiet..quiet + width).contains(&x) && (quiet..quiet + width).contains(&y);
        let dark = inside && {
            let (x, y) = ((x - quiet) as usize, (y - quiet) as usize);
            code[(x, y)] == qrcode::Color::Dark
        };
        Luma([if dark { 0 } else { 255 }])
    });
    picture.save(path).expect("the picture can be written");
}

/// A ticket code with its signature changed: same key id, wrong signature.
pub fn forge(code: &str) -> String {
    let body = code.strip_prefix(shared::ticket::PREFIX).expect("a ticket code");
    let mut bytes = base45::decode(body).expect("a ticket code is base45");
    let last = bytes.last_mut().expect("a ticket code is not empty");
    *last ^= 1;
    format!("{}{}", shared::ticket::PREFIX, base45::encode(bytes))
}
