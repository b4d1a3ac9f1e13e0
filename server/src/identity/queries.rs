//! Reading people and structure.

use std::collections::HashMap;

use muster_shared::access::{Permission, Scope};
use muster_shared::event::RowScope;
use muster_shared::fold::fold;
use muster_shared::id::{DealerId, SessionId, TeamId, TerritoryId, UserId};
use muster_shared::identity::{Dealer, Me, OpenWork, Person, Unit, User};
use muster_shared::page::Page;
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::structure::{self, Kind};
use super::{subjects, users};
use crate::access::{Columns, UserSubject, push_scope};
use crate::error::{Error, Result};
use crate::page::{Column, Keyset};
use crate::sql::Sql;
use crate::state::AppState;

/// Where a person belongs; rows they own take this over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    pub dealer_id: DealerId,
    /// The first of their teams.
    pub team_id: Option<TeamId>,
    /// The first of their territories.
    pub territory_id: Option<TerritoryId>,
    pub active: bool,
}

/// Where the user `id` belongs, or `None` where there is no such user.
pub async fn home(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Home>> {
    let mut sql = Sql::new(
        "SELECT u.dealer_id, u.active, (SELECT m.team_id FROM user_team m WHERE m.user_id = u.id ORDER BY m.position LIMIT 1) AS team_id, ",
    );
    sql.push("(SELECT m.territory_id FROM user_territory m WHERE m.user_id = u.id ORDER BY m.position LIMIT 1) AS territory_id ");
    sql.push_bind("FROM app_user u WHERE u.id = ", id);
    let Some(row) = sql.one(db).await? else { return Ok(None) };
    Ok(Some(Home {
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        team_id: row.try_get::<Option<Uuid>>("", "team_id")?.map(TeamId),
        territory_id: row.try_get::<Option<Uuid>>("", "territory_id")?.map(TerritoryId),
        active: row.try_get("", "active")?,
    }))
}

/// Whether this installation holds the demo company.
pub async fn is_demo(db: &impl ConnectionTrait) -> Result<bool> {
    let row = Sql::new("SELECT demo FROM company").one(db).await?;
    row.map_or(Ok(false), |r| Ok(r.try_get("", "demo")?))
}

/// Who is signed in, with all that the app needs to know.
pub async fn me(state: &AppState, id: UserId, session_id: SessionId) -> Result<Me> {
    let db = &state.db;
    let user = users::find(db, id.0).await?.ok_or_else(Error::unauthenticated)?;
    let dealer = structure::find_dealer(db, user.dealer_id).await?.ok_or_else(Error::unauthenticated)?;
    let subject = subjects::load(db, id.0, session_id).await?;
    let today = crate::clock::day_in(&user.zone, state.clock.now());
    let company = crate::company::load(db).await?;
    Ok(Me { user, dealer, company, grants: subject.reach.grants, session_id, demo: is_demo(db).await?, today })
}

/// The colleagues of a dealer, those who left too: records name them.
pub async fn people(db: &impl ConnectionTrait, dealer: Uuid) -> Result<Vec<Person>> {
    let mut sql = Sql::new("SELECT m.user_id, m.team_id FROM user_team m JOIN app_user u ON u.id = m.user_id WHERE u.dealer_id = ");
    sql.bind(dealer).push(" ORDER BY m.user_id, m.position");
    let mut teams: HashMap<Uuid, Vec<TeamId>> = HashMap::new();
    for row in sql.all(db).await? {
        teams.entry(row.try_get("", "user_id")?).or_default().push(TeamId(row.try_get("", "team_id")?));
    }
    let mut sql = Sql::new("SELECT id, name, title, active FROM app_user WHERE dealer_id = ");
    sql.bind(dealer).push(" ORDER BY name_key, id");
    let mut people = Vec::new();
    for row in sql.all(db).await? {
        let id: Uuid = row.try_get("", "id")?;
        people.push(Person {
            id: UserId(id),
            name: row.try_get("", "name")?,
            title: row.try_get("", "title")?,
            active: row.try_get("", "active")?,
            team_ids: teams.remove(&id).unwrap_or_default(),
        });
    }
    Ok(people)
}

/// What the list of users can be narrowed by.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserFilter {
    /// Words of name or mail.
    pub q: Option<String>,
    pub active: Option<bool>,
    pub after: Option<String>,
    pub limit: Option<u32>,
}

/// The scope columns of a user: their own, and their first team and territory.
const COLUMNS: Columns = Columns {
    dealer: "u.dealer_id",
    owner: "u.id",
    team: "(SELECT h.team_id FROM user_team h WHERE h.user_id = u.id ORDER BY h.position LIMIT 1)",
    territory: "(SELECT h.territory_id FROM user_territory h WHERE h.user_id = u.id ORDER BY h.position LIMIT 1)",
};

