//! Damage, seeded: the same seed damages in the same way.

/// A small, fast, seeded generator (xorshift64*); good enough to break things with.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Any seed will do.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Any number.
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(self.roll().checked_rem(end).unwrap_or(0)).unwrap_or(0)
    }

    fn byte(&mut self) -> u8 {
        self.roll().to_be_bytes()[0]
    }
}

/// Bytes that mean something to a decoder: lengths beyond every memory, endless items, deep nesting, odd numbers, texts.
const WORDS: &[&[u8]] = &[
    &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x5b, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff],
    &[0x7a, 0xff, 0xff, 0xff, 0xff],
    &[0x9a, 0x00, 0xff, 0xff, 0xff],
    &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x1b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x3b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    &[0x9f],
    &[0xbf],
    &[0x5f],
    &[0x7f],
    &[0xff],
    &[0xf6],
    &[0xf9, 0x7e, 0x00],
    &[0x81; 64],
    &[0xa1; 64],
    &[0xd8, 0x18],
    &[0xc2],
    &[0xf5],
    &[0x00],
    &[0x20],
    b"\"",
    b"\r\n",
    b";",
    b"\xed\xa0\x80",
    "ß\u{202e}\u{feff}".as_bytes(),
    b"99999999999999999999",
    b"-9999999",
];

/// One to six wounds on a copy of one of `corpus`, at most `longest` bytes.
pub fn damaged(corpus: &[Vec<u8>], dice: &mut Dice, longest: usize) -> Vec<u8> {
    let mut bytes = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(6) {
        wound(&mut bytes, corpus, dice);
    }
    bytes.truncate(longest);
    bytes
}

fn wound(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let end = (at + 1 + dice.below(24)).min(bytes.len());
    match dice.below(10) {
        0 | 1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        2 if at < bytes.len() => bytes[at] = dice.byte(),
        3 if at < bytes.len() => bytes[at] = bytes[at].wrapping_add(1),
        4 => drop(bytes.drain(at.min(end)..end)),
        5 => {
            let again = bytes[at.min(end)..end].to_vec();
            bytes.splice(at..at, again);
        }
        6 => bytes.truncate(at),
        7 => {
            let other = &corpus[dice.below(corpus.len())];
            let from = dice.below(other.len() + 1);
            let to = (from + dice.below(64)).min(other.len());
            bytes.splice(at..at, other[from..to].iter().copied());
        }
        8 => {
            let word = WORDS[dice.below(WORDS.len())];
            bytes.splice(at.min(end)..end, word.iter().copied());
        }
        _ => {
            let word = WORDS[dice.below(WORDS.len())];
            bytes.splice(at..at, word.iter().copied());
        }
    }
}
