//! Muster's server: commands with their events, the API, the live stream.

pub mod access;
pub mod assets;
pub mod clock;
pub mod company;
pub mod config;
pub mod db;
pub mod error;
pub mod event;
pub mod hub;
pub mod idempotency;
pub mod identity;
pub mod metrics;
pub mod migration;
pub mod ops;
pub mod page;
pub mod record;
pub mod request;
pub mod router;
pub mod search;
pub mod serve;
pub mod sql;
pub mod state;
pub mod stream;
pub mod sweep;
pub mod writer;
