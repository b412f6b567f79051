//! Draws a camera's frame: surroundings, codes in perspective, light, lens and sensor.

use image::{GrayImage, ImageBuffer, Luma, imageops};
use qrcode::{Color, EcLevel, QrCode};

pub(crate) const WIDTH: u32 = 1280;
pub(crate) const HEIGHT: u32 = 720;

/// Numbers that look random and are the same in every run (SplitMix64).
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Evenly between the two.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.bits() >> 40) as f32 / 16_777_216.0
    }

    /// Normal with mean 0 and deviation 1, nearly: the sum of twelve even ones.
    pub(crate) fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.between(-0.5, 0.5)).sum()
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.bits() % end.max(1) as u64) as usize
    }
}

/// Light on the scene while it is drawn, in grey levels that may leave the range of a byte.
#[derive(Debug)]
pub(crate) struct Canvas(Vec<f32>);

impl Canvas {
    /// A wall in uneven light with forty things on it.
    pub(crate) fn door(dice: &mut Dice) -> Self {
        let (right, down, base) = (dice.between(-60.0, 60.0), dice.between(-60.0, 60.0), dice.between(70.0, 170.0));
        let light =
            |x: u32, y: u32| base + right * (x as f32 / WIDTH as f32 - 0.5) + down * (y as f32 / HEIGHT as f32 - 0.5);
        let mut canvas = Self((0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| light(x, y))).collect());
        for _ in 0..40 {
            let (left, top) = (dice.below(WIDTH as usize), dice.below(HEIGHT as usize));
            let (width, height) = (dice.below(200) + 4, dice.below(160) + 4);
            let (grey, round) = (dice.between(10.0, 250.0), dice.below(2) == 0);
            for y in top..(top + height).min(HEIGHT as usize) {
                for x in left..(left + width).min(WIDTH as usize) {
                    let across = (x - left) as f32 / width as f32 - 0.5;
                    let along = (y - top) as f32 / height as f32 - 0.5;
                    if !round || across.hypot(along) < 0.5 {
                        canvas.0[y * WIDTH as usize + x] = grey;
                    }
                }
            }
        }
        canvas
    }

    /// Draws a code (EC level M) on a card with a quiet zone of four modules. `inks` are the greys of dark and light.
    pub(crate) fn code(&mut self, text: &str, pose: &Pose, inks: (f32, f32)) -> Result<(), qrcode::types::QrError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
        let (side, quiet) = (code.width() as f32, 4.0);
        let colors = code.to_colors();
        let half = (side + 2.0 * quiet) * pose.module / 2.0;
        // No corner of the card is further away than this, however it leans.
        let reach = half * 3.0;
        let range = |middle: f32, end: u32| {
            (middle - reach).max(0.0) as usize..((middle + reach).max(0.0) as usize).min(end as usize)
        };
        for y in range(pose.middle.1, HEIGHT) {
            for x in range(pose.middle.0, WIDTH) {
                let (mut light, mut hits) = (0.0, 0.0);
                for part in 0..9_u8 {
                    let (right, down) = (f32::from(part % 3), f32::from(part / 3));
                    let spot = (x as f32 + (right + 0.5) / 3.0, y as f32 + (down + 0.5) / 3.0);
                    let Some((across, along)) = pose.on_card(spot, half) else { continue };
                    let (column, row) = (across / pose.module - quiet, along / pose.module - quiet);
                    let inside = (0.0..side).contains(&column) && (0.0..side).contains(&row);
                    let dark = inside && colors[row as usize * code.width() + column as usize] == Color::Dark;
                    light += if dark { inks.0 } else { inks.1 };
                    hits += 1.0;
                }
                let grey = &mut self.0[y * WIDTH as usize + x];
                *grey = (light + *grey * (9.0 - hits)) / 9.0;
            }
        }
        Ok(())
    }

    /// A reflection near `at`: an ellipse that is brightest in its middle and bleaches to white.
    pub(crate) fn glare(&mut self, at: (f32, f32), dice: &mut Dice) {
        let (x0, y0) = (at.0 + dice.between(-150.0, 150.0), at.1 + dice.between(-150.0, 150.0));
        let (size, power) = (dice.between(60.0, 160.0), dice.between(120.0, 260.0));
        let (turn, stretch) = (dice.between(0.0, 3.1), dice.between(1.0, 3.0));
        for (at, grey) in self.0.iter_mut().enumerate() {
            let (x, y) = ((at % WIDTH as usize) as f32 - x0, (at / WIDTH as usize) as f32 - y0);
            let long = x * turn.cos() + y * turn.sin();
            let wide = (y * turn.cos() - x * turn.sin()) * stretch;
            let light = power * (-(long * long + wide * wide) / (2.0 * size * size)).exp();
            *grey = (*grey + light).min(255.0);
        }
    }

    /// A telephone's screen before the sensor: its rows and columns beat with the sensor's, in light bands across all.
    pub(crate) fn moire(&mut self, dice: &mut Dice) {
        let (turn, depth) = (dice.between(0.0, std::f32::consts::PI), dice.between(0.15, 0.3));
        let waves = [dice.between(2.6, 4.5), dice.between(14.0, 40.0)];
        for (at, grey) in self.0.iter_mut().enumerate() {
            let (x, y) = ((at % WIDTH as usize) as f32, (at / WIDTH as usize) as f32);
            let along = x * turn.cos() + y * turn.sin();
            let across = y * turn.cos() - x * turn.sin();
            let beat =
                (along * std::f32::consts::TAU / waves[0]).sin() + (across * std::f32::consts::TAU / waves[1]).sin();
            *grey *= 1.0 + depth * beat / 2.0;
        }
    }

    /// Dirt and tears over this share of a square with this half side, in spots of some modules.
    pub(crate) fn damage(&mut self, middle: (f32, f32), half: f32, share: f32, dice: &mut Dice) {
        let mut left = share * 4.0 * half * half;
        while left > 0.0 {
            let (size, grey) = (dice.between(0.05, 0.12) * half, dice.between(20.0, 235.0));
            let (x0, y0) = (middle.0 + dice.between(-half, half), middle.1 + dice.between(-half, half));
            for (at, spot) in self.0.iter_mut().enumerate() {
                let (x, y) = ((at % WIDTH as usize) as f32 - x0, (at / WIDTH as usize) as f32 - y0);
                if x.hypot(y) < size {
                    *spot = grey;
                }
            }
            left -= std::f32::consts::PI * size * size;
        }
    }

    /// The hand moves by `length` pixels while the shutter is open.
    pub(crate) fn motion(&mut self, length: f32, dice: &mut Dice) {
        let turn = dice.between(0.0, std::f32::consts::PI);
        let steps = 2 * length.ceil() as i32 + 1;
        let still = self.0.clone();
        for (at, grey) in self.0.iter_mut().enumerate() {
            let (x, y) = ((at % WIDTH as usize) as f32, (at / WIDTH as usize) as f32);
            let passed = (0..steps).map(|step| {
                let way = (step as f32 / (steps - 1).max(1) as f32 - 0.5) * length;
                let x = (x + way * turn.cos()).round().clamp(0.0, WIDTH as f32 - 1.0) as usize;
                let y = (y + way * turn.sin()).round().clamp(0.0, HEIGHT as f32 - 1.0) as usize;
                still[y * WIDTH as usize + x]
            });
            *grey = passed.sum::<f32>() / steps as f32;
        }
    }

    /// What the sensor makes of it: out of focus by `blur` (deviation in pixels), with this share of the light, and
    /// with noise (deviation in grey levels).
    pub(crate) fn expose(self, blur: f32, light: f32, noise: f32, dice: &mut Dice) -> GrayImage {
        let mut greys = ImageBuffer::<Luma<f32>, _>::from_raw(WIDTH, HEIGHT, self.0).unwrap_or_default();
        if blur > 0.0 {
            greys = imageops::blur(&greys, blur);
        }
        GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
            Luma([(greys.get_pixel(x, y).0[0] * light + noise * dice.normal()).clamp(0.0, 255.0) as u8])
        })
    }
}

