//! What a customer with a secret link sees of their own purchase.

use muster_shared::event::{Action, EntityKind, Payload, RowScope};
use muster_shared::id::{LinkId, OpportunityId, StageId};
use muster_shared::opportunity::{Follow, FollowStep, Opportunity, StageKind};
use muster_shared::text::LocalText;
use muster_shared::time::{Day, Instant};
use sea_orm::ConnectionTrait;

use super::pipeline;
use crate::access::LinkSubject;
use crate::error::{Error, Result};
use crate::event::{self, NewEvent};
use crate::identity::subjects::token_hash;
use crate::sql::Sql;
use crate::writer::Tx;

/// Who holds the link with this token; `None` where it is unknown, expired or taken back.
pub async fn subject(db: &impl ConnectionTrait, token: &str, now: Instant) -> Result<Option<LinkSubject>> {
    let mut sql =
        Sql::new("SELECT id, opportunity_id FROM secret_link WHERE deleted_at IS NULL AND opportunity_id IS NOT NULL AND token_hash = ");
    sql.bind(token_hash(token).to_vec()).push_bind(" AND expires_at > ", now.0);
    let Some(row) = sql.one(db).await? else { return Ok(None) };
    Ok(Some(LinkSubject { id: LinkId(row.try_get("", "id")?), opportunity_id: OpportunityId(row.try_get("", "opportunity_id")?) }))
}

/// Records a link that lets its holder follow `deal`; only the token's hash is kept.
pub async fn create_link(tx: &mut Tx, deal: &Opportunity, token: &str, expires_at: Instant) -> Result<LinkId> {
    let id = LinkId(tx.new_id());
    let mut sql = Sql::new("INSERT INTO secret_link (id, version, token_hash, dealer_id, opportunity_id, expires_at) VALUES ");
    sql.rows([()], |v, ()| {
        v.extend([
            id.0.into(),
            1_i64.into(),
            token_hash(token).to_vec().into(),
            deal.dealer_id.0.into(),
            deal.id.0.into(),
            expires_at.0.into(),
        ]);
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
        scope_after: Some(RowScope { ..deal.scope() }),
        persons: vec![deal.account_id.0],
        payload: Payload { label: deal.name.clone(), ..Payload::default() },
    };
    event::append(tx, event).await?;
    Ok(id)
}

/// What the link's holder sees.
pub async fn follow(db: &impl ConnectionTrait, link: &LinkSubject) -> Result<Follow> {
    let mut sql = Sql::new(
        "SELECT o.dealer_id, o.pipeline_id, o.stage_id, o.name, o.close_day, o.updated_at, d.name AS dealer, u.name AS rep_name, u.mail AS rep_mail \
         FROM opportunity o JOIN dealer d ON d.id = o.dealer_id JOIN app_user u ON u.id = o.owner_id WHERE o.deleted_at IS NULL AND o.id = ",
    );
    sql.bind(link.opportunity_id.0);
    let row = sql.one(db).await?.ok_or_else(Error::not_found)?;
    let stage_id = StageId(row.try_get("", "stage_id")?);
    let pipeline =
        pipeline::find(db, row.try_get("", "dealer_id")?, Some(muster_shared::id::PipelineId(row.try_get("", "pipeline_id")?))).await?;
    let stage = pipeline.stages.iter().find(|s| s.id == stage_id).ok_or_else(Error::not_found)?;
    let (won, lost) = (stage.kind == StageKind::Won, stage.kind == StageKind::Lost);
    let mut steps: Vec<FollowStep> = pipeline
        .stages
        .iter()
        .filter(|s| s.kind == StageKind::Open && (!s.archived || s.id == stage_id))
        .map(|s| FollowStep { name: s.name.clone(), done: won || (!lost && s.position < stage.position), current: s.id == stage_id })
        .collect();
    steps.push(FollowStep { name: LocalText::new("Ordered", "Đã đặt mua"), done: won, current: false });
    Ok(Follow {
        dealer: row.try_get("", "dealer")?,
        name: row.try_get("", "name")?,
        steps,
        lost,
        rep_name: row.try_get("", "rep_name")?,
        rep_mail: row.try_get("", "rep_mail")?,
        close_day: Day(row.try_get("", "close_day")?),
        updated_at: Instant(row.try_get("", "updated_at")?),
    })
}
