//! Writing people and structure, each with its event.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use muster_shared::access::{Grants, Permission, Scope, beyond, union};
use muster_shared::event::{Action, EntityKind, Payload, RowScope};
use muster_shared::id::{DealerId, RoleId, SessionId, TeamId, TerritoryId, UserId};
use muster_shared::identity::{
    Dealer, DealerContract, DealerPatch, NewDealer, NewRole, NewUnit, NewUser, OpenWork, ProfilePatch, Role, RolePatch, Unit, User,
    UserPatch,
};
use muster_shared::patch::{self, Change};
use muster_shared::problem::{FieldError, Problem};
use muster_shared::text::LocalText;
use muster_shared::time::Instant;
use uuid::Uuid;

use super::links::{self, Purpose};
use super::roles::{self, RoleRecord};
use super::structure::{self, DealerRecord, Kind, Node};
use super::users::{self, UserRecord};
use super::{queries, sessions};
use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::event::{self, NewEvent};
use crate::record::{self, Record, Write};
use crate::sql::Sql;
use crate::writer::Tx;

/// Records a dealer, asking nobody's rights.
pub async fn create_dealer(tx: &mut Tx, name: &str, maker: bool, contract: DealerContract) -> Result<Dealer> {
    let mut dealer = DealerRecord(Dealer { id: DealerId(tx.new_id()), version: 1, name: name.to_owned(), maker, contract });
    DealerRecord::settle(tx, None, &mut dealer).await?;
    Ok(record::store_new(tx, dealer).await?.0)
}

/// Records a department, team or territory, asking nobody's rights.
pub async fn create_unit<K: Kind>(tx: &mut Tx, dealer_id: DealerId, name: &str, parent_id: Option<Uuid>) -> Result<Unit> {
    let unit = Unit { id: tx.new_id(), version: 1, dealer_id, name: name.to_owned(), parent_id };
    let mut node = Node::<K>::new(unit);
    Node::settle(tx, None, &mut node).await?;
    Ok(record::store_new(tx, node).await?.unit)
}

/// Records a role, asking nobody's rights.
pub async fn create_role(tx: &mut Tx, name: LocalText, grants: Grants, shipped: bool) -> Result<Role> {
    let mut role = RoleRecord::new(Role { id: RoleId(tx.new_id()), version: 1, name, grants, shipped });
    RoleRecord::settle(tx, None, &mut role).await?;
    Ok(record::store_new(tx, role).await?.role)
}

/// Records the roles that come with Muster; their ids by key.
pub async fn create_shipped_roles(tx: &mut Tx) -> Result<BTreeMap<&'static str, RoleId>> {
    let mut ids = BTreeMap::new();
    for role in roles::shipped() {
        ids.insert(role.key, create_role(tx, role.name, role.grants, true).await?.id);
    }
    Ok(ids)
}

/// Records a user (id and version are given here), asking nobody's rights. Without `password_hash` they are invited.
pub async fn create_user(tx: &mut Tx, mut user: User, password_hash: Option<&str>) -> Result<User> {
    user.id = UserId(tx.new_id());
    user.version = 1;
    user.invited = password_hash.is_none();
    let mut user = UserRecord(user);
    UserRecord::settle(tx, None, &mut user).await?;
    let user = record::store_new(tx, user).await?.0;
    if let Some(hash) = password_hash {
        let mut sql = Sql::new("UPDATE app_user SET password_hash = ");
        sql.bind(hash).push_bind(" WHERE id = ", user.id.0);
        sql.run(tx.db()).await?;
    }
    Ok(user)
}

/// Notes in the log something about a user that changes no field of theirs.
pub(crate) async fn note(tx: &mut Tx, user: &User, action: Action) -> Result<i64> {
    let scope = Some(users::scope(user));
    let event = NewEvent {
        entity: EntityKind::User,
        entity_id: user.id.0,
        action,
        version_before: user.version,
        version_after: user.version,
        undoes: None,
        scope_before: scope,
        scope_after: scope,
        persons: vec![user.id.0],
        payload: Payload { label: user.name.clone(), ..Payload::default() },
    };
    event::append(tx, event).await
}

