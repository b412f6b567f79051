//! Ids as columns: bytes in, typed ids out, and a named error where the file holds something else.

use rusqlite::Row;
use shared::ids::{EntryId, EventId, FeedId, KeyId, OrganizationId, ScannerId, StoreId, TicketKey, UserId};

use super::error::StoreError;

/// Ids that are stored as blobs.
pub(crate) trait BlobId: Sized {
    /// From a column's bytes; `None` for a wrong length.
    fn from_blob(bytes: &[u8]) -> Option<Self>;
}

macro_rules! blob_ids {
    ($($name:ident),+) => {$(
        impl BlobId for $name {
            fn from_blob(bytes: &[u8]) -> Option<Self> {
                Self::from_slice(bytes)
            }
        }
    )+};
}

blob_ids!(EntryId, EventId, FeedId, KeyId, OrganizationId, ScannerId, StoreId, TicketKey, UserId);

impl<const N: usize> BlobId for [u8; N] {
    fn from_blob(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok()
    }
}

/// Typed reading of columns by name.
pub(crate) trait Column {
    /// A blob column as an id.
    fn id<T: BlobId>(&self, column: &'static str) -> Result<T, StoreError>;
    /// A blob column that may be null.
    fn optional_id<T: BlobId>(&self, column: &'static str) -> Result<Option<T>, StoreError>;
    /// An integer column in a narrower type.
    fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError>;
    /// An integer column that may be null.
    fn optional_number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>, StoreError>;
}

impl Column for Row<'_> {
    fn id<T: BlobId>(&self, column: &'static str) -> Result<T, StoreError> {
        let bytes = self.get_ref(column)?.as_blob().map_err(|_| StoreError::Impossible(column))?;
        T::from_blob(bytes).ok_or(StoreError::Impossible(column))
    }

    fn optional_id<T: BlobId>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let bytes = self.get_ref(column)?.as_blob_or_null().map_err(|_| StoreError::Impossible(column))?;
        bytes.map(|bytes| T::from_blob(bytes).ok_or(StoreError::Impossible(column))).transpose()
    }

    fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        T::try_from(self.get(column)?).map_err(|_| StoreError::Impossible(column))
    }

    fn optional_number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let value: Option<i64> = self.get(column)?;
        value.map(|value| T::try_from(value).map_err(|_| StoreError::Impossible(column))).transpose()
    }
}

/// A number as SQLite keeps it: signed, 64 bits. Larger ones cannot be stored and are never made.
pub(crate) fn integer(value: u64, column: &'static str) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::Impossible(column))
}
