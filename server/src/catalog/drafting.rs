//! Work on models: begun, changed by several people at once, checked, published, taken back and put back.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use muster_shared::access::Permission;
use muster_shared::catalog::draft::{PARTS_MAX, check_part};
use muster_shared::catalog::studio::{NewModel, Saved};
use muster_shared::catalog::{ModelVersion, Parts, ProductModel, VersionState};
use muster_shared::check::Checks;
use muster_shared::configurator::model::Model;
use muster_shared::event::{Action, Event};
use muster_shared::id::{ModelId, ModelVersionId};
use muster_shared::text::Lang;
use muster_shared::time::Day;
use sea_orm::ConnectionTrait;
use serde_json::Value;
use uuid::Uuid;

use super::draft::{self, Draft};
use super::files::{self, FileKind};
use super::publish::Compiled;
use super::{commands, row};
use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::record::{self, Record as _, Write};
use crate::sql::Sql;
use crate::writer::Tx;

/// Records a model with its first draft, from `body` where it comes from another program.
pub async fn create(tx: &mut Tx, user: &UserSubject, new: NewModel, body: Option<Model>) -> Result<(ProductModel, ModelVersion)> {
    let mut checks = Checks::new();
    checks.required("name", new.name.get(Lang::En), muster_shared::check::NAME_MAX);
    checks.done()?;
    let model = ProductModel {
        id: ModelId(tx.new_id()),
        version: 1,
        dealer_id: user.reach.dealer_id,
        code: new.code,
        name: new.name,
        position: next(tx, "SELECT MAX(position) AS most FROM product_model WHERE deleted_at IS NULL AND dealer_id = ", user.dealer_id())
            .await?,
        created_at: tx.now,
        updated_at: tx.now,
        deleted_at: None,
    };
    let model = record::create(tx, user, model).await?;
    let body = Model { name: model.name.clone(), ..body.unwrap_or_default() };
    let version = begin_with(tx, &model, 1, &body).await?;
    Ok((model, version))
}

/// Begins a draft from a version: from the newest that was published, or else the newest, where none is said.
///
/// # Errors
/// 409 `draft-exists`, with its id.
pub async fn begin(tx: &mut Tx, user: &UserSubject, id: Uuid, from: Option<ModelVersionId>) -> Result<ModelVersion> {
    let model: ProductModel = record::find(tx.db(), user, id).await?;
    user.must(Permission::CatalogRead, Permission::CatalogManage, &model.scope())?;
    let versions = row::versions_of(tx.db(), model.id).await?;
    let source = match from {
        Some(from) => versions.iter().find(|version| version.id == from).ok_or_else(|| Error::field("from", "not-found"))?,
        None => {
            let published = versions.iter().find(|version| version.from_day.is_some());
            published.or(versions.first()).ok_or_else(Error::not_found)?
        }
    };
    let body = draft::parts_of(tx.db(), source).await?.model();
    let number = next_number(tx, model.id).await?;
    begin_with(tx, &model, number, &body).await
}

/// Begins a draft that says what `body` says, without asking anybody's rights.
pub async fn begin_with(tx: &mut Tx, model: &ProductModel, number: i32, body: &Model) -> Result<ModelVersion> {
    let version = ModelVersion {
        id: ModelVersionId(tx.new_id()),
        version: 1,
        dealer_id: model.dealer_id,
        model_id: model.id,
        number,
        state: VersionState::Draft,
        body: files::put(tx, FileKind::Model, serde_json::to_vec(body)?).await?,
        diagram: None,
        from_day: None,
        created_at: tx.now,
        updated_at: tx.now,
        deleted_at: None,
    };
    draft::refuse_second(tx, &version).await?;
    let version = record::store_new(tx, version).await?;
    draft::keep(tx, version.id, &Parts::of(body)).await?;
    Ok(version)
}

/// Makes a draft say what `body` says, without asking anybody's rights.
pub async fn rewrite(tx: &mut Tx, id: ModelVersionId, body: &Model) -> Result<ModelVersion> {
    let old = Draft::load(tx.db(), id.0).await?.ok_or_else(Error::not_found)?;
    let mut new = old.clone();
    new.parts.extend(old.parts().changes_to(body));
    Ok(record::store_change(tx, &old, new, Write::default()).await?.version)
}

async fn next_number(tx: &Tx, model: ModelId) -> Result<i32> {
    // Numbers of drafts that were thrown away are not given again.
    next(tx, "SELECT MAX(number) AS most FROM model_version WHERE model_id = ", model.0).await
}

async fn next(tx: &Tx, select: &'static str, id: Uuid) -> Result<i32> {
    let mut sql = Sql::new(select);
    sql.bind(id);
    let most: Option<i32> = sql.one(tx.db()).await?.map(|row| row.try_get("", "most")).transpose()?.flatten();
    Ok(most.map_or(1, |most| most + 1))
}

