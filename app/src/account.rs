//! Customers: list, page, create, edit.

pub mod api;
mod detail;
mod form;
mod list;
mod pick;
mod wording;

pub use detail::AccountPage;
pub use form::{EditAccountPage, NewAccountPage};
pub use list::AccountsPage;
pub use pick::{named, search, use_chosen, use_name};
