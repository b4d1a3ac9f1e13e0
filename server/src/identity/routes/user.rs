//! Users: found, invited, changed, deactivated.

use axum::Json;
use axum::extract::State;
use muster_shared::id::UserId;
use muster_shared::identity::{Deactivation, NewUser, OneTimeLink, OpenWork, Person, User, UserPatch};
use muster_shared::page::Page;
use muster_shared::problem::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::{Operation, UserSubject};
use crate::error::{Error, Result};
use crate::identity::links::Purpose;
use crate::identity::queries::UserFilter;
use crate::identity::{commands, queries, sessions, users};
use crate::mail::{self, Mail};
use crate::outbox::{self, Message};
use crate::request::{Body, Caller, Path, Query};
use crate::state::AppState;
use crate::writer::{Answer, Tx};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(people))
        .routes(routes!(list, create))
        .routes(routes!(get, patch))
        .routes(routes!(invite))
        .routes(routes!(work))
        .routes(routes!(deactivate))
        .routes(routes!(reactivate))
}

/// My dealer's people, those who left too.
#[utoipa::path(get, path = "/people", operation_id = "people.list", tag = "identity", responses((status = 200, body = Vec<Person>)))]
async fn people(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<Person>>> {
    let user = caller.user(Operation::PeopleList)?;
    Ok(Json(queries::people(&state.db, user.dealer_id()).await?))
}

/// A page of users, by name.
#[utoipa::path(get, path = "/users", operation_id = "user.list", tag = "identity", params(UserFilter),
    responses((status = 200, body = Page<User>), (status = 403, body = Problem)))]
async fn list(State(state): State<AppState>, caller: Caller, Query(filter): Query<UserFilter>) -> Result<Json<Page<User>>> {
    let user = caller.user(Operation::UserList)?;
    Ok(Json(queries::list_users(&state.db, &user, &filter).await?))
}

/// One user.
#[utoipa::path(get, path = "/users/{id}", operation_id = "user.get", tag = "identity", params(("id" = UserId, Path)),
    responses((status = 200, body = User), (status = 404, body = Problem)))]
async fn get(State(state): State<AppState>, caller: Caller, Path(id): Path<UserId>) -> Result<Json<User>> {
    let user = caller.user(Operation::UserGet)?;
    Ok(Json(queries::find_user(&state.db, &user, id.0).await?))
}

/// Somebody new, and the link that lets them in.
#[derive(Debug, Serialize, ToSchema)]
struct Invited {
    user: User,
    link: OneTimeLink,
}

/// Sends the link by mail; where there is no mail server, shows it to who may do all that its receiver may.
async fn deliver(tx: &Tx, me: &UserSubject, user: &User, purpose: Purpose, url: String) -> Result<Option<String>> {
    if mail::is_set_up(tx.db()).await? {
        let company = crate::company::load(tx.db()).await?.name;
        let letter = match purpose {
            Purpose::Reset => Mail::reset(user.lang, &user.mail, &user.name, &company, &url),
            Purpose::Setup | Purpose::Invitation => Mail::invitation(user.lang, &user.mail, &user.name, &company, &url),
        };
        outbox::put(tx, &Message::Mail(letter)).await?;
        return Ok(None);
    }
    let theirs = users::grants_of(tx.db(), &user.role_ids).await?;
    if muster_shared::access::beyond(&me.reach.grants, &theirs).is_empty() { Ok(Some(url)) } else { Err(Error::forbidden()) }
}

/// Invites somebody.
#[utoipa::path(post, path = "/users", operation_id = "user.create", tag = "identity", request_body = NewUser,
    responses((status = 201, body = Invited), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(State(state): State<AppState>, caller: Caller, body: Body<NewUser>) -> Result<Answer> {
    let me = caller.user(Operation::UserCreate)?;
    let envelope = caller.envelope_of(Operation::UserCreate, body.hash);
    let base = state.config.base_url();
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let token = sessions::new_token()?;
            let (user, expires_at) = commands::invite(tx, &me, body.value, &token).await?;
            let url = deliver(tx, &me, &user, Purpose::Invitation, Purpose::Invitation.url(&base, &token)).await?;
            let mut invited = Invited { user, link: OneTimeLink { url, expires_at } };
            let answer = Answer::created(&invited)?;
            // The link is shown once; the answer kept for a repeated request is without.
            invited.link.url = None;
            Ok(Answer { kept: Some(serde_json::to_string(&invited)?), ..answer })
        })
    });
    once.await
}

