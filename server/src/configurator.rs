//! Product models on the server: read from the formats of others, checked, replayed, and what no diagram in the browser can answer.

pub mod check;
pub mod format;
pub mod replay;
pub mod solver;
