//! What happens to requests that nobody answers: they are passed on, in the end to who leads, and after a month they end.

use muster_shared::event::{Action, Actor, Reason};
use muster_shared::lead::{ESCALATIONS_MAX, LIFE_DAYS, Lead, LeadState};
use muster_shared::time::{DAY_MS, Instant};
use uuid::Uuid;

use super::answering::{give, owners, pass};
use super::routing;
use crate::error::Result;
use crate::record::{self, Record as _, Write};
use crate::sql::Sql;
use crate::state::AppState;
use crate::writer::Tx;

/// Requests looked at in one round: others are waiting.
const AT_ONCE: i64 = 50;

/// Passes on what is late and ends what is too old; how many requests changed.
///
/// # Errors
/// Where the database cannot be written just now.
pub async fn run(state: &AppState) -> Result<u64> {
    let mut count = 0;
    loop {
        let late = late(state, state.clock.now()).await?;
        for id in &late {
            let id = *id;
            count += u64::from(state.writer.run(Actor::System, move |tx| Box::pin(look_at(tx, id))).await?);
        }
        if late.len() < AT_ONCE.unsigned_abs() as usize {
            return Ok(count);
        }
    }
}

/// Looked up without the writer first: where nothing is late nobody is kept waiting.
async fn late(state: &AppState, now: Instant) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("SELECT id FROM lead WHERE deleted_at IS NULL AND state IN ('requested', 'returned') AND (created_at <= ");
    sql.bind(now.0 - life_ms()).push_bind(" OR (state = 'requested' AND escalations < ", ESCALATIONS_MAX);
    sql.push_bind(" AND due_at <= ", now.0).push_bind(")) ORDER BY due_at, id LIMIT ", AT_ONCE);
    Ok(sql.all(&state.db).await?.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

fn life_ms() -> i64 {
    i64::from(LIFE_DAYS) * DAY_MS
}

/// Ends or passes on one request; whether it still had to be. Another node may have been quicker.
pub async fn look_at(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let Some(old) = Lead::load(tx.db(), id).await?.filter(|lead| !lead.is_deleted() && lead.state.is_waiting()) else { return Ok(false) };
    if old.created_at.0 <= tx.now.0 - life_ms() {
        let new = Lead { state: LeadState::Expired, due_at: None, ..old.clone() };
        record::store_change(tx, &old, new, Write { action: Some(Action::Expired), ..Write::default() }).await?;
        return Ok(true);
    }
    let is_late = old.due_at.is_some_and(|due| due <= tx.now);
    if old.state != LeadState::Requested || old.escalations >= ESCALATIONS_MAX || !is_late {
        return Ok(false);
    }
    escalate(tx, &old).await?;
    Ok(true)
}

/// Passes a late request on to the next in turn, the last time to who leads the team. The event names who leads: they are to know.
async fn escalate(tx: &mut Tx, old: &Lead) -> Result<()> {
    let had = owners(tx, old).await?;
    let manager = routing::manager(tx.db(), old, &Default::default()).await?;
    let mut new = old.clone();
    new.escalations += 1;
    let next = if new.escalations < ESCALATIONS_MAX { pass(tx, &mut new, &had).await? } else { None };
    if next.is_none() {
        // Whoever leads has it from now on, also where nobody else was left before the third time.
        new.escalations = ESCALATIONS_MAX;
        give(tx, &mut new, manager.unwrap_or(old.owner_id.0)).await?;
    }
    let mut reason = Reason { code: Some("unanswered".to_owned()), ..Reason::default() };
    reason.params.insert("escalations".to_owned(), new.escalations.into());
    if let Some(by) = next.and_then(|next| next.code) {
        reason.params.insert("to".to_owned(), by.into());
    }
    if let Some(manager) = manager {
        reason.params.insert("manager_id".to_owned(), manager.to_string().into());
    }
    let how = Write { action: Some(Action::Escalated), reason: Some(reason), undoes: None };
    record::store_change(tx, old, new, how).await.map(drop)
}
