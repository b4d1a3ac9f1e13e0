//! People who work here: sign-in, sessions, users, roles, structure.

pub mod commands;
pub mod links;
pub mod password;
pub mod queries;
pub mod roles;
mod routes;
pub mod sessions;
pub mod setup;
pub mod structure;
pub mod subjects;
pub mod throttle;
pub mod users;

pub use routes::router;
