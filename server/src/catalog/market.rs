//! The market as a row.

use muster_shared::access::Permission;
use muster_shared::catalog::Market;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::id::{DealerId, MarketId};
use muster_shared::money::Currency;
use muster_shared::text::Lang;
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

macro_rules! columns {
    () => {
        "version, dealer_id, code, name, currency, provinces, fees, finance, position, created_at, updated_at, deleted_at"
    };
}

fn values(m: &Market) -> Result<Vec<Value>> {
    Ok(vec![
        m.version.into(),
        m.dealer_id.0.into(),
        m.code.as_str().into(),
        serde_json::to_string(&m.name)?.into(),
        m.currency.code().into(),
        serde_json::to_string(&m.provinces)?.into(),
        serde_json::to_string(&m.fees)?.into(),
        m.finance.map(|finance| serde_json::to_string(&finance)).transpose()?.into(),
        m.position.into(),
        m.created_at.0.into(),
        m.updated_at.0.into(),
        m.deleted_at.map(|at| at.0).into(),
    ])
}

fn from_row(row: &QueryResult) -> Result<Market> {
    let text = |column: &str| row.try_get::<String>("", column);
    let currency = text("currency")?;
    Ok(Market {
        id: MarketId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        code: text("code")?,
        name: serde_json::from_str(&text("name")?)?,
        currency: Currency::parse(&currency).ok_or_else(|| Error::Internal(format!("unknown currency {currency}")))?,
        provinces: serde_json::from_str(&text("provinces")?)?,
        fees: serde_json::from_str(&text("fees")?)?,
        finance: row.try_get::<Option<String>>("", "finance")?.map(|text| serde_json::from_str(&text)).transpose()?,
        position: row.try_get("", "position")?,
        created_at: Instant(row.try_get("", "created_at")?),
        updated_at: Instant(row.try_get("", "updated_at")?),
        deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant),
    })
}

/// All live markets, in the order of the shop.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Market>> {
    let sql = Sql::new(concat!("SELECT id, ", columns!(), " FROM market WHERE deleted_at IS NULL ORDER BY position, id"));
    sql.all(db).await?.iter().map(from_row).collect()
}

impl Record for Market {
    const KIND: EntityKind = EntityKind::Market;
    const READ: Permission = Permission::CatalogRead;
    const WRITE: Permission = Permission::CatalogManage;
    const DELETE: Permission = Permission::CatalogManage;

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
        Self::scope(self)
    }

    fn label(&self) -> String {
        self.name.get(Lang::En).to_owned()
    }

    fn persons(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn set_deleted(&mut self, at: Option<Instant>) {
        self.deleted_at = at;
    }

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let mut sql = Sql::new(concat!("SELECT id, ", columns!(), " FROM market WHERE id = "));
        sql.bind(id);
        sql.one(db).await?.as_ref().map(from_row).transpose()
    }

    async fn settle(tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        new.check()?;
        let taken =
            all(tx.db()).await?.iter().any(|other| other.id != new.id && other.dealer_id == new.dealer_id && other.code == new.code);
        if taken { Err(Error::field("code", "taken")) } else { Ok(()) }
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let mut sql;
        if old.is_none() {
            sql = Sql::new(concat!("INSERT INTO market (id, ", columns!(), ") VALUES "));
            sql.rows([values(new)?], |v, row| {
                v.push(new.id.0.into());
                v.extend(row);
            });
        } else {
            sql = Sql::new(concat!("UPDATE market SET (", columns!(), ") = "));
            sql.rows([values(new)?], |v, row| v.extend(row)).push_bind(" WHERE id = ", new.id.0);
        }
        sql.run(tx.db()).await?;
        Ok(())
    }
}
