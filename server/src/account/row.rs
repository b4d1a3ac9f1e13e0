//! The customer as a row: reading, writing, and what follows from its fields.

use muster_shared::access::Permission;
use muster_shared::account::{Account, AccountKind};
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::fold::fold;
use muster_shared::id::{AccountId, DealerId, TeamId, TerritoryId, UserId};
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::search;
use crate::sql::Sql;
use crate::writer::Tx;

/// Rows a statement.
const ROWS: usize = 500;

/// The columns after the id, in the order of [`values`].
macro_rules! columns {
    () => {
        "version, dealer_id, kind, name, name_key, segment, mail, phone, website, street, city, city_key, country, note, owner_id, team_id, \
         territory_id, custom, created_at, updated_at, deleted_at"
    };
}

/// The values after the id.
fn values(a: &Account) -> Result<Vec<Value>> {
    Ok(vec![
        a.version.into(),
        a.dealer_id.0.into(),
        a.kind.as_str().into(),
        a.name.as_str().into(),
        fold(&a.name).into(),
        a.segment.as_str().into(),
        a.mail.as_str().into(),
        a.phone.as_str().into(),
        a.website.as_str().into(),
        a.street.as_str().into(),
        a.city.as_str().into(),
        fold(&a.city).into(),
        a.country.as_str().into(),
        a.note.as_str().into(),
        a.owner_id.0.into(),
        a.team_id.map(Uuid::from).into(),
        a.territory_id.map(Uuid::from).into(),
        serde_json::to_string(&a.custom)?.into(),
        a.created_at.0.into(),
        a.updated_at.0.into(),
        a.deleted_at.map(|t| t.0).into(),
    ])
}

/// Inserts rows with their search words, many a statement.
pub async fn insert_many(tx: &Tx, accounts: &[Account]) -> Result<()> {
    for chunk in accounts.chunks(ROWS) {
        let rows = chunk.iter().map(values).collect::<Result<Vec<_>>>()?;
        let mut sql = Sql::new(concat!("INSERT INTO account (id, ", columns!(), ") VALUES "));
        sql.rows(chunk.iter().zip(rows), |v, (account, row)| {
            v.push(account.id.0.into());
            v.extend(row);
        });
        sql.run(tx.db()).await?;
    }
    search::insert(tx, EntityKind::Account, accounts.iter().map(|a| (a.id.0, a.dealer_id.0, terms(a)))).await
}

/// What a customer is found by.
fn terms(a: &Account) -> Vec<String> {
    search::terms(&[&a.name, &a.mail, &a.city], &[&a.phone])
}

fn from_row(row: &QueryResult) -> Result<Account> {
    let text = |column: &str| row.try_get::<String>("", column);
    Ok(Account {
        id: AccountId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        kind: kind(&text("kind")?)?,
        name: text("name")?,
        segment: text("segment")?,
        mail: text("mail")?,
        phone: text("phone")?,
        website: text("website")?,
        street: text("street")?,
        city: text("city")?,
        country: text("country")?,
        note: text("note")?,
        owner_id: UserId(row.try_get("", "owner_id")?),
        team_id: row.try_get::<Option<Uuid>>("", "team_id")?.map(TeamId),
        territory_id: row.try_get::<Option<Uuid>>("", "territory_id")?.map(TerritoryId),
        custom: serde_json::from_str(&text("custom")?)?,
        created_at: Instant(row.try_get("", "created_at")?),
        updated_at: Instant(row.try_get("", "updated_at")?),
        deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant),
    })
}

/// Reads the column `kind`.
pub(super) fn kind(text: &str) -> Result<AccountKind> {
    AccountKind::parse(text).ok_or_else(|| Error::Internal(format!("unknown kind of customer {text}")))
}

impl Record for Account {
    const KIND: EntityKind = EntityKind::Account;
    const READ: Permission = Permission::AccountRead;
    const WRITE: Permission = Permission::AccountWrite;
    const DELETE: Permission = Permission::AccountDelete;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stamp(&mut self, version: i64, now: Instant) {
        self.version = version;
        self.updated_at = now;
    }

    fn scope(&self) -> RowScope {
        Account::scope(self)
    }

    fn label(&self) -> String {
        self.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        // A company is no person, but it may become one by a change of kind.
        vec![self.id.0]
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn set_deleted(&mut self, at: Option<Instant>) {
        self.deleted_at = at;
    }

    fn worked_on_by(&mut self) -> Option<&mut UserId> {
        Some(&mut self.owner_id)
    }

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let mut sql = Sql::new(concat!("SELECT id, ", columns!(), " FROM account WHERE id = "));
        sql.bind(id);
        sql.one(db).await?.as_ref().map(from_row).transpose()
    }

    async fn settle(tx: &Tx, old: Option<&Self>, new: &mut Self) -> Result<()> {
        super::commands::settle(tx, old, new).await
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let Some(old) = old else { return insert_many(tx, std::slice::from_ref(new)).await };
        let mut sql = Sql::new(concat!("UPDATE account SET (", columns!(), ") = "));
        sql.rows([values(new)?], |v, row| v.extend(row)).push_bind(" WHERE id = ", new.id.0);
        sql.run(tx.db()).await?;
        let terms_now = terms(new);
        if terms(old) != terms_now {
            search::forget(tx, new.id.0).await?;
            search::insert(tx, EntityKind::Account, [(new.id.0, new.dealer_id.0, terms_now)]).await?;
        }
        Ok(())
    }

    async fn follow(tx: &mut Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        match old {
            Some(old) => super::commands::follow(tx, old, new).await,
            None => Ok(()),
        }
    }
}
