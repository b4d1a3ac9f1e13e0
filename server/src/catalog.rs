//! Product models with their versions and files, the markets they are sold in, and the shop that shows both.

pub mod commands;
pub mod files;
pub mod market;
pub mod publish;
pub mod queries;
pub mod reasons;
mod routes;
pub mod row;

pub use routes::router;
