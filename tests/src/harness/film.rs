//! Films for a browser's camera: a code moves before a door, frame by frame (YUV4MPEG2).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};
use qrcode::{EcLevel, QrCode};

/// Size of a frame, in pixels.
const WIDTH: u32 = 1280;
/// Size of a frame, in pixels.
const HEIGHT: u32 = 720;
/// Frames a second, unless asked otherwise.
const RATE: u32 = 15;
/// Side of the lamp in the upper left corner that burns while a code is in view, in pixels: the page under test does not
/// know of it, a stopwatch does.
const LAMP: u32 = 40;

/// A part of a film.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The code held before the camera; `None` for an empty door.
    pub code: Option<String>,
    /// How many frames it lasts.
    pub frames: u32,
}

impl Scene {
    /// Nobody there.
    pub fn empty(frames: u32) -> Self {
        Self { code: None, frames }
    }

    /// Somebody holds this code.
    pub fn of(code: &str, frames: u32) -> Self {
        Self { code: Some(code.to_owned()), frames }
    }
}

/// Writes a film of these scenes at 15 frames a second.
pub fn write_film(scenes: &[Scene], path: &Path) {
    write_film_at(RATE, scenes, path);
}

/// Writes a film of these scenes at so many frames a second.
pub fn write_film_at(rate: u32, scenes: &[Scene], path: &Path) {
    let mut out = BufWriter::new(File::create(path).expect("the film can be written"));
    writeln!(out, "YUV4MPEG2 W{WIDTH} H{HEIGHT} F{rate}:1 Ip A1:1 C420jpeg").expect("the film can be written");
    let grey = vec![128_u8; (WIDTH * HEIGHT / 2) as usize];
    for scene in scenes {
        let code = scene.code.as_deref().map(draw);
        for number in 0..scene.frames {
            let frame = frame(code.as_ref(), f64::from(number) / f64::from(rate));
            out.write_all(b"FRAME\n")
                .and_then(|()| out.write_all(frame.as_raw()))
                .and_then(|()| out.write_all(&grey))
                .expect("the film can be written");
        }
    }
    out.flush().expect("the film can be written");
}

/// A code as a phone shows it: dark on light, with its quiet zone.
fn draw(text: &str) -> GrayImage {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).expect("the text fits a QR code");
    let side = u32::try_from(code.width()).expect("at most 177 modules");
    let quiet = 4;
    let small = GrayImage::from_fn(side + 2 * quiet, side + 2 * quiet, |x, y| {
        let inside = (quiet..quiet + side).contains(&x) && (quiet..quiet + side).contains(&y);
        let dark = inside && code[((x - quiet) as usize, (y - quiet) as usize)] == qrcode::Color::Dark;
        Luma([if dark { 30 } else { 225 }])
    });
    imageops::resize(&small, 380, 380, FilterType::Nearest)
}

/// A door with some texture; the code drifts with the hand that holds it.
fn frame(code: Option<&GrayImage>, seconds: f64) -> GrayImage {
    let mut frame = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let plank = if x / 90 % 2 == 0 { 70 } else { 82 };
        let grain = (x * 7 + y * 13) % 11;
        if code.is_some() && x < LAMP && y < LAMP {
            return Luma([255]);
        }
        Luma([u8::try_from(plank + grain).expect("below 256")])
    });
    if let Some(code) = code {
        let sway = seconds * std::f64::consts::TAU / 3.0;
        #[expect(clippy::cast_possible_truncation, reason = "some pixels to and fro")]
        let (dx, dy) = ((sway.sin() * 40.0) as i64, (sway.cos() * 22.0) as i64);
        let (left, top) = ((WIDTH - code.width()) / 2, (HEIGHT - code.height()) / 2);
        imageops::overlay(&mut frame, code, i64::from(left) + dx, i64::from(top) + dy);
    }
    frame
}
