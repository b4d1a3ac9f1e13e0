//! Customers: companies and private persons.

pub mod commands;
pub mod queries;
mod routes;
pub mod row;

pub use routes::router;
