//! What follows from entries, kept up to date step by step: pure parts that every store shares. The whole, computed from
//! nothing, is [`shared::merge::reference`]; both must agree (invariant I3).

mod account;
mod shape;

pub use account::{Account, Changes, NO_GATE, Tally};
pub use shape::{disown, standing_from_number, standing_number};
