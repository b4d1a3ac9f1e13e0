//! The addresses of the shop, where nobody is signed in, and of those who make what is in it.

mod studio;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_shared::access::Permission;
use muster_shared::catalog::studio::Signals;
use muster_shared::catalog::{Question, Reasons, Shop};
use muster_shared::event::Actor;
use muster_shared::id::ModelVersionId;
use muster_shared::problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{files, queries, reasons, signals};
use crate::access::Operation;
use crate::error::{Error, Result};
use crate::request::{Body, Caller, Path, Query};
use crate::state::AppState;

const MINUTE_MS: i64 = 60_000;
/// Beacons that one address may send in a minute.
const SIGNALS: usize = 30;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(shop)).routes(routes!(reason)).routes(routes!(file)).routes(routes!(signal)).merge(studio::router())
}

/// Which market a customer looks at.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
struct ShopQuery {
    /// The first one where there is none.
    market: Option<String>,
    /// A version that was previewed, in place of what its model shows: for staff.
    preview: Option<ModelVersionId>,
}

/// The models that a market's customers can choose between.
#[utoipa::path(get, path = "/shop", operation_id = "shop.get", tag = "shop", params(ShopQuery),
    responses((status = 200, body = Shop), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn shop(State(state): State<AppState>, caller: Caller, Query(query): Query<ShopQuery>) -> Result<Json<Shop>> {
    let Some(company) = crate::company::find(&state.db).await? else {
        return Ok(Json(Shop { market: None, markets: Vec::new(), models: Vec::new() }));
    };
    let today = crate::clock::day_in(&company.zone, state.clock.now());
    let mut shop = queries::shop(&state.db, query.market.as_deref(), today).await?;
    if let Some(version) = query.preview {
        // Dealers look at what the maker shows them: any of them who may read a catalogue.
        let user = caller.user(Operation::ShopGet)?;
        if user.reach.scope(Permission::CatalogRead).is_none() {
            return Err(Error::forbidden());
        }
        queries::put_preview(&state.db, &mut shop, version, today).await?;
    }
    Ok(Json(shop))
}

/// The sentences of the rules behind a "no". Changes nothing.
#[utoipa::path(post, path = "/shop/reasons", operation_id = "shop.reasons", tag = "shop", request_body = Question,
    responses((status = 200, body = Reasons), (status = 404, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn reason(State(state): State<AppState>, body: Body<Question>) -> Result<Json<Reasons>> {
    Ok(Json(reasons::answer(&state.db, body.value).await?))
}

/// Counts what a customer did in the builder. Nothing is kept about who it was.
#[utoipa::path(post, path = "/shop/signals", operation_id = "shop.signals", tag = "shop", request_body = Signals,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn signal(State(state): State<AppState>, caller: Caller, body: Body<Signals>) -> Result<StatusCode> {
    state.throttle.attempt(&format!("signals {}", caller.address), SIGNALS, MINUTE_MS, state.clock.now())?;
    let counted = signals::read(&state.db, body.value).await?;
    let company = crate::company::load(&state.db).await?;
    let today = crate::clock::day_in(&company.zone, state.clock.now());
    state.writer.run(Actor::Nobody, move |tx| Box::pin(signals::count(tx, counted, today))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A picture, a diagram or an offer. What has this address never changes.
#[utoipa::path(get, path = "/files/{hash}", operation_id = "file.get", tag = "shop", params(("hash" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 404, body = Problem)))]
async fn file(State(state): State<AppState>, Path(hash): Path<String>) -> Result<Response> {
    let file = files::public(&state.db, &hash).await?.ok_or_else(Error::not_found)?;
    let headers = [(header::CONTENT_TYPE, file.media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned())];
    Ok((headers, file.bytes).into_response())
}
