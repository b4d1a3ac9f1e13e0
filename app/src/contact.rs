//! Persons at customers: list, page, create, edit.

pub mod api;
mod detail;
mod form;
mod list;
mod wording;

pub use detail::ContactPage;
pub use form::{EditContactPage, NewContactPage};
pub use list::ContactsPage;

use muster_shared::{access::Permission, event::EntityKind, view::ViewPlace};

use crate::{i18n::messages::contact as words, records::Kind, ui::Icon};

/// Where persons are found and what they are called.
pub static CONTACTS: Kind = Kind {
    entity: EntityKind::Contact,
    base: "contacts",
    place: ViewPlace::Contacts,
    icon: Icon::USERS,
    may_write: Permission::AccountWrite,
    title: &words::title,
    one: &words::one,
    new: &words::new,
    none: &words::none,
    none_text: &words::none_text,
};
