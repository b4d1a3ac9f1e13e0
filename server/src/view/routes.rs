//! The addresses of saved views.

use axum::Json;
use axum::extract::State;
use muster_shared::id::ViewId;
use muster_shared::problem::Problem;
use muster_shared::view::{NewView, View, ViewPatch, ViewPlace};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{commands, queries};
use crate::access::Operation;
use crate::error::Result;
use crate::request::{Body, Caller, Path, Query};
use crate::state::AppState;
use crate::writer::Answer;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(patch, delete))
}

/// Which views.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Filter {
    place: Option<ViewPlace>,
}

/// My views and those shared at my dealer.
#[utoipa::path(get, path = "/views", operation_id = "view.list", tag = "view", params(Filter), responses((status = 200, body = [View])))]
async fn list(State(state): State<AppState>, caller: Caller, Query(filter): Query<Filter>) -> Result<Json<Vec<View>>> {
    let user = caller.user(Operation::ViewList)?;
    Ok(Json(queries::list(&state.db, &user, filter.place).await?))
}

/// Saves a view; sharing it asks for the permission to share.
#[utoipa::path(post, path = "/views", operation_id = "view.create", tag = "view", request_body = NewView,
    responses((status = 201, body = View), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(State(state): State<AppState>, caller: Caller, body: Body<NewView>) -> Result<Answer> {
    let user = caller.user(Operation::ViewCreate)?;
    let envelope = caller.envelope_of(Operation::ViewCreate, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let view = commands::create(tx, &user, body.value).await?;
            Answer::created(&queries::named(tx.db(), &view).await?)
        })
    });
    once.await
}

/// Changes the fields named.
#[utoipa::path(patch, path = "/views/{id}", operation_id = "view.patch", tag = "view", params(("id" = ViewId, Path)), request_body = ViewPatch,
    responses((status = 200, body = View), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn patch(State(state): State<AppState>, caller: Caller, Path(id): Path<ViewId>, body: Body<ViewPatch>) -> Result<Answer> {
    let user = caller.user(Operation::ViewPatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::ViewPatch, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let view = commands::change(tx, &user, id.0, from, &body.value).await?;
            Answer::ok(&queries::named(tx.db(), &view).await?)
        })
    });
    once.await
}

/// Deletes a view.
#[utoipa::path(delete, path = "/views/{id}", operation_id = "view.delete", tag = "view", params(("id" = ViewId, Path)),
    responses((status = 200, body = Object), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn delete(State(state): State<AppState>, caller: Caller, Path(id): Path<ViewId>) -> Result<Answer> {
    let user = caller.user(Operation::ViewDelete)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::ViewDelete), move |tx| {
        Box::pin(async move {
            commands::delete(tx, &user, id.0, from).await?;
            Answer::ok(&json!({ "event": tx.event_of(id.0) }))
        })
    });
    once.await
}