/// How a card with a code is held.
#[derive(Debug)]
pub(crate) struct Pose {
    /// Its middle, in pixels.
    pub(crate) middle: (f32, f32),
    /// Pixels of a module that lies flat.
    pub(crate) module: f32,
    /// Rotation in the picture, in radians.
    pub(crate) turn: f32,
    /// How much further away its right and its lower edge are than its middle, as a share of the distance.
    pub(crate) lean: (f32, f32),
}

impl Pose {
    /// The place on the card, in flat pixels from its corner, that is seen at `spot`; `None` beside the card.
    fn on_card(&self, spot: (f32, f32), half: f32) -> Option<(f32, f32)> {
        let (x, y) = ((spot.0 - self.middle.0) / half, (spot.1 - self.middle.1) / half);
        // Seen at p / (1 + lean · p); solved for p.
        let depth = 1.0 - self.lean.0 * x - self.lean.1 * y;
        let (x, y) = (x / depth, y / depth);
        let across = x * self.turn.cos() + y * self.turn.sin();
        let along = y * self.turn.cos() - x * self.turn.sin();
        let on_card = depth > 0.0 && across.abs() < 1.0 && along.abs() < 1.0;
        on_card.then_some(((across + 1.0) * half, (along + 1.0) * half))
    }
}