/// A new link for somebody who lost theirs or forgot their password.
#[utoipa::path(post, path = "/users/{id}/invitation", operation_id = "user.invite", tag = "identity", params(("id" = UserId, Path)),
    responses((status = 200, body = OneTimeLink), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn invite(State(state): State<AppState>, caller: Caller, Path(id): Path<UserId>) -> Result<Answer> {
    let me = caller.user(Operation::UserInvite)?;
    let base = state.config.base_url();
    let once = state.writer.once(caller.envelope(Operation::UserInvite), move |tx| {
        Box::pin(async move {
            let token = sessions::new_token()?;
            let (user, purpose, expires_at) = commands::invite_again(tx, &me, id.0, &token).await?;
            let url = deliver(tx, &me, &user, purpose, purpose.url(&base, &token)).await?;
            let answer = Answer::ok(&OneTimeLink { url, expires_at })?;
            Ok(Answer { kept: Some(serde_json::to_string(&OneTimeLink { url: None, expires_at })?), ..answer })
        })
    });
    once.await
}

/// Changes the fields named.
#[utoipa::path(patch, path = "/users/{id}", operation_id = "user.patch", tag = "identity", params(("id" = UserId, Path)), request_body = UserPatch,
    responses((status = 200, body = User), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn patch(State(state): State<AppState>, caller: Caller, Path(id): Path<UserId>, body: Body<UserPatch>) -> Result<Answer> {
    let me = caller.user(Operation::UserPatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::UserPatch, body.hash);
    let once = state
        .writer
        .once(envelope, move |tx| Box::pin(async move { Answer::ok(&commands::change_user(tx, &me, id.0, from, &body.value).await?) }));
    once.await
}

/// What somebody still owns.
#[utoipa::path(get, path = "/users/{id}/work", operation_id = "user.work", tag = "identity", params(("id" = UserId, Path)),
    responses((status = 200, body = OpenWork), (status = 404, body = Problem)))]
async fn work(State(state): State<AppState>, caller: Caller, Path(id): Path<UserId>) -> Result<Json<OpenWork>> {
    let me = caller.user(Operation::UserWork)?;
    queries::manage_user(&state.db, &me, id.0).await?;
    Ok(Json(queries::open_work(&state.db, id.0).await?))
}

/// Ends somebody's access; open work goes to the successor.
#[utoipa::path(post, path = "/users/{id}/deactivate", operation_id = "user.deactivate", tag = "identity", params(("id" = UserId, Path)),
    request_body = Deactivation,
    responses((status = 200, body = User), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn deactivate(State(state): State<AppState>, caller: Caller, Path(id): Path<UserId>, body: Body<Deactivation>) -> Result<Answer> {
    let me = caller.user(Operation::UserDeactivate)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::UserDeactivate, body.hash);
    let once = state.writer.once(envelope, move |tx| {
        Box::pin(async move {
            let user = commands::deactivate(tx, &me, id.0, from, body.value.successor_id).await?;
            Ok(Answer { event: tx.event_of(id.0), ..Answer::ok(&user)? })
        })
    });
    once.await
}

/// Lets somebody in again.
#[utoipa::path(post, path = "/users/{id}/reactivate", operation_id = "user.reactivate", tag = "identity", params(("id" = UserId, Path)),
    responses((status = 200, body = User), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
async fn reactivate(State(state): State<AppState>, caller: Caller, Path(id): Path<UserId>) -> Result<Answer> {
    let me = caller.user(Operation::UserReactivate)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(Operation::UserReactivate), move |tx| {
        Box::pin(async move { Answer::ok(&commands::reactivate(tx, &me, id.0, from).await?) })
    });
    once.await
}
