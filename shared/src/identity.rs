//! People who work here: dealers, departments, teams, territories, roles, users, and how they sign in.

use serde::{Deserialize, Serialize};

use crate::access::Grants;
use crate::check::{Checks, NAME_MAX};
use crate::event::named_enum;
use crate::id::{DealerId, DepartmentId, RoleId, SessionId, TeamId, TerritoryId, UserId};
use crate::problem::FieldError;
use crate::text::{Lang, LocalText};
use crate::time::Instant;

named_enum! {
    /// What the maker sees of a dealer's rows, by contract.
    DealerContract {
        /// Nothing but the dealer itself.
        Closed = "closed",
        /// Customers and deals, read by who holds a permission with scope all.
        Open = "open",
    }
}

/// A company that sells: the maker or one of its dealers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Dealer {
    pub id: DealerId,
    pub version: i64,
    pub name: String,
    pub maker: bool,
    pub contract: DealerContract,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewDealer {
    pub name: String,
    pub contract: DealerContract,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DealerPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<DealerContract>,
}

/// A department, team or territory: a named node, of a tree where it has a parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unit {
    pub id: uuid::Uuid,
    pub version: i64,
    pub dealer_id: DealerId,
    pub name: String,
    pub parent_id: Option<uuid::Uuid>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUnit {
    /// Whose it is; my own dealer where absent.
    #[serde(default)]
    pub dealer_id: Option<DealerId>,
    pub name: String,
    /// Departments have none.
    #[serde(default)]
    pub parent_id: Option<uuid::Uuid>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UnitPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    pub parent_id: Option<Option<uuid::Uuid>>,
}

/// A named set of permissions, each with its scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Role {
    pub id: RoleId,
    pub version: i64,
    pub name: LocalText,
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, crate::access::Scope>))]
    pub grants: Grants,
    /// Comes with Muster and cannot be deleted.
    pub shipped: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    pub name: LocalText,
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, crate::access::Scope>))]
    pub grants: Grants,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RolePatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<LocalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<std::collections::HashMap<String, crate::access::Scope>>))]
    pub grants: Option<Grants>,
}

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    pub id: UserId,
    pub version: i64,
    pub dealer_id: DealerId,
    pub department_id: Option<DepartmentId>,
    pub name: String,
    pub mail: String,
    pub title: String,
    pub lang: Lang,
    /// Defines what "today" is for this person: IANA name.
    pub zone: String,
    pub active: bool,
    /// Has never signed in: an invitation is open.
    pub invited: bool,
    pub role_ids: Vec<RoleId>,
    pub team_ids: Vec<TeamId>,
    pub territory_ids: Vec<TerritoryId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// My own dealer where absent.
    #[serde(default)]
    pub dealer_id: Option<DealerId>,
    #[serde(default)]
    pub department_id: Option<DepartmentId>,
    pub name: String,
    pub mail: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub lang: Lang,
    /// The company's zone where absent.
    #[serde(default)]
    pub zone: Option<String>,
    pub role_ids: Vec<RoleId>,
    #[serde(default)]
    pub team_ids: Vec<TeamId>,
    #[serde(default)]
    pub territory_ids: Vec<TerritoryId>,
}

impl NewUser {
    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.required("name", &self.name, NAME_MAX);
        c.mail("mail", &self.mail);
        c.optional("title", &self.title, NAME_MAX);
        c.that(!self.role_ids.is_empty(), "role_ids", "required");
        c.done()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    pub department_id: Option<Option<DepartmentId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_ids: Option<Vec<RoleId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_ids: Option<Vec<TeamId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub territory_ids: Option<Vec<TerritoryId>>,
}

/// What everybody may change of themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProfilePatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}

/// A colleague as shown beside records and in pickers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub title: String,
    pub active: bool,
    pub team_ids: Vec<TeamId>,
}

/// Ends somebody's access; open work goes to the successor, who is asked for where there is any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Deactivation {
    #[serde(default)]
    pub successor_id: Option<UserId>,
}

/// What a leaver still owns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenWork {
    pub accounts: i64,
    pub opportunities: i64,
    /// Requests for offers whose customers wait: without a successor they go to the next in turn.
    pub requests: i64,
}

/// A link to be passed on once: invitation or password reset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OneTimeLink {
    /// Only where no mail server is set up; otherwise it went to the person and nobody else sees it.
    pub url: Option<String>,
    pub expires_at: Instant,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub mail: String,
    pub password: String,
}

/// Who is signed in, and all the app needs to know to show them the right things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub user: User,
    pub dealer: Dealer,
    pub company: crate::company::Company,
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, crate::access::Scope>))]
    pub grants: Grants,
    pub session_id: SessionId,
    pub demo: bool,
    /// Today in this person's zone.
    pub today: crate::time::Day,
}

/// One signed-in browser of mine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub id: SessionId,
    /// What the browser called itself.
    pub agent: String,
    pub address: String,
    pub created_at: Instant,
    pub seen_at: Instant,
    pub current: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    pub old: String,
    pub new: String,
}

/// Asks for a reset link by mail. The answer is the same whether or not there is such a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordForgotten {
    pub mail: String,
}

/// Sets a password through a one-time link and signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    pub token: String,
    pub password: String,
}

/// A person of the demo company, to sign in with one click.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DemoAccount {
    pub name: String,
    pub mail: String,
    pub password: String,
    pub role: String,
    pub dealer: String,
}

/// The demo company's people and the customer's secret link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Demo {
    pub accounts: Vec<DemoAccount>,
    /// Path of a page where a customer follows their purchase.
    pub customer_link: String,
}

/// At least ten characters, at most 200 bytes, not one letter again and again, not the mail address.
pub fn check_password(checks: &mut Checks, field: &str, password: &str, mail: &str) {
    let length = password.chars().count();
    if length < 10 {
        let params = [("min".to_owned(), 10.into())].into();
        checks.fail_with(field, "too-short", params);
    }
    checks.that(password.len() <= 200, field, "too-long");
    let mut letters: Vec<char> = password.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    checks.that(length < 10 || letters.len() >= 4, field, "too-simple");
    checks.that(mail.is_empty() || !password.eq_ignore_ascii_case(mail), field, "too-simple");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(password: &str, codes: &[&str]) {
        let mut checks = Checks::new();
        check_password(&mut checks, "password", password, "rep@aurora.example");
        let found = checks.done().map_or_else(|e| e.into_iter().map(|e| e.code).collect(), |()| Vec::new());
        assert_eq!(found, codes, "{password}");
    }

    #[test]
    fn passwords() {
        check("correct horse battery", &[]);
        check("short", &["too-short"]);
        check("aaaaaaaaaaaa", &["too-simple"]);
        check("REP@aurora.example", &["too-simple"]);
        check(&"abcdefghij".repeat(21), &["too-long"]);
    }
}
