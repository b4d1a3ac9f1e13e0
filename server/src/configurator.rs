//! Product models on the server: what no diagram in the browser can answer.

pub mod solver;
