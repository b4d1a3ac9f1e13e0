//! The addresses of deals, pipelines and the board.

use axum::Json;
use axum::extract::State;
use muster_shared::id::{OpportunityId, PipelineId, StageId};
use muster_shared::opportunity::{
    Board, BoardFilter, Card, CardPage, Follow, Move, NewOpportunity, NewPipeline, NewStage, Opportunity, OpportunityFilter,
    OpportunityPatch, OpportunityRow, OpportunityView, Pipeline, PipelinePatch, Stage, StagePatch, Stay, Written,
};
use muster_shared::page::Page;
use muster_shared::problem::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{board as boards, commands, follow as links, pipeline, queries};
use crate::access::Operation;
use crate::error::{Error, Result};
use crate::record;
use crate::request::{Body, Caller, Path, Query};
use crate::state::AppState;
use crate::writer::Answer;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(pipelines, create_pipeline))
        .routes(routes!(patch_pipeline))
        .routes(routes!(create_stage))
        .routes(routes!(patch_stage))
        .routes(routes!(board))
        .routes(routes!(more))
        .routes(routes!(list, create))
        .routes(routes!(get, patch, delete))
        .routes(routes!(card))
        .routes(routes!(stays))
        .routes(routes!(move_to))
        .routes(routes!(restore))
        .routes(routes!(follow))
}

/// All pipelines of my dealer with their stages.
#[utoipa::path(get, path = "/pipelines", operation_id = "pipeline.list", tag = "opportunity", responses((status = 200, body = [Pipeline])))]
async fn pipelines(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<Pipeline>>> {
    let user = caller.user(Operation::PipelineList)?;
    Ok(Json(pipeline::list(&state.db, user.dealer_id()).await?))
}

/// Records a pipeline with its open stages.
#[utoipa::path(post, path = "/pipelines", operation_id = "pipeline.create", tag = "opportunity", request_body = NewPipeline,
    responses((status = 201, body = Pipeline), (status = 422, body = Problem)))]
async fn create_pipeline(State(state): State<AppState>, caller: Caller, body: Body<NewPipeline>) -> Result<Answer> {
    let user = caller.user(Operation::PipelineCreate)?;
    let envelope = caller.envelope_of(Operation::PipelineCreate, body.hash);
    state
        .writer
        .once(envelope, move |tx| Box::pin(async move { Answer::created(&pipeline::create(tx, user.reach.dealer_id, &body.value).await?) }))
        .await
}

/// Changes a pipeline's name or place.
#[utoipa::path(patch, path = "/pipelines/{id}", operation_id = "pipeline.patch", tag = "opportunity", params(("id" = PipelineId, Path)),
    request_body = PipelinePatch, responses((status = 200, body = Pipeline), (status = 412, body = Problem)))]
async fn patch_pipeline(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<PipelineId>,
    body: Body<PipelinePatch>,
) -> Result<Answer> {
    let user = caller.user(Operation::PipelinePatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::PipelinePatch, body.hash);
    state
        .writer
        .once(envelope, move |tx| {
            Box::pin(async move { Answer::ok(&pipeline::change(tx, user.reach.dealer_id, id, from, &body.value).await?) })
        })
        .await
}

/// Adds an open stage at the end.
#[utoipa::path(post, path = "/pipelines/{id}/stages", operation_id = "stage.create", tag = "opportunity", params(("id" = PipelineId, Path)),
    request_body = NewStage, responses((status = 201, body = Stage), (status = 422, body = Problem)))]
async fn create_stage(State(state): State<AppState>, caller: Caller, Path(id): Path<PipelineId>, body: Body<NewStage>) -> Result<Answer> {
    let user = caller.user(Operation::StageCreate)?;
    let envelope = caller.envelope_of(Operation::StageCreate, body.hash);
    state
        .writer
        .once(envelope, move |tx| {
            Box::pin(async move { Answer::created(&pipeline::create_stage(tx, user.reach.dealer_id, id, &body.value).await?) })
        })
        .await
}

/// Changes a stage.
#[utoipa::path(patch, path = "/stages/{id}", operation_id = "stage.patch", tag = "opportunity", params(("id" = StageId, Path)),
    request_body = StagePatch, responses((status = 200, body = Stage), (status = 412, body = Problem)))]
