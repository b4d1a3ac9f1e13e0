//! Requests for offers: their lane on the board, their answers, and what a deal's customer asked for.

mod api;
mod ask;
mod card;
mod clock;
mod column;
mod configuration;
mod lane;
mod panel;
mod requests;
mod wording;

pub use configuration::DealRequests;
pub use lane::RequestLane;
