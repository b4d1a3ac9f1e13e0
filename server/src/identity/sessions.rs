//! Sessions: the cookie, the rows behind it, and when each was last used.

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use muster_shared::event::Action;
use muster_shared::id::SessionId;
use muster_shared::identity::{Session, User};
use muster_shared::time::{DAY_MS, Instant};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::subjects::token_hash;
use super::{commands, users};
use crate::error::{Error, Result};
use crate::request::{COOKIE, Caller};
use crate::sql::Sql;
use crate::state::AppState;
use crate::writer::Tx;

/// How long a session lives after it was last used.
pub const LIFE_MS: i64 = 14 * DAY_MS;

/// A secret of 256 random bits, to be stored as its hash only.
pub fn new_token() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| Error::Internal(format!("no randomness: {e}")))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// The `Set-Cookie` that keeps `token` for a session's life.
#[must_use]
pub fn cookie(token: &str) -> HeaderValue {
    let text = format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}", LIFE_MS / 1_000);
    HeaderValue::from_str(&text).expect("tokens are base64")
}

/// The `Set-Cookie` that takes the cookie away.
#[must_use]
pub fn no_cookie() -> HeaderValue {
    HeaderValue::from_str(&format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")).expect("ASCII")
}

/// The browser that asks for a session.
#[derive(Clone, Debug)]
pub struct Browser {
    pub agent: String,
    pub address: String,
    /// The session it had before, which ends, and whose that was.
    pub before: Option<(SessionId, Uuid)>,
}

impl Browser {
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        let before = match &caller.subject {
            crate::access::Subject::User(user) => Some((user.session_id, user.id())),
            _ => None,
        };
        Self { agent: caller.agent.clone(), address: caller.address.to_string(), before }
    }
}

/// Opens a session of `user` for `token`, in place of the browser's old one.
pub async fn open(tx: &mut Tx, user: &User, token: &str, browser: &Browser) -> Result<SessionId> {
    if let Some((before, whose)) = browser.before
        && let Some(whose) = users::find(tx.db(), whose).await?
    {
        match end(tx, &whose, before).await {
            // It may have ended meanwhile.
            Err(error) if error.code() == Some("not-found") => {}
            other => other?,
        }
    }
    let id = tx.new_id();
    let mut sql = Sql::new("INSERT INTO session (id, token_hash, user_id, agent, address, created_at, seen_at, expires_at) VALUES ");
    sql.rows([()], |v, ()| {
        v.extend([
            id.into(),
            token_hash(token).to_vec().into(),
            user.id.0.into(),
            browser.agent.as_str().into(),
            browser.address.as_str().into(),
            tx.now.0.into(),
            tx.now.0.into(),
            (tx.now.0 + LIFE_MS).into(),
        ]);
    });
    sql.run(tx.db()).await?;
    commands::note(tx, user, Action::SignedIn).await?;
    Ok(SessionId(id))
}

/// Ends one session of `user`; its event makes every node forget it and ends its streams.
///
/// # Errors
/// `not-found` where it is not theirs.
pub async fn end(tx: &mut Tx, user: &User, id: SessionId) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM session WHERE id = ");
    sql.bind(id.0).push_bind(" AND user_id = ", user.id.0);
    if sql.run(tx.db()).await?.rows_affected() == 0 {
        return Err(Error::not_found());
    }
    commands::note(tx, user, Action::SignedOut).await?;
    Ok(())
}

/// Ends all sessions of a user except `but`, without an event: the caller writes one about the user.
pub async fn end_all(tx: &Tx, user: Uuid, but: Option<SessionId>) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM session WHERE user_id = ");
    sql.bind(user);
    if let Some(but) = but {
        sql.push_bind(" AND id <> ", but.0);
    }
    sql.run(tx.db()).await?;
    Ok(())
}

/// The sessions of a user, the last used first.
pub async fn list(state: &AppState, user: Uuid, current: SessionId) -> Result<Vec<Session>> {
    let mut sql = Sql::new("SELECT id, agent, address, created_at, seen_at FROM session WHERE user_id = ");
    sql.bind(user).push_bind(" AND expires_at > ", state.clock.now().0);
    let mut sessions = Vec::new();
    for row in sql.all(&state.db).await? {
        let id = SessionId(row.try_get("", "id")?);
        let stored = Instant(row.try_get("", "seen_at")?);
        sessions.push(Session {
            id,
            agent: row.try_get("", "agent")?,
            address: row.try_get("", "address")?,
            created_at: Instant(row.try_get("", "created_at")?),
            seen_at: state.subjects.seen(id).map_or(stored, |seen| seen.max(stored)),
            current: id == current,
        });
    }
    sessions.sort_by_key(|s| std::cmp::Reverse((s.seen_at, s.id)));
    Ok(sessions)
}

/// Writes down when sessions were last used, which prolongs them; until then it is in memory only.
pub async fn keep_seen(state: &AppState) -> Result<()> {
    let seen = state.subjects.take_seen();
    if seen.is_empty() {
        return Ok(());
    }
    state.writer.run(muster_shared::event::Actor::System, move |tx| Box::pin(prolong(tx, seen))).await
}

async fn prolong(tx: &mut Tx, seen: Vec<(SessionId, Instant)>) -> Result<()> {
    for (id, at) in seen {
        let mut sql = Sql::new("UPDATE session SET seen_at = ");
        sql.bind(at.0).push_bind(", expires_at = ", at.0 + LIFE_MS).push_bind(" WHERE id = ", id.0).push_bind(" AND seen_at < ", at.0);
        sql.run(tx.db()).await?;
    }
    Ok(())
}

/// The stored hash of a user's password, where they have one.
pub async fn password_hash(db: &impl ConnectionTrait, user: Uuid) -> Result<Option<String>> {
    let mut sql = Sql::new("SELECT password_hash FROM app_user WHERE id = ");
    sql.bind(user);
    Ok(sql.one(db).await?.map(|r| r.try_get("", "password_hash")).transpose()?.flatten())
}
