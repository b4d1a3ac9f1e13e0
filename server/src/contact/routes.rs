//! The addresses of contacts.

use axum::Json;
use axum::extract::State;
use muster_shared::contact::{Contact, ContactFilter, ContactPatch, ContactRow, ContactView, NewContact};
use muster_shared::id::ContactId;
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

/// A page of contacts.
#[utoipa::path(get, path = "/contacts", operation_id = "contact.list", tag = "contact", params(ContactFilter),
    responses((status = 200, body = Page<ContactRow>), (status = 422, body = Problem)))]
async fn list(State(state): State<AppState>, caller: Caller, Query(filter): Query<ContactFilter>) -> Result<Json<Page<ContactRow>>> {
    let user = caller.user(Operation::ContactList)?;
    Ok(Json(queries::list(&state.db, &user, &filter).await?))
}

/// Records a contact at a customer.
#[utoipa::path(post, path = "/contacts", operation_id = "contact.create", tag = "contact", request_body = NewContact,
    responses((status = 201, body = Contact), (status = 422, body = Problem)))]
async fn create(State(state): State<AppState>, caller: Caller, body: Body<NewContact>) -> Result<Answer> {
    let user = caller.user(Operation::ContactCreate)?;
    let envelope = caller.envelope_of(Operation::ContactCreate, body.hash);
    let once =
        state.writer.once(envelope, move |tx| Box::pin(async move { Answer::created(&commands::create(tx, &user, body.value).await?) }));
    once.await
}

/// One contact with what their page shows.
#[utoipa::path(get, path = "/contacts/{id}", operation_id = "contact.get", tag = "contact", params(("id" = ContactId, Path)),
    responses((status = 200, body = ContactView), (status = 404, body = Problem)))]
async fn get(State(state): State<AppState>, caller: Caller, Path(id): Path<ContactId>) -> Result<Json<ContactView>> {
    let user = caller.user(Operation::ContactGet)?;
    Ok(Json(queries::view(&state.db, &user, id.0).await?))
}

/// Changes the fields named.
#[utoipa::path(patch, path = "/contacts/{id}", operation_id = "contact.patch", tag = "contact", params(("id" = ContactId, Path)),
    request_body = ContactPatch,
    responses((status = 200, body = Contact), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn patch(State(state): State<AppState>, caller: Caller, Path(id): Path<ContactId>, body: Body<ContactPatch>) -> Result<Answer> {
    let user = caller.user(Operation::ContactPatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::ContactPatch, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let contact = commands::change(tx, &user, id.0, from, &body.value).await?;
            Ok(Answer { event: tx.event_of(id.0), ..Answer::ok(&contact)? })
        })
    });
    once.await
}

/// Puts a contact into the trash.
#[utoipa::path(delete, path = "/contacts/{id}", operation_id = "contact.delete", tag = "contact", params(("id" = ContactId, Path)),
    responses((status = 200, body = Object), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn delete(State(state): State<AppState>, caller: Caller, Path(id): Path<ContactId>) -> Result<Answer> {
    let user = caller.user(Operation::ContactDelete)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::ContactDelete), move |tx| {
        Box::pin(async move {
            record::delete::<Contact>(tx, &user, id.0, from, None).await?;
            let event = tx.event_of(id.0);
            Ok(Answer { event, ..Answer::ok(&json!({ "event": event }))? })
        })
    });
    once.await
}

/// Takes a contact out of the trash.
#[utoipa::path(post, path = "/contacts/{id}/restore", operation_id = "contact.restore", tag = "contact", params(("id" = ContactId, Path)),
    responses((status = 200, body = Contact), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn restore(State(state): State<AppState>, caller: Caller, Path(id): Path<ContactId>) -> Result<Answer> {
    let user = caller.user(Operation::ContactRestore)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::ContactRestore), move |tx| {
        Box::pin(async move {
            let contact: Contact = record::restore(tx, &user, id.0, from, None).await?;
            Ok(Answer { event: tx.event_of(id.0), ..Answer::ok(&contact)? })
        })
    });
    once.await
}
