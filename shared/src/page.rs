//! Lists come in pages: keyset cursors, bounded limits, sort keys by name.

use serde::{Deserialize, Serialize};

/// Rows of a page where the caller does not say.
pub const LIMIT_DEFAULT: u32 = 50;
/// Most rows of a page.
pub const LIMIT_MAX: u32 = 200;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// How many rows the filter lets through in all.
    pub total: i64,
    /// Send as `after` to get the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// One key of a sort order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortKey {
    pub field: String,
    pub descending: bool,
}

/// Reads `-amount,name`: a minus means descending.
#[must_use]
pub fn parse_sort(text: &str) -> Vec<SortKey> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| match part.strip_prefix('-') {
            Some(field) => SortKey { field: field.to_owned(), descending: true },
            None => SortKey { field: part.to_owned(), descending: false },
        })
        .collect()
}