async fn patch_stage(State(state): State<AppState>, caller: Caller, Path(id): Path<StageId>, body: Body<StagePatch>) -> Result<Answer> {
    let user = caller.user(Operation::StagePatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::StagePatch, body.hash);
    state
        .writer
        .once(envelope, move |tx| {
            Box::pin(async move { Answer::ok(&pipeline::change_stage(tx, user.reach.dealer_id, id, from, &body.value).await?) })
        })
        .await
}

/// The board of a pipeline: all open stages with their sums and first cards.
#[utoipa::path(get, path = "/board", operation_id = "board.get", tag = "opportunity", params(BoardFilter), responses((status = 200, body = Board)))]
async fn board(State(state): State<AppState>, caller: Caller, Query(filter): Query<BoardFilter>) -> Result<Json<Board>> {
    let user = caller.user(Operation::BoardGet)?;
    if filter.after.is_some() {
        return Err(Error::field("after", "unknown"));
    }
    Ok(Json(boards::board(&state, &user, &filter).await?))
}

/// More cards of one column.
#[utoipa::path(get, path = "/board/stages/{id}", operation_id = "board.more", tag = "opportunity", params(("id" = StageId, Path), BoardFilter),
    responses((status = 200, body = CardPage), (status = 404, body = Problem)))]
async fn more(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<StageId>,
    Query(filter): Query<BoardFilter>,
) -> Result<Json<CardPage>> {
    let user = caller.user(Operation::BoardMore)?;
    Ok(Json(boards::more(&state, &user, &filter, id).await?))
}

/// A page of deals.
#[utoipa::path(get, path = "/opportunities", operation_id = "opportunity.list", tag = "opportunity", params(OpportunityFilter),
    responses((status = 200, body = Page<OpportunityRow>)))]
async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Query(filter): Query<OpportunityFilter>,
) -> Result<Json<Page<OpportunityRow>>> {
    let user = caller.user(Operation::OpportunityList)?;
    Ok(Json(queries::list(&state.db, &user, &filter, state.clock.now()).await?))
}

/// Records a deal.
#[utoipa::path(post, path = "/opportunities", operation_id = "opportunity.create", tag = "opportunity", request_body = NewOpportunity,
    responses((status = 201, body = Written), (status = 422, body = Problem)))]
async fn create(State(state): State<AppState>, caller: Caller, body: Body<NewOpportunity>) -> Result<Answer> {
    let user = caller.user(Operation::OpportunityCreate)?;
    let envelope = caller.envelope_of(Operation::OpportunityCreate, body.hash);
    state
        .writer
        .once(envelope, move |tx| {
            Box::pin(async move {
                let deal = commands::create(tx, &user, body.value).await?;
                Answer::created(&queries::written(tx.db(), &user, deal.id, tx.last_event()).await?)
            })
        })
        .await
}

/// One deal with what its page shows.
#[utoipa::path(get, path = "/opportunities/{id}", operation_id = "opportunity.get", tag = "opportunity", params(("id" = OpportunityId, Path)),
    responses((status = 200, body = OpportunityView), (status = 404, body = Problem)))]
async fn get(State(state): State<AppState>, caller: Caller, Path(id): Path<OpportunityId>) -> Result<Json<OpportunityView>> {
    let user = caller.user(Operation::OpportunityGet)?;
    Ok(Json(queries::view(&state.db, &user, id.0).await?))
}

/// One deal as its card.
#[utoipa::path(get, path = "/opportunities/{id}/card", operation_id = "opportunity.card", tag = "opportunity", params(("id" = OpportunityId, Path)),
    responses((status = 200, body = Card), (status = 404, body = Problem)))]
async fn card(State(state): State<AppState>, caller: Caller, Path(id): Path<OpportunityId>) -> Result<Json<Card>> {
    let user = caller.user(Operation::OpportunityCard)?;
    Ok(Json(queries::find_card(&state.db, &user, id.0).await?))
}

/// How long it was in which stage.
#[utoipa::path(get, path = "/opportunities/{id}/stays", operation_id = "opportunity.stays", tag = "opportunity", params(("id" = OpportunityId, Path)),
    responses((status = 200, body = [Stay]), (status = 404, body = Problem)))]
async fn stays(State(state): State<AppState>, caller: Caller, Path(id): Path<OpportunityId>) -> Result<Json<Vec<Stay>>> {
    let user = caller.user(Operation::OpportunityStays)?;
    Ok(Json(queries::stays(&state.db, &user, id.0).await?))
}

