//! Saved views of lists and boards.

pub mod commands;
mod queries;
mod routes;
mod row;

pub use routes::router;
