//! Deals: pipelines, the board, the opportunity's page and its moves.

pub mod board;
pub mod commands;
pub mod follow;
pub mod pipeline;
pub mod queries;
pub mod routes;
pub mod row;

pub use routes::router;
