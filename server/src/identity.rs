//! People who work here: sign-in, sessions, users, roles, structure.

pub mod subjects;
pub mod throttle;