/// Changes parts of a draft, made from version `from`. What others changed since is in the answer.
///
/// # Errors
/// `stale` where others set one of the parts to something else; 409 `not-a-draft`.
pub async fn change(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, changes: &BTreeMap<String, Value>) -> Result<Saved> {
    let mut checks = Checks::new();
    checks.that(changes.len() <= PARTS_MAX, "changes", "too-many");
    for (address, value) in changes {
        if let Err(code) = check_part(address, value) {
            checks.fail(address, code);
        }
    }
    checks.done()?;
    let before: Draft = record::find(tx.db(), user, id).await?;
    user.must(Draft::READ, Draft::WRITE, &before.scope())?;
    before.must_be_open()?;
    let after: Draft = record::change(tx, user, id, from, changes).await?;
    let merged = merged(tx, &after, from, changes).await?;
    Ok(Saved { version: after.version, merged })
}

/// What others changed after version `from`.
async fn merged(tx: &Tx, draft: &Draft, from: i64, own: &BTreeMap<String, Value>) -> Result<BTreeMap<String, Value>> {
    let fields: BTreeSet<String> = match record::fields_since(tx.db(), draft.id(), from).await? {
        Some(fields) => fields.into_iter().collect(),
        None => draft.parts.keys().cloned().collect(),
    };
    let theirs = fields.into_iter().filter(|field| !own.contains_key(field) && check_part(field, &Value::Null).is_ok());
    Ok(theirs.map(|field| (field.clone(), draft.parts.get(&field).cloned().unwrap_or_default())).collect())
}

/// Throws a draft away.
pub async fn discard(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64) -> Result<Draft> {
    let old: Draft = record::find(tx.db(), user, id).await?;
    user.must(Draft::READ, Draft::DELETE, &old.scope())?;
    old.must_be_open()?;
    record::delete(tx, user, id, from, None).await
}

/// Takes back what `event` did to a draft.
pub async fn undo(tx: &mut Tx, user: &UserSubject, event: &Event) -> Result<Draft> {
    let old: Draft = record::find_any(tx.db(), user, event.entity_id).await?;
    if !draft::is_open(old.version.state) {
        return Err(record::not_undoable());
    }
    record::undo(tx, user, event).await
}

/// What a check was made of: the draft as it is at version `from`.
///
/// # Errors
/// 403, 404, 409 `not-a-draft`, 412.
pub async fn at(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid, from: i64) -> Result<Draft> {
    let draft: Draft = record::find(db, user, id).await?;
    user.must(Draft::READ, Draft::WRITE, &draft.scope())?;
    draft.must_be_open()?;
    if draft.version() == from { Ok(draft) } else { Err(Error::stale(draft.version(), Vec::new())) }
}

/// Notes that a draft was checked as it is at version `from`.
pub async fn note_check(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, is_sound: bool) -> Result<ModelVersion> {
    let draft = at(tx.db(), user, id, from).await?;
    let (state, body) = if is_sound {
        (VersionState::Checked, files::put(tx, FileKind::Model, serde_json::to_vec(&draft.model())?).await?)
    } else {
        (VersionState::Draft, draft.version.body.clone())
    };
    let new = ModelVersion { state, body, ..draft.version.clone() };
    record::store_change(tx, &draft.version, new, Write::default()).await
}

/// The version that is ready to be published, as it is at version `from`.
///
/// # Errors
/// 403, 404, 409 `not-checked`, 412, and a day in the past.
pub async fn ready(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid, from: i64, days: (Day, Day)) -> Result<ModelVersion> {
    let version: ModelVersion = record::find(db, user, id).await?;
    user.must(ModelVersion::READ, ModelVersion::WRITE, &version.scope())?;
    if version.state != VersionState::Checked {
        return Err(Error::problem(StatusCode::CONFLICT, "not-checked", "Only what was checked can be published."));
    }
    if version.version != from {
        return Err(Error::stale(version.version, Vec::new()));
    }
    let (from_day, today) = days;
    if from_day < today { Err(Error::field("from_day", "in-the-past")) } else { Ok(version) }
}

/// Puts a checked version into the shop from a day on.
pub async fn publish(tx: &mut Tx, user: &UserSubject, old: ModelVersion, compiled: Compiled, days: (Day, Day)) -> Result<ModelVersion> {
    let old = ready(tx.db(), user, old.id.0, old.version, days).await?;
    forget_offers(tx, old.id).await?;
    let new = commands::publish(tx, &old, compiled, days.0).await?;
    draft::forget(tx, new.id).await?;
    rename(tx, &new).await?;
    retire_superseded(tx, days.1).await?;
    Ok(new)
}

