//! From a picture to the texts of the QR codes in it (ISO/IEC 18004).
//!
//! `picture` opens files within limits, `layer` scales, `threshold` (with `means`) and `blocks` decide what is black and
//! `bits` packs it, `finders` finds the patterns in a code's corners, `search` finds and decodes the codes of one
//! black-and-white picture, `tilted` those held at an angle (with `homography`), `second` asks another reader, `passes` is
//! the order of all that, `guard` keeps a reader's panic from getting out and `readings` puts the results in order. Why
//! this order: `docs/DECODING.md`.
//!
//! Nothing here judges a ticket. A picture in which no code is found "could not be read"; that says
//! nothing about whether the ticket is genuine.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::many_single_char_names,
    reason = "pixels and modules change between whole numbers and fractions all the time, and stay far below 2^24; \
              the coordinates and coefficients of plane geometry have one letter"
)]

mod bits;
mod blocks;
mod finders;
mod guard;
mod homography;
mod layer;
mod means;
mod passes;
mod picture;
mod readings;
mod search;
mod second;
mod threshold;
mod tilted;

pub use guard::reader_panics;
pub use passes::read;
pub use picture::{MAX_BYTES, MAX_DECODED_BYTES, MAX_PIXELS, PictureError, is_picture, open, open_bytes};
pub use readings::{Reader, Reading, Readings};

#[cfg(test)]
mod tests;

/// How long to look before saying that there is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// One of many frames of a live camera: another follows, so the work is bounded (a 1280×720 frame without a code
    /// costs about 2 ms on the reference machine, one made to cost time 17 ms).
    Frame,
    /// The only picture there is: every pass runs before it "could not be read".
    Still,
}
