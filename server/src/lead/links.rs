//! Secret links of customers to their requests.

use muster_shared::event::{Action, EntityKind, Payload};
use muster_shared::id::{LeadId, LinkId};
use muster_shared::lead::Lead;
use muster_shared::time::{DAY_MS, Instant};
use sea_orm::ConnectionTrait;

use crate::error::Result;
use crate::event::{self, NewEvent};
use crate::identity::subjects::token_hash;
use crate::sql::Sql;
use crate::writer::Tx;

/// How long a link leads to its request.
const LIFE_MS: i64 = 90 * DAY_MS;

/// Who holds a link to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    pub id: LinkId,
    pub lead_id: LeadId,
    /// They came after the first and are known by phone or mail only, which others may know too: they see and change the
    /// configuration, but end nothing.
    pub joined: bool,
}

/// The page that a token leads to.
#[must_use]
pub fn path(token: &str) -> String {
    format!("/request/{token}")
}

/// Makes `token` lead to `lead`; only its hash is kept.
pub async fn create(tx: &mut Tx, lead: &Lead, token: &str, joined: bool) -> Result<LinkId> {
    let id = LinkId(tx.new_id());
    let mut sql = Sql::new("INSERT INTO secret_link (id, version, token_hash, dealer_id, lead_id, joined, expires_at) VALUES ");
    let (hash, until) = (token_hash(token).to_vec(), tx.now.0 + LIFE_MS);
    sql.rows([hash], |v, hash| {
        v.extend([id.0.into(), 1_i64.into(), hash.into(), lead.dealer_id.0.into(), lead.id.0.into(), joined.into(), until.into()]);
    });
    sql.run(tx.db()).await?;
    let event = NewEvent {
        entity: EntityKind::Link,
        entity_id: id.0,
        action: Action::Created,
        version_before: 0,
        version_after: 1,
        undoes: None,
        scope_before: None,
        scope_after: Some(lead.scope()),
        persons: vec![lead.id.0],
        payload: Payload::default(),
    };
    event::append(tx, event).await?;
    Ok(id)
}

/// Who holds the link with this token; `None` where it is unknown, expired or taken back.
pub async fn holder(db: &impl ConnectionTrait, token: &str, now: Instant) -> Result<Option<Holder>> {
    let mut sql =
        Sql::new("SELECT id, lead_id, joined FROM secret_link WHERE deleted_at IS NULL AND lead_id IS NOT NULL AND token_hash = ");
    sql.bind(token_hash(token).to_vec()).push_bind(" AND expires_at > ", now.0);
    let Some(row) = sql.one(db).await? else { return Ok(None) };
    Ok(Some(Holder {
        id: LinkId(row.try_get("", "id")?),
        lead_id: LeadId(row.try_get("", "lead_id")?),
        joined: row.try_get("", "joined")?,
    }))
}

/// Takes all links to a lead out of use.
pub(crate) async fn end(tx: &Tx, lead: LeadId) -> Result<()> {
    let mut sql = Sql::new("UPDATE secret_link SET deleted_at = ");
    sql.bind(tx.now.0).push_bind(" WHERE deleted_at IS NULL AND lead_id = ", lead.0);
    sql.run(tx.db()).await?;
    Ok(())
}
