//! Writing deals: recording, changing, moving.

use muster_shared::account::Account;
use muster_shared::contact::Contact;
use muster_shared::event::{Action, Reason};
use muster_shared::id::{DealerId, OpportunityId, StageId};
use muster_shared::opportunity::{Move, MoveError, NewOpportunity, Opportunity, StageKind, enter};
use uuid::Uuid;

use super::{pipeline, row};
use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::record::{self, Record as _, Write};
use crate::sql::Sql;
use crate::writer::Tx;

/// Fills in and checks what a deal's references say: account and contact belong together and to the dealer, the owner
/// works there, the currency is one of the company's.
pub(super) async fn settle(tx: &Tx, old: Option<&Opportunity>, new: &mut Opportunity) -> Result<()> {
    let moved_account = old.is_none_or(|o| o.account_id != new.account_id);
    if moved_account {
        let account = Account::load(tx.db(), new.account_id.0).await?.filter(|a| !a.is_deleted() && a.dealer_id == new.dealer_id);
        if account.is_none() {
            return Err(Error::field("account_id", "not-found"));
        }
    }
    if let Some(contact_id) = new.contact_id
        && (moved_account || old.is_none_or(|o| o.contact_id != new.contact_id))
    {
        let contact = Contact::load(tx.db(), contact_id.0).await?.filter(|c| !c.is_deleted() && c.account_id == new.account_id);
        if contact.is_none() {
            // The old contact stays behind with the old account; a newly named one must fit.
            if old.is_some_and(|o| o.contact_id == new.contact_id) {
                new.contact_id = None;
            } else {
                return Err(Error::field("contact_id", "not-found"));
            }
        }
    }
    if old.is_none_or(|o| o.owner_id != new.owner_id) {
        let home = crate::identity::queries::home(tx.db(), new.owner_id.0).await?;
        let home = home.filter(|h| h.dealer_id == new.dealer_id && h.active).ok_or_else(|| Error::field("owner_id", "not-found"))?;
        new.team_id = home.team_id;
        new.territory_id = home.territory_id;
    }
    if old.is_none_or(|o| o.amount.currency != new.amount.currency) {
        let company = crate::company::load(tx.db()).await?;
        if new.amount.currency != company.currency && !company.currencies.contains(&new.amount.currency) {
            return Err(Error::field("amount.currency", "not-found"));
        }
    }
    Ok(())
}

/// Records a deal; by default the user's, in the first stage of the first pipeline.
pub async fn create(tx: &mut Tx, user: &UserSubject, new: NewOpportunity) -> Result<Opportunity> {
    // A customer the user may not see is not there for them.
    let account: Account = record::find(tx.db(), user, new.account_id.0).await.map_err(|_| Error::field("account_id", "not-found"))?;
    create_at(tx, user, account.dealer_id, new).await
}

