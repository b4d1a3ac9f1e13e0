//! The same request sent twice is done once: answers kept for a day under subject, operation and key.

use axum::http::StatusCode;
use muster_shared::time::DAY_MS;

use crate::error::{Error, Result};
use crate::sql::Sql;
use crate::writer::{Answer, Envelope, Tx};

/// The answer kept for this request, where it came before.
///
/// # Errors
/// `key-reused` where the key came with another body.
pub async fn find(tx: &Tx, envelope: &Envelope) -> Result<Option<Answer>> {
    let Some(key) = &envelope.key else { return Ok(None) };
    let mut sql = Sql::new("SELECT body_hash, status, event, answer FROM idempotency WHERE subject = ");
    sql.bind(subject(envelope)).push_bind(" AND operation = ", envelope.operation).push_bind(" AND request_key = ", key.key.as_str());
    sql.push_bind(" AND created_at > ", tx.now.0 - DAY_MS);
    let Some(row) = sql.one(tx.db()).await? else { return Ok(None) };
    if row.try_get::<Vec<u8>>("", "body_hash")? != key.body_hash {
        return Err(Error::problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "key-reused",
            "This idempotency key came before with another request.",
        ));
    }
    let status: i32 = row.try_get("", "status")?;
    let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok()).unwrap_or(StatusCode::OK);
    Ok(Some(Answer { status, body: row.try_get("", "answer")?, kept: None, event: row.try_get("", "event")? }))
}

/// Keeps `answer` for repeated requests.
pub async fn keep(tx: &Tx, envelope: &Envelope, answer: &Answer) -> Result<()> {
    let Some(key) = &envelope.key else { return Ok(()) };
    let kept = answer.kept.clone().or_else(|| answer.body.clone());
    let mut sql = Sql::new("DELETE FROM idempotency WHERE subject = ");
    sql.bind(subject(envelope)).push_bind(" AND operation = ", envelope.operation).push_bind(" AND request_key = ", key.key.as_str());
    sql.run(tx.db()).await?;
    let mut sql =
        Sql::new("INSERT INTO idempotency (subject, operation, request_key, body_hash, status, event, answer, created_at) VALUES ");
    sql.rows([()], |v, ()| {
        v.extend([
            subject(envelope).into(),
            envelope.operation.into(),
            key.key.as_str().into(),
            key.body_hash.to_vec().into(),
            i32::from(answer.status.as_u16()).into(),
            answer.event.into(),
            kept.clone().into(),
            tx.now.0.into(),
        ]);
    });
    sql.run(tx.db()).await?;
    Ok(())
}

/// Forgets answers older than a day.
pub async fn sweep(tx: &Tx) -> Result<u64> {
    let mut sql = Sql::new("DELETE FROM idempotency WHERE created_at <= ");
    sql.bind(tx.now.0 - DAY_MS);
    Ok(sql.run(tx.db()).await?.rows_affected())
}

fn subject(envelope: &Envelope) -> String {
    envelope.actor.id().map_or_else(|| envelope.actor.kind().to_owned(), |id| format!("{}:{id}", envelope.actor.kind()))
}
