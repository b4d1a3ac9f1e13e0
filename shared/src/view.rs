//! Saved views of lists and boards.

use serde::{Deserialize, Serialize};

use crate::check::{Checks, NAME_MAX};
use crate::event::named_enum;
use crate::id::{UserId, ViewId};
use crate::problem::FieldError;

named_enum! {
    /// Where a view belongs.
    ViewPlace {
        Board = "board",
        Opportunities = "opportunities",
        Accounts = "accounts",
        Contacts = "contacts",
        Users = "users",
    }
}

/// A saved view: the address' query, under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct View {
    pub id: ViewId,
    pub version: i64,
    pub place: ViewPlace,
    pub name: String,
    /// The query part of the address, without question mark: filter, sort, columns.
    pub query: String,
    pub owner_id: UserId,
    pub owner_name: String,
    /// Everybody of the dealer sees it.
    pub shared: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewView {
    pub place: ViewPlace,
    pub name: String,
    pub query: String,
    #[serde(default)]
    pub shared: bool,
}

impl NewView {
    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        check(&self.name, &self.query)
    }
}

/// # Errors
/// Every field that does not hold.
pub fn check(name: &str, query: &str) -> Result<(), Vec<FieldError>> {
    let mut c = Checks::new();
    c.required("name", name, NAME_MAX);
    c.optional("query", query, 2_000);
    c.done()
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ViewPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<bool>,
}
