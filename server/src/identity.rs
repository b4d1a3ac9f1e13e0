//! People who work here: sign-in, sessions, users, roles, structure.

pub mod commands;
pub mod password;
pub mod queries;
pub mod roles;
pub mod structure;
pub mod subjects;
pub mod throttle;
pub mod users;