/// Changes fields of a deal.
#[utoipa::path(patch, path = "/opportunities/{id}", operation_id = "opportunity.patch", tag = "opportunity", params(("id" = OpportunityId, Path)),
    request_body = OpportunityPatch, responses((status = 200, body = Written), (status = 412, body = Problem)))]
async fn patch(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<OpportunityId>,
    body: Body<OpportunityPatch>,
) -> Result<Answer> {
    let user = caller.user(Operation::OpportunityPatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::OpportunityPatch, body.hash);
    state
        .writer
        .once(envelope, move |tx| {
            Box::pin(async move {
                let deal: Opportunity = record::change(tx, &user, id.0, from, &body.value).await?;
                answer(tx, &user, &deal).await
            })
        })
        .await
}

/// Moves a deal to another stage.
#[utoipa::path(post, path = "/opportunities/{id}/move", operation_id = "opportunity.move", tag = "opportunity", params(("id" = OpportunityId, Path)),
    request_body = Move, responses((status = 200, body = Written), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn move_to(State(state): State<AppState>, caller: Caller, Path(id): Path<OpportunityId>, body: Body<Move>) -> Result<Answer> {
    let user = caller.user(Operation::OpportunityMove)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::OpportunityMove, body.hash);
    state
        .writer
        .once(envelope, move |tx| {
            Box::pin(async move {
                let deal = commands::move_to(tx, &user, id.0, from, body.value).await?;
                answer(tx, &user, &deal).await
            })
        })
        .await
}

/// Puts a deal into the trash.
#[utoipa::path(delete, path = "/opportunities/{id}", operation_id = "opportunity.delete", tag = "opportunity", params(("id" = OpportunityId, Path)),
    responses((status = 200, body = Object), (status = 412, body = Problem)))]
async fn delete(State(state): State<AppState>, caller: Caller, Path(id): Path<OpportunityId>) -> Result<Answer> {
    let user = caller.user(Operation::OpportunityDelete)?;
    let from = caller.version()?;
    state
        .writer
        .once(caller.envelope(Operation::OpportunityDelete), move |tx| {
            Box::pin(async move {
                record::delete::<Opportunity>(tx, &user, id.0, from, None).await?;
                Answer::ok(&serde_json::json!({ "event": tx.last_event() }))
            })
        })
        .await
}

/// Takes a deal out of the trash.
#[utoipa::path(post, path = "/opportunities/{id}/restore", operation_id = "opportunity.restore", tag = "opportunity", params(("id" = OpportunityId, Path)),
    responses((status = 200, body = Written), (status = 412, body = Problem)))]
async fn restore(State(state): State<AppState>, caller: Caller, Path(id): Path<OpportunityId>) -> Result<Answer> {
    let user = caller.user(Operation::OpportunityRestore)?;
    let from = caller.version()?;
    state
        .writer
        .once(caller.envelope(Operation::OpportunityRestore), move |tx| {
            Box::pin(async move {
                let deal: Opportunity = record::restore(tx, &user, id.0, from, None).await?;
                answer(tx, &user, &deal).await
            })
        })
        .await
}

/// The card as it is now. Who gave a deal away and sees it no more hears only that it is done.
async fn answer(tx: &crate::writer::Tx, user: &crate::access::UserSubject, deal: &Opportunity) -> Result<Answer> {
    match queries::written(tx.db(), user, deal.id, tx.last_event()).await {
        Ok(written) => Answer::ok(&written),
        Err(error) if error.code() == Some("not-found") => Ok(Answer::empty()),
        Err(error) => Err(error),
    }
}

/// What the holder of a secret link sees of their purchase.
#[utoipa::path(get, path = "/follow/{token}", operation_id = "follow.get", tag = "opportunity", params(("token" = String, Path)),
    responses((status = 200, body = Follow), (status = 404, body = Problem)))]
async fn follow(State(state): State<AppState>, caller: Caller, Path(token): Path<String>) -> Result<Json<Follow>> {
    let now = state.clock.now();
    let link = links::subject(&state.db, &token, now).await?;
    let Some(link) = link else {
        // Guesses are counted; holders of a link are not.
        state.throttle.attempt(&format!("follow:{}", caller.address), 30, 60_000, now)?;
        return Err(Error::not_found());
    };
    Ok(Json(links::follow(&state.db, &link).await?))
}