/// Takes a version out of the shop.
pub async fn retire(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64) -> Result<ModelVersion> {
    let old: ModelVersion = record::find(tx.db(), user, id).await?;
    user.must(ModelVersion::READ, ModelVersion::WRITE, &old.scope())?;
    if old.state != VersionState::Published {
        return Err(Error::problem(StatusCode::CONFLICT, "not-published", "This version is not in the shop."));
    }
    if old.version != from {
        return Err(Error::stale(old.version, Vec::new()));
    }
    take_out(tx, &old).await
}

async fn take_out(tx: &mut Tx, old: &ModelVersion) -> Result<ModelVersion> {
    let new = ModelVersion { state: VersionState::Retired, ..old.clone() };
    record::store_change(tx, old, new, Write { action: Some(Action::Retired), ..Write::default() }).await
}

/// Puts what an earlier version says into the shop again, today, as a new one.
///
/// # Errors
/// 409 `never-published`; `lists-ended` where none of its prices hold today.
pub async fn bring_back(tx: &mut Tx, user: &UserSubject, id: Uuid, today: Day) -> Result<ModelVersion> {
    let old: ModelVersion = record::find(tx.db(), user, id).await?;
    user.must(ModelVersion::READ, ModelVersion::WRITE, &old.scope())?;
    if draft::is_open(old.state) || old.diagram.is_none() {
        return Err(Error::problem(StatusCode::CONFLICT, "never-published", "This version was never in the shop."));
    }
    let mut sql = Sql::new("SELECT list FROM model_offer WHERE version_id = ");
    sql.bind(old.id.0)
        .push_bind(" AND from_day <= ", today.0)
        .push_bind(" AND (until_day IS NULL OR until_day >= ", today.0)
        .push(") LIMIT 1");
    if sql.one(tx.db()).await?.is_none() {
        return Err(Error::problem(StatusCode::CONFLICT, "lists-ended", "None of this version's price lists holds today."));
    }
    let new = ModelVersion {
        id: ModelVersionId(tx.new_id()),
        version: 1,
        number: next_number(tx, old.model_id).await?,
        state: VersionState::Published,
        from_day: Some(today),
        created_at: tx.now,
        updated_at: tx.now,
        ..old.clone()
    };
    let new = record::store_new_as(tx, new, Write { action: Some(Action::Published), ..Write::default() }).await?;
    let mut sql =
        Sql::new("INSERT INTO model_offer (version_id, list, market, currency, from_day, until_day, offer, from_price, cover) SELECT ");
    sql.push("CAST(").bind(new.id.0);
    sql.push(if tx.db().get_database_backend() == sea_orm::DbBackend::Postgres { " AS UUID)" } else { " AS BLOB)" });
    sql.push_bind(", list, market, currency, from_day, until_day, offer, from_price, cover FROM model_offer WHERE version_id = ", old.id.0);
    sql.run(tx.db()).await?;
    rename(tx, &new).await?;
    retire_superseded(tx, today).await?;
    Ok(new)
}

/// A model is called as its newest version in the shop says.
async fn rename(tx: &mut Tx, version: &ModelVersion) -> Result<()> {
    let name = draft::model_in(tx.db(), &version.body).await?.name;
    let Some(old) = ProductModel::load(tx.db(), version.model_id.0).await? else { return Ok(()) };
    if name.0.values().any(|name| !name.trim().is_empty()) {
        let new = ProductModel { name, ..old.clone() };
        record::store_change(tx, &old, new, Write::default()).await?;
    }
    Ok(())
}

/// Retires what no customer sees any more, because a later version is in its place; how many.
pub async fn retire_superseded(tx: &mut Tx, today: Day) -> Result<usize> {
    let mut sql = Sql::new(
        "SELECT v.id FROM model_version v WHERE v.deleted_at IS NULL AND v.state = 'published' AND EXISTS (SELECT 1 FROM model_version n \
         WHERE n.model_id = v.model_id AND n.deleted_at IS NULL AND n.state = 'published' AND n.from_day <= ",
    );
    sql.bind(today.0).push(" AND (n.from_day > v.from_day OR (n.from_day = v.from_day AND n.number > v.number))) ORDER BY v.id");
    let mut count = 0;
    for row in sql.all(tx.db()).await? {
        if let Some(old) = ModelVersion::load(tx.db(), row.try_get("", "id")?).await? {
            take_out(tx, &old).await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Lets a draft be looked at as it is at `old`'s version.
pub async fn preview(tx: &mut Tx, user: &UserSubject, old: &ModelVersion, compiled: Compiled) -> Result<()> {
    let draft: Draft = record::find(tx.db(), user, old.id.0).await?;
    draft.must_be_open()?;
    forget_offers(tx, old.id).await?;
    commands::offer(tx, old.id, compiled).await?;
    Ok(())
}

async fn forget_offers(tx: &Tx, id: ModelVersionId) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM model_offer WHERE version_id = ");
    sql.bind(id.0);
    sql.run(tx.db()).await?;
    Ok(())
}
