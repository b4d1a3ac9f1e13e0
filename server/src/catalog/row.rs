//! Models and their versions as rows.

use muster_shared::access::Permission;
use muster_shared::catalog::{ModelVersion, ProductModel, VersionState};
use muster_shared::check::Checks;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::id::{DealerId, ModelId, ModelVersionId};
use muster_shared::text::Lang;
use muster_shared::time::{Day, Instant};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

macro_rules! model_columns {
    () => {
        "version, dealer_id, code, name, position, created_at, updated_at, deleted_at"
    };
}

fn model_values(m: &ProductModel) -> Result<Vec<Value>> {
    Ok(vec![
        m.version.into(),
        m.dealer_id.0.into(),
        m.code.as_str().into(),
        serde_json::to_string(&m.name)?.into(),
        m.position.into(),
        m.created_at.0.into(),
        m.updated_at.0.into(),
        m.deleted_at.map(|at| at.0).into(),
    ])
}

fn model_from_row(row: &QueryResult) -> Result<ProductModel> {
    Ok(ProductModel {
        id: ModelId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        code: row.try_get("", "code")?,
        name: serde_json::from_str(&row.try_get::<String>("", "name")?)?,
        position: row.try_get("", "position")?,
        created_at: Instant(row.try_get("", "created_at")?),
        updated_at: Instant(row.try_get("", "updated_at")?),
        deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant),
    })
}

/// The live models that `user` may read, in the order of the shop.
pub async fn models(db: &impl ConnectionTrait, user: &UserSubject) -> Result<Vec<ProductModel>> {
    let sql = Sql::new(concat!("SELECT id, ", model_columns!(), " FROM product_model WHERE deleted_at IS NULL ORDER BY position, id"));
    let all = sql.all(db).await?.iter().map(model_from_row).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().filter(|model| user.covers(Permission::CatalogRead, &Record::scope(model))).collect())
}

/// The model of a version.
pub async fn model(db: &impl ConnectionTrait, id: ModelId) -> Result<ProductModel> {
    ProductModel::load(db, id.0).await?.ok_or_else(|| Error::Internal("a version has no model".into()))
}

impl Record for ProductModel {
    const KIND: EntityKind = EntityKind::Model;
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
        let mut sql = Sql::new(concat!("SELECT id, ", model_columns!(), " FROM product_model WHERE id = "));
        sql.bind(id);
        sql.one(db).await?.as_ref().map(model_from_row).transpose()
    }

    async fn settle(tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        let mut checks = Checks::new();
        checks.that(muster_shared::catalog::is_code(&new.code), "code", "not-a-code");
        checks.done()?;
        let mut sql = Sql::new("SELECT id FROM product_model WHERE deleted_at IS NULL AND code = ");
        sql.bind(new.code.as_str()).push_bind(" AND dealer_id = ", new.dealer_id.0).push_bind(" AND id <> ", new.id.0);
        if sql.one(tx.db()).await?.is_some() { Err(Error::field("code", "taken")) } else { Ok(()) }
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let mut sql;
        if old.is_none() {
            sql = Sql::new(concat!("INSERT INTO product_model (id, ", model_columns!(), ") VALUES "));
            sql.rows([model_values(new)?], |v, row| {
                v.push(new.id.0.into());
                v.extend(row);
            });
        } else {
            sql = Sql::new(concat!("UPDATE product_model SET (", model_columns!(), ") = "));
            sql.rows([model_values(new)?], |v, row| v.extend(row)).push_bind(" WHERE id = ", new.id.0);
        }
        sql.run(tx.db()).await?;
        Ok(())
    }
}

macro_rules! version_columns {
    () => {
        "version, dealer_id, model_id, number, state, body, diagram, from_day, created_at, updated_at, deleted_at"
    };
}

fn version_values(v: &ModelVersion) -> Vec<Value> {
    vec![
        v.version.into(),
        v.dealer_id.0.into(),
        v.model_id.0.into(),
        v.number.into(),
        v.state.as_str().into(),
        v.body.as_str().into(),
        v.diagram.as_deref().into(),
        v.from_day.map(|day| day.0).into(),
        v.created_at.0.into(),
        v.updated_at.0.into(),
        v.deleted_at.map(|at| at.0).into(),
    ]
}

fn version_from_row(row: &QueryResult) -> Result<ModelVersion> {
    let state: String = row.try_get("", "state")?;
    Ok(ModelVersion {
        id: ModelVersionId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        model_id: ModelId(row.try_get("", "model_id")?),
        number: row.try_get("", "number")?,
        state: VersionState::parse(&state).ok_or_else(|| Error::Internal(format!("unknown state {state}")))?,
        body: row.try_get("", "body")?,
        diagram: row.try_get("", "diagram")?,
        from_day: row.try_get::<Option<i32>>("", "from_day")?.map(Day),
        created_at: Instant(row.try_get("", "created_at")?),
        updated_at: Instant(row.try_get("", "updated_at")?),
        deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant),
    })
}

/// The live versions of a model, the newest first.
pub async fn versions_of(db: &impl ConnectionTrait, model: ModelId) -> Result<Vec<ModelVersion>> {
    let mut sql = Sql::new(concat!("SELECT id, ", version_columns!(), " FROM model_version WHERE deleted_at IS NULL AND model_id = "));
    sql.bind(model.0).push(" ORDER BY number DESC");
    sql.all(db).await?.iter().map(version_from_row).collect()
}

impl Record for ModelVersion {
    const KIND: EntityKind = EntityKind::ModelVersion;
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
        self.number.to_string()
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
        let mut sql = Sql::new(concat!("SELECT id, ", version_columns!(), " FROM model_version WHERE id = "));
        sql.bind(id);
        sql.one(db).await?.as_ref().map(version_from_row).transpose()
    }

    async fn settle(_tx: &Tx, _old: Option<&Self>, _new: &mut Self) -> Result<()> {
        Ok(())
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let mut sql;
        if old.is_none() {
            sql = Sql::new(concat!("INSERT INTO model_version (id, ", version_columns!(), ") VALUES "));
            sql.rows([version_values(new)], |v, row| {
                v.push(new.id.0.into());
                v.extend(row);
            });
        } else {
            sql = Sql::new(concat!("UPDATE model_version SET (", version_columns!(), ") = "));
            sql.rows([version_values(new)], |v, row| v.extend(row)).push_bind(" WHERE id = ", new.id.0);
        }
        sql.run(tx.db()).await?;
        Ok(())
    }
}
