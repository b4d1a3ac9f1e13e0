//! Signing in and out, sessions, passwords, one's own profile.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_shared::check::Checks;
use muster_shared::id::{SessionId, UserId};
use muster_shared::identity::{Me, PasswordChange, PasswordForgotten, PasswordReset, ProfilePatch, Session, SignIn, User, check_password};
use muster_shared::problem::Problem;
use muster_shared::time::Instant;
use sea_orm::ConnectionTrait;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Operation;
use crate::error::{Error, Result};
use crate::identity::links::{self, Purpose};
use crate::identity::sessions::{self, Browser};
use crate::identity::users::{self, mail_key};
use crate::identity::{commands, password, queries};
use crate::mail::{self, Mail};
use crate::outbox::{self, Message};
use crate::request::{Body, COOKIE, Caller, Path, cookie};
use crate::sql::Sql;
use crate::state::AppState;
use crate::writer::Answer;

const MINUTE_MS: i64 = 60_000;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sign_in, get, sign_out))
        .routes(routes!(list))
        .routes(routes!(end))
        .routes(routes!(profile))
        .routes(routes!(change))
        .routes(routes!(forgot))
        .routes(routes!(reset))
}

/// `me` with the cookie that makes it so.
pub(super) fn signed_in(me: &Me, token: &str) -> Response {
    ([(header::SET_COOKIE, sessions::cookie(token))], Json(me)).into_response()
}

fn wrong_credentials() -> Error {
    Error::problem(StatusCode::UNAUTHORIZED, "wrong-credentials", "There is nobody with this address and password.")
}

/// Signs in: the session's cookie and who that is.
#[utoipa::path(post, path = "/session", operation_id = "session.create", tag = "identity", request_body = SignIn,
    responses((status = 200, body = Me), (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn sign_in(State(state): State<AppState>, caller: Caller, body: Body<SignIn>) -> Result<Response> {
    let SignIn { mail, password } = body.value;
    let now = state.clock.now();
    let by_mail = format!("sign-in {}", mail_key(&mail).chars().take(254).collect::<String>());
    let by_address = format!("sign-in from {}", caller.address);
    state.throttle.attempt(&by_mail, 10, 15 * MINUTE_MS, now)?;
    state.throttle.attempt(&by_address, 60, 5 * MINUTE_MS, now)?;
    let mut sql = Sql::new("SELECT id, password_hash FROM app_user WHERE active = ");
    sql.bind(true).push_bind(" AND mail_key = ", mail_key(&mail));
    let found = sql.one(&state.db).await?;
    let id: Option<Uuid> = found.as_ref().map(|r| r.try_get("", "id")).transpose()?;
    let hash: Option<String> = found.map(|r| r.try_get("", "password_hash")).transpose()?.flatten();
    // Compared in any case: the time tells nobody whether there is such a person.
    let is_right = password::is_right(password, hash.clone()).await?;
    let Some(id) = id.filter(|_| is_right) else { return Err(wrong_credentials()) };
    state.throttle.forgive(&by_mail);
    state.throttle.take_back(&by_address);
    let token = sessions::new_token()?;
    let browser = Browser::of(&caller);
    let opened = token.clone();
    let actor = muster_shared::event::Actor::User(id);
    let session = state
        .writer
        .run(actor, move |tx| {
            Box::pin(async move {
                let user = users::find(tx.db(), id).await?.filter(|u| u.active).ok_or_else(wrong_credentials)?;
                // The password may have been changed while this one was compared.
                if sessions::password_hash(tx.db(), id).await? != hash {
                    return Err(wrong_credentials());
                }
                sessions::open(tx, &user, &opened, &browser).await
            })
        })
        .await?;
    Ok(signed_in(&queries::me(&state, UserId(id), session).await?, &token))
}

/// Who is signed in; prolongs the cookie.
#[utoipa::path(get, path = "/session", operation_id = "session.get", tag = "identity",
    responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn get(State(state): State<AppState>, caller: Caller, headers: HeaderMap) -> Result<Response> {
    let user = caller.user(Operation::SessionGet)?;
    let me = queries::me(&state, user.reach.user_id, user.session_id).await?;
    Ok(signed_in(&me, cookie(&headers, COOKIE).unwrap_or_default()))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", operation_id = "session.delete", tag = "identity",
    responses((status = 204), (status = 401, body = Problem)))]
async fn sign_out(State(state): State<AppState>, caller: Caller) -> Result<Response> {
    let user = caller.user(Operation::SessionDelete)?;
    let (id, session) = (user.id(), user.session_id);
    end_session(&state, &caller, id, session).await?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, sessions::no_cookie())]).into_response())
}

async fn end_session(state: &AppState, caller: &Caller, user: Uuid, session: SessionId) -> Result<()> {
    state
        .writer
        .run(caller.subject.actor(), move |tx| {
            Box::pin(async move {
                let user = users::find(tx.db(), user).await?.ok_or_else(Error::unauthenticated)?;
                sessions::end(tx, &user, session).await
            })
        })
        .await
}

/// My signed-in browsers.
#[utoipa::path(get, path = "/sessions", operation_id = "session.list", tag = "identity",
    responses((status = 200, body = Vec<Session>), (status = 401, body = Problem)))]
async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<Session>>> {
    let user = caller.user(Operation::SessionList)?;
    Ok(Json(sessions::list(&state, user.id(), user.session_id).await?))
}

