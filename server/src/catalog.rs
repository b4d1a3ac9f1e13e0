//! Product models with their versions and files, the markets they are sold in, and the shop that shows both.

mod check;
pub mod commands;
mod draft;
pub mod drafting;
pub mod files;
mod import;
pub mod market;
pub mod publish;
pub mod queries;
pub mod reasons;
mod routes;
pub mod row;
mod sheet;
mod signals;
mod studio;

pub use routes::router;
