//! A version in work as a record whose fields are the model's parts: merging, conflicts, history and undo are those of every record.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use muster_shared::access::Permission;
use muster_shared::catalog::draft::{DRAFT_MAX, PARTS_MAX, check_part};
use muster_shared::catalog::{ModelVersion, Parts, VersionState};
use muster_shared::check::Checks;
use muster_shared::configurator::model::Model;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::id::ModelVersionId;
use muster_shared::problem::Problem;
use muster_shared::time::Instant;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::files;
use crate::error::{Error, Result};
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

/// A version with what it says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Draft {
    #[serde(flatten)]
    pub version: ModelVersion,
    /// By address; `null` for what a change is taking away.
    #[serde(flatten)]
    pub parts: BTreeMap<String, Value>,
}

impl Draft {
    /// What it says now.
    #[must_use]
    pub fn parts(&self) -> Parts {
        let mut parts = Parts::default();
        parts.apply(self.parts.clone());
        parts
    }

    #[must_use]
    pub fn model(&self) -> Model {
        Parts(self.parts.clone()).model()
    }

    /// # Errors
    /// 409 where it was published: that never changes.
    pub fn must_be_open(&self) -> Result<()> {
        if is_open(self.version.state) { Ok(()) } else { Err(not_a_draft()) }
    }

    /// Refuses parts that no draft can hold, where they differ from `old`.
    fn check(&self, old: Option<&Self>) -> Result<()> {
        let mut checks = Checks::new();
        for (address, value) in &self.parts {
            if old.is_none_or(|old| old.parts.get(address) != Some(value))
                && let Err(code) = check_part(address, value)
            {
                checks.fail(address, code);
            }
        }
        checks.that(self.parts.len() <= PARTS_MAX, "changes", "too-many");
        Ok(checks.done()?)
    }
}

/// Whether a version in this state may be changed.
#[must_use]
pub const fn is_open(state: VersionState) -> bool {
    matches!(state, VersionState::Draft | VersionState::Checked)
}

/// What was published never changes.
#[must_use]
pub fn not_a_draft() -> Error {
    Error::problem(StatusCode::CONFLICT, "not-a-draft", "This version was published. Begin a new one from it.")
}

/// What is kept of a draft in work.
pub async fn stored(db: &impl ConnectionTrait, id: ModelVersionId) -> Result<Option<Parts>> {
    let mut sql = Sql::new("SELECT parts FROM model_draft WHERE version_id = ");
    sql.bind(id.0);
    sql.one(db).await?.map(|row| Ok(serde_json::from_str(&row.try_get::<String>("", "parts")?)?)).transpose()
}

/// Keeps what a draft says.
pub async fn keep(tx: &Tx, id: ModelVersionId, parts: &Parts) -> Result<()> {
    let text = serde_json::to_string(parts)?;
    if text.len() > DRAFT_MAX {
        return Err(Error::field("changes", "too-large"));
    }
    let mut sql = Sql::new("INSERT INTO model_draft (version_id, parts) VALUES ");
    sql.rows([()], |v, ()| v.extend([id.0.into(), text.as_str().into()]));
    sql.push(" ON CONFLICT (version_id) DO UPDATE SET parts = excluded.parts");
    sql.run(tx.db()).await?;
    Ok(())
}

/// Forgets the draft of a version that was published: its file says it all.
pub async fn forget(tx: &Tx, id: ModelVersionId) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM model_draft WHERE version_id = ");
    sql.bind(id.0);
    sql.run(tx.db()).await?;
    Ok(())
}

/// The model in a file.
pub async fn model_in(db: &impl ConnectionTrait, body: &str) -> Result<Model> {
    let bytes = files::read(db, body).await?.ok_or_else(|| Error::Internal("a model's file is missing".into()))?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// What a version says, in work or not.
pub async fn parts_of(db: &impl ConnectionTrait, version: &ModelVersion) -> Result<Parts> {
    match stored(db, version.id).await? {
        Some(parts) => Ok(parts),
        None => Ok(Parts::of(&model_in(db, &version.body).await?)),
    }
}

/// Refuses a second draft of a model.
pub async fn refuse_second(tx: &Tx, version: &ModelVersion) -> Result<()> {
    let mut sql = Sql::new("SELECT id FROM model_version WHERE deleted_at IS NULL AND state IN ('draft', 'checked') AND model_id = ");
    sql.bind(version.model_id.0).push_bind(" AND id <> ", version.id.0).push(" ORDER BY number DESC LIMIT 1");
    let Some(row) = sql.one(tx.db()).await? else { return Ok(()) };
    let other: Uuid = row.try_get("", "id")?;
    let problem = Problem::new(StatusCode::CONFLICT.as_u16(), "draft-exists", "There is a draft of this model already.");
    Err(Error::Problem(Box::new(problem.with("version_id", other.to_string()))))
}

impl Record for Draft {
    const KIND: EntityKind = EntityKind::ModelVersion;
    const READ: Permission = Permission::CatalogRead;
    const WRITE: Permission = Permission::CatalogManage;
    const DELETE: Permission = Permission::CatalogManage;

    fn id(&self) -> Uuid {
        self.version.id.0
    }

    fn version(&self) -> i64 {
        self.version.version
    }

    fn stamp(&mut self, version: i64, now: Instant) {
        self.version.stamp(version, now);
    }

    fn scope(&self) -> RowScope {
        self.version.scope()
    }

    fn label(&self) -> String {
        Record::label(&self.version)
    }

    fn persons(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn is_deleted(&self) -> bool {
        self.version.is_deleted()
    }

    fn set_deleted(&mut self, at: Option<Instant>) {
        self.version.set_deleted(at);
    }

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let Some(version) = ModelVersion::load(db, id).await? else { return Ok(None) };
        let Parts(parts) = parts_of(db, &version).await?;
        Ok(Some(Self { version, parts }))
    }

    async fn settle(tx: &Tx, old: Option<&Self>, new: &mut Self) -> Result<()> {
        if let Some(old) = old {
            old.must_be_open()?;
            let was_deleted = old.is_deleted() && !new.is_deleted();
            // Its state is nobody's to set: a check says it, and any change afterwards takes it back.
            new.version = ModelVersion { deleted_at: new.version.deleted_at, ..old.version.clone() };
            if old.parts != new.parts {
                new.version.state = VersionState::Draft;
            }
            if was_deleted {
                refuse_second(tx, &new.version).await?;
            }
        }
        new.check(old)
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        ModelVersion::store(tx, old.map(|old| &old.version), &new.version).await?;
        keep(tx, new.version.id, &new.parts()).await
    }
}