/// Signs one of my browsers out.
#[utoipa::path(delete, path = "/sessions/{id}", operation_id = "session.end", tag = "identity", params(("id" = SessionId, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
async fn end(State(state): State<AppState>, caller: Caller, Path(id): Path<SessionId>) -> Result<StatusCode> {
    let user = caller.user(Operation::SessionEnd)?;
    end_session(&state, &caller, user.id(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes my name, language or zone.
#[utoipa::path(patch, path = "/profile", operation_id = "profile.patch", tag = "identity", request_body = ProfilePatch,
    responses((status = 200, body = User), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn profile(State(state): State<AppState>, caller: Caller, body: Body<ProfilePatch>) -> Result<Answer> {
    let user = caller.user(Operation::ProfilePatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::ProfilePatch, body.hash);
    let once = state
        .writer
        .once(envelope, move |tx| Box::pin(async move { Answer::ok(&commands::change_profile(tx, &user, from, &body.value).await?) }));
    once.await
}

/// Changes my password and signs my other browsers out.
#[utoipa::path(post, path = "/password", operation_id = "password.change", tag = "identity", request_body = PasswordChange,
    responses((status = 204), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn change(State(state): State<AppState>, caller: Caller, body: Body<PasswordChange>) -> Result<StatusCode> {
    let me = caller.user(Operation::PasswordChange)?;
    let id = me.id();
    let throttled = format!("password {id}");
    state.throttle.attempt(&throttled, 10, 15 * MINUTE_MS, state.clock.now())?;
    let user = users::find(&state.db, id).await?.ok_or_else(Error::unauthenticated)?;
    let mut checks = Checks::new();
    check_password(&mut checks, "new", &body.value.new, &user.mail);
    checks.done()?;
    let before = sessions::password_hash(&state.db, id).await?;
    if !password::is_right(body.value.old, before.clone()).await? {
        return Err(Error::field("old", "wrong"));
    }
    state.throttle.forgive(&throttled);
    let hash = password::hash(body.value.new).await?;
    let session = me.session_id;
    state
        .writer
        .run(caller.subject.actor(), move |tx| {
            Box::pin(async move {
                if sessions::password_hash(tx.db(), id).await? != before {
                    return Err(Error::field("old", "wrong"));
                }
                commands::set_password(tx, &user, &hash, Some(session)).await
            })
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a reset link, where there is such a person and a mail server. The answer is the same in any case.
#[utoipa::path(post, path = "/password/forgot", operation_id = "password.forgot", tag = "identity", request_body = PasswordForgotten,
    responses((status = 202), (status = 429, body = Problem)))]
async fn forgot(State(state): State<AppState>, caller: Caller, body: Body<PasswordForgotten>) -> Result<StatusCode> {
    let key = mail_key(&body.value.mail).chars().take(254).collect::<String>();
    let now = state.clock.now();
    state.throttle.attempt(&format!("forgot {key}"), 3, 60 * MINUTE_MS, now)?;
    state.throttle.attempt(&format!("forgot from {}", caller.address), 20, 60 * MINUTE_MS, now)?;
    // Apart from the answer, so that its time tells nothing either.
    tokio::spawn(async move {
        if let Err(error) = send_reset(&state, key).await {
            tracing::warn!(%error, "a reset link was not sent");
        }
    });
    Ok(StatusCode::ACCEPTED)
}

async fn send_reset(state: &AppState, key: String) -> Result<()> {
    if !mail::is_set_up(&state.db).await? {
        return Ok(());
    }
    let mut sql = Sql::new("SELECT id FROM app_user WHERE active = ");
    sql.bind(true).push_bind(" AND mail_key = ", key);
    let Some(row) = sql.one(&state.db).await? else { return Ok(()) };
    let id: Uuid = row.try_get("", "id")?;
    let token = sessions::new_token()?;
    let url = Purpose::Reset.url(&state.config.base_url(), &token);
    state
        .writer
        .run(muster_shared::event::Actor::Nobody, move |tx| {
            Box::pin(async move {
                let Some(user) = users::find(tx.db(), id).await?.filter(|u| u.active) else { return Ok(()) };
                links::create(tx, Purpose::Reset, Some(&user), &token).await?;
                let company = crate::company::load(tx.db()).await?.name;
                let mail = Mail::reset(user.lang, &user.mail, &user.name, &company, &url);
                outbox::put(tx, &Message::Mail(mail)).await
            })
        })
        .await
}

/// Sets a password through a one-time link and signs in.
#[utoipa::path(post, path = "/password/reset", operation_id = "password.reset", tag = "identity", request_body = PasswordReset,
    responses((status = 200, body = Me), (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn reset(State(state): State<AppState>, caller: Caller, body: Body<PasswordReset>) -> Result<Response> {
    let now = state.clock.now();
    let by_address = format!("reset from {}", caller.address);
    state.throttle.attempt(&by_address, 20, 15 * MINUTE_MS, now)?;
    let link = body.value.token;
    let user = active_user_of(&state.db, &link, now).await?;
    state.throttle.take_back(&by_address);
    let mut checks = Checks::new();
    check_password(&mut checks, "password", &body.value.password, &user.mail);
    checks.done()?;
    let hash = password::hash(body.value.password).await?;
    let token = sessions::new_token()?;
    let (browser, opened) = (Browser::of(&caller), token.clone());
    let (id, session) = state
        .writer
        .run(caller.subject.actor(), move |tx| {
            Box::pin(async move {
                // Looked up again: of two who come with the same link only one may pass.
                let user = active_user_of(tx.db(), &link, tx.now).await?;
                commands::set_password(tx, &user, &hash, None).await?;
                let session = sessions::open(tx, &user, &opened, &browser).await?;
                Ok((user.id, session))
            })
        })
        .await?;
    Ok(signed_in(&queries::me(&state, id, session).await?, &token))
}

async fn active_user_of(db: &impl ConnectionTrait, link: &str, now: Instant) -> Result<User> {
    let id = links::user_of(db, link, now).await?.ok_or_else(Error::not_found)?;
    users::find(db, id).await?.filter(|u| u.active).ok_or_else(Error::not_found)
}
