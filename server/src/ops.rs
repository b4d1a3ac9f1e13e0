//! Is the server alive, is it ready.

use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::Result;
use crate::sql::Sql;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// The process runs.
#[utoipa::path(get, path = "/healthz", operation_id = "health.get", tag = "ops", responses((status = 200, body = str)))]
async fn health() -> &'static str {
    "ok"
}

/// The database answers and the server is not about to stop.
#[utoipa::path(get, path = "/readyz", operation_id = "ready.get", tag = "ops",
    responses((status = 200, body = str), (status = 503, body = muster_shared::problem::Problem)))]
async fn ready(State(state): State<AppState>) -> Result<(StatusCode, &'static str)> {
    if *state.stopping.borrow() {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, "stopping"));
    }
    Sql::new("SELECT 1").one(&state.db).await?;
    Ok((StatusCode::OK, "ready"))
}
