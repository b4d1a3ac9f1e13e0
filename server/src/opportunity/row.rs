//! The opportunity as a row: reading, writing, and what follows from its fields.

use muster_shared::access::Permission;
use muster_shared::calendar::WorkCalendar;
use muster_shared::company::Company;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::fold::fold;
use muster_shared::id::{AccountId, ContactId, DealerId, OpportunityId, PipelineId, StageId, TeamId, TerritoryId, UserId};
use muster_shared::money::{Currency, Money};
use muster_shared::opportunity::{Clocks, ForecastCategory, LostReason, Opportunity, Stage, clocks};
use muster_shared::time::{Day, Instant};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

/// The columns, in the order of [`values`].
macro_rules! columns {
    () => {
        "id, version, dealer_id, name, name_key, account_id, contact_id, pipeline_id, stage_id, amount_minor, currency, probability, category, close_day, owner_id, team_id, territory_id, next_step, next_step_day, stage_since, stage_limit_at, last_contact_at, contact_limit_at, attention_at, lost_reason, competitor, closed_at, custom, created_at, updated_at, deleted_at"
    };
}

/// The values of all columns.
fn values(o: &Opportunity, clocks: Clocks) -> Result<Vec<Value>> {
    Ok(vec![
        o.id.0.into(),
        o.version.into(),
        o.dealer_id.0.into(),
        o.name.as_str().into(),
        fold(&o.name).into(),
        o.account_id.0.into(),
        o.contact_id.map(Uuid::from).into(),
        o.pipeline_id.0.into(),
        o.stage_id.0.into(),
        o.amount.minor.into(),
        o.amount.currency.code().into(),
        o.probability.map(i32::from).into(),
        o.category.map(ForecastCategory::as_str).into(),
        o.close_day.0.into(),
        o.owner_id.0.into(),
        o.team_id.map(Uuid::from).into(),
        o.territory_id.map(Uuid::from).into(),
        o.next_step.as_str().into(),
        o.next_step_day.map(|d| d.0).into(),
        o.stage_since.0.into(),
        clocks.stage_limit_at.map(|t| t.0).into(),
        o.last_contact_at.map(|t| t.0).into(),
        clocks.contact_limit_at.map(|t| t.0).into(),
        clocks.attention_at.map(|t| t.0).into(),
        o.lost_reason.map(LostReason::as_str).into(),
        o.competitor.as_str().into(),
        o.closed_at.map(|t| t.0).into(),
        serde_json::to_string(&o.custom)?.into(),
        o.created_at.0.into(),
        o.updated_at.0.into(),
        o.deleted_at.map(|t| t.0).into(),
    ])
}

/// Inserts rows, many a statement; `stage` gives a deal's stage.
pub async fn insert_many<'a>(
    tx: &Tx,
    deals: &[Opportunity],
    stage: impl Fn(StageId) -> Option<&'a Stage>,
    company: &Company,
) -> Result<()> {
    for chunk in deals.chunks(500) {
        let mut rows = Vec::with_capacity(chunk.len());
        for deal in chunk {
            let stage = stage(deal.stage_id).ok_or_else(|| Error::Internal("a deal names an unknown stage".into()))?;
            rows.push(values(deal, clocks_of(deal, stage, company))?);
        }
        let mut sql = Sql::new(concat!("INSERT INTO opportunity (", columns!(), ") VALUES "));
        sql.rows(rows, |v, row| v.extend(row));
        sql.run(tx.db()).await?;
    }
    Ok(())
}

/// Writes the columns that differ, and all clocks: an index of SQLite is written anew for every column named, changed or not.
async fn update(tx: &Tx, old: &Opportunity, new: &Opportunity, clocks: Clocks) -> Result<()> {
    let mut sql = Sql::new("UPDATE opportunity SET version = ");
    sql.bind(new.version);
    let is_clock = |column: &str| matches!(column, "stage_limit_at" | "contact_limit_at" | "attention_at");
    for ((column, old), new) in columns!().split(", ").zip(values(old, Clocks::default())?).zip(values(new, clocks)?) {
        if column != "version" && (old != new || is_clock(column)) {
            sql.push(", ").push(column).push_bind(" = ", new);
        }
    }
    sql.push_bind(" WHERE id = ", new.id.0);
    sql.run(tx.db()).await?;
    Ok(())
}

fn clocks_of(deal: &Opportunity, stage: &Stage, company: &Company) -> Clocks {
    let calendar: &WorkCalendar = &company.calendar;
    clocks(deal, stage, u32::try_from(company.contact_limit_days).unwrap_or(1), calendar)
}