/// Records somebody new and makes the link that lets them in.
pub async fn invite(tx: &mut Tx, me: &UserSubject, new: NewUser, token: &str) -> Result<(User, Instant)> {
    new.check()?;
    let zone = match new.zone {
        Some(zone) => zone,
        None => crate::company::load(tx.db()).await?.zone,
    };
    let user = User {
        id: UserId(tx.new_id()),
        version: 1,
        dealer_id: new.dealer_id.unwrap_or(me.reach.dealer_id),
        department_id: new.department_id,
        name: new.name,
        mail: new.mail,
        title: new.title,
        lang: new.lang,
        zone,
        active: true,
        invited: true,
        role_ids: new.role_ids,
        team_ids: new.team_ids,
        territory_ids: new.territory_ids,
    };
    if !queries::administers(tx.db(), me, Permission::UserManage, &users::scope(&user)).await? {
        // Whether there is such a dealer is not for everybody to know.
        return Err(if user.dealer_id == me.reach.dealer_id { Error::forbidden() } else { Error::field("dealer_id", "not-found") });
    }
    let mut user = UserRecord(user);
    UserRecord::settle(tx, None, &mut user).await?;
    check_granted(tx, me, &user.0.role_ids).await?;
    check_places(me, &[], &user.0.team_ids, &[], &user.0.territory_ids)?;
    let user = record::store_new(tx, user).await?.0;
    let expires_at = links::create(tx, Purpose::Invitation, Some(&user), token).await?;
    Ok((user, expires_at))
}

/// Makes a new link for somebody who lost theirs or forgot their password.
pub async fn invite_again(tx: &mut Tx, me: &UserSubject, id: Uuid, token: &str) -> Result<(User, Purpose, Instant)> {
    let user = queries::manage_user(tx.db(), me, id).await?;
    if !user.active {
        return Err(Error::problem(StatusCode::CONFLICT, "deactivated", "This person has no access any more."));
    }
    let purpose = if user.invited { Purpose::Invitation } else { Purpose::Reset };
    let expires_at = links::create(tx, purpose, Some(&user), token).await?;
    note(tx, &user, Action::Invited).await?;
    Ok((user, purpose, expires_at))
}

/// Nobody grants what they lack: `roles` must allow nothing that `me` may not.
async fn check_granted(tx: &Tx, me: &UserSubject, roles: &[RoleId]) -> Result<()> {
    let wanted = users::grants_of(tx.db(), roles).await?;
    let beyond = beyond(&me.reach.grants, &wanted);
    if beyond.is_empty() { Ok(()) } else { Err(beyond_own("role_ids", &beyond)) }
}

fn beyond_own(field: &str, beyond: &[Permission]) -> Error {
    let permissions = beyond.iter().map(|p| p.as_str()).collect::<Vec<_>>().into();
    let params = [("permissions".to_owned(), permissions)].into();
    Error::invalid(vec![FieldError { field: field.to_owned(), code: "beyond-own".to_owned(), params }])
}

/// Nobody lets others into teams and territories that they do not reach themselves.
fn check_places(
    me: &UserSubject,
    teams: &[TeamId],
    new_teams: &[TeamId],
    territories: &[TerritoryId],
    new_territories: &[TerritoryId],
) -> Result<()> {
    if me.reach.scope(Permission::UserManage).is_some_and(|s| s >= Scope::Dealer) {
        return Ok(());
    }
    if new_teams.iter().any(|t| !teams.contains(t) && !me.reach.teams.contains(&t.0)) {
        return Err(Error::field("team_ids", "beyond-own"));
    }
    if new_territories.iter().any(|t| !territories.contains(t) && !me.reach.territories.contains(&t.0)) {
        return Err(Error::field("territory_ids", "beyond-own"));
    }
    Ok(())
}

