//! The addresses of product managers.

use std::time::Duration;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use muster_shared::catalog::studio::{
    CheckReport, Checking, CreatedModel, IMPORT_MAX, ModelReport, ModelRow, ModelView, NewModel, NewVersion, Preview, PriceReport,
    PriceSheet, ReportFilter, Saved, VersionView,
};
use muster_shared::catalog::{DraftPatch, ModelVersion, Parts, Publication};
use muster_shared::id::{ModelId, ModelVersionId};
use muster_shared::problem::Problem;
use muster_shared::time::Day;
use serde_json::json;
use tokio::sync::Semaphore;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Operation;
use crate::catalog::check::{self, Material};
use crate::catalog::publish::compile_model;
use crate::catalog::{draft, drafting, import, market, sheet, signals, studio};
use crate::error::{Error, Result};
use crate::record;
use crate::request::{Body, Caller, Path, Query};
use crate::state::AppState;
use crate::writer::Answer;

/// Bytes of a request that may carry a whole model.
const MODEL_BODY_MAX: usize = 2 * IMPORT_MAX + 64 * 1024;
/// How long a check waits for those of others.
const PATIENCE: Duration = Duration::from_secs(10);
/// Checks and compilations at once: nobody else's work waits for them.
static TURN: Semaphore = Semaphore::const_new(1);

pub fn router() -> OpenApiRouter<AppState> {
    let large = OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(version, patch, delete))
        .routes(routes!(prices_change))
        .layer(DefaultBodyLimit::max(MODEL_BODY_MAX));
    OpenApiRouter::new()
        .merge(large)
        .routes(routes!(get))
        .routes(routes!(begin))
        .routes(routes!(report))
        .routes(routes!(check_version))
        .routes(routes!(publish))
        .routes(routes!(retire))
        .routes(routes!(bring_back))
        .routes(routes!(preview))
        .routes(routes!(prices))
}

async fn today(state: &AppState) -> Result<Day> {
    let company = crate::company::load(&state.db).await?;
    Ok(crate::clock::day_in(&company.zone, state.clock.now()))
}

/// Does what takes its time where nobody else waits for it.
async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = tokio::time::timeout(PATIENCE, TURN.acquire()).await.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(format!("compiling a model: {error}")))
}

/// All models, in the order of the shop.
#[utoipa::path(get, path = "/models", operation_id = "model.list", tag = "model", responses((status = 200, body = [ModelRow])))]
async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<ModelRow>>> {
    let user = caller.user(Operation::ModelList)?;
    Ok(Json(studio::list(&state.db, &user, today(&state).await?).await?))
}

/// Records a model with an empty draft, or with one from another program.
#[utoipa::path(post, path = "/models", operation_id = "model.create", tag = "model", request_body = NewModel,
    responses((status = 201, body = CreatedModel), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn create(State(state): State<AppState>, caller: Caller, body: Body<NewModel>) -> Result<Answer> {
    let user = caller.user(Operation::ModelCreate)?;
    let envelope = caller.envelope_of(Operation::ModelCreate, body.hash);
    let mut new = body.value;
    let text = new.text.take();
    if text.as_ref().is_some_and(|text| text.len() > IMPORT_MAX) {
        return Err(Error::field("text", "too-long"));
    }
    let (imported, notes) = match text {
        None => (None, Vec::new()),
        Some(text) => {
            let markets = market::all(&state.db).await?;
            let (model, notes) = slowly(move || import::read(&text, &markets)).await??;
            (Some(model), notes)
        }
    };
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let (model, draft) = drafting::create(tx, &user, new, imported).await?;
            let event = tx.event_of(model.id.0);
            Ok(Answer { event, ..Answer::created(&CreatedModel { model, draft, notes })? })
        })
    });
    once.await
}

/// One model with all its versions, the newest first.
#[utoipa::path(get, path = "/models/{id}", operation_id = "model.get", tag = "model", params(("id" = ModelId, Path)),
    responses((status = 200, body = ModelView), (status = 404, body = Problem)))]
async fn get(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelId>) -> Result<Json<ModelView>> {
    let user = caller.user(Operation::ModelGet)?;
    Ok(Json(studio::view(&state.db, &user, id.0, today(&state).await?).await?))
}