/// Writes a deal's clocks as they follow from `stage` and `company` now.
pub(super) async fn update_clocks(tx: &Tx, deal: &Opportunity, stage: &Stage, company: &Company) -> Result<()> {
    let clocks = clocks_of(deal, stage, company);
    let mut sql = Sql::new("UPDATE opportunity SET stage_limit_at = ");
    sql.bind(clocks.stage_limit_at.map(|t| t.0))
        .push_bind(", contact_limit_at = ", clocks.contact_limit_at.map(|t| t.0))
        .push_bind(", attention_at = ", clocks.attention_at.map(|t| t.0))
        .push_bind(" WHERE id = ", deal.id.0);
    sql.run(tx.db()).await?;
    Ok(())
}

fn from_row(row: &QueryResult) -> Result<Opportunity> {
    let unknown = |what: &str| DbErr::Type(format!("unknown {what} of a deal"));
    let text = |column: &str| row.try_get::<String>("", column);
    let currency = Currency::parse(&text("currency")?).ok_or_else(|| unknown("currency"))?;
    let probability: Option<i32> = row.try_get("", "probability")?;
    let category: Option<String> = row.try_get("", "category")?;
    let lost_reason: Option<String> = row.try_get("", "lost_reason")?;
    Ok(Opportunity {
        id: OpportunityId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        name: text("name")?,
        account_id: AccountId(row.try_get("", "account_id")?),
        contact_id: row.try_get::<Option<Uuid>>("", "contact_id")?.map(ContactId),
        pipeline_id: PipelineId(row.try_get("", "pipeline_id")?),
        stage_id: StageId(row.try_get("", "stage_id")?),
        amount: Money::new(row.try_get("", "amount_minor")?, currency),
        probability: probability.and_then(|p| u8::try_from(p).ok()),
        category: category.and_then(|c| ForecastCategory::parse(&c)),
        close_day: Day(row.try_get("", "close_day")?),
        owner_id: UserId(row.try_get("", "owner_id")?),
        team_id: row.try_get::<Option<Uuid>>("", "team_id")?.map(TeamId),
        territory_id: row.try_get::<Option<Uuid>>("", "territory_id")?.map(TerritoryId),
        next_step: text("next_step")?,
        next_step_day: row.try_get::<Option<i32>>("", "next_step_day")?.map(Day),
        stage_since: Instant(row.try_get("", "stage_since")?),
        last_contact_at: row.try_get::<Option<i64>>("", "last_contact_at")?.map(Instant),
        lost_reason: lost_reason.and_then(|r| LostReason::parse(&r)),
        competitor: text("competitor")?,
        closed_at: row.try_get::<Option<i64>>("", "closed_at")?.map(Instant),
        custom: serde_json::from_str(&text("custom")?)?,
        created_at: Instant(row.try_get("", "created_at")?),
        updated_at: Instant(row.try_get("", "updated_at")?),
        deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant),
    })
}

impl Record for Opportunity {
    const KIND: EntityKind = EntityKind::Opportunity;
    const READ: Permission = Permission::OpportunityRead;
    const WRITE: Permission = Permission::OpportunityWrite;
    const DELETE: Permission = Permission::OpportunityDelete;
    const ASSIGN: Permission = Permission::OpportunityAssign;

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
        Opportunity::scope(self)
    }

    fn label(&self) -> String {
        self.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        std::iter::once(self.account_id.0).chain(self.contact_id.map(Uuid::from)).collect()
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn set_deleted(&mut self, at: Option<Instant>) {
        self.deleted_at = at;
    }

    fn worked_on_by(&mut self) -> Option<&mut UserId> {
        self.closed_at.is_none().then_some(&mut self.owner_id)
    }

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM opportunity WHERE id = "));
        sql.bind(id);
        sql.one(db).await?.as_ref().map(from_row).transpose()
    }

    async fn settle(tx: &Tx, old: Option<&Self>, new: &mut Self) -> Result<()> {
        new.check()?;
        super::commands::settle(tx, old, new).await
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let found = super::pipeline::stage_at(tx.db(), new.dealer_id, new.stage_id).await?;
        let (stage, company) = found.ok_or_else(|| Error::field("stage_id", "not-found"))?;
        match old {
            None => insert_many(tx, std::slice::from_ref(new), |_| Some(&stage), &company).await?,
            Some(old) => update(tx, old, new, clocks_of(new, &stage, &company)).await?,
        }
        if old.is_none_or(|o| o.name != new.name || o.deleted_at != new.deleted_at) {
            let texts: &[&str] = if new.is_deleted() { &[] } else { &[&new.name] };
            crate::search::index(tx, EntityKind::Opportunity, new.id.0, new.dealer_id.0, texts, &[]).await?;
        }
        Ok(())
    }
}
