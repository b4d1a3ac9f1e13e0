//! What leaves the server after a commit: kept as rows, sent by one node at a time, tried again when it fails.

use std::time::Duration;

use muster_shared::event::Actor;
use muster_shared::time::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Result;
use crate::mail::{self, Mail};
use crate::sql::Sql;
use crate::state::AppState;
use crate::writer::Tx;

/// How long a node may take over one row before others try it.
const LEASE_MS: i64 = 120_000;
/// After so many failures a row waits for somebody to look at it.
const ATTEMPTS_MAX: i32 = 12;
/// Between two looks for something due.
const EVERY: Duration = Duration::from_secs(2);

/// Something to be sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Message {
    Mail(Mail),
}

impl Message {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
        }
    }
}

/// Puts `message` into the outbox; it leaves once this transaction is committed.
pub async fn put(tx: &Tx, message: &Message) -> Result<()> {
    let payload = serde_json::to_string(message)?;
    let mut sql = Sql::new("INSERT INTO outbox (id, kind, payload, due_at, attempts, held) VALUES ");
    sql.rows([()], |v, ()| {
        v.extend([tx.new_id().into(), message.kind().into(), payload.clone().into(), tx.now.0.into(), 0_i32.into(), false.into()]);
    });
    sql.run(tx.db()).await?;
    Ok(())
}

/// Sends what is due, until the task is aborted.
pub async fn run(state: AppState) {
    loop {
        match work(&state).await {
            Ok(0) => tokio::time::sleep(EVERY).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be worked on just now");
                tokio::time::sleep(EVERY).await;
            }
        }
    }
}

struct Leased {
    id: Uuid,
    payload: String,
    attempts: i32,
}

/// Sends what is due now; how many rows were tried.
pub async fn work(state: &AppState) -> Result<usize> {
    let now = state.clock.now();
    // Looked up without the writer first: an empty outbox must cost no write.
    let mut sql = Sql::new("SELECT id FROM outbox WHERE held = ");
    due(&mut sql, now);
    if sql.one(&state.db).await?.is_none() {
        return Ok(0);
    }
    let leased = state.writer.run(Actor::System, |tx| Box::pin(lease(tx))).await?;
    let tried = leased.len();
    for row in leased {
        let failure = send(state, &row.payload).await.err().map(|e| e.to_string());
        if let Some(failure) = &failure {
            tracing::warn!(id = %row.id, attempts = row.attempts + 1, failure, "something in the outbox could not be sent");
        }
        state.writer.run(Actor::System, move |tx| Box::pin(settle(tx, row.id, row.attempts, failure))).await?;
    }
    Ok(tried)
}

fn due(sql: &mut Sql, now: Instant) {
    sql.bind(false).push_bind(" AND due_at <= ", now.0).push_bind(" AND (leased_until IS NULL OR leased_until < ", now.0);
    sql.push(") ORDER BY due_at LIMIT 20");
}

async fn lease(tx: &mut Tx) -> Result<Vec<Leased>> {
    let mut sql = Sql::new("SELECT id, payload, attempts FROM outbox WHERE held = ");
    due(&mut sql, tx.now);
    let mut leased = Vec::new();
    for row in sql.all(tx.db()).await? {
        let id: Uuid = row.try_get("", "id")?;
        let mut sql = Sql::new("UPDATE outbox SET leased_until = ");
        sql.bind(tx.now.0 + LEASE_MS).push_bind(" WHERE id = ", id);
        sql.run(tx.db()).await?;
        leased.push(Leased { id, payload: row.try_get("", "payload")?, attempts: row.try_get("", "attempts")? });
    }
    Ok(leased)
}

/// Forgets what was sent; what was not waits twice as long as the time before, an hour at most.
async fn settle(tx: &mut Tx, id: Uuid, attempts: i32, failure: Option<String>) -> Result<()> {
    let Some(failure) = failure else {
        let mut sql = Sql::new("DELETE FROM outbox WHERE id = ");
        sql.bind(id);
        sql.run(tx.db()).await?;
        return Ok(());
    };
    let attempts = attempts + 1;
    let wait_ms = (5_000_i64 << attempts.clamp(0, 12)).min(3_600_000);
    let mut sql = Sql::new("UPDATE outbox SET leased_until = NULL, attempts = ");
    sql.bind(attempts).push_bind(", error = ", failure).push_bind(", due_at = ", tx.now.0 + wait_ms);
    sql.push_bind(", held = ", attempts >= ATTEMPTS_MAX).push_bind(" WHERE id = ", id);
    sql.run(tx.db()).await?;
    Ok(())
}

async fn send(state: &AppState, payload: &str) -> Result<()> {
    match serde_json::from_str(payload)? {
        Message::Mail(mail) => mail::send(&state.db, &mail).await,
    }
}
