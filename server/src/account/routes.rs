//! The addresses of customers.

use axum::Json;
use axum::extract::State;
use muster_shared::account::{Account, AccountFilter, AccountPatch, AccountRow, AccountView, NewAccount};
use muster_shared::id::AccountId;
use muster_shared::page::Page;
use muster_shared::problem::Problem;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{commands, queries};
use crate::access::Operation;
use crate::error::Result;
use crate::record;
use crate::request::{Body, Caller, Path, Query};
use crate::state::AppState;
use crate::writer::Answer;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, patch, delete)).routes(routes!(restore))
}

/// A page of customers.
#[utoipa::path(get, path = "/accounts", operation_id = "account.list", tag = "account", params(AccountFilter),
    responses((status = 200, body = Page<AccountRow>), (status = 422, body = Problem)))]
async fn list(State(state): State<AppState>, caller: Caller, Query(filter): Query<AccountFilter>) -> Result<Json<Page<AccountRow>>> {
    let user = caller.user(Operation::AccountList)?;
    Ok(Json(queries::list(&state.db, &user, &filter).await?))
}

/// Records a customer.
#[utoipa::path(post, path = "/accounts", operation_id = "account.create", tag = "account", request_body = NewAccount,
    responses((status = 201, body = Account), (status = 422, body = Problem)))]
async fn create(State(state): State<AppState>, caller: Caller, body: Body<NewAccount>) -> Result<Answer> {
    let user = caller.user(Operation::AccountCreate)?;
    let envelope = caller.envelope_of(Operation::AccountCreate, body.hash);
    let once =
        state.writer.once(envelope, move |tx| Box::pin(async move { Answer::created(&commands::create(tx, &user, body.value).await?) }));
    once.await
}

/// One customer with what its page shows.
#[utoipa::path(get, path = "/accounts/{id}", operation_id = "account.get", tag = "account", params(("id" = AccountId, Path)),
    responses((status = 200, body = AccountView), (status = 404, body = Problem)))]
async fn get(State(state): State<AppState>, caller: Caller, Path(id): Path<AccountId>) -> Result<Json<AccountView>> {
    let user = caller.user(Operation::AccountGet)?;
    Ok(Json(queries::view(&state.db, &user, id.0).await?))
}

/// Changes the fields named; contacts go along to a new owner.
#[utoipa::path(patch, path = "/accounts/{id}", operation_id = "account.patch", tag = "account", params(("id" = AccountId, Path)),
    request_body = AccountPatch,
    responses((status = 200, body = Account), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn patch(State(state): State<AppState>, caller: Caller, Path(id): Path<AccountId>, body: Body<AccountPatch>) -> Result<Answer> {
    let user = caller.user(Operation::AccountPatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::AccountPatch, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let account: Account = record::change(tx, &user, id.0, from, &body.value).await?;
            // Its own event, not the last of its contacts'.
            Ok(Answer { event: tx.event_of(id.0), ..Answer::ok(&account)? })
        })
    });
    once.await
}

/// Puts a customer without open deals into the trash, with its contacts.
#[utoipa::path(delete, path = "/accounts/{id}", operation_id = "account.delete", tag = "account", params(("id" = AccountId, Path)),
    responses((status = 200, body = Object), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn delete(State(state): State<AppState>, caller: Caller, Path(id): Path<AccountId>) -> Result<Answer> {
    let user = caller.user(Operation::AccountDelete)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::AccountDelete), move |tx| {
        Box::pin(async move {
            record::delete::<Account>(tx, &user, id.0, from, None).await?;
            let event = tx.event_of(id.0);
            Ok(Answer { event, ..Answer::ok(&json!({ "event": event }))? })
        })
    });
    once.await
}

/// Takes a customer out of the trash, with the contacts that went there with it.
#[utoipa::path(post, path = "/accounts/{id}/restore", operation_id = "account.restore", tag = "account", params(("id" = AccountId, Path)),
    responses((status = 200, body = Account), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn restore(State(state): State<AppState>, caller: Caller, Path(id): Path<AccountId>) -> Result<Answer> {
    let user = caller.user(Operation::AccountRestore)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::AccountRestore), move |tx| {
        Box::pin(async move {
            let account: Account = record::restore(tx, &user, id.0, from, None).await?;
            Ok(Answer { event: tx.event_of(id.0), ..Answer::ok(&account)? })
        })
    });
    once.await
}
