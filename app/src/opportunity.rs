//! Deals: board, list, page, create.

pub mod api;
mod board;
mod detail;
mod form;
mod list;
mod panel;
mod strip;
mod wording;

pub use board::BoardPage;
pub use detail::OpportunityPage;
pub use form::NewOpportunityPage;
pub use list::OpportunitiesPage;
pub use wording::{provide_stages, stage_label, use_stages};
