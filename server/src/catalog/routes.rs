//! The addresses of the shop: nobody is signed in here.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use muster_shared::catalog::{Question, Reasons, Shop};
use muster_shared::problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{files, queries, reasons};
use crate::error::{Error, Result};
use crate::request::{Body, Path, Query};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(shop)).routes(routes!(reason)).routes(routes!(file))
}

/// Which market a customer looks at.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ShopQuery {
    /// The first one where there is none.
    market: Option<String>,
}

/// The models that a market's customers can choose between.
#[utoipa::path(get, path = "/shop", operation_id = "shop.get", tag = "shop", params(ShopQuery),
    responses((status = 200, body = Shop), (status = 404, body = Problem)))]
async fn shop(State(state): State<AppState>, Query(query): Query<ShopQuery>) -> Result<Json<Shop>> {
    let Some(company) = crate::company::find(&state.db).await? else {
        return Ok(Json(Shop { market: None, markets: Vec::new(), models: Vec::new() }));
    };
    let today = crate::clock::day_in(&company.zone, state.clock.now());
    Ok(Json(queries::shop(&state.db, query.market.as_deref(), today).await?))
}

/// The sentences of the rules behind a "no". Changes nothing.
#[utoipa::path(post, path = "/shop/reasons", operation_id = "shop.reasons", tag = "shop", request_body = Question,
    responses((status = 200, body = Reasons), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn reason(State(state): State<AppState>, body: Body<Question>) -> Result<Json<Reasons>> {
    Ok(Json(reasons::answer(&state.db, body.value).await?))
}

/// A picture, a diagram or an offer. What has this address never changes.
#[utoipa::path(get, path = "/files/{hash}", operation_id = "file.get", tag = "shop", params(("hash" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
async fn file(State(state): State<AppState>, Path(hash): Path<String>) -> Result<Response> {
    let file = files::public(&state.db, &hash).await?.ok_or_else(Error::not_found)?;
    let headers = [(header::CONTENT_TYPE, file.media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned())];
    Ok((headers, file.bytes).into_response())
}
