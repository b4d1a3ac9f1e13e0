//! The board: sums over all deals of the filter in one query, cards a column at a time.

use muster_shared::access::Permission;
use muster_shared::id::StageId;
use muster_shared::money::{Currency, Money, Rates};
use muster_shared::opportunity::{Board, BoardFilter, BoardSort, CardPage, Column as BoardColumn, Stage, StageKind};
use sea_orm::ConnectionTrait;

use super::pipeline;
use super::queries::{CARD, Common, NARROW, card, push_common};
use crate::access::{UserSubject, push_scope};
use crate::error::{Error, Result};
use crate::page::{Column, Keyset};
use crate::sql::Sql;
use crate::state::AppState;

/// Cards a column where the caller does not say.
const CARDS: u32 = 100;

const SORTS: [Column; 7] = [
    Column::number("mine", "o.mine"),
    Column::number("attention", "o.attention_at").nullable(),
    Column::number("worth", "o.worth").nullable(),
    Column::number("amount", "o.amount_minor"),
    Column::number("close_day", "o.close_day"),
    Column::key("name", "o.name_key"),
    Column::number("stage_since", "o.stage_since"),
];

const fn order(sort: BoardSort) -> &'static str {
    match sort {
        BoardSort::Attention => "mine,attention",
        BoardSort::Amount => "-worth,-amount",
        BoardSort::CloseDay => "close_day",
        BoardSort::Name => "name",
        BoardSort::StageSince => "stage_since",
    }
}

/// Adds the conditions on `opportunity o` of the filter and of what the user may see.
fn push_filter(sql: &mut Sql, user: &UserSubject, filter: &BoardFilter) {
    sql.push(" AND o.deleted_at IS NULL AND o.closed_at IS NULL AND ");
    push_scope(sql, user, Permission::OpportunityRead, NARROW);
    let common =
        Common { q: filter.q.as_deref(), owner: filter.owner, team: filter.team, close_from: filter.close_from, close_to: filter.close_to };
    push_common(sql, user, common);
}

/// The board of a pipeline of the user's dealer.
pub async fn board(state: &AppState, user: &UserSubject, filter: &BoardFilter) -> Result<Board> {
    let db = &state.db;
    // Read before the cards: what happens in between is sent again by the stream, which does no harm.
    let seq = state.hub.head();
    let pipeline = pipeline::find(db, user.dealer_id(), filter.pipeline).await?;
    let company = crate::company::load(db).await?;
    let target = filter.currency.unwrap_or(company.currency);
    let today = crate::clock::day_in(&company.zone, state.clock.now());
    let open: Vec<&Stage> = pipeline.stages.iter().filter(|s| s.kind == StageKind::Open).collect();
    let totals = totals(db, user, filter, &pipeline.stages, pipeline.id.0);
    let rates = crate::company::rates(db, company.currency, today).await?;
    let pages = futures::future::try_join_all(open.iter().map(|s| cards(db, user, filter, s.id, &rates)));
    let (totals, pages) = futures::try_join!(totals, pages)?;
    let mut columns = Vec::with_capacity(open.len());
    for (stage, page) in open.iter().zip(pages) {
        let mine: Vec<&Total> = totals.iter().filter(|t| t.stage == stage.id).collect();
        let count = mine.iter().map(|t| t.count).sum();
        if stage.archived && count == 0 {
            continue;
        }
        columns.push(BoardColumn {
            stage_id: stage.id,
            kind: stage.kind,
            count,
            sum: rates.sum(mine.iter().map(|t| (t.sum, 100)), target),
            // The weights are in the sums already: percent of each amount.
            weighted: weigh(&rates, &mine, target),
            sums: mine.iter().map(|t| t.sum).collect(),
            cards: page.cards,
            next: page.next,
        });
    }
    let all: Vec<&Total> = totals.iter().collect();
    let converted = all.iter().any(|t| t.sum.currency != target);
    Ok(Board {
        columns,
        open: rates.sum(all.iter().map(|t| (t.sum, 100)), target),
        weighted: weigh(&rates, &all, target),
        rate_day: if converted { rates.day() } else { None },
        rates,
        seq,
        pipeline,
    })
}

/// The deals of one currency in one stage.
struct Total {
    stage: StageId,
    count: i64,
    sum: Money,
    /// Amounts times probability in percent.
    weighted: Money,
}

fn weigh(rates: &Rates, totals: &[&Total], target: Currency) -> Option<Money> {
    rates.sum(totals.iter().map(|t| (t.weighted, 1)), target)
}

