//! Which passes run over a picture, in which order, and when to stop.

use std::ops::ControlFlow;

use image::GrayImage;
use rxing::common::BitMatrix;

use super::{
    Effort,
    layer::Layer,
    readings::{Reader, Reading, Readings},
    search::{Found, search},
    second,
    threshold::{self, Surroundings},
};

/// Shorter side, in pixels, of the smallest picture that can hold a code: 21 modules, a pixel each.
const MIN_SIDE: u32 = 21;
/// Shorter side, in pixels, below which a still picture is not reduced any further.
const MIN_REDUCED_SIDE: u32 = 100;
/// Largest still picture that is also read enlarged, in pixels: in a larger one, a module as narrow
/// as a pixel would make a code of a hundredth of the picture.
const MAX_ENLARGED_PIXELS: u64 = 2_000_000;
/// Largest picture, in pixels, that is searched even where it looks like noise: it is cheap, and a
/// code that fills a tiny picture looks just so.
const MAX_NOISY_PIXELS: u64 = 100_000;
/// Finder patterns in one pass over a camera's frame, above which the frame is given up: this is a
/// poster made of them, not a ticket, and every further pass would take long.
const MAX_FRAME_PATTERNS: usize = 150;
/// Largest picture for the second opinion, in pixels: a second of time. Larger ones are reduced.
const MAX_SECOND_PIXELS: u64 = 13_000_000;

/// Reads the QR codes of a grey picture, each once, nearest to the middle first.
///
/// Never panics. A picture that cannot be read gives no readings. With [`Effort::Frame`] it stops as
/// soon as a code covers the middle of the picture, since no other can be meant then, and codes near
/// the rim may be missing.
pub fn read(luma: &GrayImage, effort: Effort) -> Readings {
    let (width, height) = luma.dimensions();
    let middle = (width as f32 / 2.0, height as f32 / 2.0);
    let mut passes = Passes { readings: Readings::default(), middle, effort };
    if width.min(height) >= MIN_SIDE {
        let full = Layer::of(luma);
        // Where it stopped does not matter: the readings say it all.
        let _ = match effort {
            Effort::Frame => passes.frame(&full),
            Effort::Still => passes.still(&full),
        };
    }
    passes.readings
}

struct Passes {
    readings: Readings,
    /// Middle of the picture, in pixels.
    middle: (f32, f32),
    effort: Effort,
}

impl Passes {
    /// The cheapest and most successful first. What a frame without a code costs is the sum of all.
    fn frame(&mut self, full: &Layer) -> ControlFlow<()> {
        let Some(half) = full.halved() else { return ControlFlow::Continue(()) };
        let mut reduced = threshold::hybrid(&half.grey);
        self.look(reduced.as_ref(), &half, Reader::Reduced)?;
        let around = Surroundings::of(&half);
        let local = around.local(&full.grey);
        if full.pixels() > MAX_NOISY_PIXELS && local.as_ref().is_some_and(threshold::is_noise) {
            // Nothing is left at full resolution; half of it has averaged the noise away.
            self.reduced(&half)?;
        } else {
            self.look(local.as_ref(), full, Reader::Local)?;
            let mut block = threshold::hybrid(&full.grey);
            self.look(block.as_ref(), full, Reader::Full)?;
            self.look(around.narrow(&full.grey).as_ref(), full, Reader::Narrow)?;
            self.look(inverted(&mut block), full, Reader::Inverted)?;
            self.look(around.local_light(&full.grey).as_ref(), full, Reader::Inverted)?;
        }
        self.look(inverted(&mut reduced), &half, Reader::Inverted)
    }

    /// The local rule at half resolution.
    fn reduced(&mut self, half: &Layer) -> ControlFlow<()> {
        let Some(quarter) = half.halved() else { return ControlFlow::Continue(()) };
        let local = Surroundings::of(&quarter).local(&half.grey);
        self.look(local.as_ref(), half, Reader::Reduced)
    }

    /// Every scale and every rule; then, if the code that is meant may still be missing, the
    /// expensive passes.
    fn still(&mut self, full: &Layer) -> ControlFlow<()> {
        let mut layers = vec![full.clone()];
        while let Some(half) = layers.last().and_then(Layer::halved) {
            self.every_rule(&layers[layers.len() - 1], &half);
            if half.shorter_side() < MIN_REDUCED_SIDE {
                break;
            }
            layers.push(half);
        }
        if self.readings.settle(self.middle) {
            return ControlFlow::Break(());
        }
        for layer in layers.iter().filter(|layer| layer.pixels() <= MAX_SECOND_PIXELS).take(2) {
            self.take(second::search(&layer.grey), layer, Reader::Second)?;
        }
        if full.pixels() <= MAX_ENLARGED_PIXELS {
            self.enlarged(full)?;
        }
        ControlFlow::Continue(())
    }

    fn every_rule(&mut self, layer: &Layer, half: &Layer) {
        let around = Surroundings::of(half);
        let block_reader = if layer.scale > 1.0 { Reader::Reduced } else { Reader::Full };
        let rules = [
            (threshold::hybrid(&layer.grey), block_reader),
            (around.local(&layer.grey), Reader::Local),
            (around.narrow(&layer.grey), Reader::Narrow),
        ];
        for (mut black, reader) in rules {
            // A still picture is searched to the end, so that all of its codes are reported.
            let _ = self.look(black.as_ref(), layer, reader);
            let _ = self.look(inverted(&mut black), layer, Reader::Inverted);
        }
    }

    fn enlarged(&mut self, full: &Layer) -> ControlFlow<()> {
        let double = full.doubled();
        let around = Surroundings::of(full);
        let rules = [threshold::hybrid(&double.grey), around.local(&double.grey), around.narrow(&double.grey)];
        for mut black in rules {
            self.look(black.as_ref(), &double, Reader::Enlarged)?;
            self.look(inverted(&mut black), &double, Reader::Enlarged)?;
        }
        ControlFlow::Continue(())
    }

    /// Searches `black`, which has the scale of `layer`; breaks when the code that is meant is known.
    fn look(&mut self, black: Option<&BitMatrix>, layer: &Layer, by: Reader) -> ControlFlow<()> {
        let Some(black) = black else { return ControlFlow::Continue(()) };
        let hurry = self.effort == Effort::Frame && layer.pixels() > MAX_NOISY_PIXELS;
        if hurry && threshold::is_noise(black) {
            return ControlFlow::Continue(());
        }
        let sight = search(black);
        self.take(sight.found, layer, by)?;
        if hurry && sight.patterns > MAX_FRAME_PATTERNS {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, found: Vec<Found>, layer: &Layer, by: Reader) -> ControlFlow<()> {
        for Found { text, corners } in found {
            let corners = corners.iter().map(|(x, y)| (x * layer.scale, y * layer.scale)).collect();
            self.readings.add(Reading::new(text, corners, by), self.middle);
        }
        if self.readings.settle(self.middle) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn inverted(black: &mut Option<BitMatrix>) -> Option<&BitMatrix> {
    if let Some(black) = black {
        black.flip_self();
    }
    black.as_ref()
}
