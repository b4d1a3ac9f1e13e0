//! The lead as a row: reading, writing, and what it is found by.

use muster_shared::access::Permission;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::fold::fold;
use muster_shared::id::{AccountId, ContactId, DealerId, LeadId, ModelId, ModelVersionId, OpportunityId, TeamId, TerritoryId, UserId};
use muster_shared::lead::{Lead, LeadSource, LeadState, ReturnReason, mail_key, phone_key};
use muster_shared::money::{Currency, Money};
use muster_shared::text::Lang;
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::search;
use crate::sql::Sql;
use crate::writer::Tx;

/// The columns after the id, in the order of [`values`].
macro_rules! columns {
    () => {
        "version, dealer_id, state, source, name, name_key, phone, phone_key, mail, mail_key, place, language, owner_id, team_id, \
         territory_id, account_id, contact_id, opportunity_id, model_id, model_version_id, market, province, list, offer, choices, code, \
         amount_minor, currency, due_at, escalations, return_reason, return_note, score, score_reasons, campaign_id, list_id, note, custom, \
         created_at, updated_at, deleted_at"
    };
}

/// The values after the id.
fn values(l: &Lead) -> Result<Vec<Value>> {
    Ok(vec![
        l.version.into(),
        l.dealer_id.0.into(),
        l.state.as_str().into(),
        l.source.as_str().into(),
        l.name.as_str().into(),
        fold(&l.name).into(),
        l.phone.as_str().into(),
        phone_key(&l.phone).into(),
        l.mail.as_str().into(),
        mail_key(&l.mail).into(),
        l.place.as_str().into(),
        l.language.code().into(),
        l.owner_id.0.into(),
        l.team_id.map(Uuid::from).into(),
        l.territory_id.map(Uuid::from).into(),
        l.account_id.map(Uuid::from).into(),
        l.contact_id.map(Uuid::from).into(),
        l.opportunity_id.map(Uuid::from).into(),
        l.model_id.map(Uuid::from).into(),
        l.model_version_id.map(Uuid::from).into(),
        l.market.as_str().into(),
        l.province.as_str().into(),
        l.list.as_str().into(),
        l.offer.as_deref().into(),
        serde_json::to_string(&l.choices)?.into(),
        l.code.as_str().into(),
        l.amount.map(|a| a.minor).into(),
        l.amount.map(|a| a.currency.code().to_owned()).into(),
        l.due_at.map(|t| t.0).into(),
        l.escalations.into(),
        l.return_reason.map(ReturnReason::as_str).into(),
        l.return_note.as_str().into(),
        l.score.into(),
        serde_json::to_string(&l.score_reasons)?.into(),
        l.campaign_id.into(),
        l.list_id.into(),
        l.note.as_str().into(),
        serde_json::to_string(&l.custom)?.into(),
        l.created_at.0.into(),
        l.updated_at.0.into(),
        l.deleted_at.map(|t| t.0).into(),
    ])
}

/// An amount of money in two columns that are both empty or neither.
pub(super) fn amount(row: &QueryResult) -> Result<Option<Money>> {
    let (minor, currency): (Option<i64>, Option<String>) = (row.try_get("", "amount_minor")?, row.try_get("", "currency")?);
    let (Some(minor), Some(currency)) = (minor, currency) else { return Ok(None) };
    let currency = Currency::parse(&currency).ok_or_else(|| unknown("currency"))?;
    Ok(Some(Money::new(minor, currency)))
}

fn unknown(what: &str) -> Error {
    Error::Internal(format!("unknown {what} of a lead"))
}

pub(super) fn state(row: &QueryResult) -> Result<LeadState> {
    LeadState::parse(&row.try_get::<String>("", "state")?).ok_or_else(|| unknown("state"))
}

pub(super) fn source(row: &QueryResult) -> Result<LeadSource> {
    LeadSource::parse(&row.try_get::<String>("", "source")?).ok_or_else(|| unknown("source"))
}

