//! Which passes run over a picture, in which order, and when to stop.

use std::ops::ControlFlow;

use image::GrayImage;
use rxing::common::BitMatrix;

use super::{
    Effort, blocks,
    layer::Layer,
    readings::{Reader, Reading, Readings},
    search::{Area, Found, search},
    second,
    threshold::{self, Surroundings},
};

/// Shorter side, in pixels, of the smallest picture that can hold a code: 21 modules, a pixel each.
const MIN_SIDE: u32 = 21;
/// Shorter side, in pixels, below which a still picture is not reduced any further.
const MIN_REDUCED_SIDE: u32 = 50;
/// Largest layer of a still picture that is searched, in pixels; larger pictures are halved until they fit. Bounds the
/// time for one picture, and a code in a picture this large has modules of many pixels.
const MAX_SEARCHED_PIXELS: u64 = 13_000_000;
/// Largest still picture that is also read enlarged, in pixels: in a larger one, a code with modules as narrow as a pixel
/// would be a speck.
const MAX_ENLARGED_PIXELS: u64 = 2_000_000;
/// Largest part of a frame that is enlarged for a closer look, in pixels.
const MAX_CLOSER_PIXELS: u64 = 400_000;
/// Largest layer, in pixels, that is searched even where it looks like noise: that is cheap, and a code that fills a tiny
/// picture looks just so.
const NOISY_FRAME_PIXELS: u64 = 100_000;
/// The same for still pictures.
const NOISY_STILL_PIXELS: u64 = 2_000_000;
/// Finder patterns in one look, above which further passes are left out: this is a poster made of them, not a ticket, and
/// the time that readers take grows with their square and worse.
const MAX_PATTERNS: usize = 150;

/// Reads the QR codes of a grey picture, each once, nearest to the middle first.
///
/// Never panics. A picture that cannot be read gives no readings. With [`Effort::Frame`] it stops as
/// soon as a code covers the middle of the picture, since no other can be meant then, and codes near
/// the rim may be missing.
pub fn read(luma: &GrayImage, effort: Effort) -> Readings {
    let (width, height) = luma.dimensions();
    let middle = (width as f32 / 2.0, height as f32 / 2.0);
    let mut passes = Passes { readings: Readings::default(), middle, effort, most_patterns: 0, unread: None };
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
    /// Most finder patterns that one look has seen.
    most_patterns: usize,
    /// Where the last look that saw a code could not decode it, in pixels of the original picture.
    unread: Option<Area>,
}

impl Passes {
    /// The cheapest and most successful first. What a frame without a code costs is the sum of all.
    fn frame(&mut self, full: &Layer) -> ControlFlow<()> {
        let Some(half) = full.halved() else { return ControlFlow::Continue(()) };
        let mut reduced = blocks::hybrid(&half.grey);
        self.look(reduced.as_ref(), &half, Reader::Reduced)?;
        let around = Surroundings::of(&half);
        let mut calm = full.clone();
        let mut local = around.local(&full.grey);
        let noisy = full.pixels() > NOISY_FRAME_PIXELS && local.as_ref().is_some_and(threshold::is_noise);
        if noisy {
            self.reduced(&half)?;
            calm = full.smoothed();
            local = around.local(&calm.grey);
        }
        // What is still noise after that holds nothing at full resolution.
        if !noisy || local.as_ref().is_some_and(|local| !threshold::is_noise(local)) {
            self.look(local.as_ref(), &calm, Reader::Local)?;
            let mut block = blocks::hybrid(&calm.grey);
            self.look(block.as_ref(), &calm, Reader::Full)?;
            if !noisy {
                self.look(around.narrow(&calm.grey).as_ref(), &calm, Reader::Narrow)?;
            }
            self.closer(&calm, false)?;
            self.look(inverted(&mut block), &calm, Reader::Inverted)?;
            self.look(around.local_light(&calm.grey).as_ref(), &calm, Reader::Inverted)?;
            self.closer(&calm, true)?;
        }
        self.look(inverted(&mut reduced), &half, Reader::Inverted)?;
        // Dirt and tears vanish at a coarser scale.
        if noisy || !self.readings.all.is_empty() { ControlFlow::Continue(()) } else { self.reduced(&half) }
    }

