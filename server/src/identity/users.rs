//! Users as rows: read, checked and stored.

use std::collections::HashMap;

use muster_shared::access::{Grants, Permission, union};
use muster_shared::check::{Checks, NAME_MAX};
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::fold::fold;
use muster_shared::id::{DealerId, DepartmentId, RoleId, TeamId, TerritoryId, UserId};
use muster_shared::identity::User;
use muster_shared::text::Lang;
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Result;
use crate::identity::structure::{self, Department, Kind, Team, Territory};
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

/// How a mail address is told from others: case does not count.
#[must_use]
pub fn mail_key(mail: &str) -> String {
    mail.trim().to_lowercase()
}

/// The columns that [`from_row`] reads.
pub const COLUMNS: &str = "u.id, u.version, u.dealer_id, u.department_id, u.name, u.name_key, u.mail, u.title, u.lang, u.zone, u.active, u.created_at, \
     u.password_hash IS NULL AS invited";

/// A user without memberships.
pub fn from_row(row: &QueryResult) -> Result<User> {
    Ok(User {
        id: UserId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        department_id: row.try_get::<Option<Uuid>>("", "department_id")?.map(DepartmentId),
        name: row.try_get("", "name")?,
        mail: row.try_get("", "mail")?,
        title: row.try_get("", "title")?,
        lang: Lang::parse(&row.try_get::<String>("", "lang")?).unwrap_or_default(),
        zone: row.try_get("", "zone")?,
        active: row.try_get("", "active")?,
        invited: row.try_get("", "invited")?,
        role_ids: Vec::new(),
        team_ids: Vec::new(),
        territory_ids: Vec::new(),
    })
}

/// Fills in the memberships of `users`.
pub async fn with_memberships(db: &impl ConnectionTrait, users: &mut [User]) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let places: HashMap<Uuid, usize> = users.iter().enumerate().map(|(i, u)| (u.id.0, i)).collect();
    for (text, end) in [
        ("SELECT user_id, role_id AS id, 'role' AS what FROM user_role WHERE user_id IN (", ") ORDER BY role_id"),
        ("SELECT user_id, team_id AS id, 'team' AS what FROM user_team WHERE user_id IN (", ") ORDER BY position"),
        ("SELECT user_id, territory_id AS id, 'territory' AS what FROM user_territory WHERE user_id IN (", ") ORDER BY position"),
    ] {
        let mut sql = Sql::new(text);
        for (i, id) in places.keys().enumerate() {
            sql.push(if i == 0 { "" } else { "," }).bind(*id);
        }
        sql.push(end);
        for row in sql.all(db).await? {
            let Some(place) = places.get(&row.try_get::<Uuid>("", "user_id")?) else { continue };
            let (user, id) = (&mut users[*place], row.try_get::<Uuid>("", "id")?);
            match row.try_get::<String>("", "what")?.as_str() {
                "role" => user.role_ids.push(RoleId(id)),
                "team" => user.team_ids.push(TeamId(id)),
                _ => user.territory_ids.push(TerritoryId(id)),
            }
        }
    }
    Ok(())
}

/// The user with this id.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<User>> {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push_bind(" FROM app_user u WHERE u.id = ", id);
    let Some(row) = sql.one(db).await? else { return Ok(None) };
    let mut users = [from_row(&row)?];
    with_memberships(db, &mut users).await?;
    let [user] = users;
    Ok(Some(user))
}

/// The columns that decide who may see `user`.
#[must_use]
pub fn scope(user: &User) -> RowScope {
    RowScope {
        dealer_id: Some(user.dealer_id.0),
        owner_id: Some(user.id.0),
        team_id: user.team_ids.first().map(|t| t.0),
        territory_id: user.territory_ids.first().map(|t| t.0),
    }
}

/// What these roles allow together.
pub async fn grants_of(db: &impl ConnectionTrait, roles: &[RoleId]) -> Result<Grants> {
    let all = super::roles::list(db).await?;
    Ok(union(all.iter().filter(|r| roles.contains(&r.id)).map(|r| &r.grants)))
}

/// A user as the log sees them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserRecord(pub User);

impl Record for UserRecord {
    const KIND: EntityKind = EntityKind::User;
    const READ: Permission = Permission::UserRead;
    const WRITE: Permission = Permission::UserManage;
    const DELETE: Permission = Permission::UserManage;

    fn id(&self) -> Uuid {
        self.0.id.0
    }

    fn version(&self) -> i64 {
        self.0.version
    }

    fn stamp(&mut self, version: i64, _now: Instant) {
        self.0.version = version;
    }

    fn scope(&self) -> RowScope {
        scope(&self.0)
    }

    fn label(&self) -> String {
        self.0.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        vec![self.0.id.0]
    }

    fn is_deleted(&self) -> bool {
        false
    }

