//! The addresses of settings and rates.

use axum::Json;
use axum::extract::State;
use muster_shared::company::{Company, CompanyPatch, NewRates};
use muster_shared::money::Rates;
use muster_shared::problem::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::commands;
use crate::access::Operation;
use crate::clock::day_in;
use crate::error::Result;
use crate::request::{Body, Caller};
use crate::state::AppState;
use crate::writer::Answer;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get, patch)).routes(routes!(rates, add_rates))
}

/// The settings that hold for everybody.
#[utoipa::path(get, path = "/company", operation_id = "company.get", tag = "company", responses((status = 200, body = Company)))]
async fn get(State(state): State<AppState>, caller: Caller) -> Result<Json<Company>> {
    caller.user(Operation::CompanyGet)?;
    Ok(Json(super::load(&state.db).await?))
}

/// Changes settings.
#[utoipa::path(patch, path = "/company", operation_id = "company.patch", tag = "company", request_body = CompanyPatch,
    responses((status = 200, body = Company), (status = 403, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn patch(State(state): State<AppState>, caller: Caller, body: Body<CompanyPatch>) -> Result<Answer> {
    let me = caller.user(Operation::CompanyPatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::CompanyPatch, body.hash);
    let once = state
        .writer
        .once(envelope, move |tx| Box::pin(async move { Answer::ok(&commands::change_company(tx, &me, from, body.value).await?) }));
    once.await
}

/// Each currency's latest rate.
#[utoipa::path(get, path = "/rates", operation_id = "rate.list", tag = "company", responses((status = 200, body = Rates)))]
async fn rates(State(state): State<AppState>, caller: Caller) -> Result<Json<Rates>> {
    caller.user(Operation::RateList)?;
    let company = super::load(&state.db).await?;
    let today = day_in(&company.zone, state.clock.now());
    Ok(Json(super::rates(&state.db, company.currency, today).await?))
}

/// Records dated rates.
#[utoipa::path(post, path = "/rates", operation_id = "rate.create", tag = "company", request_body = NewRates,
    responses((status = 204), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn add_rates(State(state): State<AppState>, caller: Caller, body: Body<NewRates>) -> Result<Answer> {
    let me = caller.user(Operation::RateCreate)?;
    let envelope = caller.envelope_of(Operation::RateCreate, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            commands::add_rates(tx, &me, &body.value).await?;
            Ok(Answer::empty())
        })
    });
    once.await
}
