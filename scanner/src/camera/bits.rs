//! From a yes or no for every pixel to the words of a matrix of bits, and from the words of a row to its runs.

use rxing::common::{BIT_FIELD_BASE_BITS, BitArray, BitMatrix};

/// Brings the lowest bits of eight bytes side by side into the highest byte of a product: bit 0 of byte `i` meets the
/// factor's bit `56 - 7 * i`, and no two products meet in one bit, so nothing is carried.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// A matrix whose rows `fill` writes, 1 for a black pixel and 0 for a white one, from the top down. `None` when it has no
/// pixels.
pub(super) fn matrix(width: u32, height: u32, mut fill: impl FnMut(usize, &mut [u8])) -> Option<BitMatrix> {
    let mut matrix = BitMatrix::new(width, height).ok()?;
    let length = width as usize;
    let mut flags = vec![0_u8; length.next_multiple_of(BIT_FIELD_BASE_BITS)];
    let mut line = BitArray::with_size(length);
    for y in 0..height {
        fill(y as usize, &mut flags[..length]);
        for (at, pixels) in flags.chunks_exact(BIT_FIELD_BASE_BITS).enumerate() {
            line.setBulk(at * BIT_FIELD_BASE_BITS, word(pixels));
        }
        matrix.setRow(y, &line);
    }
    Some(matrix)
}

/// The first pixel in the lowest bit.
fn word(flags: &[u8]) -> usize {
    let (bytes, _) = flags.as_chunks::<8>();
    let packed = bytes.iter().map(|eight| (u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56) as usize);
    packed.enumerate().fold(0, |word, (at, byte)| word | byte << (8 * at))
}

/// Where the colour changes in row `y`: the first pixel of every run of black and of the white one after it, in turns. A
/// black run that reaches the edge ends at the width.
pub(super) fn changes(black: &BitMatrix, y: u32, into: &mut Vec<u32>) {
    into.clear();
    let row = black.getRow(y);
    let width = black.width() as usize;
    let words = row.getBitArray().iter().take(width.div_ceil(BIT_FIELD_BASE_BITS));
    let mut last = 0;
    for (at, word) in words.enumerate() {
        // Every bit that differs from the one before it.
        let mut edges = word ^ (word << 1 | last);
        last = word >> (BIT_FIELD_BASE_BITS - 1);
        while edges != 0 {
            into.push((at * BIT_FIELD_BASE_BITS) as u32 + edges.trailing_zeros());
            edges &= edges - 1;
        }
    }
    if into.len() % 2 == 1 {
        into.push(black.width());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Widths around the length of a word.
    const WIDTHS: [u32; 7] = [1, 7, 8, 63, 64, 65, 200];

    fn is_black(x: u32, y: u32) -> bool {
        (x * 7 + y * 3) % 5 < 2 || x % 64 == 63
    }

    fn drawn(width: u32) -> BitMatrix {
        let fill = |y: usize, line: &mut [u8]| {
            line.iter_mut().zip(0..).for_each(|(flag, x)| *flag = u8::from(is_black(x, y as u32)));
        };
        matrix(width, 3, fill).unwrap()
    }

    #[test]
    fn every_pixel_becomes_its_bit() {
        for width in WIDTHS {
            let matrix = drawn(width);
            for (x, y) in (0..3).flat_map(|y| (0..width).map(move |x| (x, y))) {
                assert_eq!(matrix.get(x, y), is_black(x, y), "{x},{y} of {width}");
            }
        }
        assert!(matrix(0, 3, |_, _| ()).is_none());
    }

    #[test]
    fn the_changes_of_a_row_rebuild_it() {
        for width in WIDTHS {
            for negative in [false, true] {
                let mut black = drawn(width);
                if negative {
                    black.flip_self();
                }
                let mut edges = Vec::new();
                changes(&black, 1, &mut edges);
                let inside = |x: u32| edges.chunks_exact(2).any(|run| (run[0]..run[1]).contains(&x));
                assert!((0..width).all(|x| inside(x) == black.get(x, 1)), "{width}: {edges:?}");
                assert!(edges.is_sorted() && edges.iter().all(|edge| *edge <= width));
            }
        }
    }
}
