//! Pipelines and stages: data of a dealer, few, read often.

use muster_shared::check::Checks;
use muster_shared::company::Company;
use muster_shared::event::{Action, EntityKind, Payload, RowScope};
use muster_shared::id::{DealerId, PipelineId, StageId};
use muster_shared::opportunity::{ForecastCategory, NewPipeline, NewStage, Pipeline, PipelinePatch, Stage, StageKind, StagePatch};
use muster_shared::patch::{self, Change};
use muster_shared::text::LocalText;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::event::{self, NewEvent};
use crate::record;
use crate::sql::Sql;
use crate::writer::Tx;

/// Stages a pipeline may have, won and lost apart.
const STAGES_MAX: usize = 20;

fn stage_from(row: &QueryResult) -> Result<Stage> {
    let unknown = || Error::Internal("a stage holds an unknown word".into());
    Ok(Stage {
        id: StageId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        pipeline_id: PipelineId(row.try_get("", "pipeline_id")?),
        name: serde_json::from_str(&row.try_get::<String>("", "name")?)?,
        position: row.try_get("", "position")?,
        kind: StageKind::parse(&row.try_get::<String>("", "kind")?).ok_or_else(unknown)?,
        probability: u8::try_from(row.try_get::<i32>("", "probability")?).map_err(|_| unknown())?,
        category: ForecastCategory::parse(&row.try_get::<String>("", "category")?).ok_or_else(unknown)?,
        limit_days: row.try_get("", "limit_days")?,
        archived: row.try_get("", "archived")?,
    })
}

/// The columns of a stage.
macro_rules! stage {
    () => {
        "SELECT id, version, pipeline_id, name, position, kind, probability, category, limit_days, archived"
    };
}

const STAGE: &str = concat!(stage!(), " FROM stage ");

/// One stage.
pub async fn stage(db: &impl ConnectionTrait, id: StageId) -> Result<Option<Stage>> {
    let mut sql = Sql::new(STAGE);
    sql.push_bind("WHERE id = ", id.0);
    sql.one(db).await?.as_ref().map(stage_from).transpose()
}

/// One stage of a dealer, and the company's settings: what is asked of both for every deal that is written.
pub(super) async fn stage_at(db: &impl ConnectionTrait, dealer: DealerId, id: StageId) -> Result<Option<(Stage, Company)>> {
    let mut sql = Sql::new(concat!(stage!(), ", (SELECT settings FROM company) AS settings FROM stage "));
    sql.push_bind("WHERE id = ", id.0).push_bind(" AND dealer_id = ", dealer.0);
    let Some(row) = sql.one(db).await? else { return Ok(None) };
    Ok(Some((stage_from(&row)?, serde_json::from_str(&row.try_get::<String>("", "settings")?)?)))
}

/// All pipelines of a dealer with their stages, in order.
pub async fn list(db: &impl ConnectionTrait, dealer: Uuid) -> Result<Vec<Pipeline>> {
    let mut sql = Sql::new("SELECT id, version, dealer_id, name, position FROM pipeline WHERE deleted_at IS NULL AND dealer_id = ");
    sql.bind(dealer).push(" ORDER BY position, id");
    let mut pipelines = Vec::new();
    for row in sql.all(db).await? {
        pipelines.push(Pipeline {
            id: PipelineId(row.try_get("", "id")?),
            version: row.try_get("", "version")?,
            dealer_id: DealerId(row.try_get("", "dealer_id")?),
            name: serde_json::from_str(&row.try_get::<String>("", "name")?)?,
            position: row.try_get("", "position")?,
            stages: Vec::new(),
        });
    }
    let mut sql = Sql::new(STAGE);
    sql.push_bind("WHERE dealer_id = ", dealer).push(" ORDER BY position, id");
    for row in sql.all(db).await? {
        let stage = stage_from(&row)?;
        if let Some(pipeline) = pipelines.iter_mut().find(|p| p.id == stage.pipeline_id) {
            pipeline.stages.push(stage);
        }
    }
    Ok(pipelines)
}

/// The dealer's pipeline with this id, or its first.
pub async fn find(db: &impl ConnectionTrait, dealer: Uuid, id: Option<PipelineId>) -> Result<Pipeline> {
    let pipelines = list(db, dealer).await?;
    pipelines.into_iter().find(|p| id.is_none_or(|id| p.id == id)).ok_or_else(Error::not_found)
}