async fn totals(
    db: &impl ConnectionTrait,
    user: &UserSubject,
    filter: &BoardFilter,
    stages: &[Stage],
    pipeline: uuid::Uuid,
) -> Result<Vec<Total>> {
    let mut sql = Sql::new(
        "SELECT o.stage_id, o.currency, COUNT(*) AS n, CAST(SUM(o.amount_minor) AS BIGINT) AS sum, \
         CAST(SUM(o.amount_minor * COALESCE(o.probability, s.probability)) AS BIGINT) AS weighted \
         FROM opportunity o JOIN stage s ON s.id = o.stage_id WHERE o.pipeline_id = ",
    );
    sql.bind(pipeline);
    push_filter(&mut sql, user, filter);
    sql.push(" GROUP BY o.stage_id, o.currency ORDER BY o.stage_id, o.currency");
    let mut totals = Vec::with_capacity(stages.len());
    for row in sql.all(db).await? {
        let currency: String = row.try_get("", "currency")?;
        let currency = Currency::parse(&currency).ok_or_else(|| Error::Internal("a deal holds an unknown currency".into()))?;
        totals.push(Total {
            stage: StageId(row.try_get("", "stage_id")?),
            count: row.try_get("", "n")?,
            sum: Money::new(row.try_get("", "sum")?, currency),
            weighted: Money::new(row.try_get("", "weighted")?, currency),
        });
    }
    Ok(totals)
}

/// More cards of a column that the user's board has.
///
/// # Errors
/// `not-found` for a stage of another dealer, a closing one, and an archived one that holds nothing.
pub async fn more(state: &AppState, user: &UserSubject, filter: &BoardFilter, id: StageId) -> Result<CardPage> {
    let db = &state.db;
    let pipelines = pipeline::list(db, user.dealer_id()).await?;
    let stage = pipelines.iter().flat_map(|p| &p.stages).find(|s| s.id == id && s.kind == StageKind::Open).ok_or_else(Error::not_found)?;
    let company = crate::company::load(db).await?;
    let today = crate::clock::day_in(&company.zone, state.clock.now());
    let rates = crate::company::rates(db, company.currency, today).await?;
    let page = cards(db, user, filter, id, &rates).await?;
    if stage.archived && page.cards.is_empty() { Err(Error::not_found()) } else { Ok(page) }
}

/// The cards of one column, from the filter's cursor on.
async fn cards(db: &impl ConnectionTrait, user: &UserSubject, filter: &BoardFilter, stage: StageId, rates: &Rates) -> Result<CardPage> {
    let by = filter.sort.unwrap_or(BoardSort::Attention);
    let sort = order(by);
    let limit = filter.limit.unwrap_or(CARDS);
    let keyset = Keyset::read(db.get_database_backend(), &SORTS, "o.id", sort, (Some(sort), filter.after.as_deref(), Some(limit)))?;
    let mut sql = Sql::new("SELECT ");
    sql.push(CARD);
    keyset.push_columns(&mut sql);
    sql.push_bind(" FROM (SELECT o.*, CASE WHEN o.owner_id = ", user.id()).push(" THEN 0 ELSE 1 END AS mine");
    if by == BoardSort::Amount {
        push_worth(&mut sql, rates);
    }
    // With the pipeline before the stage the board's own index can be read.
    sql.push_bind(" FROM opportunity o WHERE o.pipeline_id = (SELECT pipeline_id FROM stage WHERE id = ", stage.0)
        .push_bind(") AND o.stage_id = ", stage.0);
    push_filter(&mut sql, user, filter);
    sql.push(") o JOIN account a ON a.id = o.account_id JOIN app_user u ON u.id = o.owner_id WHERE 1 = 1");
    keyset.push_after(&mut sql);
    keyset.push_order(&mut sql);
    let rows = sql.all(db).await?;
    let page = keyset.page(&rows, 0, |row| card(row, user))?;
    Ok(CardPage { cards: page.items, next: page.next })
}

/// Adds the column `worth`: what amounts of all currencies are ordered by, as [`order_key`](muster_shared::money::order_key) makes it;
/// none where a rate is missing. Rates change from day to day, so it is no column of the row.
fn push_worth(sql: &mut Sql, rates: &Rates) {
    sql.push(", CASE o.currency");
    for (currency, scale) in rates.scales() {
        sql.push_bind(" WHEN ", currency.code())
            .push_bind(" THEN CAST(ROUND(CAST(o.amount_minor AS DOUBLE PRECISION) * ", scale)
            .push(") AS BIGINT)");
    }
    sql.push(" END AS worth");
}
