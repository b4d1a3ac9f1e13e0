//! Persons at customers: list, page, create, edit.

pub mod api;
mod detail;
mod form;
mod list;
mod wording;

pub use detail::ContactPage;
pub use form::{EditContactPage, NewContactPage};
pub use list::ContactsPage;