    /// The local rule at half resolution, and the block rule at a quarter.
    fn reduced(&mut self, half: &Layer) -> ControlFlow<()> {
        let Some(quarter) = half.halved() else { return ControlFlow::Continue(()) };
        let local = Surroundings::of(&quarter).local(&half.grey);
        self.look(local.as_ref(), half, Reader::Reduced)?;
        self.look(blocks::hybrid(&quarter.grey).as_ref(), &quarter, Reader::Reduced)
    }

    /// Enlarges the place in the original picture where the looks so far saw a code that did not decode.
    fn closer(&mut self, layer: &Layer, negative: bool) -> ControlFlow<()> {
        let Some(place) = self.unread.take() else { return ControlFlow::Continue(()) };
        let part = layer.part(place.map(|(x, y)| (x / layer.scale, y / layer.scale)), negative);
        if part.pixels() > MAX_CLOSER_PIXELS || part.shorter_side() < MIN_SIDE {
            return ControlFlow::Continue(());
        }
        let double = part.doubled();
        self.look(Surroundings::of(&part).local(&double.grey).as_ref(), &double, Reader::Enlarged)
    }

    /// Every scale and every rule; then, if the code that is meant may still be missing, the expensive passes.
    fn still(&mut self, original: &Layer) -> ControlFlow<()> {
        let mut full = original.clone();
        while full.pixels() > MAX_SEARCHED_PIXELS {
            let Some(half) = full.halved() else { break };
            full = half;
        }
        let mut layers = vec![full.clone()];
        while let Some(half) = layers.last().and_then(Layer::halved) {
            self.every_rule(&layers[layers.len() - 1], &half);
            if half.shorter_side() < MIN_REDUCED_SIDE {
                break;
            }
            layers.push(half);
        }
        if self.readings.settle(self.middle) || self.most_patterns > MAX_PATTERNS {
            return ControlFlow::Break(());
        }
        for layer in layers.iter().take(2) {
            self.take(second::search(&layer.grey), layer, Reader::Second)?;
        }
        if full.pixels() <= MAX_ENLARGED_PIXELS {
            self.enlarged(&full)?;
        }
        ControlFlow::Continue(())
    }

    fn every_rule(&mut self, layer: &Layer, half: &Layer) {
        let around = Surroundings::of(half);
        let block_reader = if layer.scale > 1.0 { Reader::Reduced } else { Reader::Full };
        let rules = [
            (blocks::hybrid(&layer.grey), block_reader),
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
        let rules = [blocks::hybrid(&double.grey), around.local(&double.grey), around.narrow(&double.grey)];
        for mut black in rules {
            self.look(black.as_ref(), &double, Reader::Enlarged)?;
            self.look(inverted(&mut black), &double, Reader::Enlarged)?;
        }
        ControlFlow::Continue(())
    }

    /// Searches `black`, which has the scale of `layer`; breaks when the code that is meant is known.
    fn look(&mut self, black: Option<&BitMatrix>, layer: &Layer, by: Reader) -> ControlFlow<()> {
        let Some(black) = black else { return ControlFlow::Continue(()) };
        let cheap = match self.effort {
            Effort::Frame => NOISY_FRAME_PIXELS,
            Effort::Still => NOISY_STILL_PIXELS,
        };
        if layer.pixels() > cheap && threshold::is_noise(black) {
            return ControlFlow::Continue(());
        }
        let sight = search(black, |place| self.readings.enclose(layer.in_original(place)));
        self.take(sight.found, layer, by)?;
        self.most_patterns = self.most_patterns.max(sight.patterns);
        if self.effort == Effort::Frame && self.most_patterns > MAX_PATTERNS {
            return ControlFlow::Break(());
        }
        if let Some(place) = sight.unread {
            self.unread = Some(place.map(|corner| layer.in_original(corner)));
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, found: Vec<Found>, layer: &Layer, by: Reader) -> ControlFlow<()> {
        for Found { text, corners } in found {
            let corners = corners.into_iter().map(|corner| layer.in_original(corner)).collect();
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
