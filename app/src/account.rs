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
pub use pick::{field, named, recorded, search, unrecorded, use_chosen, use_name};

use muster_shared::{access::Permission, event::EntityKind, view::ViewPlace};

use crate::{i18n::messages::account as words, records::Kind, ui::Icon};

/// Where customers are found and what they are called.
pub static ACCOUNTS: Kind = Kind {
    entity: EntityKind::Account,
    base: "accounts",
    place: ViewPlace::Accounts,
    icon: Icon::BUILDING_2,
    may_write: Permission::AccountWrite,
    title: &words::title,
    one: &words::one,
    new: &words::new,
    none: &words::none,
    none_text: &words::none_text,
};
