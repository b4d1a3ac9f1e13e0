//! The first start, and the people of the demo.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use muster_shared::company::{Setup, SetupState};
use muster_shared::identity::{Demo, Me};
use muster_shared::problem::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::session::signed_in;
use crate::error::{Error, Result};
use crate::identity::sessions::{self, Browser};
use crate::identity::{password, queries, setup};
use crate::request::{Body, Caller};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get, run)).routes(routes!(demo))
}

/// How far the first start has come.
#[utoipa::path(get, path = "/setup", operation_id = "setup.get", tag = "identity", responses((status = 200, body = SetupState)))]
async fn get(State(state): State<AppState>) -> Result<Json<SetupState>> {
    Ok(Json(setup::state(&state).await?))
}

/// Makes company and administrator, who is signed in.
#[utoipa::path(post, path = "/setup", operation_id = "setup.run", tag = "identity", request_body = Setup,
    responses((status = 200, body = Me), (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn run(State(state): State<AppState>, caller: Caller, body: Body<Setup>) -> Result<Response> {
    state.throttle.attempt(&format!("setup from {}", caller.address), 60, 15 * 60_000, state.clock.now())?;
    let answers = body.value;
    setup::check(&state, &answers).await?;
    let hash = password::hash(answers.password.clone()).await?;
    let token = sessions::new_token()?;
    let (browser, opened) = (Browser::of(&caller), token.clone());
    let (user, session) = state
        .writer
        .run(caller.subject.actor(), move |tx| Box::pin(async move { setup::run(tx, answers, &hash, &opened, &browser).await }))
        .await?;
    Ok(signed_in(&queries::me(&state, user, session).await?, &token))
}

/// The demo's people and the customer's link. Outside the demo there is no such address.
#[utoipa::path(get, path = "/demo", operation_id = "demo.get", tag = "identity",
    responses((status = 200, body = Demo), (status = 404, body = Problem)))]
async fn demo(State(state): State<AppState>) -> Result<Json<Demo>> {
    if !state.config.demo || !queries::is_demo(&state.db).await? {
        return Err(Error::not_found());
    }
    Ok(Json(crate::demo::accounts()))
}
