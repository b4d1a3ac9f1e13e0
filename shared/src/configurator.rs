//! Product models as decision diagrams: every configuration that may be built, and none that may not.

pub mod compile;
pub mod diagram;
pub mod explain;
pub mod natural;
pub mod order;
pub mod problem;
mod store;
#[cfg(test)]
mod tests;
pub mod walk;