/// Records a pipeline with its open stages, won and lost.
pub async fn create(tx: &mut Tx, dealer: DealerId, new: &NewPipeline) -> Result<Pipeline> {
    check_names(&new.name)?;
    if new.stages.is_empty() || new.stages.len() > STAGES_MAX {
        return Err(Error::field("stages", if new.stages.is_empty() { "required" } else { "too-many" }));
    }
    let position = i32::try_from(list(tx.db(), dealer.0).await?.len()).unwrap_or(i32::MAX);
    let mut pipeline =
        Pipeline { id: PipelineId(tx.new_id()), version: 1, dealer_id: dealer, name: new.name.clone(), position, stages: Vec::new() };
    let mut sql = Sql::new("INSERT INTO pipeline (id, version, dealer_id, name, position) VALUES ");
    let name = serde_json::to_string(&new.name)?;
    sql.rows([()], |v, ()| v.extend([pipeline.id.0.into(), 1_i64.into(), dealer.0.into(), name.as_str().into(), position.into()]));
    sql.run(tx.db()).await?;
    let label = new.name.get(muster_shared::text::Lang::En).to_owned();
    append(tx, EntityKind::Pipeline, pipeline.id.0, dealer, Action::Created, 0, label, Vec::new()).await?;
    for stage in &new.stages {
        let stage = insert_stage(tx, dealer, &pipeline, stage, StageKind::Open).await?;
        pipeline.stages.push(stage);
    }
    let end = |en, vi, probability, category| NewStage { name: LocalText::new(en, vi), probability, category, limit_days: None };
    for (stage, kind) in [
        (end("Won", "Thắng", 100, ForecastCategory::Closed), StageKind::Won),
        (end("Lost", "Mất", 0, ForecastCategory::Omitted), StageKind::Lost),
    ] {
        let stage = insert_stage(tx, dealer, &pipeline, &stage, kind).await?;
        pipeline.stages.push(stage);
    }
    Ok(pipeline)
}

/// Adds an open stage after the last open one.
pub async fn create_stage(tx: &mut Tx, dealer: DealerId, pipeline_id: PipelineId, new: &NewStage) -> Result<Stage> {
    let pipeline = find(tx.db(), dealer.0, Some(pipeline_id)).await?;
    if pipeline.stages.iter().filter(|s| s.kind == StageKind::Open && !s.archived).count() >= STAGES_MAX {
        return Err(Error::field("name", "too-many"));
    }
    insert_stage(tx, dealer, &pipeline, new, StageKind::Open).await
}

/// Won and lost stand after every open stage.
fn position_of(pipeline: &Pipeline, kind: StageKind) -> i32 {
    match kind {
        StageKind::Open => pipeline.stages.iter().filter(|s| s.kind == StageKind::Open).map(|s| s.position + 1).max().unwrap_or(0),
        StageKind::Won => 1_000,
        StageKind::Lost => 1_001,
    }
}

async fn insert_stage(tx: &mut Tx, dealer: DealerId, pipeline: &Pipeline, new: &NewStage, kind: StageKind) -> Result<Stage> {
    let stage = Stage {
        id: StageId(tx.new_id()),
        version: 1,
        pipeline_id: pipeline.id,
        name: new.name.clone(),
        position: position_of(pipeline, kind),
        kind,
        probability: new.probability,
        category: new.category,
        limit_days: new.limit_days,
        archived: false,
    };
    stage.check()?;
    let name = serde_json::to_string(&stage.name)?;
    let mut sql = Sql::new(
        "INSERT INTO stage (id, version, dealer_id, pipeline_id, name, position, kind, probability, category, limit_days, archived) VALUES ",
    );
    sql.rows([&stage], |v, s| {
        v.extend([
            s.id.0.into(),
            s.version.into(),
            dealer.0.into(),
            s.pipeline_id.0.into(),
            name.as_str().into(),
            s.position.into(),
            s.kind.as_str().into(),
            i32::from(s.probability).into(),
            s.category.as_str().into(),
            s.limit_days.into(),
            s.archived.into(),
        ]);
    });
    sql.run(tx.db()).await?;
    let label = stage.name.get(muster_shared::text::Lang::En).to_owned();
    append(tx, EntityKind::Stage, stage.id.0, dealer, Action::Created, 0, label, Vec::new()).await?;
    Ok(stage)
}

/// Changes a pipeline's name or place.
pub async fn change(tx: &mut Tx, dealer: DealerId, id: PipelineId, from: i64, patch: &PipelinePatch) -> Result<Pipeline> {
    let old = find(tx.db(), dealer.0, Some(id)).await?;
    let changes = patch::changes(&old, patch);
    record::refuse_conflicts_of(tx, id.0, old.version, from, &changes).await?;
    if changes.is_empty() {
        return Ok(old);
    }
    let mut new: Pipeline = patch::apply(&old, &changes)?;
    check_names(&new.name)?;
    new.version += 1;
    let mut sql = Sql::new("UPDATE pipeline SET version = ");
    sql.bind(new.version).push_bind(", name = ", serde_json::to_string(&new.name)?).push_bind(", position = ", new.position);
    sql.push_bind(" WHERE id = ", id.0);
    sql.run(tx.db()).await?;
    let label = new.name.get(muster_shared::text::Lang::En).to_owned();
    append(tx, EntityKind::Pipeline, id.0, dealer, Action::Changed, old.version, label, changes).await?;
    Ok(new)
}

