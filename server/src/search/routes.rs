//! The address of the search.

use axum::Json;
use axum::extract::State;
use muster_shared::search::Hit;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::queries;
use crate::access::Operation;
use crate::error::Result;
use crate::request::{Caller, Query};
use crate::state::AppState;

/// Hits where the caller does not say, and the most of them.
const LIMITS: (u32, u32) = (20, 50);

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search))
}

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Question {
    /// Beginnings of words, all of which a record must have, or the last digits of a phone number.
    q: String,
    limit: Option<u32>,
}

/// Find customers, contacts, deals and colleagues: mine and the newest first.
#[utoipa::path(get, path = "/search", operation_id = "search.get", tag = "search", params(Question), responses((status = 200, body = [Hit])))]
async fn search(State(state): State<AppState>, caller: Caller, Query(question): Query<Question>) -> Result<Json<Vec<Hit>>> {
    let user = caller.user(Operation::SearchGet)?;
    let limit = question.limit.unwrap_or(LIMITS.0).clamp(1, LIMITS.1);
    Ok(Json(queries::find(&state.db, &user, &question.q, limit).await?))
}