/// Begins a draft from an earlier version.
#[utoipa::path(post, path = "/models/{id}/versions", operation_id = "version.create", tag = "model", params(("id" = ModelId, Path)),
    request_body = NewVersion,
    responses((status = 201, body = VersionView), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn begin(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelId>, body: Body<NewVersion>) -> Result<Answer> {
    let user = caller.user(Operation::VersionCreate)?;
    let envelope = caller.envelope_of(Operation::VersionCreate, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let version = drafting::begin(tx, &user, id.0, body.value.from).await?;
            Answer::created(&studio::whole(tx.db(), version).await?)
        })
    });
    once.await
}

/// What customers chose of a model, wanted and could not have, and where they left.
#[utoipa::path(get, path = "/models/{id}/report", operation_id = "model.report", tag = "model", params(("id" = ModelId, Path), ReportFilter),
    responses((status = 200, body = ModelReport), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn report(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<ModelId>,
    Query(filter): Query<ReportFilter>,
) -> Result<Json<ModelReport>> {
    let user = caller.user(Operation::ModelReport)?;
    Ok(Json(signals::report(&state.db, &user, id.0, filter, today(&state).await?).await?))
}

/// A version with everything that it says.
#[utoipa::path(get, path = "/model-versions/{id}", operation_id = "version.get", tag = "model", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = VersionView), (status = 404, body = Problem)))]
async fn version(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelVersionId>) -> Result<Json<VersionView>> {
    let user = caller.user(Operation::VersionGet)?;
    Ok(Json(studio::version(&state.db, &user, id.0).await?))
}

/// Changes parts of a draft. What others changed since the version sent is merged, and said.
#[utoipa::path(patch, path = "/model-versions/{id}", operation_id = "version.patch", tag = "model", params(("id" = ModelVersionId, Path)),
    request_body = DraftPatch,
    responses((status = 200, body = Saved), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
async fn patch(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelVersionId>, body: Body<DraftPatch>) -> Result<Answer> {
    let user = caller.user(Operation::VersionPatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::VersionPatch, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move { Answer::ok(&drafting::change(tx, &user, id.0, from, &body.value.changes).await?) })
    });
    once.await
}

/// Throws a draft away.
#[utoipa::path(delete, path = "/model-versions/{id}", operation_id = "version.delete", tag = "model", params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = Object), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn delete(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelVersionId>) -> Result<Answer> {
    let user = caller.user(Operation::VersionDelete)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::VersionDelete), move |tx| {
        Box::pin(async move {
            drafting::discard(tx, &user, id.0, from).await?;
            Answer::ok(&json!({ "event": tx.event_of(id.0) }))
        })
    });
    once.await
}

/// Checks a draft; where nothing blocks, it may be published.
#[utoipa::path(post, path = "/model-versions/{id}/check", operation_id = "version.check", tag = "model",
    params(("id" = ModelVersionId, Path)), request_body = Checking,
    responses((status = 200, body = CheckReport), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 503, body = Problem)))]
async fn check_version(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<ModelVersionId>,
    body: Body<Checking>,
) -> Result<Answer> {
    let user = caller.user(Operation::VersionCheck)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::VersionCheck, body.hash);
    let draft = drafting::at(&state.db, &user, id.0, from).await?;
    let model = draft.model();
    let material = Material::gather(&state.db, &user, draft.version, model).await?.accepting(body.value.accepted);
    let report = slowly(move || check::run(&material)).await?;
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let version = drafting::note_check(tx, &user, id.0, from, !report.is_blocked).await?;
            Answer::ok(&CheckReport { version, ..report })
        })
    });
    once.await
}

/// Puts a checked version into the shop from a day on.
#[utoipa::path(post, path = "/model-versions/{id}/publish", operation_id = "version.publish", tag = "model",
    params(("id" = ModelVersionId, Path)), request_body = Publication,
    responses((status = 200, body = ModelVersion), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn publish(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelVersionId>, body: Body<Publication>) -> Result<Answer> {
    let user = caller.user(Operation::VersionPublish)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::VersionPublish, body.hash);
    let days = (body.value.from_day, today(&state).await?);
    let ready = drafting::ready(&state.db, &user, id.0, from, days).await?;
    let model = draft::model_in(&state.db, &ready.body).await?;
    let compiled = slowly(move || compile_model(&model)).await??;
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let version = drafting::publish(tx, &user, ready, compiled, days).await?;
            Ok(Answer { event: tx.event_of(id.0), ..Answer::ok(&version)? })
        })
    });
    once.await
}