/// Changes a stage. Probability and limit count for open deals from now on; their clocks are set anew.
pub async fn change_stage(tx: &mut Tx, dealer: DealerId, id: StageId, from: i64, patch: &StagePatch) -> Result<Stage> {
    let old = stage(tx.db(), id).await?.ok_or_else(Error::not_found)?;
    let pipeline = find(tx.db(), dealer.0, Some(old.pipeline_id)).await?;
    let changes = patch::changes(&old, patch);
    record::refuse_conflicts_of(tx, id.0, old.version, from, &changes).await?;
    if changes.is_empty() {
        return Ok(old);
    }
    let mut new: Stage = patch::apply(&old, &changes)?;
    new.check()?;
    refuse_shape(&pipeline, &old, &new)?;
    if new.archived && !old.archived && holds_deals(tx, id).await? {
        return Err(Error::problem(axum::http::StatusCode::CONFLICT, "in-use", "Open deals are in this stage. Move them first."));
    }
    new.version += 1;
    let mut sql = Sql::new("UPDATE stage SET version = ");
    sql.bind(new.version)
        .push_bind(", name = ", serde_json::to_string(&new.name)?)
        .push_bind(", position = ", new.position)
        .push_bind(", probability = ", i32::from(new.probability))
        .push_bind(", category = ", new.category.as_str())
        .push_bind(", limit_days = ", new.limit_days)
        .push_bind(", archived = ", new.archived)
        .push_bind(" WHERE id = ", id.0);
    sql.run(tx.db()).await?;
    let label = new.name.get(muster_shared::text::Lang::En).to_owned();
    append(tx, EntityKind::Stage, id.0, dealer, Action::Changed, old.version, label, changes).await?;
    if old.limit_days != new.limit_days {
        super::commands::reset_clocks(tx, id).await?;
    }
    Ok(new)
}

/// Won and lost stay where and what they are; a pipeline keeps an open stage.
fn refuse_shape(pipeline: &Pipeline, old: &Stage, new: &Stage) -> Result<()> {
    let mut c = Checks::new();
    if old.kind != StageKind::Open {
        c.that(!new.archived, "archived", "fixed-stage");
        c.that(new.position == old.position, "position", "fixed-stage");
        c.that(new.probability == old.probability, "probability", "fixed-stage");
        c.that(new.category == old.category, "category", "fixed-stage");
    } else {
        c.range("position", i64::from(new.position), 0, 999);
    }
    let others = pipeline.stages.iter().any(|s| s.id != old.id && s.kind == StageKind::Open && !s.archived);
    c.that(!new.archived || others, "archived", "last-stage");
    c.done().map_err(Error::invalid)
}

async fn holds_deals(tx: &Tx, stage: StageId) -> Result<bool> {
    let mut sql = Sql::new("SELECT 1 AS one FROM opportunity WHERE deleted_at IS NULL AND closed_at IS NULL AND stage_id = ");
    sql.bind(stage.0).push(" LIMIT 1");
    Ok(sql.one(tx.db()).await?.is_some())
}

fn check_names(name: &LocalText) -> Result<()> {
    let mut c = Checks::new();
    c.that(!name.0.is_empty(), "name", "required");
    for text in name.0.values() {
        c.required("name", text, muster_shared::check::NAME_MAX);
    }
    c.done().map_err(Error::invalid)
}

#[expect(clippy::too_many_arguments, reason = "an event's facts, each once")]
async fn append(
    tx: &mut Tx,
    entity: EntityKind,
    id: Uuid,
    dealer: DealerId,
    action: Action,
    version_before: i64,
    label: String,
    changes: Vec<Change>,
) -> Result<()> {
    let scope = Some(RowScope { dealer_id: Some(dealer.0), ..RowScope::default() });
    let event = NewEvent {
        entity,
        entity_id: id,
        action,
        version_before,
        version_after: version_before + 1,
        undoes: None,
        scope_before: if version_before == 0 { None } else { scope },
        scope_after: scope,
        persons: Vec::new(),
        payload: Payload { label, changes, ..Payload::default() },
    };
    event::append(tx, event).await?;
    Ok(())
}
