//! Settings and rates.
