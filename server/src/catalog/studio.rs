//! Models as their product managers see them: the list, a model with its versions, a version with what it says.

use muster_shared::catalog::studio::{ModelRow, ModelView, VersionLine, VersionView};
use muster_shared::catalog::{ModelVersion, ProductModel, VersionState};
use muster_shared::configurator::model::Model;
use muster_shared::time::{Day, Instant};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{draft, row};
use crate::access::UserSubject;
use crate::error::Result;
use crate::record;
use crate::sql::Sql;

/// All models that the user may read, in the order of the shop.
pub async fn list(db: &impl ConnectionTrait, user: &UserSubject, today: Day) -> Result<Vec<ModelRow>> {
    let mut rows = Vec::new();
    for model in row::models(db, user).await? {
        rows.push(model_row(db, model, today).await?);
    }
    Ok(rows)
}

async fn model_row(db: &impl ConnectionTrait, model: ProductModel, today: Day) -> Result<ModelRow> {
    let versions = row::versions_of(db, model.id).await?;
    let shown = shown(&versions, today);
    let is_published = |version: &&ModelVersion| version.state == VersionState::Published;
    let coming = versions.iter().filter(is_published).filter(|it| it.from_day.is_some_and(|day| day > today)).min_by_key(|it| it.from_day);
    let open = versions.iter().find(|version| draft::is_open(version.state));
    let says = match open.or(versions.first()) {
        Some(version) => draft::parts_of(db, version).await?.model(),
        None => Model::default(),
    };
    let mut lines = [None, None, None];
    for (line, version) in lines.iter_mut().zip([shown, coming, open]) {
        if let Some(version) = version {
            *line = Some(version_line(db, version, shown).await?);
        }
    }
    let [shown, coming, draft] = lines;
    Ok(ModelRow {
        id: model.id,
        version: model.version,
        code: model.code,
        name: model.name,
        position: model.position,
        problems: if draft.is_some() { says.assemble().err().map_or(0, |defects| defects.len()) } else { 0 },
        shown,
        coming,
        draft,
        groups: says.groups.len(),
        options: says.groups.iter().map(|group| group.options.len()).sum(),
        rules: says.rules.len(),
        markets: says.markets,
    })
}

/// The version that customers see on a day, as the shop chooses it.
fn shown(versions: &[ModelVersion], today: Day) -> Option<&ModelVersion> {
    let in_shop = versions.iter().filter(|it| it.state == VersionState::Published && it.from_day.is_some_and(|day| day <= today));
    in_shop.max_by_key(|version| (version.from_day, version.number))
}

/// A model with all its versions.
///
/// # Errors
/// `not-found`.
pub async fn view(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid, today: Day) -> Result<ModelView> {
    let model: ProductModel = record::find(db, user, id).await?;
    let versions = row::versions_of(db, model.id).await?;
    let shown = shown(&versions, today);
    let mut lines = Vec::with_capacity(versions.len());
    for version in &versions {
        lines.push(version_line(db, version, shown).await?);
    }
    Ok(ModelView { model, versions: lines })
}

/// A version with everything that it says.
///
/// # Errors
/// `not-found`.
pub async fn version(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<VersionView> {
    let version: ModelVersion = record::find(db, user, id).await?;
    whole(db, version).await
}

/// As [`version`], for a version at hand.
pub async fn whole(db: &impl ConnectionTrait, version: ModelVersion) -> Result<VersionView> {
    let model = row::model(db, version.model_id).await?;
    let parts = draft::parts_of(db, &version).await?;
    Ok(VersionView { model, version, parts })
}

async fn version_line(db: &impl ConnectionTrait, version: &ModelVersion, shown: Option<&ModelVersion>) -> Result<VersionLine> {
    let created = deed(db, version.id.0, " ORDER BY e.seq LIMIT 1").await?;
    let changed = deed(db, version.id.0, " ORDER BY e.seq DESC LIMIT 1").await?;
    Ok(VersionLine {
        id: version.id,
        version: version.version,
        number: version.number,
        state: version.state,
        from_day: version.from_day,
        created_at: version.created_at,
        created_by: created.and_then(|(_, by)| by),
        changed_at: changed.as_ref().map_or(version.updated_at, |(at, _)| *at),
        changed_by: changed.and_then(|(_, by)| by),
        is_shown: shown.is_some_and(|shown| shown.id == version.id),
        can_return: !draft::is_open(version.state) && version.diagram.is_some() && shown.is_none_or(|shown| shown.id != version.id),
    })
}

/// When something was done to a record, and by whom.
async fn deed(db: &impl ConnectionTrait, id: Uuid, which: &'static str) -> Result<Option<(Instant, Option<String>)>> {
    let mut sql = Sql::new("SELECT e.recorded_at, u.name FROM event e LEFT JOIN app_user u ON u.id = e.actor_id WHERE e.entity_id = ");
    sql.bind(id).push(which);
    let read = |row: QueryResult| Ok((Instant(row.try_get("", "recorded_at")?), row.try_get("", "name")?));
    sql.one(db).await?.map(read).transpose()
}
