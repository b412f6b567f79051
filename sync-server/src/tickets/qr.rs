//! QR pictures of ticket codes (ISO/IEC 18004), with the full quiet zone of 4 modules.

use std::fmt::Write as _;
use std::io::Cursor;

use image::{ImageFormat, Luma};
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

/// Pixels of a module in PNG: a version 7 code becomes 424 pixels wide.
const MODULE_PIXELS: u32 = 8;

/// Light modules on each side.
const QUIET: usize = 4;

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

    /// As SVG, black on white. A line for each run of dark modules keeps it as small as the PNG: a hundred thousand tickets
    /// are as many files.
    pub fn svg(&self) -> String {
        let side = self.0.width() + 2 * QUIET;
        let pixels = side * MODULE_PIXELS as usize;
        format!(
            r##"<?xml version="1.0" standalone="yes"?><svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="{pixels}" height="{pixels}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path d="M0 0h{side}v{side}H0z" fill="#fff"/><path stroke="#000" d="{}"/></svg>"##,
            self.lines()
        )
    }

    /// Dark modules from left to right and from top to bottom: `M` to the first of a row, `m` over light ones, `h` along dark.
    fn lines(&self) -> String {
        let (colors, mut path) = (self.0.to_colors(), String::new());
        for (y, row) in colors.chunks(self.0.width()).enumerate() {
            let (mut x, mut pen) = (0, None);
            for run in row.chunk_by(PartialEq::eq) {
                let length = run.len();
                if run.first() == Some(&Color::Dark) {
                    // Writing to a text never fails.
                    let _ = match pen {
                        None => write!(path, "M{} {}.5h{length}", x + QUIET, y + QUIET),
                        Some(pen) => write!(path, "m{} 0h{length}", x - pen),
                    };
                    pen = Some(x + length);
                }
                x += length;
            }
        }
        path
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

    /// The dark modules of a drawing, as a reader of SVG draws it.
    fn dark(svg: &str) -> Vec<(usize, usize)> {
        let path = svg.split("stroke=\"#000\" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let (mut dark, mut at) = (vec![], (0, 0));
        for step in path.split('h') {
            let begin = step.find(['M', 'm']).unwrap_or(step.len());
            let (run, next) = step.split_at(begin);
            if let Ok(run) = run.parse::<usize>() {
                dark.extend((at.0..at.0 + run).map(|x| (x, at.1)));
                at.0 += run;
            }
            match (next.chars().next(), next.get(1..).and_then(|place| place.split_once(' '))) {
                (Some('M'), Some((x, y))) => {
                    at = (x.parse().unwrap(), y.strip_suffix(".5").unwrap().parse().unwrap());
                }
                (Some('m'), Some((skip, "0"))) => at.0 += skip.parse::<usize>().unwrap(),
                (None, _) => {}
                other => panic!("{other:?} in {path}"),
            }
        }
        dark
    }

    #[test]
    fn the_vectors_are_the_same_modules_and_small() {
        let code = format!("TS1:{}", "0123456789ABCDEF".repeat(8));
        let qr = Qr::new(&code, ErrorCorrection::M).unwrap();
        let (svg, width) = (qr.svg(), qr.0.width());
        let colors = qr.0.to_colors();
        let modules = colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark);
        let modules: Vec<_> = modules.map(|(at, _)| (at % width + QUIET, at / width + QUIET)).collect();
        assert_eq!(dark(&svg), modules);
        assert!(svg.len() < 8_000, "{}", svg.len());
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert_eq!(Qr::new(&"x".repeat(4000), ErrorCorrection::H).unwrap_err(), QrError::TooLong);
    }
}
