//! Persons at customers.

pub mod commands;
pub mod queries;
mod routes;
pub mod row;

pub use routes::router;
