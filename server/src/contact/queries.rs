//! Reading contacts: the list and the page.

use muster_shared::access::Permission;
use muster_shared::contact::{Contact, ContactFilter, ContactRow, ContactView};
use muster_shared::event::EntityKind;
use muster_shared::id::{AccountId, ContactId, UserId};
use muster_shared::page::Page;
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::access::{Columns, UserSubject, push_scope};
use crate::error::{Error, Result};
use crate::page::{Column, Keyset};
use crate::record::{self, Record};
use crate::search::Needle;
use crate::sql::Sql;

/// Scope columns of `contact c`.
const SCOPE: Columns = Columns { dealer: "c.dealer_id", owner: "c.owner_id", team: "c.team_id", territory: "c.territory_id" };

/// The same where another condition leads to fewer rows: without statistics SQLite would read all of the dealer's through an index.
const NARROW: Columns = Columns { dealer: "COALESCE(c.dealer_id, c.dealer_id)", ..SCOPE };

const SORTS: [Column; 3] =
    [Column::key("name", "c.name_key"), Column::text("title", "c.title"), Column::number("updated_at", "c.updated_at")];

/// A page of the contacts that `user` may read.
pub async fn list(db: &impl ConnectionTrait, user: &UserSubject, filter: &ContactFilter) -> Result<Page<ContactRow>> {
    let place = (filter.sort.as_deref(), filter.after.as_deref(), filter.limit);
    let keyset = Keyset::read(db.get_database_backend(), &SORTS, "c.id", "name", place)?;
    let mut count = Sql::new("SELECT COUNT(*) AS n FROM contact c WHERE ");
    push_filter(&mut count, user, filter);
    let total = count.one(db).await?.map_or(Ok(0), |r| r.try_get("", "n"))?;
    let mut sql = Sql::new(
        "SELECT c.id, c.version, c.account_id, a.name AS account_name, c.name, c.title, c.mail, c.phone, c.owner_id, u.name AS owner_name, \
         c.updated_at",
    );
    keyset.push_columns(&mut sql);
    // Ids first: names are looked up for the rows shown only.
    sql.push(" FROM (SELECT c.id FROM contact c WHERE ");
    push_filter(&mut sql, user, filter);
    keyset.push_after(&mut sql);
    keyset.push_order(&mut sql);
    sql.push(") k JOIN contact c ON c.id = k.id JOIN account a ON a.id = c.account_id JOIN app_user u ON u.id = c.owner_id");
    keyset.push_order(&mut sql);
    keyset.page(&sql.all(db).await?, total, row)
}

fn push_filter(sql: &mut Sql, user: &UserSubject, filter: &ContactFilter) {
    sql.push(if filter.deleted == Some(true) { "c.deleted_at IS NOT NULL AND " } else { "c.deleted_at IS NULL AND " });
    let needle = filter.q.as_deref().and_then(Needle::read);
    let narrow = needle.is_some() || filter.account.is_some();
    push_scope(sql, user, Permission::AccountRead, if narrow { NARROW } else { SCOPE });
    if let Some(needle) = needle {
        sql.push(" AND ");
        needle.push(sql, user, Permission::AccountRead, EntityKind::Contact, "c.id");
    }
    if let Some(account) = filter.account {
        sql.push_bind(" AND c.account_id = ", account.0);
    }
    if let Some(owner) = filter.owner {
        sql.push_bind(" AND c.owner_id = ", owner.0);
    }
}

fn row(row: &QueryResult) -> Result<ContactRow> {
    let text = |column: &str| row.try_get::<String>("", column);
    Ok(ContactRow {
        id: ContactId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        account_id: AccountId(row.try_get("", "account_id")?),
        account_name: text("account_name")?,
        name: text("name")?,
        title: text("title")?,
        mail: text("mail")?,
        phone: text("phone")?,
        owner_id: UserId(row.try_get("", "owner_id")?),
        owner_name: text("owner_name")?,
        updated_at: Instant(row.try_get("", "updated_at")?),
    })
}

/// A live contact with what their page shows.
pub async fn view(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<ContactView> {
    let contact: Contact = record::find(db, user, id).await?;
    let mut sql = Sql::new("SELECT u.name AS owner_name, a.name AS account_name FROM account a JOIN app_user u ON u.id = ");
    sql.bind(contact.owner_id.0).push_bind(" WHERE a.id = ", contact.account_id.0);
    let names = sql.one(db).await?.ok_or_else(Error::not_found)?;
    let scope = Record::scope(&contact);
    Ok(ContactView {
        account_name: names.try_get("", "account_name")?,
        owner_name: names.try_get("", "owner_name")?,
        can_write: user.covers(Permission::AccountWrite, &scope),
        can_delete: user.covers(Permission::AccountDelete, &scope),
        contact,
    })
}