    fn set_deleted(&mut self, _at: Option<Instant>) {}

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        Ok(find(db, id).await?.map(Self))
    }

    async fn settle(tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        let user = &mut new.0;
        for text in [&mut user.name, &mut user.mail, &mut user.title, &mut user.zone] {
            *text = text.trim().to_owned();
        }
        dedup(&mut user.team_ids);
        dedup(&mut user.territory_ids);
        user.role_ids.sort_unstable();
        user.role_ids.dedup();
        let mut checks = Checks::new();
        checks.required("name", &user.name, NAME_MAX);
        checks.mail("mail", &user.mail);
        checks.optional("title", &user.title, NAME_MAX);
        checks.that(user.zone.parse::<chrono_tz::Tz>().is_ok(), "zone", "not-a-zone");
        checks.that(!user.role_ids.is_empty(), "role_ids", "required");
        let db = tx.db();
        checks.that(structure::find_dealer(db, user.dealer_id).await?.is_some(), "dealer_id", "not-found");
        let mut sql = Sql::new("SELECT id FROM app_user WHERE mail_key = ");
        sql.bind(mail_key(&user.mail)).push_bind(" AND id <> ", user.id.0);
        checks.that(sql.one(db).await?.is_none(), "mail", "taken");
        let roles = super::roles::list(db).await?;
        checks.that(user.role_ids.iter().all(|id| roles.iter().any(|r| r.id == *id)), "role_ids", "not-found");
        let departments: Vec<Uuid> = user.department_id.iter().map(|d| d.0).collect();
        let teams: Vec<Uuid> = user.team_ids.iter().map(|t| t.0).collect();
        let territories: Vec<Uuid> = user.territory_ids.iter().map(|t| t.0).collect();
        checks.that(all_there::<Department>(db, user.dealer_id, &departments).await?, "department_id", "not-found");
        checks.that(all_there::<Team>(db, user.dealer_id, &teams).await?, "team_ids", "not-found");
        checks.that(all_there::<Territory>(db, user.dealer_id, &territories).await?, "territory_ids", "not-found");
        Ok(checks.done()?)
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let user = &new.0;
        let mut sql;
        if old.is_none() {
            sql = Sql::new(
                "INSERT INTO app_user (id, version, dealer_id, department_id, name, name_key, mail, mail_key, title, lang, zone, active, created_at) VALUES ",
            );
            sql.rows([()], |v, ()| {
                v.extend([
                    user.id.0.into(),
                    user.version.into(),
                    user.dealer_id.0.into(),
                    user.department_id.map(|d| d.0).into(),
                    user.name.as_str().into(),
                    fold(&user.name).into(),
                    user.mail.as_str().into(),
                    mail_key(&user.mail).into(),
                    user.title.as_str().into(),
                    user.lang.code().into(),
                    user.zone.as_str().into(),
                    user.active.into(),
                    tx.now.0.into(),
                ]);
            });
        } else {
            sql = Sql::new("UPDATE app_user SET version = ");
            sql.bind(user.version).push_bind(", department_id = ", user.department_id.map(|d| d.0));
            sql.push_bind(", name = ", user.name.as_str()).push_bind(", name_key = ", fold(&user.name));
            sql.push_bind(", mail = ", user.mail.as_str()).push_bind(", mail_key = ", mail_key(&user.mail));
            sql.push_bind(", title = ", user.title.as_str()).push_bind(", lang = ", user.lang.code());
            sql.push_bind(", zone = ", user.zone.as_str()).push_bind(", active = ", user.active).push_bind(" WHERE id = ", user.id.0);
        }
        sql.run(tx.db()).await?;
        let old = old.map(|o| &o.0);
        if old.is_none_or(|o| o.role_ids != user.role_ids) {
            let ids = user.role_ids.iter().map(|r| r.0).collect();
            members(tx, user.id, "DELETE FROM user_role WHERE user_id = ", "INSERT INTO user_role (user_id, role_id) VALUES ", false, ids)
                .await?;
        }
        if old.is_none_or(|o| o.team_ids != user.team_ids) {
            let ids = user.team_ids.iter().map(|t| t.0).collect();
            let insert = "INSERT INTO user_team (user_id, team_id, position) VALUES ";
            members(tx, user.id, "DELETE FROM user_team WHERE user_id = ", insert, true, ids).await?;
        }
        if old.is_none_or(|o| o.territory_ids != user.territory_ids) {
            let ids = user.territory_ids.iter().map(|t| t.0).collect();
            let insert = "INSERT INTO user_territory (user_id, territory_id, position) VALUES ";
            members(tx, user.id, "DELETE FROM user_territory WHERE user_id = ", insert, true, ids).await?;
        }
        Ok(())
    }
}

/// Drops repetitions, keeping the order: the first team is the home.
fn dedup<T: PartialEq + Copy>(ids: &mut Vec<T>) {
    let mut seen = Vec::with_capacity(ids.len());
    ids.retain(|id| {
        let new = !seen.contains(id);
        seen.push(*id);
        new
    });
}

async fn all_there<K: Kind>(db: &impl ConnectionTrait, dealer: DealerId, ids: &[Uuid]) -> Result<bool> {
    if ids.is_empty() {
        return Ok(true);
    }
    let units = structure::units::<K>(db, dealer).await?;
    Ok(ids.iter().all(|id| units.iter().any(|u| u.id == *id)))
}

async fn members(tx: &Tx, user: UserId, delete: &'static str, insert: &'static str, ordered: bool, ids: Vec<Uuid>) -> Result<()> {
    let mut sql = Sql::new(delete);
    sql.bind(user.0);
    sql.run(tx.db()).await?;
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(insert);
    sql.rows((0_i32..).zip(ids), |v, (position, id)| {
        v.extend([user.0.into(), id.into()]);
        if ordered {
            v.push(position.into());
        }
    });
    sql.run(tx.db()).await?;
    Ok(())
}
