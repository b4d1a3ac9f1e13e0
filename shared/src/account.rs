//! Customers: companies and private persons.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::check::{Checks, NAME_MAX, TEXT_MAX};
use crate::event::{RowScope, named_enum};
use crate::id::{AccountId, DealerId, TeamId, TerritoryId, UserId};
use crate::patch::present;
use crate::problem::FieldError;
use crate::time::Instant;

named_enum! {
    /// What kind of customer.
    AccountKind {
        Company = "company",
        Person = "person",
    }
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    pub id: AccountId,
    pub version: i64,
    pub dealer_id: DealerId,
    pub kind: AccountKind,
    pub name: String,
    /// Industry or customer group, as the company calls it.
    pub segment: String,
    pub mail: String,
    pub phone: String,
    pub website: String,
    pub street: String,
    pub city: String,
    /// ISO 3166 alpha-2.
    pub country: String,
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

impl Account {
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
        for (field, text) in
            [("segment", &self.segment), ("phone", &self.phone), ("website", &self.website), ("street", &self.street), ("city", &self.city)]
        {
            c.optional(field, text, NAME_MAX);
        }
        c.optional("note", &self.note, TEXT_MAX);
        if !self.mail.is_empty() {
            c.mail("mail", &self.mail);
        }
        check_phone(&mut c, "phone", &self.phone);
        check_country(&mut c, "country", &self.country);
        check_website(&mut c, "website", &self.website);
        c.done()
    }
}

pub(crate) fn check_phone(c: &mut Checks, field: &str, phone: &str) {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let shape = phone.chars().all(|c| c.is_ascii_digit() || " +-().,/x".contains(c));
    c.that(phone.is_empty() || (shape && (6..=20).contains(&digits)), field, "not-a-phone");
}

fn check_country(c: &mut Checks, field: &str, country: &str) {
    c.that(country.is_empty() || (country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase())), field, "not-a-country");
}

fn check_website(c: &mut Checks, field: &str, website: &str) {
    let ok = website.is_empty() || website.starts_with("https://") || website.starts_with("http://") || !website.contains(':');
    c.that(ok, field, "not-a-website");
}

/// A customer to record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    pub kind: AccountKind,
    pub name: String,
    #[serde(default)]
    pub segment: String,
    #[serde(default)]
    pub mail: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub website: String,
    #[serde(default)]
    pub street: String,
    #[serde(default)]
    pub city: String,
    #[serde(default)]
    pub country: String,
    #[serde(default)]
    pub note: String,
    /// Me where absent.
    #[serde(default)]
    pub owner_id: Option<UserId>,
    #[serde(default)]
    pub territory_id: Option<TerritoryId>,
}

/// Changes of a customer; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AccountPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AccountKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub territory_id: Option<Option<TerritoryId>>,
}

/// A row of the account list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountRow {
    pub id: AccountId,
    pub version: i64,
    pub kind: AccountKind,
    pub name: String,
    pub segment: String,
    pub mail: String,
    pub phone: String,
    pub city: String,
    pub country: String,
    pub owner_id: UserId,
    pub owner_name: String,
    pub open_opportunities: i64,
    pub updated_at: Instant,
}

/// A customer with what its page shows beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountView {
    pub account: Account,
    pub owner_name: String,
    pub territory_name: Option<String>,
    pub can_write: bool,
    pub can_delete: bool,
}

/// What the account list can be narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AccountFilter {
    /// Words of name, mail, city, or the last digits of the phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<AccountKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// `name`, `city`, `segment`, `updated_at`; a minus before means descending; several with commas.
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