/// Changes a user; roles, teams and territories never one's own.
pub async fn change_user(tx: &mut Tx, me: &UserSubject, id: Uuid, from: i64, patch: &UserPatch) -> Result<User> {
    let old = UserRecord(queries::manage_user(tx.db(), me, id).await?);
    let wanted = patch::changes(&old, patch);
    let names = |fields: &[&str]| wanted.iter().any(|c| fields.contains(&c.field.as_str()));
    let rights = names(&["role_ids", "team_ids", "territory_ids"]);
    if rights && id == me.id() {
        return Err(Error::forbidden());
    }
    // A mail address is the way to a new password.
    if names(&["mail"]) && id != me.id() {
        let theirs = users::grants_of(tx.db(), &old.0.role_ids).await?;
        if !beyond(&me.reach.grants, &theirs).is_empty() {
            return Err(Error::forbidden());
        }
    }
    record::refuse_conflicts(tx, &old, from, &wanted).await?;
    let mut new = patch::apply(&old, &wanted).map_err(|e| Error::malformed(&e.to_string()))?;
    UserRecord::settle(tx, Some(&old), &mut new).await?;
    let differ: Vec<RoleId> = old
        .0
        .role_ids
        .iter()
        .chain(&new.0.role_ids)
        .copied()
        .filter(|r| old.0.role_ids.contains(r) != new.0.role_ids.contains(r))
        .collect();
    check_granted(tx, me, &differ).await?;
    check_places(me, &old.0.team_ids, &new.0.team_ids, &old.0.territory_ids, &new.0.territory_ids)?;
    let how = Write { action: Some(if rights { Action::RightsChanged } else { Action::Changed }), ..Write::default() };
    let new = record::store_change(tx, &old, new, how).await?.0;
    if rights {
        must_have_admin(tx).await?;
    }
    Ok(new)
}

/// Changes what everybody may change of themselves.
pub async fn change_profile(tx: &mut Tx, me: &UserSubject, from: i64, patch: &ProfilePatch) -> Result<User> {
    let old = UserRecord(users::find(tx.db(), me.id()).await?.ok_or_else(Error::unauthenticated)?);
    let wanted = patch::changes(&old, patch);
    record::refuse_conflicts(tx, &old, from, &wanted).await?;
    let mut new = patch::apply(&old, &wanted).map_err(|e| Error::malformed(&e.to_string()))?;
    UserRecord::settle(tx, Some(&old), &mut new).await?;
    Ok(record::store_change(tx, &old, new, Write { action: Some(Action::Changed), ..Write::default() }).await?.0)
}

/// Somebody must be left who can manage people and roles for all.
async fn must_have_admin(tx: &Tx) -> Result<()> {
    let mut sql =
        Sql::new("SELECT u.id, r.grants FROM app_user u JOIN dealer d ON d.id = u.dealer_id JOIN user_role m ON m.user_id = u.id ");
    sql.push("JOIN role r ON r.id = m.role_id WHERE r.deleted_at IS NULL AND u.password_hash IS NOT NULL AND u.active = ").bind(true);
    sql.push_bind(" AND d.maker = ", true);
    let mut held: BTreeMap<Uuid, Vec<Grants>> = BTreeMap::new();
    for row in sql.all(tx.db()).await? {
        held.entry(row.try_get("", "id")?).or_default().push(serde_json::from_str(&row.try_get::<String>("", "grants")?)?);
    }
    let is_admin = |roles: &Vec<Grants>| {
        let grants = union(roles);
        [Permission::UserManage, Permission::RoleManage].iter().all(|p| grants.get(p) == Some(&Scope::All))
    };
    if held.values().any(is_admin) {
        return Ok(());
    }
    Err(Error::problem(StatusCode::CONFLICT, "last-admin", "Nobody would be left who can manage people and roles."))
}

