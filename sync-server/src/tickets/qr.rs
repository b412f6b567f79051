//! QR pictures of ticket codes (ISO/IEC 18004), with the full quiet zone of 4 modules.

use std::io::Cursor;

use image::{ImageFormat, Luma};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;

/// Pixels of a module in PNG: a version 7 code becomes 424 pixels wide.
const MODULE_PIXELS: u32 = 8;

/// How much of a code may be damaged and still be read. Higher levels need smaller modules in the same space.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema, clap::ValueEnum)]
pub enum ErrorCorrection {
    /// 15 %: reads best from a distance or when printed small.
    #[default]
    #[value(name = "M", alias = "m")]
    M,
    /// 25 %
    #[value(name = "Q", alias = "q")]
    Q,
    /// 30 %: for paper that gets wet or torn.
    #[value(name = "H", alias = "h")]
    H,
}

/// The picture cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// More than a QR code holds at that level.
    #[error("the code does not fit into a QR code with this error correction")]
    TooLong,
    /// The PNG cannot be written.
    #[error("the picture cannot be made: {0}")]
    Encode(String),
}

/// A code, ready to be drawn.
pub struct Qr(QrCode);

impl std::fmt::Debug for Qr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Qr(…)")
    }
}

impl Qr {
    /// Lays out `text`.
    pub fn new(text: &str, level: ErrorCorrection) -> Result<Self, QrError> {
        let level = match level {
            ErrorCorrection::M => EcLevel::M,
            ErrorCorrection::Q => EcLevel::Q,
            ErrorCorrection::H => EcLevel::H,
        };
        QrCode::with_error_correction_level(text, level).map(Self).map_err(|_| QrError::TooLong)
    }

    /// As PNG, black on white.
    pub fn png(&self) -> Result<Vec<u8>, QrError> {
        let picture = self.0.render::<Luma<u8>>().module_dimensions(MODULE_PIXELS, MODULE_PIXELS).build();
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).map_err(|error| QrError::Encode(error.to_string()))?;
        Ok(bytes.into_inner())
    }

    /// As SVG, black on white.
    pub fn svg(&self) -> String {
        self.0.render::<svg::Color<'_>>().module_dimensions(MODULE_PIXELS, MODULE_PIXELS).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_its_quiet_zone() {
        let picture = image::load_from_memory(&Qr::new("TS1:ABC", ErrorCorrection::M).unwrap().png().unwrap()).unwrap();
        // Version 1 has 21 modules; 4 on each side stay white.
        assert_eq!(picture.width(), (21 + 8) * MODULE_PIXELS);
        let grey = picture.to_luma8();
        assert_eq!(grey.get_pixel(4 * MODULE_PIXELS - 1, 4 * MODULE_PIXELS).0, [255]);
        assert_eq!(grey.get_pixel(4 * MODULE_PIXELS, 4 * MODULE_PIXELS).0, [0]);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(Qr::new(&"x".repeat(4000), ErrorCorrection::H).unwrap_err(), QrError::TooLong);
    }
}
