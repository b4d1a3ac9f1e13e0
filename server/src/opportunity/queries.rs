//! Reading deals: cards, the list, the page, the stays in stages.

use muster_shared::access::Permission;
use muster_shared::event::{Action, EntityKind};
use muster_shared::id::{AccountId, OpportunityId, PipelineId, StageId, TeamId, UserId};
use muster_shared::money::{Currency, Money, Rates};
use muster_shared::opportunity::{
    Card, DealState, Opportunity, OpportunityFilter, OpportunityRow, OpportunityView, StageKind, Stay, Written, stays as stays_of,
};
use muster_shared::page::{Page, SortKey, parse_sort};
use muster_shared::time::{Day, Instant};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::access::{Columns, UserSubject, push_scope};
use crate::error::{Error, Result};
use crate::page::{Column, Keyset};
use crate::record;
use crate::search::Needle;
use crate::sql::Sql;

/// Scope columns of `opportunity o`.
pub(super) const SCOPE: Columns = Columns { dealer: "o.dealer_id", owner: "o.owner_id", team: "o.team_id", territory: "o.territory_id" };

/// The same where another condition leads to fewer rows: without statistics SQLite would read all of the dealer's through an index.
pub(super) const NARROW: Columns = Columns { dealer: "COALESCE(o.dealer_id, o.dealer_id)", ..SCOPE };

/// The columns of a card, of `opportunity o`, `account a` and `app_user u`.
pub(super) const CARD: &str = "o.id, o.version, o.name, o.account_id, a.name AS account_name, o.stage_id, o.amount_minor, o.currency, o.close_day, \
     o.owner_id, u.name AS owner_name, o.next_step, o.next_step_day, o.stage_since, o.stage_limit_at, o.last_contact_at, o.contact_limit_at, \
     o.attention_at, o.dealer_id, o.team_id, o.territory_id";

/// Reads a row of [`CARD`].
pub(super) fn card(row: &QueryResult, user: &UserSubject) -> Result<Card> {
    let currency: String = row.try_get("", "currency")?;
    let currency = Currency::parse(&currency).ok_or_else(|| Error::Internal("a deal holds an unknown currency".into()))?;
    let at = |column: &str| Ok::<_, Error>(row.try_get::<Option<i64>>("", column)?.map(Instant));
    let scope = muster_shared::event::RowScope {
        dealer_id: row.try_get("", "dealer_id")?,
        owner_id: row.try_get("", "owner_id")?,
        team_id: row.try_get("", "team_id")?,
        territory_id: row.try_get("", "territory_id")?,
    };
    Ok(Card {
        id: OpportunityId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        name: row.try_get("", "name")?,
        account_id: AccountId(row.try_get("", "account_id")?),
        account_name: row.try_get("", "account_name")?,
        stage_id: StageId(row.try_get("", "stage_id")?),
        amount: Money::new(row.try_get("", "amount_minor")?, currency),
        close_day: Day(row.try_get("", "close_day")?),
        owner_id: UserId(row.try_get("", "owner_id")?),
        owner_name: row.try_get("", "owner_name")?,
        next_step: row.try_get("", "next_step")?,
        next_step_day: row.try_get::<Option<i32>>("", "next_step_day")?.map(Day),
        stage_since: Instant(row.try_get("", "stage_since")?),
        stage_limit_at: at("stage_limit_at")?,
        last_contact_at: at("last_contact_at")?,
        contact_limit_at: at("contact_limit_at")?,
        attention_at: at("attention_at")?,
        can_write: user.covers(Permission::OpportunityWrite, &scope),
    })
}

