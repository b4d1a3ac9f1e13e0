//! Is the server alive, is it ready, what does it do, what can it be asked.

use std::sync::LazyLock;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{Error, Result};
use crate::request::Caller;
use crate::sql::Sql;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready)).routes(routes!(metrics)).routes(routes!(openapi))
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

/// What the server does, for Prometheus: from this machine, or with the token of `--metrics-token`.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics.get", tag = "ops",
    responses((status = 200, content_type = "text/plain", body = str), (status = 404, body = muster_shared::problem::Problem)))]
async fn metrics(State(state): State<AppState>, caller: Caller, headers: HeaderMap) -> Result<Response> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let token = text(header::AUTHORIZATION).and_then(|t| t.strip_prefix("Bearer "));
    let by_token = match (&state.config.metrics_token, token) {
        // Hashes, so that the time taken says nothing about the token.
        (Some(own), Some(sent)) => Sha256::digest(own) == Sha256::digest(sent),
        _ => false,
    };
    // A proxy on this machine speaks for others.
    let forwarded = text(header::FORWARDED).is_some() || headers.contains_key("x-forwarded-for");
    let local = state.config.metrics_token.is_none() && caller.address.is_loopback() && !forwarded;
    if !by_token && !local {
        return Err(Error::not_found());
    }
    let body = state.metrics.text(&state);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], body).into_response())
}

static DESCRIPTION: LazyLock<String> = LazyLock::new(|| serde_json::to_string(&crate::router::openapi()).expect("a description is JSON"));

/// This description.
#[utoipa::path(get, path = "/api/openapi.json", operation_id = "openapi.get", tag = "ops", responses((status = 200, body = serde_json::Value)))]
async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION.as_str()).into_response()
}
