//! A member of a change: leave it, remove it, or set it.

use serde::{Deserialize, Deserializer};

/// What a change does to something that may be absent. In JSON: a missing member keeps, null removes, a value sets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// Leave it as it is.
    #[default]
    Keep,
    /// Remove it.
    Remove,
    /// Set it.
    Set(T),
}

impl<T> Change<T> {
    /// Carries it out.
    pub fn apply(self, to: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Remove => *to = None,
            Self::Set(value) => *to = Some(value),
        }
    }

    /// Whether it changes anything.
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl Change<String> {
    /// Setting nothing but white space removes.
    #[must_use]
    pub fn without_blank(self) -> Self {
        match self {
            Self::Set(text) if text.trim().is_empty() => Self::Remove,
            other => other,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or(Self::Remove, Self::Set))
    }
}
