//! The addresses of persons' rights over their data.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use muster_shared::problem::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{commands, queries};
use crate::access::Operation;
use crate::error::Result;
use crate::request::{Caller, Path};
use crate::state::AppState;
use crate::writer::Answer;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export)).routes(routes!(erase))
}

/// Everything that is kept about a contact, a private customer or a user, as one document.
#[utoipa::path(get, path = "/persons/{id}/export", operation_id = "person.export", tag = "person", params(("id" = Uuid, Path)),
    responses((status = 200, body = Object), (status = 404, body = Problem)))]
async fn export(State(state): State<AppState>, caller: Caller, Path(id): Path<Uuid>) -> Result<Response> {
    let user = caller.user(Operation::PersonExport)?;
    let document = queries::export(&state.db, &user, id).await?;
    let disposition = format!("attachment; filename=\"person-{id}.json\"");
    Ok(([(header::CONTENT_DISPOSITION, disposition)], Json(document)).into_response())
}

/// Erases a person's data for good; what happened stays, without saying to whom.
#[utoipa::path(post, path = "/persons/{id}/erase", operation_id = "person.erase", tag = "person", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn erase(State(state): State<AppState>, caller: Caller, Path(id): Path<Uuid>) -> Result<Answer> {
    let user = caller.user(Operation::PersonErase)?;
    let once = state.writer.once(caller.envelope(Operation::PersonErase), move |tx| {
        Box::pin(async move {
            commands::erase(tx, &user, id).await?;
            Ok(Answer::empty())
        })
    });
    once.await
}
