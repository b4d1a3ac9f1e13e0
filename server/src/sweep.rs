//! What goes by itself with time: kept answers, ended sessions, used-up links, and what lay in the trash for a month.

use std::time::Duration;

use muster_shared::event::{Action, Actor, EntityKind, Payload};
use muster_shared::time::DAY_MS;
use uuid::Uuid;

use crate::error::Result;
use crate::event::{self, NewEvent};
use crate::sql::Sql;
use crate::state::AppState;
use crate::writer::Tx;

/// Time between two sweeps.
const EVERY: Duration = Duration::from_secs(300);
/// How long the trash keeps things.
const TRASH_MS: i64 = 30 * DAY_MS;
/// Records purged in one transaction: others are waiting.
const AT_ONCE: i64 = 50;

/// Sweeps now and then, until the task is aborted.
pub async fn run(state: AppState) {
    loop {
        match sweep(&state).await {
            Ok(Swept { purged: 0 }) => {}
            Ok(Swept { purged }) => tracing::info!(purged, "emptied the trash of what lay there for 30 days"),
            Err(error) => tracing::warn!(%error, "a sweep was not finished; the next one goes on"),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Records that left the trash for good.
    pub purged: u64,
}

/// Removes everything that is over.
///
/// # Errors
/// Where the database cannot be written just now.
pub async fn sweep(state: &AppState) -> Result<Swept> {
    crate::identity::sessions::keep_seen(state).await?;
    state.writer.run(Actor::System, |tx| Box::pin(expired(tx))).await?;
    crate::lead::timers::run(state).await?;
    supersede(state).await?;
    let mut purged = 0;
    for kind in TRASH {
        loop {
            let count = state.writer.run(Actor::System, move |tx| Box::pin(purge(tx, kind))).await?;
            purged += count;
            if count < AT_ONCE.unsigned_abs() {
                break;
            }
        }
    }
    Ok(Swept { purged })
}

/// Versions of models whose successor's day has come.
async fn supersede(state: &AppState) -> Result<()> {
    let Some(company) = crate::company::find(&state.db).await? else { return Ok(()) };
    let today = crate::clock::day_in(&company.zone, state.clock.now());
    state.writer.run(Actor::System, move |tx| Box::pin(crate::catalog::drafting::retire_superseded(tx, today))).await.map(drop)
}

async fn expired(tx: &mut Tx) -> Result<()> {
    crate::idempotency::sweep(tx).await?;
    for text in ["DELETE FROM session WHERE expires_at <= ", "DELETE FROM one_time_token WHERE expires_at <= "] {
        let mut sql = Sql::new(text);
        sql.bind(tx.now.0);
        sql.run(tx.db()).await?;
    }
    Ok(())
}

/// One kind of record in the trash.
#[derive(Clone, Copy)]
struct Trash {
    entity: EntityKind,
    /// Live or trashed rows that still name the record keep it.
    rows: &'static str,
    /// What hangs on the record and goes first, then the record itself.
    remove: &'static [&'static str],
}

/// In the order in which nothing is left pointing at nothing.
const TRASH: [Trash; 4] = [
    Trash {
        entity: EntityKind::View,
        rows: "SELECT id, version FROM saved_view r WHERE deleted_at <= ",
        remove: &["DELETE FROM saved_view WHERE id = "],
    },
    Trash {
        entity: EntityKind::Opportunity,
        rows: "SELECT id, version FROM opportunity r WHERE deleted_at <= ",
        remove: &[
            "DELETE FROM opportunity_rank WHERE opportunity_id = ",
            "DELETE FROM secret_link WHERE opportunity_id = ",
            // What was asked for stays; what became of it is gone.
            "UPDATE lead SET opportunity_id = NULL WHERE opportunity_id = ",
            "DELETE FROM custom_value WHERE record_id = ",
            "DELETE FROM search_word WHERE entity_id = ",
            "DELETE FROM opportunity WHERE id = ",
        ],
    },
    Trash {
        entity: EntityKind::Contact,
        rows: "SELECT id, version FROM contact r \
               WHERE NOT EXISTS (SELECT 1 FROM opportunity o WHERE o.contact_id = r.id) AND deleted_at <= ",
        remove: &[
            "UPDATE lead SET contact_id = NULL WHERE contact_id = ",
            "UPDATE consent SET contact_id = NULL WHERE contact_id = ",
            "DELETE FROM custom_value WHERE record_id = ",
            "DELETE FROM search_word WHERE entity_id = ",
            "DELETE FROM contact WHERE id = ",
        ],
    },
    Trash {
        entity: EntityKind::Account,
        rows: "SELECT id, version FROM account r \
               WHERE NOT EXISTS (SELECT 1 FROM opportunity o WHERE o.account_id = r.id) \
               AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.account_id = r.id) AND deleted_at <= ",
        remove: &[
            "UPDATE lead SET account_id = NULL WHERE account_id = ",
            "UPDATE consent SET account_id = NULL WHERE account_id = ",
            "DELETE FROM custom_value WHERE record_id = ",
            "DELETE FROM search_word WHERE entity_id = ",
            "DELETE FROM account WHERE id = ",
        ],
    },
];

async fn purge(tx: &mut Tx, trash: Trash) -> Result<u64> {
    let mut sql = Sql::new(trash.rows);
    sql.bind(tx.now.0 - TRASH_MS).push_bind(" ORDER BY deleted_at, id LIMIT ", AT_ONCE);
    let rows = sql.all(tx.db()).await?;
    let count = rows.len() as u64;
    for row in rows {
        let (id, version): (Uuid, i64) = (row.try_get("", "id")?, row.try_get("", "version")?);
        for text in trash.remove {
            let mut sql = Sql::new(text);
            sql.bind(id);
            sql.run(tx.db()).await?;
        }
        let event = NewEvent {
            entity: trash.entity,
            entity_id: id,
            action: Action::Purged,
            version_before: version,
            version_after: version + 1,
            undoes: None,
            // Nobody sees what lies in the trash, so nobody hears that it left.
            scope_before: None,
            scope_after: None,
            // What it was called is said by the events before, and goes with the person whom they concern.
            persons: Vec::new(),
            payload: Payload::default(),
        };
        event::append(tx, event).await?;
    }
    Ok(count)
}