/// One card, where it may be seen.
pub async fn find_card(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<Card> {
    let mut sql = Sql::new("SELECT ");
    sql.push(CARD)
        .push(" FROM opportunity o JOIN account a ON a.id = o.account_id JOIN app_user u ON u.id = o.owner_id WHERE o.id = ")
        .bind(id);
    sql.push(" AND o.deleted_at IS NULL AND ");
    push_scope(&mut sql, user, Permission::OpportunityRead, SCOPE);
    let row = sql.one(db).await?.ok_or_else(Error::not_found)?;
    card(&row, user)
}

/// What a write answers.
pub async fn written(db: &impl ConnectionTrait, user: &UserSubject, id: OpportunityId, event: Option<i64>) -> Result<Written> {
    Ok(Written { card: find_card(db, user, id.0).await?, event })
}

const SORTS: [Column; 8] = [
    Column::number("worth", "o.worth").nullable(),
    Column::number("attention", "o.attention_at").nullable(),
    Column::key("name", "o.name_key"),
    Column::number("amount", "o.amount_minor"),
    Column::number("close_day", "o.close_day"),
    Column::number("created_at", "o.created_at"),
    Column::number("updated_at", "o.updated_at"),
    Column::number("stage_since", "o.stage_since"),
];

/// Whether the filter itself leads to few of the dealer's deals.
const fn is_narrow(filter: &OpportunityFilter) -> bool {
    filter.account.is_some() || matches!(filter.state, Some(DealState::Open))
}

/// Adds the conditions of the filter and of what the user may see, after `WHERE`.
fn push_filter(sql: &mut Sql, user: &UserSubject, filter: &OpportunityFilter) {
    push_scope(sql, user, Permission::OpportunityRead, if is_narrow(filter) { NARROW } else { SCOPE });
    sql.push(if filter.deleted == Some(true) { " AND o.deleted_at IS NOT NULL" } else { " AND o.deleted_at IS NULL" });
    match filter.state {
        None => {}
        Some(DealState::Open) => {
            sql.push(" AND o.closed_at IS NULL");
            if filter.pipeline.is_none() && filter.account.is_none() && filter.owner.is_none() {
                // Says nothing new, but leads to the index that holds open deals alone.
                sql.push(" AND o.pipeline_id IN (SELECT id FROM pipeline)");
            }
        }
        Some(state) => {
            let kind = if state == DealState::Won { StageKind::Won } else { StageKind::Lost };
            sql.push_bind(" AND o.closed_at IS NOT NULL AND o.stage_id IN (SELECT id FROM stage WHERE kind = ", kind.as_str()).push(")");
        }
    }
    if let Some(id) = filter.account {
        sql.push_bind(" AND o.account_id = ", id.0);
    }
    if let Some(id) = filter.pipeline {
        sql.push_bind(" AND o.pipeline_id = ", id.0);
    }
    if let Some(id) = filter.stage {
        sql.push_bind(" AND o.stage_id = ", id.0);
    }
    if let Some(currency) = filter.currency {
        sql.push_bind(" AND o.currency = ", currency.code());
    }
    let common =
        Common { q: filter.q.as_deref(), owner: filter.owner, team: filter.team, close_from: filter.close_from, close_to: filter.close_to };
    push_common(sql, user, common);
}

/// What list and board are both narrowed by.
#[derive(Clone, Copy)]
pub(super) struct Common<'a> {
    pub q: Option<&'a str>,
    pub owner: Option<UserId>,
    pub team: Option<TeamId>,
    pub close_from: Option<Day>,
    pub close_to: Option<Day>,
}

/// Adds the conditions that list and board share.
pub(super) fn push_common(sql: &mut Sql, user: &UserSubject, common: Common<'_>) {
    let Common { q, owner, team, close_from: from, close_to: to } = common;
    if let Some(id) = owner {
        sql.push_bind(" AND o.owner_id = ", id.0);
    }
    if let Some(id) = team {
        sql.push_bind(" AND o.team_id IN (SELECT descendant_id FROM team_closure WHERE ancestor_id = ", id.0).push(")");
    }
    if let Some(day) = from {
        sql.push_bind(" AND o.close_day >= ", day.0);
    }
    if let Some(day) = to {
        sql.push_bind(" AND o.close_day <= ", day.0);
    }
    if let Some(needle) = q.and_then(Needle::read) {
        sql.push(" AND (");
        needle.push(sql, user, Permission::OpportunityRead, EntityKind::Opportunity, "o.id");
        sql.push(" OR ");
        needle.push(sql, user, Permission::OpportunityRead, EntityKind::Account, "o.account_id");
        sql.push(")");
    }
}

/// The order asked for, where amounts count by what they are worth in the company's currency; `None` where it has no amounts
/// or all of them are of one currency.
///
/// # Errors
/// The key that only this program may use.
fn by_worth(filter: &OpportunityFilter) -> Result<Option<String>> {
    let keys = parse_sort(filter.sort.as_deref().unwrap_or_default());
    if keys.iter().any(|k| k.field == "worth") {
        return Err(Error::field("sort", "unknown"));
    }
    if filter.currency.is_some() || keys.iter().all(|k| k.field != "amount") {
        return Ok(None);
    }
    let keys = keys.iter().map(|SortKey { field, descending }| match (field.as_str(), descending) {
        ("amount", false) => "worth,amount".to_owned(),
        ("amount", true) => "-worth,-amount".to_owned(),
        (field, descending) => format!("{}{field}", if *descending { "-" } else { "" }),
    });
    Ok(Some(keys.collect::<Vec<_>>().join(",")))
}

/// Adds the column `worth` to those of `opportunity o`: what amounts of all currencies are ordered by, as
/// [`order_key`](muster_shared::money::order_key) makes it; none where a rate is missing. Rates change from day to day, so it is no
/// column of the row.
pub(super) fn push_worth(sql: &mut Sql, rates: &Rates) {
    sql.push(", CASE o.currency");
    for (currency, scale) in rates.scales() {
        sql.push_bind(" WHEN ", currency.code())
            .push_bind(" THEN CAST(ROUND(CAST(o.amount_minor AS DOUBLE PRECISION) * ", scale)
            .push(") AS BIGINT)");
    }
    sql.push(" END AS worth");
}

