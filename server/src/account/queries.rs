//! Reading customers: the list and the page.

use muster_shared::access::Permission;
use muster_shared::account::{Account, AccountFilter, AccountRow, AccountView};
use muster_shared::event::EntityKind;
use muster_shared::id::{AccountId, UserId};
use muster_shared::page::Page;
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::access::{Columns, UserSubject, push_scope};
use crate::error::Result;
use crate::page::{Column, Keyset};
use crate::record::{self, Record};
use crate::search::Needle;
use crate::sql::Sql;

/// Scope columns of `account a`.
const SCOPE: Columns = Columns { dealer: "a.dealer_id", owner: "a.owner_id", team: "a.team_id", territory: "a.territory_id" };

/// The same where another condition leads to fewer rows: without statistics SQLite would read all of the dealer's through an index.
const NARROW: Columns = Columns { dealer: "COALESCE(a.dealer_id, a.dealer_id)", ..SCOPE };

/// Scope columns of the deals of one customer.
const DEALS: Columns =
    Columns { dealer: "COALESCE(o.dealer_id, o.dealer_id)", owner: "o.owner_id", team: "o.team_id", territory: "o.territory_id" };

const SORTS: [Column; 4] = [
    Column::key("name", "a.name_key"),
    Column::key("city", "a.city_key"),
    Column::text("segment", "a.segment"),
    Column::number("updated_at", "a.updated_at"),
];

/// A page of the customers that `user` may read.
pub async fn list(db: &impl ConnectionTrait, user: &UserSubject, filter: &AccountFilter) -> Result<Page<AccountRow>> {
    let place = (filter.sort.as_deref(), filter.after.as_deref(), filter.limit);
    let keyset = Keyset::read(db.get_database_backend(), &SORTS, "a.id", "name", place)?;
    let mut count = Sql::new("SELECT COUNT(*) AS n FROM account a WHERE ");
    push_filter(&mut count, user, filter);
    let total = count.one(db).await?.map_or(Ok(0), |r| r.try_get("", "n"))?;
    let mut sql = Sql::new(
        "SELECT a.id, a.version, a.kind, a.name, a.segment, a.mail, a.phone, a.city, a.country, a.owner_id, u.name AS owner_name, a.updated_at, \
         (SELECT COUNT(*) FROM opportunity o WHERE o.account_id = a.id AND o.deleted_at IS NULL AND o.closed_at IS NULL AND ",
    );
    // What somebody may not see they may not count either.
    push_scope(&mut sql, user, Permission::OpportunityRead, DEALS);
    sql.push(") AS open_opportunities");
    keyset.push_columns(&mut sql);
    // Ids first: names and counts are looked up for the rows shown only.
    sql.push(" FROM (SELECT a.id FROM account a WHERE ");
    push_filter(&mut sql, user, filter);
    keyset.push_after(&mut sql);
    keyset.push_order(&mut sql);
    sql.push(") k JOIN account a ON a.id = k.id JOIN app_user u ON u.id = a.owner_id");
    keyset.push_order(&mut sql);
    keyset.page(&sql.all(db).await?, total, row)
}

fn push_filter(sql: &mut Sql, user: &UserSubject, filter: &AccountFilter) {
    sql.push(if filter.deleted == Some(true) { "a.deleted_at IS NOT NULL AND " } else { "a.deleted_at IS NULL AND " });
    let needle = filter.q.as_deref().and_then(Needle::read);
    let narrow = needle.is_some() || filter.owner.is_some();
    push_scope(sql, user, Permission::AccountRead, if narrow { NARROW } else { SCOPE });
    if let Some(needle) = needle {
        sql.push(" AND ");
        needle.push(sql, user, Permission::AccountRead, EntityKind::Account, "a.id");
    }
    if let Some(owner) = filter.owner {
        sql.push_bind(" AND a.owner_id = ", owner.0);
    }
    if let Some(kind) = filter.kind {
        sql.push_bind(" AND a.kind = ", kind.as_str());
    }
    if let Some(segment) = &filter.segment {
        sql.push_bind(" AND a.segment = ", segment.as_str());
    }
    if let Some(country) = &filter.country {
        sql.push_bind(" AND a.country = ", country.as_str());
    }
}

fn row(row: &QueryResult) -> Result<AccountRow> {
    let text = |column: &str| row.try_get::<String>("", column);
    Ok(AccountRow {
        id: AccountId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        kind: super::row::kind(&text("kind")?)?,
        name: text("name")?,
        segment: text("segment")?,
        mail: text("mail")?,
        phone: text("phone")?,
        city: text("city")?,
        country: text("country")?,
        owner_id: UserId(row.try_get("", "owner_id")?),
        owner_name: text("owner_name")?,
        open_opportunities: row.try_get("", "open_opportunities")?,
        updated_at: Instant(row.try_get("", "updated_at")?),
    })
}

/// A live customer with what its page shows.
pub async fn view(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<AccountView> {
    let account: Account = record::find(db, user, id).await?;
    let mut sql = Sql::new("SELECT u.name AS owner_name, (SELECT t.name FROM territory t WHERE t.id = ");
    sql.bind(account.territory_id.map(Uuid::from)).push_bind(") AS territory_name FROM app_user u WHERE u.id = ", account.owner_id.0);
    let names = sql.one(db).await?.ok_or_else(crate::error::Error::not_found)?;
    let scope = Record::scope(&account);
    Ok(AccountView {
        owner_name: names.try_get("", "owner_name")?,
        territory_name: names.try_get("", "territory_name")?,
        can_write: user.covers(Permission::AccountWrite, &scope),
        can_delete: user.covers(Permission::AccountDelete, &scope),
        account,
    })
}
