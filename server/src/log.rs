//! The log as people read it: a record's history, and taking back one of its events.

mod routes;

pub use routes::router;