/// Ends somebody's access at once: sessions, streams and links. Open work goes to the successor.
///
/// # Errors
/// `successor-required` where there is open work and nobody to take it.
pub async fn deactivate(tx: &mut Tx, me: &UserSubject, id: Uuid, from: i64, successor: Option<UserId>) -> Result<User> {
    let old = UserRecord(queries::manage_user(tx.db(), me, id).await?);
    if id == me.id() {
        return Err(Error::forbidden());
    }
    if !old.0.active {
        return Ok(old.0);
    }
    refuse_conflicts(tx, &old, from, false).await?;
    let work = queries::open_work(tx.db(), id).await?;
    let is_needed = work.accounts + work.opportunities > 0;
    if successor.is_none() && is_needed {
        return Err(successor_required(&work));
    }
    if let Some(successor) = successor.filter(|_| is_needed || work.requests > 0) {
        let home = queries::home(tx.db(), successor.0).await?;
        if successor.0 == id || !home.is_some_and(|h| h.active && h.dealer_id == old.0.dealer_id) {
            return Err(Error::field("successor_id", "not-found"));
        }
        crate::account::commands::hand_over(tx, id, successor.0).await?;
        crate::opportunity::commands::hand_over(tx, id, successor.0).await?;
        crate::lead::answering::hand_over(tx, id, Some(successor.0)).await?;
    }
    // Requests are nobody's for long: without a successor they go to the next in turn.
    crate::lead::answering::hand_over(tx, id, None).await?;
    let left = queries::open_work(tx.db(), id).await?;
    if left.requests > 0 {
        return Err(successor_required(&left));
    }
    let mut new = old.clone();
    new.0.active = false;
    let new = record::store_change(tx, &old, new, Write { action: Some(Action::Deactivated), ..Write::default() }).await?.0;
    sessions::end_all(tx, id, None).await?;
    links::forget(tx, id).await?;
    must_have_admin(tx).await?;
    Ok(new)
}

fn successor_required(work: &OpenWork) -> Error {
    let problem = Problem::new(409, "successor-required", "Say who takes over the open work.")
        .with("accounts", work.accounts)
        .with("opportunities", work.opportunities)
        .with("requests", work.requests);
    Error::Problem(Box::new(problem))
}

/// Lets somebody in again, with the roles they had.
pub async fn reactivate(tx: &mut Tx, me: &UserSubject, id: Uuid, from: i64) -> Result<User> {
    let old = UserRecord(queries::manage_user(tx.db(), me, id).await?);
    if old.0.active {
        return Ok(old.0);
    }
    refuse_conflicts(tx, &old, from, true).await?;
    check_granted(tx, me, &old.0.role_ids).await?;
    let mut new = old.clone();
    new.0.active = true;
    Ok(record::store_change(tx, &old, new, Write { action: Some(Action::Reactivated), ..Write::default() }).await?.0)
}

async fn refuse_conflicts(tx: &Tx, old: &UserRecord, from: i64, active: bool) -> Result<()> {
    let change = Change { field: "active".to_owned(), old: old.0.active.into(), new: active.into() };
    record::refuse_conflicts(tx, old, from, &[change]).await
}

/// Sets the password of a user, ends their other sessions and all their links.
pub async fn set_password(tx: &mut Tx, user: &User, hash: &str, but: Option<SessionId>) -> Result<()> {
    let mut sql = Sql::new("UPDATE app_user SET password_hash = ");
    sql.bind(hash).push_bind(" WHERE id = ", user.id.0);
    sql.run(tx.db()).await?;
    sessions::end_all(tx, user.id.0, but).await?;
    links::forget(tx, user.id.0).await?;
    note(tx, user, Action::PasswordChanged).await?;
    Ok(())
}

/// Records a role; it may allow nothing that `me` may not.
pub async fn add_role(tx: &mut Tx, me: &UserSubject, new: NewRole) -> Result<Role> {
    if me.reach.scope(Permission::RoleManage) != Some(Scope::All) {
        return Err(Error::forbidden());
    }
    let beyond = beyond(&me.reach.grants, &new.grants);
    if !beyond.is_empty() {
        return Err(beyond_own("grants", &beyond));
    }
    create_role(tx, new.name, new.grants, false).await
}

/// Changes a role; what it allows is not for its holders to change.
pub async fn change_role(tx: &mut Tx, me: &UserSubject, id: Uuid, from: i64, patch: &RolePatch) -> Result<Role> {
    let old: RoleRecord = manage_role(tx, me, id).await?;
    if let Some(grants) = &patch.grants
        && *grants != old.role.grants
    {
        let mut sql = Sql::new("SELECT user_id FROM user_role WHERE role_id = ");
        sql.bind(id).push_bind(" AND user_id = ", me.id());
        if sql.one(tx.db()).await?.is_some() {
            return Err(Error::forbidden());
        }
        let beyond = beyond(&me.reach.grants, grants);
        if !beyond.is_empty() {
            return Err(beyond_own("grants", &beyond));
        }
    }
    let role = record::change::<RoleRecord>(tx, me, id, from, patch).await?.role;
    must_have_admin(tx).await?;
    Ok(role)
}

