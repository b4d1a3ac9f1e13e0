//! The saved view as a row.

use muster_shared::access::Permission;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::id::{DealerId, UserId, ViewId};
use muster_shared::time::Instant;
use muster_shared::view::{ViewPlace, check};
use sea_orm::{ConnectionTrait, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

/// A view as it is stored and as the log sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: ViewId,
    pub version: i64,
    pub dealer_id: DealerId,
    pub owner_id: UserId,
    pub place: ViewPlace,
    pub name: String,
    pub query: String,
    pub shared: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Instant>,
}

/// The columns that [`from_row`] reads.
pub(super) const COLUMNS: &str = "v.id, v.version, v.dealer_id, v.owner_id, v.place, v.name, v.query, v.shared, v.deleted_at";

/// Reads a row of [`COLUMNS`].
pub(super) fn from_row(row: &QueryResult) -> Result<SavedView> {
    let place: String = row.try_get("", "place")?;
    Ok(SavedView {
        id: ViewId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        owner_id: UserId(row.try_get("", "owner_id")?),
        place: ViewPlace::parse(&place).ok_or_else(|| Error::Internal(format!("unknown place of a view {place}")))?,
        name: row.try_get("", "name")?,
        query: row.try_get("", "query")?,
        shared: row.try_get("", "shared")?,
        deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant),
    })
}

impl Record for SavedView {
    const KIND: EntityKind = EntityKind::View;
    // For others' shared views; one's own ask for nothing.
    const READ: Permission = Permission::ViewShare;
    const WRITE: Permission = Permission::ViewShare;
    const DELETE: Permission = Permission::ViewShare;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stamp(&mut self, version: i64, _now: Instant) {
        self.version = version;
    }

    fn scope(&self) -> RowScope {
        // Without an owner it is everybody's at the dealer.
        let owner_id = (!self.shared).then_some(self.owner_id.0);
        RowScope { dealer_id: Some(self.dealer_id.0), owner_id, ..RowScope::default() }
    }

    fn label(&self) -> String {
        self.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        vec![self.owner_id.0]
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn set_deleted(&mut self, at: Option<Instant>) {
        self.deleted_at = at;
    }

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let mut sql = Sql::new("SELECT ");
        sql.push(COLUMNS).push_bind(" FROM saved_view v WHERE v.id = ", id);
        sql.one(db).await?.as_ref().map(from_row).transpose()
    }

    async fn settle(_tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        new.name = new.name.trim().to_owned();
        Ok(check(&new.name, &new.query)?)
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let mut sql;
        if old.is_none() {
            sql = Sql::new("INSERT INTO saved_view (id, version, dealer_id, owner_id, place, name, query, shared) VALUES ");
            sql.rows([()], |v, ()| {
                v.extend([
                    new.id.0.into(),
                    new.version.into(),
                    new.dealer_id.0.into(),
                    new.owner_id.0.into(),
                    new.place.as_str().into(),
                    new.name.as_str().into(),
                    new.query.as_str().into(),
                    new.shared.into(),
                ]);
            });
        } else {
            sql = Sql::new("UPDATE saved_view SET version = ");
            sql.bind(new.version).push_bind(", name = ", new.name.as_str()).push_bind(", query = ", new.query.as_str());
            sql.push_bind(", shared = ", new.shared).push_bind(", deleted_at = ", new.deleted_at.map(|t| t.0));
            sql.push_bind(" WHERE id = ", new.id.0);
        }
        sql.run(tx.db()).await?;
        Ok(())
    }
}
