//! Roles.

use axum::Json;
use axum::extract::State;
use muster_shared::id::RoleId;
use muster_shared::identity::{NewRole, Role, RolePatch};
use muster_shared::problem::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::Operation;
use crate::error::Result;
use crate::identity::{commands, roles};
use crate::request::{Body, Caller, Path};
use crate::state::AppState;
use crate::writer::Answer;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(patch, delete))
}

/// All roles, those that come with Muster first.
#[utoipa::path(get, path = "/roles", operation_id = "role.list", tag = "identity",
    responses((status = 200, body = Vec<Role>), (status = 403, body = Problem)))]
async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<Role>>> {
    caller.user(Operation::RoleList)?;
    Ok(Json(roles::list(&state.db).await?))
}

/// Records a role that allows nothing its maker may not.
#[utoipa::path(post, path = "/roles", operation_id = "role.create", tag = "identity", request_body = NewRole,
    responses((status = 201, body = Role), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(State(state): State<AppState>, caller: Caller, body: Body<NewRole>) -> Result<Answer> {
    let me = caller.user(Operation::RoleCreate)?;
    let envelope = caller.envelope_of(Operation::RoleCreate, body.hash);
    let once =
        state.writer.once(envelope, move |tx| Box::pin(async move { Answer::created(&commands::add_role(tx, &me, body.value).await?) }));
    once.await
}

/// Changes a role.
#[utoipa::path(patch, path = "/roles/{id}", operation_id = "role.patch", tag = "identity", params(("id" = RoleId, Path)), request_body = RolePatch,
    responses((status = 200, body = Role), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn patch(State(state): State<AppState>, caller: Caller, Path(id): Path<RoleId>, body: Body<RolePatch>) -> Result<Answer> {
    let me = caller.user(Operation::RolePatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::RolePatch, body.hash);
    let once = state
        .writer
        .once(envelope, move |tx| Box::pin(async move { Answer::ok(&commands::change_role(tx, &me, id.0, from, &body.value).await?) }));
    once.await
}

/// Deletes a role that nobody has.
#[utoipa::path(delete, path = "/roles/{id}", operation_id = "role.delete", tag = "identity", params(("id" = RoleId, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn delete(State(state): State<AppState>, caller: Caller, Path(id): Path<RoleId>) -> Result<Answer> {
    let me = caller.user(Operation::RoleDelete)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::RoleDelete), move |tx| {
        Box::pin(async move {
            commands::delete_role(tx, &me, id.0, from).await?;
            Ok(Answer::empty())
        })
    });
    once.await
}