/// As [`create`], at a customer of this dealer whom the user need not be able to see: one who asked for them.
pub(crate) async fn create_at(tx: &mut Tx, user: &UserSubject, dealer: DealerId, new: NewOpportunity) -> Result<Opportunity> {
    let pipeline = pipeline::find(tx.db(), dealer.0, new.pipeline_id).await.map_err(|_| Error::field("pipeline_id", "not-found"))?;
    let stage = pipeline.stages.iter().find(|s| s.kind == StageKind::Open && !s.archived && new.stage_id.is_none_or(|id| s.id == id));
    let stage = stage.ok_or_else(|| Error::field("stage_id", "not-found"))?;
    let now = tx.now;
    let deal = Opportunity {
        id: OpportunityId(tx.new_id()),
        version: 1,
        dealer_id: dealer,
        name: new.name.trim().to_owned(),
        account_id: new.account_id,
        contact_id: new.contact_id,
        pipeline_id: pipeline.id,
        stage_id: stage.id,
        amount: new.amount,
        probability: None,
        category: None,
        close_day: new.close_day,
        owner_id: new.owner_id.unwrap_or(user.reach.user_id),
        team_id: None,
        territory_id: None,
        next_step: new.next_step,
        next_step_day: new.next_step_day,
        stage_since: now,
        last_contact_at: None,
        lost_reason: None,
        competitor: String::new(),
        closed_at: None,
        custom: serde_json::Map::new(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    };
    record::create(tx, user, deal).await
}

/// Moves a deal to another stage, from version `from`.
///
/// # Errors
/// `stale` where somebody moved it meanwhile; a field error where the stage asks for more.
pub async fn move_to(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, to: Move) -> Result<Opportunity> {
    let old: Opportunity = record::find(tx.db(), user, id).await?;
    user.must(Opportunity::READ, Opportunity::WRITE, &old.scope())?;
    let found = pipeline::stage_at(tx.db(), old.dealer_id, to.stage_id).await?;
    let (stage, company) = found.ok_or_else(|| Error::field("stage_id", "not-found"))?;
    let today = crate::clock::day_in(&company.zone, tx.now);
    let new = enter(&old, &stage, to.lost_reason, to.competitor.as_deref(), tx.now, today).map_err(|e| match e {
        MoveError::OtherPipeline => Error::field("stage_id", "other-pipeline"),
        MoveError::Archived => Error::field("stage_id", "archived"),
        MoveError::LostReason => Error::field("lost_reason", "required"),
    })?;
    let wanted = [muster_shared::patch::Change {
        field: "stage_id".into(),
        old: serde_json::to_value(old.stage_id)?,
        new: serde_json::to_value(new.stage_id)?,
    }];
    if old.stage_id != new.stage_id || from != old.version {
        record::refuse_conflicts(tx, &old, from, &wanted).await?;
    }
    let reason = to.note.filter(|n| !n.trim().is_empty()).map(|note| Reason { note: Some(note), ..Reason::default() });
    record::write(tx, user, &old, new, Write { action: Some(Action::Moved), reason, undoes: None }).await
}

/// Sets the clocks of all open deals of a stage anew, after its limit changed. Clocks follow from other facts: no event.
pub(super) async fn reset_clocks(tx: &Tx, stage_id: StageId) -> Result<()> {
    let mut sql = Sql::new("SELECT id FROM opportunity WHERE deleted_at IS NULL AND closed_at IS NULL AND stage_id = ");
    sql.bind(stage_id.0);
    let Some(stage) = pipeline::stage(tx.db(), stage_id).await? else { return Ok(()) };
    let company = crate::company::load(tx.db()).await?;
    for found in sql.all(tx.db()).await? {
        let Some(deal) = Opportunity::load(tx.db(), found.try_get("", "id")?).await? else { continue };
        row::update_clocks(tx, &deal, &stage, &company).await?;
    }
    Ok(())
}

/// Hands every open deal of `from` to `to`; how many. For a leaver's work.
pub async fn hand_over(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<i64> {
    let mut sql = Sql::new("SELECT id FROM opportunity WHERE deleted_at IS NULL AND closed_at IS NULL AND owner_id = ");
    sql.bind(from).push(" ORDER BY id");
    let home = crate::identity::queries::home(tx.db(), to).await?.ok_or_else(|| Error::field("successor_id", "not-found"))?;
    let mut count = 0;
    for found in sql.all(tx.db()).await? {
        let Some(old) = Opportunity::load(tx.db(), found.try_get("", "id")?).await? else { continue };
        let mut new = old.clone();
        new.owner_id = to.into();
        new.dealer_id = home.dealer_id;
        new.team_id = home.team_id;
        new.territory_id = home.territory_id;
        let reason = Some(Reason { code: Some("leaver".into()), ..Reason::default() });
        record::store_change(tx, &old, new, Write { action: Some(Action::Reassigned), reason, undoes: None }).await?;
        count += 1;
    }
    Ok(count)
}
