//! Requests of the identity slice.

use muster_shared::{
    company::{Setup, SetupState},
    id::{DealerId, RoleId, SessionId, UserId},
    identity::{
        Deactivation, Dealer, Demo, Me, NewDealer, NewRole, NewUnit, NewUser, OneTimeLink, OpenWork, PasswordChange, PasswordForgotten,
        PasswordReset, ProfilePatch, Role, RolePatch, Session, SignIn, Unit, UnitPatch, User, UserPatch,
    },
    page::Page,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    api::{self, ApiError},
    browser::page,
    event::Nothing,
};

/// Signs in.
pub async fn sign_in(who: &SignIn) -> Result<Me, ApiError> {
    api::post("/session", who).await
}

/// The demo's people; absent where this is no demo, which is known without asking.
pub async fn demo() -> Result<Option<Demo>, ApiError> {
    if page::is_demo() { api::get("/demo").await.map(Some) } else { Ok(None) }
}

/// How far the first start has come, and the company's name.
pub async fn setup_state() -> Result<SetupState, ApiError> {
    api::get("/setup").await
}

/// Makes the company and signs its administrator in.
pub async fn set_up(answers: &Setup) -> Result<Me, ApiError> {
    api::post("/setup", answers).await
}

/// Asks for a reset link.
pub async fn forgotten(mail: &PasswordForgotten) -> Result<(), ApiError> {
    api::post("/password/forgot", mail).await
}

/// Sets a password through a one-time link and signs in.
pub async fn reset(with: &PasswordReset) -> Result<Me, ApiError> {
    api::post("/password/reset", with).await
}

/// Changes my password.
pub async fn change_password(change: &PasswordChange) -> Result<(), ApiError> {
    api::post("/password", change).await
}

/// Changes what everybody may change of themselves.
pub async fn change_profile(version: i64, patch: &ProfilePatch) -> Result<User, ApiError> {
    Ok(api::patch("/profile", version, patch).await?.record)
}

/// My signed-in browsers.
pub async fn sessions() -> Result<Vec<Session>, ApiError> {
    api::get("/sessions").await
}

/// Signs one of my browsers out.
pub async fn end_session(id: SessionId) -> Result<(), ApiError> {
    api::delete(&format!("/sessions/{id}"), None).await.map(drop)
}

/// What the list of users can be narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UserFilter {
    pub q: Option<String>,
    pub active: Option<bool>,
    pub after: Option<String>,
    pub limit: Option<u32>,
}

/// Users that I may see.
pub async fn users(filter: &UserFilter) -> Result<Page<User>, ApiError> {
    api::find("/users", filter).await
}

/// One user.
pub async fn user(id: UserId) -> Result<User, ApiError> {
    api::get(&format!("/users/{id}")).await
}

/// Somebody new and the link that lets them in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Invited {
    pub user: User,
    pub link: OneTimeLink,
}

/// Adds somebody.
pub async fn invite(user: &NewUser) -> Result<Invited, ApiError> {
    api::post("/users", user).await
}

/// A new link for somebody who lost the first one, or their password.
pub async fn invite_again(id: UserId) -> Result<OneTimeLink, ApiError> {
    api::post(&format!("/users/{id}/invitation"), &Nothing {}).await
}

/// Changes a user.
pub async fn change_user(id: UserId, version: i64, patch: &UserPatch) -> Result<User, ApiError> {
    Ok(api::patch(&format!("/users/{id}"), version, patch).await?.record)
}

/// What somebody still owns.
pub async fn work(id: UserId) -> Result<OpenWork, ApiError> {
    api::get(&format!("/users/{id}/work")).await
}

/// Ends somebody's access.
pub async fn deactivate(id: UserId, version: i64, successor_id: Option<UserId>) -> Result<User, ApiError> {
    Ok(api::post_to(&format!("/users/{id}/deactivate"), version, &Deactivation { successor_id }).await?.record)
}

/// Lets somebody in again.
pub async fn reactivate(id: UserId, version: i64) -> Result<User, ApiError> {
    Ok(api::post_to(&format!("/users/{id}/reactivate"), version, &Nothing {}).await?.record)
}

/// All roles.
pub async fn roles() -> Result<Vec<Role>, ApiError> {
    api::get("/roles").await
}

/// Adds a role.
pub async fn add_role(role: &NewRole) -> Result<Role, ApiError> {
    api::post("/roles", role).await
}

/// Changes a role.
pub async fn change_role(id: RoleId, version: i64, patch: &RolePatch) -> Result<Role, ApiError> {
    Ok(api::patch(&format!("/roles/{id}"), version, patch).await?.record)
}

/// Deletes a role that nobody has.
pub async fn delete_role(id: RoleId, version: i64) -> Result<(), ApiError> {
    api::delete(&format!("/roles/{id}"), Some(version)).await.map(drop)
}

/// The dealers that I may see.
pub async fn dealers() -> Result<Vec<Dealer>, ApiError> {
    api::get("/dealers").await
}

/// Adds a dealer.
pub async fn add_dealer(dealer: &NewDealer) -> Result<Dealer, ApiError> {
    api::post("/dealers", dealer).await
}

/// Departments, teams and territories: three trees of one shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnitKind {
    Department,
    Team,
    Territory,
}

impl UnitKind {
    const fn path(self) -> &'static str {
        match self {
            Self::Department => "/departments",
            Self::Team => "/teams",
            Self::Territory => "/territories",
        }
    }

    /// Departments stand side by side; the others form trees.
    pub const fn is_tree(self) -> bool {
        !matches!(self, Self::Department)
    }
}

/// The units of a dealer.
pub async fn units(kind: UnitKind, dealer: Option<DealerId>) -> Result<Vec<Unit>, ApiError> {
    #[derive(Serialize)]
    struct Of {
        dealer: Option<DealerId>,
    }
    api::find(kind.path(), &Of { dealer }).await
}

/// Adds a unit.
pub async fn add_unit(kind: UnitKind, unit: &NewUnit) -> Result<Unit, ApiError> {
    api::post(kind.path(), unit).await
}

/// A unit's address.
pub fn unit_path(kind: UnitKind, id: Uuid) -> String {
    format!("{}/{id}", kind.path())
}

/// Renames or moves a unit.
pub async fn change_unit(kind: UnitKind, id: Uuid, version: i64, patch: &UnitPatch) -> Result<Unit, ApiError> {
    Ok(api::patch(&unit_path(kind, id), version, patch).await?.record)
}

/// Deletes a unit that nothing names.
pub async fn delete_unit(kind: UnitKind, id: Uuid, version: i64) -> Result<(), ApiError> {
    api::delete(&unit_path(kind, id), Some(version)).await.map(drop)
}
