//! Requests for offers from the shop: checked, routed to somebody who calls, passed on where nobody does, and made deals of.

pub mod answering;
pub mod builds;
pub mod consent;
pub mod customer;
mod known;
pub mod links;
pub mod queries;
pub mod requesting;
mod routes;
pub mod routing;
pub mod row;
pub mod timers;

pub use routes::router;
