//! Reading saved views.

use muster_shared::view::{View, ViewPlace};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::row::{COLUMNS, SavedView, from_row};
use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::sql::Sql;

/// The user's views and those shared at their dealer, by name.
pub(super) async fn list(db: &impl ConnectionTrait, user: &UserSubject, place: Option<ViewPlace>) -> Result<Vec<View>> {
    let mut sql = select();
    sql.push_bind(" WHERE v.deleted_at IS NULL AND v.dealer_id = ", user.dealer_id());
    sql.push_bind(" AND (v.shared OR v.owner_id = ", user.id()).push(")");
    if let Some(place) = place {
        sql.push_bind(" AND v.place = ", place.as_str());
    }
    let mut views = sql.all(db).await?.iter().map(view).collect::<Result<Vec<_>>>()?;
    views.sort_by_cached_key(|v| (muster_shared::fold::fold(&v.name), v.id));
    Ok(views)
}

/// `stored` with its owner's name.
pub(super) async fn named(db: &impl ConnectionTrait, stored: &SavedView) -> Result<View> {
    let id: Uuid = stored.id.0;
    let mut sql = select();
    sql.push_bind(" WHERE v.id = ", id);
    view(&sql.one(db).await?.ok_or_else(Error::not_found)?)
}

fn select() -> Sql {
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS).push(", u.name AS owner_name FROM saved_view v JOIN app_user u ON u.id = v.owner_id");
    sql
}

fn view(row: &QueryResult) -> Result<View> {
    let stored = from_row(row)?;
    Ok(View {
        id: stored.id,
        version: stored.version,
        place: stored.place,
        name: stored.name,
        query: stored.query,
        owner_id: stored.owner_id,
        owner_name: row.try_get("", "owner_name")?,
        shared: stored.shared,
    })
}
