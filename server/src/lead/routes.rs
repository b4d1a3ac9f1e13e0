//! The addresses of requests: for customers, who are nobody or hold a link, and for staff.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use muster_shared::event::Actor;
use muster_shared::id::LeadId;
use muster_shared::lead::{
    LeadAccepted, LeadCancel, LeadFilter, LeadReturn, LeadRow, LeadView, RequestAnswer, RequestChange, RequestView, ShopDealer, ShopRequest,
};
use muster_shared::page::Page;
use muster_shared::problem::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answering::Accepted;
use super::links::Holder;
use super::requesting::Taken;
use super::{answering, customer, links, queries, requesting, routing};
use crate::access::Operation;
use crate::error::{Error, Result};
use crate::identity::sessions::new_token;
use crate::request::{Body, Caller, Path, Query};
use crate::state::AppState;
use crate::writer::{Answer, Envelope};
use crate::{idempotency, opportunity};

const HOUR_MS: i64 = 3_600_000;
/// Requests that one address may leave in an hour.
const REQUESTS: usize = 10;
/// Tries that one address has for it in an hour, refused ones included.
const TRIES: usize = 60;
/// Links that one address may guess in a minute, and changes that it may make.
const GUESSES: usize = 30;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(dealers))
        .routes(routes!(request))
        .routes(routes!(view_request))
        .routes(routes!(change_request))
        .routes(routes!(cancel_request))
        .routes(routes!(forget_request))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(accept))
        .routes(routes!(give_back))
        .routes(routes!(cancel))
}

/// The dealers whom a customer may name in a request: those where somebody answers.
#[utoipa::path(get, path = "/shop/dealers", operation_id = "shop.dealers", tag = "shop", responses((status = 200, body = [ShopDealer])))]
async fn dealers(State(state): State<AppState>) -> Result<Json<Vec<ShopDealer>>> {
    Ok(Json(routing::dealers(&state.db).await?))
}

/// Asks for an offer of what was built. The server checks and prices it itself.
///
/// The answer to a repeated request (`Idempotency-Key`) is the same but for its link, of which each is shown once only.
#[utoipa::path(post, path = "/shop/requests", operation_id = "request.create", tag = "shop", request_body = ShopRequest,
    responses((status = 201, body = RequestAnswer), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn request(State(state): State<AppState>, caller: Caller, body: Body<ShopRequest>) -> Result<Answer> {
    let now = state.clock.now();
    let (tries, stored) = (format!("request tries {}", caller.address), format!("request from {}", caller.address));
    state.throttle.attempt(&tries, TRIES, HOUR_MS, now)?;
    state.throttle.attempt(&stored, REQUESTS, HOUR_MS, now)?;
    let envelope = caller.envelope_of(Operation::RequestCreate, body.hash);
    let taken = take(&state, envelope, body.value).await;
    if taken.is_err() {
        state.throttle.take_back(&stored);
    }
    taken
}

async fn take(state: &AppState, envelope: Envelope, request: ShopRequest) -> Result<Answer> {
    let checked = requesting::check(state, request).await?;
    let token = new_token()?;
    let command = state.writer.run(envelope.actor, move |tx| {
        Box::pin(async move {
            // Not as other commands: what is kept must not hold the link, and who repeats a request needs one.
            if let Some(before) = idempotency::find(tx, &envelope).await? {
                let kept: Taken = serde_json::from_str(before.body.as_deref().unwrap_or_default())?;
                return Answer::created(&requesting::answer_again(tx, kept, &token).await?);
            }
            let taken = requesting::take(tx, &checked, &token).await?;
            let mut answer = Answer::created(&taken.answer)?;
            let kept = Taken { answer: RequestAnswer { path: String::new(), ..taken.answer.clone() }, ..taken };
            answer.kept = Some(serde_json::to_string(&kept)?);
            idempotency::keep(tx, &envelope, &answer).await?;
            Ok(answer)
        })
    });
    command.await
}

/// Who holds the link, and the envelope of what they ask for.
async fn holder(state: &AppState, caller: &Caller, token: &str, operation: Operation, hash: [u8; 32]) -> Result<(Holder, Envelope)> {
    let now = state.clock.now();
    let Some(holder) = links::holder(&state.db, token, now).await? else {
        // Guesses are counted; holders of a link are not.
        state.throttle.attempt(&format!("request link {}", caller.address), GUESSES, 60_000, now)?;
        return Err(Error::not_found());
    };
    let envelope = Envelope { actor: Actor::Link(holder.id.0), ..caller.envelope_of(operation, hash) };
    Ok((holder, envelope))
}

/// A request as the holder of its link sees it.
#[utoipa::path(get, path = "/requests/{token}", operation_id = "request.get", tag = "shop", params(("token" = String, Path)),
    responses((status = 200, body = RequestView), (status = 404, body = Problem)))]
async fn view_request(State(state): State<AppState>, caller: Caller, Path(token): Path<String>) -> Result<Json<RequestView>> {
    let (holder, _) = holder(&state, &caller, &token, Operation::RequestGet, [0; 32]).await?;
    Ok(Json(customer::view(&state, holder).await?))
}

