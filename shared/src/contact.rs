//! Persons at accounts.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::account::check_phone;
use crate::check::{Checks, NAME_MAX, TEXT_MAX};
use crate::event::RowScope;
use crate::id::{AccountId, ContactId, DealerId, TeamId, TerritoryId, UserId};
use crate::problem::FieldError;
use crate::time::Instant;

/// A person at an account. Owner, team and territory are the account's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    pub id: ContactId,
    pub version: i64,
    pub dealer_id: DealerId,
    pub account_id: AccountId,
    pub name: String,
    pub title: String,
    pub mail: String,
    pub phone: String,
    pub note: String,
    pub owner_id: UserId,
    pub team_id: Option<TeamId>,
    pub territory_id: Option<TerritoryId>,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub custom: Map<String, Value>,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Instant>,
}

impl Contact {
    #[must_use]
    pub fn scope(&self) -> RowScope {
        RowScope {
            dealer_id: Some(self.dealer_id.0),
            owner_id: Some(self.owner_id.0),
            team_id: self.team_id.map(Into::into),
            territory_id: self.territory_id.map(Into::into),
        }
    }

    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.required("name", &self.name, NAME_MAX);
        c.optional("title", &self.title, NAME_MAX);
        c.optional("phone", &self.phone, NAME_MAX);
        c.optional("note", &self.note, TEXT_MAX);
        if !self.mail.is_empty() {
            c.mail("mail", &self.mail);
        }
        check_phone(&mut c, "phone", &self.phone);
        c.done()
    }
}

/// A person to record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    pub account_id: AccountId,
    pub name: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub mail: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub note: String,
}

/// Changes of a person; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ContactPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A row of the contact list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactRow {
    pub id: ContactId,
    pub version: i64,
    pub account_id: AccountId,
    pub account_name: String,
    pub name: String,
    pub title: String,
    pub mail: String,
    pub phone: String,
    pub owner_id: UserId,
    pub owner_name: String,
    pub updated_at: Instant,
}

/// A person with what their page shows beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactView {
    pub contact: Contact,
    pub account_name: String,
    pub owner_name: String,
    pub can_write: bool,
    pub can_delete: bool,
}

/// What the contact list can be narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ContactFilter {
    /// Words of name, title, mail, or the last digits of the phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    /// `name`, `title`, `updated_at`; a minus before means descending; several with commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The trash instead of the living.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
}