/// A page of the users that `me` may see, by name.
pub async fn list_users(db: &impl ConnectionTrait, me: &UserSubject, filter: &UserFilter) -> Result<Page<User>> {
    let columns = [Column::key("name", "u.name_key")];
    let page = (None, filter.after.as_deref(), filter.limit);
    let keyset = Keyset::read(db.get_database_backend(), &columns, "u.id", "name", page)?;
    let mut condition = Sql::new(" FROM app_user u WHERE ");
    push_scope(&mut condition, me, Permission::UserRead, COLUMNS);
    if let Some(active) = filter.active {
        condition.push_bind(" AND u.active = ", active);
    }
    for word in fold(filter.q.as_deref().unwrap_or_default()).split_whitespace().take(8) {
        // What LIKE takes for a wildcard is no part of a name.
        let pattern = format!("%{}%", word.replace(['%', '_', '\\'], ""));
        condition.push_bind(" AND (u.name_key LIKE ", pattern.clone()).push_bind(" OR u.mail_key LIKE ", pattern).push(")");
    }
    let mut count = Sql::new("SELECT COUNT(*) AS n");
    count.append(condition.clone());
    let total = count.one(db).await?.map_or(Ok(0), |r| r.try_get("", "n"))?;
    let mut sql = Sql::new("SELECT ");
    sql.push(users::COLUMNS);
    keyset.push_columns(&mut sql);
    sql.append(condition);
    keyset.push_after(&mut sql);
    keyset.push_order(&mut sql);
    let mut page = keyset.page(&sql.all(db).await?, total, users::from_row)?;
    users::with_memberships(db, &mut page.items).await?;
    Ok(page)
}

/// What somebody still owns that would be left without an owner.
pub async fn open_work(db: &impl ConnectionTrait, id: Uuid) -> Result<OpenWork> {
    let mut sql = Sql::new("SELECT (SELECT COUNT(*) FROM account WHERE deleted_at IS NULL AND owner_id = ");
    sql.bind(id).push(") AS accounts, (SELECT COUNT(*) FROM opportunity WHERE deleted_at IS NULL AND closed_at IS NULL AND owner_id = ");
    sql.bind(id).push(
        ") AS opportunities, (SELECT COUNT(*) FROM lead WHERE deleted_at IS NULL AND state IN ('requested', 'returned') AND owner_id = ",
    );
    sql.bind(id).push(") AS requests");
    let row = sql.one(db).await?.ok_or_else(|| Error::Internal("counting gave no row".into()))?;
    Ok(OpenWork {
        accounts: row.try_get("", "accounts")?,
        opportunities: row.try_get("", "opportunities")?,
        requests: row.try_get("", "requests")?,
    })
}

/// The dealers that `me` may know of: their own, those open to them, and all where they manage structure for all.
pub async fn list_dealers(db: &impl ConnectionTrait, me: &UserSubject) -> Result<Vec<Dealer>> {
    let mut dealers = structure::dealers(db).await?;
    dealers.retain(|d| me.may_know_dealer(d.id.0));
    Ok(dealers)
}

/// Whether nobody of a dealer has a password yet: until then it has no administrator of its own.
pub async fn is_new_dealer(db: &impl ConnectionTrait, dealer: DealerId) -> Result<bool> {
    if structure::find_dealer(db, dealer).await?.is_none() {
        return Ok(false);
    }
    let mut sql = Sql::new("SELECT id FROM app_user WHERE password_hash IS NOT NULL AND dealer_id = ");
    sql.bind(dealer.0).push(" LIMIT 1");
    Ok(sql.one(db).await?.is_none())
}

/// Whether `permission` of `me` covers this row of people or structure.
///
/// Who holds it for all dealers also looks after a dealer that has nobody yet, even one whose contract is closed.
pub async fn administers(db: &impl ConnectionTrait, me: &UserSubject, permission: Permission, row: &RowScope) -> Result<bool> {
    if me.covers(permission, row) {
        return Ok(true);
    }
    match row.dealer_id {
        Some(dealer) if me.reach.scope(permission) == Some(Scope::All) => is_new_dealer(db, DealerId(dealer)).await,
        _ => Ok(false),
    }
}

/// The units of a dealer: everybody knows those of their own.
pub async fn list_units<K: Kind>(db: &impl ConnectionTrait, me: &UserSubject, dealer: Option<DealerId>) -> Result<Vec<Unit>> {
    let dealer = dealer.unwrap_or(me.reach.dealer_id);
    let row = RowScope { dealer_id: Some(dealer.0), ..RowScope::default() };
    if dealer != me.reach.dealer_id && !administers(db, me, Permission::StructureManage, &row).await? {
        return Err(Error::not_found());
    }
    structure::units::<K>(db, dealer).await
}

/// The user `id`, where `me` may see them.
pub async fn find_user(db: &impl ConnectionTrait, me: &UserSubject, id: Uuid) -> Result<User> {
    let user = users::find(db, id).await?.ok_or_else(Error::not_found)?;
    let sees = administers(db, me, Permission::UserRead, &users::scope(&user)).await?;
    if sees { Ok(user) } else { Err(Error::not_found()) }
}

/// The user `id`, where `me` may change them.
pub async fn manage_user(db: &impl ConnectionTrait, me: &UserSubject, id: Uuid) -> Result<User> {
    let user = find_user(db, me, id).await?;
    let manages = administers(db, me, Permission::UserManage, &users::scope(&user)).await?;
    if manages { Ok(user) } else { Err(Error::forbidden()) }
}