/// Takes a version out of the shop.
#[utoipa::path(post, path = "/model-versions/{id}/retire", operation_id = "version.retire", tag = "model",
    params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = ModelVersion), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn retire(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelVersionId>) -> Result<Answer> {
    let user = caller.user(Operation::VersionRetire)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::VersionRetire), move |tx| {
        Box::pin(async move { Answer::ok(&drafting::retire(tx, &user, id.0, from).await?) })
    });
    once.await
}

/// Puts what an earlier version says into the shop again, as a new one.
#[utoipa::path(post, path = "/model-versions/{id}/return", operation_id = "version.return", tag = "model",
    params(("id" = ModelVersionId, Path)),
    responses((status = 201, body = ModelVersion), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn bring_back(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelVersionId>) -> Result<Answer> {
    let user = caller.user(Operation::VersionReturn)?;
    let today = today(&state).await?;
    let once = state.writer.once(caller.envelope(Operation::VersionReturn), move |tx| {
        Box::pin(async move {
            let version = drafting::bring_back(tx, &user, id.0, today).await?;
            Ok(Answer { event: tx.event_of(version.id.0), ..Answer::created(&version)? })
        })
    });
    once.await
}

/// Lets a draft be looked at in the builder as it is now, by who has its address and is signed in.
#[utoipa::path(post, path = "/model-versions/{id}/preview", operation_id = "version.preview", tag = "model",
    params(("id" = ModelVersionId, Path)),
    responses((status = 200, body = Preview), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
async fn preview(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelVersionId>) -> Result<Answer> {
    let user = caller.user(Operation::VersionPreview)?;
    let draft: draft::Draft = record::find(&state.db, &user, id.0).await?;
    let draft = drafting::at(&state.db, &user, id.0, draft.version.version).await?;
    let model = draft.model();
    let code = crate::catalog::row::model(&state.db, draft.version.model_id).await?.code;
    let markets = model.prices.iter().map(|list| list.market.clone()).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let shown = Preview { version_id: draft.version.id, version: draft.version.version, code, markets };
    let compiled = slowly(move || compile_model(&model)).await??;
    let once = state.writer.once(caller.envelope(Operation::VersionPreview), move |tx| {
        Box::pin(async move {
            drafting::preview(tx, &user, &draft.version, compiled).await?;
            Answer::ok(&shown)
        })
    });
    once.await
}

/// All amounts of a version as a spreadsheet, named in the user's language.
#[utoipa::path(get, path = "/model-versions/{id}/prices.csv", operation_id = "version.prices", tag = "model",
    params(("id" = ModelVersionId, Path)), responses((status = 200, content_type = "text/csv"), (status = 404, body = Problem)))]
async fn prices(State(state): State<AppState>, caller: Caller, Path(id): Path<ModelVersionId>) -> Result<Response> {
    let user = caller.user(Operation::VersionPrices)?;
    let view = studio::version(&state.db, &user, id.0).await?;
    let text = sheet::write(&view.parts.model(), user.lang);
    let name = format!("attachment; filename=\"{}-{}.csv\"", view.model.code, view.version.number);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], text).into_response())
}

/// Says what a spreadsheet changes in a draft's prices, and changes them where it is asked to.
#[utoipa::path(post, path = "/model-versions/{id}/prices", operation_id = "version.reprice", tag = "model",
    params(("id" = ModelVersionId, Path)), request_body = PriceSheet,
    responses((status = 200, body = PriceReport), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn prices_change(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<ModelVersionId>,
    body: Body<PriceSheet>,
) -> Result<Answer> {
    let user = caller.user(Operation::VersionReprice)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::VersionReprice, body.hash);
    if body.value.text.len() > IMPORT_MAX {
        return Err(Error::field("text", "too-long"));
    }
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let draft = drafting::at(tx.db(), &user, id.0, from).await?;
            let (parts, model): (Parts, _) = (draft.parts(), draft.model());
            let read = sheet::read(&body.value.text, &model);
            let is_applied = body.value.apply && read.mistakes.is_empty();
            let version = match is_applied {
                true => drafting::change(tx, &user, id.0, from, &parts.changes_to(&read.model)).await?.version,
                false => draft.version,
            };
            let sheet::Sheet { changes, unchanged, mistakes, .. } = read;
            Answer::ok(&PriceReport { version, is_applied, changes, unchanged, mistakes })
        })
    });
    once.await
}
