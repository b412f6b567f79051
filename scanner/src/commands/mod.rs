//! One CLI verb each.
