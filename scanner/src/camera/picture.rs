//! Opens a picture file within limits.

use std::{
    fs::File,
    io::{self, Cursor, Read},
    path::Path,
};

use image::{DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// Largest picture file, in bytes. The photographs of today's phones stay below half of it.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;
/// Most pixels of a picture: a 50-megapixel camera. Checked before a pixel is decoded.
pub const MAX_PIXELS: u64 = 50_000_000;
/// Most bytes of a decoded picture: 44 million pixels in colour. Decoding and turning it grey takes up to as much again for
/// a moment, so that no file takes more than 256 MiB of a small device's memory.
pub const MAX_DECODED_BYTES: u64 = 128 * 1024 * 1024;
/// Most pixels of a JPEG that is sent coarse to fine (progressive): all its coefficients are held at once, up to six bytes a
/// pixel beside the picture itself. No camera writes such files.
const MAX_PROGRESSIVE_PIXELS: u64 = 20_000_000;

/// Endings of file names that are taken for pictures in a folder, in lower case.
const ENDINGS: [&str; 5] = ["png", "jpg", "jpeg", "gif", "webp"];
/// Files that people take for pictures and that this program does not open, by their first bytes at
/// an offset. What [`image::guess_format`] knows is not repeated here.
const OTHERS: [(usize, &[u8], &str); 5] =
    [(4, b"ftyphei", "HEIF"), (4, b"ftypmif", "HEIF"), (0, b"%PDF", "PDF"), (0, b"<svg", "SVG"), (0, b"<?xml", "XML")];

/// Why a picture could not be opened; the texts are for the person who chose the file. None of them
/// says anything about a ticket.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file is missing, is a folder, or reading it failed.
    #[error("the file could not be read: {0}")]
    Unreadable(#[source] io::Error),
    /// There is not a byte in the file.
    #[error("the file is empty")]
    Empty,
    /// Larger than [`MAX_BYTES`].
    #[error("the file is larger than {} MiB", MAX_BYTES / (1024 * 1024))]
    TooManyBytes,
    /// The first bytes are not those of any known kind of picture.
    #[error("the file is not a picture")]
    NotAPicture,
    /// A kind of file that is known but not supported.
    #[error("{0} files are not supported; use PNG, JPEG, GIF or WebP")]
    Unsupported(String),
    /// More than [`MAX_PIXELS`] pixels or [`MAX_DECODED_BYTES`] bytes.
    #[error("the picture is too large: {width}×{height} pixels; at most {} million, fewer in colour", MAX_PIXELS / 1_000_000)]
    TooLarge {
        /// Width in pixels, as the file states it.
        width: u32,
        /// Height in pixels, as the file states it.
        height: u32,
    },
    /// The file ends before the picture does.
    #[error("the picture is truncated: the end of the file is missing")]
    Truncated,
    /// The file is complete, but what is in it cannot be decoded.
    #[error("the picture is damaged")]
    Damaged(#[source] image::ImageError),
}

/// Whether the name of `path` ends like that of a picture; for choosing files of a folder. The
/// content is not looked at.
pub fn is_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Opens the picture in a file as grey pixels. Reads at most [`MAX_BYTES`].
pub fn open(path: &Path) -> Result<GrayImage, PictureError> {
    let file = File::open(path).map_err(PictureError::Unreadable)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(PictureError::Unreadable)?;
    open_bytes(&bytes)
}

/// Opens a PNG, JPEG, GIF (first frame) or WebP picture as grey pixels. Transparent parts become
/// white: a code is usually drawn on nothing. The orientation noted by the camera is ignored,
/// because a code reads the same in every rotation.
pub fn open_bytes(bytes: &[u8]) -> Result<GrayImage, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if bytes.len() as u64 > MAX_BYTES {
        return Err(PictureError::TooManyBytes);
    }
    let format = format_of(bytes)?;
    let picture = decode(bytes, format)?;
    // This decoder fills what is missing with grey instead of failing.
    if format == ImageFormat::Jpeg && !is_complete(bytes, format) {
        return Err(PictureError::Truncated);
    }
    Ok(on_white(picture))
}

fn format_of(bytes: &[u8]) -> Result<ImageFormat, PictureError> {
    for (offset, start, name) in OTHERS {
        if bytes.get(offset..).is_some_and(|bytes| bytes.starts_with(start)) {
            return Err(PictureError::Unsupported(name.to_owned()));
        }
    }
    let format = image::guess_format(bytes).map_err(|_| PictureError::NotAPicture)?;
    match format {
        ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::Gif | ImageFormat::WebP => Ok(format),
        other => {
            let name = other.extensions_str().first().copied().unwrap_or("such");
            Err(PictureError::Unsupported(name.to_ascii_uppercase()))
        }
    }
}

fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, PictureError> {
    let failed = |error| match error {
        _ if !is_complete(bytes, format) => PictureError::Truncated,
        error => PictureError::Damaged(error),
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let progressive = format == ImageFormat::Jpeg && is_progressive(bytes);
    let most = if progressive { MAX_PROGRESSIVE_PIXELS } else { MAX_PIXELS };
    if pixels > most || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(PictureError::TooLarge { width, height });
    }
    match DynamicImage::from_decoder(decoder) {
        Err(image::ImageError::Limits(_)) => Err(PictureError::TooLarge { width, height }),
        other => other.map_err(failed),
    }
}

/// Whether the file has the end that its format asks for. Only asked of files that did not decode,
/// and of JPEG.
fn is_complete(bytes: &[u8], format: ImageFormat) -> bool {
    match format {
        ImageFormat::Png => bytes.windows(4).rev().any(|name| name == b"IEND"),
        ImageFormat::Jpeg => end_of_jpeg(bytes).is_some(),
        ImageFormat::Gif => bytes.ends_with(b";"),
        // RIFF: the length of the rest as a 32-bit little-endian number at offset 4.
        _ => bytes
            .get(4..8)
            .and_then(|length| length.try_into().ok())
            .is_some_and(|length| u64::from(u32::from_le_bytes(length)) + 8 <= bytes.len() as u64),
    }
}

/// Whether a JPEG is sent coarse to fine: its frame header is SOF2, SOF6, SOF10 or SOF14 (ITU-T T.81, table B.1).
fn is_progressive(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some([0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        match *marker {
            0xFF => at += 1,
            0xC2 | 0xC6 | 0xCA | 0xCE => return true,
            0xDA => return false,
            _ => at += 2 + usize::from(u16::from_be_bytes([*high, *low])),
        }
    }
    false
}

/// Position of the end marker of a JPEG (ITU-T T.81, B.1.1.2) behind its first scan. The segments
/// before it are skipped by their lengths, because a preview inside them has an end of its own.
fn end_of_jpeg(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        let segment = bytes.get(at..at + 4)?;
        let length = usize::from(u16::from_be_bytes([segment[2], segment[3]]));
        match (segment[0], segment[1]) {
            (0xFF, 0xFF) => at += 1,
            (0xFF, 0xDA) => break,
            (0xFF, _) => at += 2 + length,
            _ => return None,
        }
    }
    bytes[at..].windows(2).position(|marker| marker == [0xFF, 0xD9]).map(|found| at + found)
}

fn on_white(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let mut pixels = picture.into_luma_alpha8();
    for pixel in pixels.pixels_mut() {
        let [grey, alpha] = pixel.0.map(u16::from);
        // Both shares together are at most 255 × 255, so the quotient is a byte.
        pixel.0 = [((grey * alpha + 255 * (255 - alpha)) / 255) as u8, 255];
    }
    DynamicImage::ImageLumaA8(pixels).into_luma8()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG up to its first scan, with a frame header of this marker.
    fn jpeg(frame: u8, width: u16, height: u16) -> Vec<u8> {
        let ([h, l], [w, v]) = (height.to_be_bytes(), width.to_be_bytes());
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, frame, 0, 11, 8, h, l, w, v, 1, 1, 0x11, 0];
        bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0xFF, 0xD9]);
        bytes
    }

    #[test]
    fn a_progressive_jpeg_is_known_by_its_frame_header() {
        assert!(is_progressive(&jpeg(0xC2, 8, 8)));
        assert!(!is_progressive(&jpeg(0xC0, 8, 8)));
        for end in 0..jpeg(0xC0, 8, 8).len() {
            assert!(!is_progressive(&jpeg(0xC0, 8, 8)[..end]));
        }
    }

    #[test]
    fn a_large_progressive_jpeg_is_too_large_before_anything_is_decoded() {
        let refused = open_bytes(&jpeg(0xC2, 6_000, 4_000));
        assert!(matches!(refused, Err(PictureError::TooLarge { width: 6_000, height: 4_000 })), "{refused:?}");
        let baseline = open_bytes(&jpeg(0xC0, 6_000, 4_000));
        assert!(!matches!(baseline, Err(PictureError::TooLarge { .. })), "{baseline:?}");
    }
}
