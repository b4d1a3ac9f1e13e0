//! Product models as decision diagrams: every configuration that may be built, and none that may not.
//!
//! A product manager's [`model::Model`] is assembled into a [`problem::Problem`], which [`compile::compile`] turns into a
//! [`diagram::Diagram`] once, at publication. Server and browser then walk the same arrays: [`session::Session`] is a customer's way
//! through an [`offer::Offer`], [`explain`] says why not and what would help, [`code`] makes a build short enough to read out.

pub mod code;
pub mod compile;
pub mod diagram;
pub mod explain;
pub mod expression;
pub mod model;
pub mod natural;
pub mod offer;
pub mod order;
pub mod problem;
pub mod session;
mod store;
#[cfg(test)]
mod tests;
pub mod walk;