/// Deletes a role that nobody has and that did not come with Muster.
pub async fn delete_role(tx: &mut Tx, me: &UserSubject, id: Uuid, from: i64) -> Result<()> {
    let old = manage_role(tx, me, id).await?;
    if old.role.shipped {
        return Err(Error::problem(StatusCode::CONFLICT, "shipped", "This role comes with Muster and stays."));
    }
    let mut sql = Sql::new("SELECT COUNT(*) AS n FROM user_role WHERE role_id = ");
    sql.bind(id);
    let holders: i64 = sql.one(tx.db()).await?.map_or(Ok(0), |r| r.try_get("", "n"))?;
    if holders > 0 {
        return Err(in_use(&[("users", holders)]));
    }
    record::delete::<RoleRecord>(tx, me, id, from, None).await?;
    Ok(())
}

/// Roles are read by many and written by who reaches every dealer.
async fn manage_role(tx: &Tx, me: &UserSubject, id: Uuid) -> Result<RoleRecord> {
    let role = RoleRecord::load(tx.db(), id).await?.filter(|r| !r.is_deleted()).ok_or_else(Error::not_found)?;
    if me.reach.scope(Permission::RoleManage) == Some(Scope::All) { Ok(role) } else { Err(Error::forbidden()) }
}

fn in_use(uses: &[(&str, i64)]) -> Error {
    let problem = Problem::new(409, "in-use", "Something still uses this.");
    Error::Problem(Box::new(uses.iter().fold(problem, |p, (what, n)| p.with(what, *n))))
}

/// Records a dealer: for who manages structure for all.
pub async fn add_dealer(tx: &mut Tx, me: &UserSubject, new: NewDealer) -> Result<Dealer> {
    if me.reach.scope(Permission::StructureManage) != Some(Scope::All) {
        return Err(Error::forbidden());
    }
    create_dealer(tx, &new.name, false, new.contract).await
}

/// Changes a dealer; its contract regards its customers and deals, not its name.
pub async fn change_dealer(tx: &mut Tx, me: &UserSubject, id: Uuid, from: i64, patch: &DealerPatch) -> Result<Dealer> {
    let all = me.reach.scope(Permission::StructureManage) == Some(Scope::All);
    let old = DealerRecord::load(tx.db(), id).await?.filter(|d| all || d.0.id == me.reach.dealer_id).ok_or_else(Error::not_found)?;
    if !all {
        return Err(Error::forbidden());
    }
    let wanted = patch::changes(&old, patch);
    record::refuse_conflicts(tx, &old, from, &wanted).await?;
    let mut new = patch::apply(&old, &wanted).map_err(|e| Error::malformed(&e.to_string()))?;
    DealerRecord::settle(tx, Some(&old), &mut new).await?;
    Ok(record::store_change(tx, &old, new, Write { action: Some(Action::Changed), ..Write::default() }).await?.0)
}

/// Records a department, team or territory.
pub async fn add_unit<K: Kind>(tx: &mut Tx, me: &UserSubject, new: NewUnit) -> Result<Unit> {
    let dealer = new.dealer_id.unwrap_or(me.reach.dealer_id);
    let row = RowScope { dealer_id: Some(dealer.0), ..RowScope::default() };
    if !queries::administers(tx.db(), me, Permission::StructureManage, &row).await? {
        return Err(if dealer == me.reach.dealer_id { Error::forbidden() } else { Error::field("dealer_id", "not-found") });
    }
    create_unit::<K>(tx, dealer, &new.name, new.parent_id).await
}

/// Deletes a department, team or territory that nothing names.
pub async fn delete_unit<K: Kind>(tx: &mut Tx, me: &UserSubject, id: Uuid, from: i64) -> Result<()> {
    record::find::<Node<K>>(tx.db(), me, id).await?;
    let uses = structure::uses::<K>(tx.db(), id).await?;
    if !uses.is_empty() {
        return Err(in_use(&uses));
    }
    record::delete::<Node<K>>(tx, me, id, from, None).await?;
    Ok(())
}
