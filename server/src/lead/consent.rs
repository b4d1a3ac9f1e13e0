//! What people agreed to, kept beside them as proof.

use muster_shared::id::{ConsentId, LeadId};
use muster_shared::lead::{Consent, Lead, TEXT_VERSION};
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::error::Result;
use crate::sql::Sql;
use crate::writer::Tx;

/// That somebody may call about a request.
pub const ANSWER: &str = "answer-request";

/// Keeps that the person of `lead` agreed to be called about it; once while it holds.
pub(super) async fn give(tx: &Tx, lead: &Lead, proof: &str) -> Result<()> {
    let mut sql = Sql::new("SELECT id FROM consent WHERE withdrawn_at IS NULL AND lead_id = ");
    sql.bind(lead.id.0).push_bind(" AND purpose = ", ANSWER).push_bind(" AND text_version = ", TEXT_VERSION);
    if sql.one(tx.db()).await?.is_some() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO consent (id, dealer_id, account_id, contact_id, lead_id, purpose, text_version, given_at, source, proof) VALUES ",
    );
    sql.rows([ConsentId(tx.new_id())], |v, id| {
        v.extend([
            id.0.into(),
            lead.dealer_id.0.into(),
            lead.account_id.map(Uuid::from).into(),
            lead.contact_id.map(Uuid::from).into(),
            lead.id.0.into(),
            ANSWER.into(),
            TEXT_VERSION.into(),
            tx.now.0.into(),
            lead.source.as_str().into(),
            proof.into(),
        ]);
    });
    sql.run(tx.db()).await?;
    Ok(())
}

/// Also counts for the customer that a lead turned out to be.
pub(super) async fn carry_over(tx: &Tx, lead: &Lead) -> Result<()> {
    let mut sql = Sql::new("UPDATE consent SET account_id = ");
    sql.bind(lead.account_id.map(Uuid::from)).push_bind(", contact_id = ", lead.contact_id.map(Uuid::from));
    sql.push_bind(" WHERE lead_id = ", lead.id.0);
    sql.run(tx.db()).await?;
    Ok(())
}

/// Ends what the person of a lead agreed to.
pub(super) async fn withdraw(tx: &Tx, lead: LeadId) -> Result<()> {
    let mut sql = Sql::new("UPDATE consent SET withdrawn_at = ");
    sql.bind(tx.now.0).push_bind(" WHERE withdrawn_at IS NULL AND lead_id = ", lead.0);
    sql.run(tx.db()).await?;
    Ok(())
}

/// Ends it, and takes away what says who it was.
pub(crate) async fn forget(tx: &Tx, lead: LeadId) -> Result<()> {
    withdraw(tx, lead).await?;
    let mut sql = Sql::new("UPDATE consent SET proof = '' WHERE lead_id = ");
    sql.bind(lead.0);
    sql.run(tx.db()).await?;
    Ok(())
}

/// Everything that the person of a lead agreed to, the newest last.
pub(crate) async fn of_lead(db: &impl ConnectionTrait, lead: LeadId) -> Result<Vec<Consent>> {
    let mut sql = Sql::new("SELECT purpose, text_version, given_at, withdrawn_at, source FROM consent WHERE lead_id = ");
    sql.bind(lead.0).push(" ORDER BY id");
    sql.all(db).await?.iter().map(from_row).collect()
}

fn from_row(row: &QueryResult) -> Result<Consent> {
    Ok(Consent {
        purpose: row.try_get("", "purpose")?,
        text_version: row.try_get("", "text_version")?,
        given_at: Instant(row.try_get("", "given_at")?),
        withdrawn_at: row.try_get::<Option<i64>>("", "withdrawn_at")?.map(Instant),
        source: row.try_get("", "source")?,
    })
}