/// A page of deals.
pub async fn list(db: &impl ConnectionTrait, user: &UserSubject, filter: &OpportunityFilter, now: Instant) -> Result<Page<OpportunityRow>> {
    let worth = by_worth(filter)?;
    let keyset = Keyset::read(
        db.get_database_backend(),
        &SORTS,
        "o.id",
        "attention",
        (worth.as_deref().or(filter.sort.as_deref()), filter.after.as_deref(), filter.limit),
    )?;
    let rates = if worth.is_some() { Some(crate::company::today(db, now).await?.1) } else { None };
    let mut count = Sql::new("SELECT COUNT(*) AS n FROM opportunity o WHERE ");
    push_filter(&mut count, user, filter);
    let mut sql = Sql::new("SELECT ");
    sql.push(CARD).push(", o.pipeline_id, o.closed_at, o.created_at, o.updated_at");
    keyset.push_columns(&mut sql);
    // Ids first: names are looked up for the rows shown only.
    sql.push(" FROM (SELECT o.id FROM (");
    push_source(&mut sql, rates.as_ref());
    sql.push(" WHERE ");
    push_filter(&mut sql, user, filter);
    sql.push(") o WHERE 1 = 1");
    keyset.push_after(&mut sql);
    keyset.push_order(&mut sql);
    sql.push(") k JOIN (");
    push_source(&mut sql, rates.as_ref());
    sql.push(") o ON o.id = k.id JOIN account a ON a.id = o.account_id JOIN app_user u ON u.id = o.owner_id");
    keyset.push_order(&mut sql);
    let (count, rows) = futures::try_join!(count.one(db), sql.all(db))?;
    let total = count.map_or(Ok(0), |r| r.try_get::<i64>("", "n"))?;
    keyset.page(&rows, total, |row| {
        Ok(OpportunityRow {
            card: card(row, user)?,
            pipeline_id: PipelineId(row.try_get("", "pipeline_id")?),
            closed_at: row.try_get::<Option<i64>>("", "closed_at")?.map(Instant),
            created_at: Instant(row.try_get("", "created_at")?),
            updated_at: Instant(row.try_get("", "updated_at")?),
        })
    })
}

/// Adds a query for all deals, with what they are worth where `rates` are given.
fn push_source(sql: &mut Sql, rates: Option<&Rates>) {
    sql.push("SELECT o.*");
    if let Some(rates) = rates {
        push_worth(sql, rates);
    }
    sql.push(" FROM opportunity o");
}

/// A deal with all that its page shows beside it; also from the trash.
pub async fn view(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<OpportunityView> {
    let opportunity: Opportunity = record::find_any(db, user, id).await?;
    let mut sql = Sql::new(
        "SELECT a.name AS account_name, c.name AS contact_name, u.name AS owner_name, t.name AS team_name, y.name AS territory_name, \
         o.stage_limit_at, o.contact_limit_at, o.attention_at FROM opportunity o JOIN account a ON a.id = o.account_id \
         JOIN app_user u ON u.id = o.owner_id LEFT JOIN contact c ON c.id = o.contact_id LEFT JOIN team t ON t.id = o.team_id \
         LEFT JOIN territory y ON y.id = o.territory_id WHERE o.id = ",
    );
    sql.bind(id);
    let row = sql.one(db).await?.ok_or_else(Error::not_found)?;
    let at = |column: &str| Ok::<_, Error>(row.try_get::<Option<i64>>("", column)?.map(Instant));
    let scope = opportunity.scope();
    Ok(OpportunityView {
        account_name: row.try_get("", "account_name")?,
        contact_name: row.try_get("", "contact_name")?,
        owner_name: row.try_get("", "owner_name")?,
        team_name: row.try_get("", "team_name")?,
        territory_name: row.try_get("", "territory_name")?,
        stage_limit_at: at("stage_limit_at")?,
        contact_limit_at: at("contact_limit_at")?,
        attention_at: at("attention_at")?,
        can_write: user.covers(Permission::OpportunityWrite, &scope),
        can_assign: user.covers(Permission::OpportunityAssign, &scope),
        can_delete: user.covers(Permission::OpportunityDelete, &scope),
        opportunity,
    })
}

/// How long the deal was in which stage, from its recorded history by when things happened.
pub async fn stays(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<Vec<Stay>> {
    let deal: Opportunity = record::find_any(db, user, id).await?;
    let pipeline = super::pipeline::find(db, deal.dealer_id.0, Some(deal.pipeline_id)).await?;
    let mut entries: Vec<(Instant, StageId)> = Vec::new();
    for event in crate::event::of_record(db, EntityKind::Opportunity, id).await? {
        if !matches!(event.action, Action::Created | Action::Moved | Action::Changed | Action::Reassigned) {
            continue;
        }
        for change in event.read_payload().changes {
            if change.field == "stage_id"
                && let Ok(stage) = serde_json::from_value(change.new)
            {
                entries.push((event.happened_at, stage));
            }
        }
    }
    entries.sort_by_key(|e| e.0);
    Ok(stays_of(&entries, |stage| {
        pipeline.stages.iter().find(|s| s.id == stage).map(|s| if s.kind == StageKind::Open { s.position } else { i32::MAX })
    }))
}
