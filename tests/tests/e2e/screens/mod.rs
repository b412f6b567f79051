//! The screens in a real browser, as people use them.

mod door;