fn from_row(row: &QueryResult) -> Result<Lead> {
    let text = |column: &str| row.try_get::<String>("", column);
    let id = |column: &str| row.try_get::<Option<Uuid>>("", column);
    Ok(Lead {
        id: LeadId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        state: state(row)?,
        source: source(row)?,
        name: text("name")?,
        phone: text("phone")?,
        mail: text("mail")?,
        place: text("place")?,
        language: Lang::parse(&text("language")?).unwrap_or_default(),
        owner_id: UserId(row.try_get("", "owner_id")?),
        team_id: id("team_id")?.map(TeamId),
        territory_id: id("territory_id")?.map(TerritoryId),
        account_id: id("account_id")?.map(AccountId),
        contact_id: id("contact_id")?.map(ContactId),
        opportunity_id: id("opportunity_id")?.map(OpportunityId),
        model_id: id("model_id")?.map(ModelId),
        model_version_id: id("model_version_id")?.map(ModelVersionId),
        market: text("market")?,
        province: text("province")?,
        list: text("list")?,
        offer: row.try_get("", "offer")?,
        choices: serde_json::from_str(&text("choices")?)?,
        code: text("code")?,
        amount: amount(row)?,
        due_at: row.try_get::<Option<i64>>("", "due_at")?.map(Instant),
        escalations: row.try_get("", "escalations")?,
        return_reason: row.try_get::<Option<String>>("", "return_reason")?.and_then(|r| ReturnReason::parse(&r)),
        return_note: text("return_note")?,
        score: row.try_get("", "score")?,
        score_reasons: serde_json::from_str(&text("score_reasons")?)?,
        campaign_id: id("campaign_id")?,
        list_id: id("list_id")?,
        note: text("note")?,
        custom: serde_json::from_str(&text("custom")?)?,
        created_at: Instant(row.try_get("", "created_at")?),
        updated_at: Instant(row.try_get("", "updated_at")?),
        deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant),
    })
}

/// The live leads that `condition` on `lead l` lets through, in order of creation.
pub(super) async fn select(db: &impl ConnectionTrait, condition: Sql) -> Result<Vec<Lead>> {
    let mut sql = Sql::new(concat!("SELECT id, ", columns!(), " FROM lead l WHERE l.deleted_at IS NULL AND "));
    sql.append(condition).push(" ORDER BY l.id");
    sql.all(db).await?.iter().map(from_row).collect()
}

impl Record for Lead {
    const KIND: EntityKind = EntityKind::Lead;
    const READ: Permission = Permission::LeadRead;
    const WRITE: Permission = Permission::LeadWrite;
    const DELETE: Permission = Permission::LeadWrite;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stamp(&mut self, version: i64, now: Instant) {
        self.version = version;
        self.updated_at = now;
    }

    fn scope(&self) -> RowScope {
        Lead::scope(self)
    }

    fn label(&self) -> String {
        self.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        [Some(self.id.0), self.account_id.map(Uuid::from), self.contact_id.map(Uuid::from)].into_iter().flatten().collect()
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn set_deleted(&mut self, at: Option<Instant>) {
        self.deleted_at = at;
    }

    fn worked_on_by(&mut self) -> Option<&mut UserId> {
        self.state.is_waiting().then_some(&mut self.owner_id)
    }

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let mut sql = Sql::new(concat!("SELECT id, ", columns!(), " FROM lead WHERE id = "));
        sql.bind(id);
        sql.one(db).await?.as_ref().map(from_row).transpose()
    }

    async fn settle(tx: &Tx, old: Option<&Self>, new: &mut Self) -> Result<()> {
        new.check()?;
        if old.is_none_or(|o| o.owner_id != new.owner_id) {
            super::routing::give_to(tx.db(), new, new.owner_id.0).await?;
        }
        Ok(())
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let mut sql;
        if old.is_none() {
            sql = Sql::new(concat!("INSERT INTO lead (id, ", columns!(), ") VALUES "));
            sql.rows([values(new)?], |v, row| {
                v.push(new.id.0.into());
                v.extend(row);
            });
        } else {
            sql = Sql::new(concat!("UPDATE lead SET (", columns!(), ") = "));
            sql.rows([values(new)?], |v, row| v.extend(row)).push_bind(" WHERE id = ", new.id.0);
        }
        sql.run(tx.db()).await?;
        let found_by = |l: &Self| (l.name.clone(), l.mail.clone(), l.phone.clone(), l.deleted_at);
        if old.is_none_or(|o| found_by(o) != found_by(new)) {
            let texts: &[&str] = if new.is_deleted() { &[] } else { &[&new.name, &new.mail] };
            let phones: &[&str] = if new.is_deleted() { &[] } else { &[&new.phone] };
            search::index(tx, EntityKind::Lead, new.id.0, new.dealer_id.0, texts, phones).await?;
        }
        Ok(())
    }
}