/// Asks for another configuration in place of the one before.
#[utoipa::path(post, path = "/requests/{token}/change", operation_id = "request.change", tag = "shop", params(("token" = String, Path)),
    request_body = RequestChange, responses((status = 200, body = RequestView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn change_request(
    State(state): State<AppState>,
    caller: Caller,
    Path(token): Path<String>,
    body: Body<RequestChange>,
) -> Result<Json<RequestView>> {
    let (holder, envelope) = holder(&state, &caller, &token, Operation::RequestChange, body.hash).await?;
    let key = format!("request change {}", holder.lead_id);
    state.throttle.attempt(&key, GUESSES, 60_000, state.clock.now())?;
    let priced = customer::check(&state, holder, &body.value).await?;
    let change = body.value;
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            customer::change(tx, holder, change, priced).await?;
            Ok(Answer::empty())
        })
    });
    once.await?;
    Ok(Json(customer::view(&state, holder).await?))
}

/// Takes a request back: nobody calls any more. Only through the link of the first request.
#[utoipa::path(post, path = "/requests/{token}/cancel", operation_id = "request.cancel", tag = "shop", params(("token" = String, Path)),
    responses((status = 200, body = RequestView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel_request(State(state): State<AppState>, caller: Caller, Path(token): Path<String>) -> Result<Json<RequestView>> {
    let (holder, envelope) = holder(&state, &caller, &token, Operation::RequestCancel, [0; 32]).await?;
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            customer::cancel(tx, holder).await?;
            Ok(Answer::empty())
        })
    });
    once.await?;
    Ok(Json(customer::view(&state, holder).await?))
}

/// Erases whose request it was, for good; its links end. Only through the link of the first request, while no deal was made of it.
#[utoipa::path(post, path = "/requests/{token}/forget", operation_id = "request.forget", tag = "shop", params(("token" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn forget_request(State(state): State<AppState>, caller: Caller, Path(token): Path<String>) -> Result<StatusCode> {
    let (holder, envelope) = holder(&state, &caller, &token, Operation::RequestForget, [0; 32]).await?;
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            customer::forget(tx, holder).await?;
            Ok(Answer::empty())
        })
    });
    once.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A page of requests, what is due first at the top: with `state=requested` the lane beside the board.
#[utoipa::path(get, path = "/leads", operation_id = "lead.list", tag = "lead", params(LeadFilter),
    responses((status = 200, body = Page<LeadRow>), (status = 422, body = Problem)))]
async fn list(State(state): State<AppState>, caller: Caller, Query(filter): Query<LeadFilter>) -> Result<Json<Page<LeadRow>>> {
    let user = caller.user(Operation::LeadList)?;
    Ok(Json(queries::list(&state.db, &user, &filter).await?))
}

/// A request with its configuration in words and what its customer agreed to.
#[utoipa::path(get, path = "/leads/{id}", operation_id = "lead.get", tag = "lead", params(("id" = LeadId, Path)),
    responses((status = 200, body = LeadView), (status = 404, body = Problem)))]
async fn get(State(state): State<AppState>, caller: Caller, Path(id): Path<LeadId>) -> Result<Json<LeadView>> {
    let user = caller.user(Operation::LeadGet)?;
    Ok(Json(queries::view(&state, &user, id.0).await?))
}

/// Takes a request over: it becomes a deal of mine, with the customer who is known already or a new one, or joins the deal that the customer has.
///
/// Cannot be undone.
#[utoipa::path(post, path = "/leads/{id}/accept", operation_id = "lead.accept", tag = "lead", params(("id" = LeadId, Path)),
    responses((status = 200, body = LeadAccepted), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn accept(State(state): State<AppState>, caller: Caller, Path(id): Path<LeadId>) -> Result<Answer> {
    let user = caller.user(Operation::LeadAccept)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::LeadAccept), move |tx| {
        Box::pin(async move {
            let Accepted { lead, deal, joined } = answering::accept(tx, &user, id.0, from).await?;
            let card = opportunity::queries::find_card(tx.db(), &user, deal.0).await?;
            Answer::ok(&LeadAccepted { lead: queries::find_row(tx.db(), &user, lead.id).await?, card, joined })
        })
    });
    once.await
}

/// Gives a request back with a reason; it goes on to the next in turn and never comes back to me. Cannot be undone.
#[utoipa::path(post, path = "/leads/{id}/return", operation_id = "lead.return", tag = "lead", params(("id" = LeadId, Path)),
    request_body = LeadReturn, responses((status = 200, body = Object), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn give_back(State(state): State<AppState>, caller: Caller, Path(id): Path<LeadId>, body: Body<LeadReturn>) -> Result<Answer> {
    let user = caller.user(Operation::LeadReturn)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::LeadReturn, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let lead = answering::give_back(tx, &user, id.0, from, body.value).await?;
            // Who has it now may be nobody whom I may know of.
            Answer::ok(&serde_json::json!({ "event": tx.last_event(), "version": lead.version, "state": lead.state }))
        })
    });
    once.await
}

/// Ends a request without a deal. Cannot be undone.
#[utoipa::path(post, path = "/leads/{id}/cancel", operation_id = "lead.cancel", tag = "lead", params(("id" = LeadId, Path)),
    request_body = LeadCancel, responses((status = 200, body = LeadRow), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
async fn cancel(State(state): State<AppState>, caller: Caller, Path(id): Path<LeadId>, body: Body<LeadCancel>) -> Result<Answer> {
    let user = caller.user(Operation::LeadCancel)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::LeadCancel, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let lead = answering::cancel(tx, &user, id.0, from, body.value).await?;
            Answer::ok(&queries::find_row(tx.db(), &user, lead.id).await?)
        })
    });
    once.await
}
