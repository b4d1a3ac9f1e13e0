//! The board: sums over all deals of the filter in one query, cards a column at a time.

use muster_shared::access::Permission;
use muster_shared::id::{PipelineId, StageId};
use muster_shared::money::{Currency, Money, Rates};
use muster_shared::opportunity::{Board, BoardFilter, BoardSort, CardPage, Column as BoardColumn, Stage, StageKind};
use sea_orm::ConnectionTrait;

use super::pipeline;
use super::queries::{CARD, Common, NARROW, card, push_common, push_worth};
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
    let (pipeline, (company, rates)) =
        futures::try_join!(pipeline::find(db, user.dealer_id(), filter.pipeline), crate::company::today(db, state.clock.now()))?;
    let target = filter.currency.unwrap_or(company.currency);
    let open: Vec<&Stage> = pipeline.stages.iter().filter(|s| s.kind == StageKind::Open).collect();
    let totals = totals(db, user, filter, pipeline.id);
    let pages = futures::future::try_join_all(open.iter().map(|s| cards(db, user, filter, s.id, &rates)));
    let (totals, pages) = futures::try_join!(totals, pages)?;
    let mut columns = Vec::with_capacity(open.len());
    let mut weighted = Vec::with_capacity(totals.len());
    for (stage, page) in open.iter().zip(pages) {
        let mine: Vec<&Total> = totals.iter().filter(|t| t.stage == stage.id).collect();
        let count = mine.iter().map(|t| t.count).sum();
        if stage.archived && count == 0 {
            continue;
        }
        let own = i32::from(stage.probability);
        let weights: Vec<(Money, i64)> = mine.iter().map(|t| (t.sum, i64::from(t.probability.unwrap_or(own)))).collect();
        columns.push(BoardColumn {
            stage_id: stage.id,
            kind: stage.kind,
            count,
            sum: rates.sum(mine.iter().map(|t| (t.sum, 100)), target),
            weighted: rates.sum(weights.iter().copied(), target),
            sums: by_currency(&mine)?,
            cards: page.cards,
            next: page.next,
        });
        weighted.extend(weights);
    }
    Ok(Board {
        columns,
        open: rates.sum(totals.iter().map(|t| (t.sum, 100)), target),
        weighted: rates.sum(weighted, target),
        rate_day: if totals.iter().any(|t| t.sum.currency != target) { rates.day() } else { None },
        rates,
        seq,
        pipeline,
    })
}

/// The deals of one currency and one probability in one stage.
struct Total {
    stage: StageId,
    /// Their own, in percent, where it is not the stage's.
    probability: Option<i32>,
    count: i64,
    sum: Money,
}

/// One sum a currency; `totals` come in the order of their currencies.
fn by_currency(totals: &[&Total]) -> Result<Vec<Money>> {
    let mut sums: Vec<Money> = Vec::new();
    for Total { sum, .. } in totals {
        match sums.last_mut().filter(|last| last.currency == sum.currency) {
            Some(last) => {
                let minor = last.minor.checked_add(sum.minor);
                last.minor = minor.ok_or_else(|| Error::Internal("the sum of a stage does not fit".into()))?;
            }
            None => sums.push(*sum),
        }
    }
    Ok(sums)
}

async fn totals(db: &impl ConnectionTrait, user: &UserSubject, filter: &BoardFilter, pipeline: PipelineId) -> Result<Vec<Total>> {
    let mut sql = Sql::new(
        "SELECT o.stage_id, o.currency, o.probability, COUNT(*) AS n, CAST(SUM(o.amount_minor) AS BIGINT) AS sum \
         FROM opportunity o WHERE o.pipeline_id = ",
    );
    sql.bind(pipeline.0);
    push_filter(&mut sql, user, filter);
    sql.push(" GROUP BY o.stage_id, o.currency, o.probability ORDER BY o.stage_id, o.currency, o.probability");
    let mut totals = Vec::new();
    for row in sql.all(db).await? {
        let currency: String = row.try_get("", "currency")?;
        let currency = Currency::parse(&currency).ok_or_else(|| Error::Internal("a deal holds an unknown currency".into()))?;
        totals.push(Total {
            stage: StageId(row.try_get("", "stage_id")?),
            probability: row.try_get("", "probability")?,
            count: row.try_get("", "n")?,
            sum: Money::new(row.try_get("", "sum")?, currency),
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
    let (_, rates) = crate::company::today(db, state.clock.now()).await?;
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
    // Ids first, from an index alone: the rest is looked up for the cards shown only.
    sql.push(" FROM (SELECT o.id FROM (");
    push_derived(&mut sql, user, by, rates);
    // With the pipeline before the stage the board's own index can be read.
    sql.push_bind(" WHERE o.pipeline_id = (SELECT pipeline_id FROM stage WHERE id = ", stage.0).push_bind(") AND o.stage_id = ", stage.0);
    push_filter(&mut sql, user, filter);
    sql.push(") o WHERE 1 = 1");
    keyset.push_after(&mut sql);
    keyset.push_order(&mut sql);
    sql.push(") k JOIN (");
    push_derived(&mut sql, user, by, rates);
    sql.push(") o ON o.id = k.id JOIN account a ON a.id = o.account_id JOIN app_user u ON u.id = o.owner_id");
    keyset.push_order(&mut sql);
    let rows = sql.all(db).await?;
    let page = keyset.page(&rows, 0, |row| card(row, user))?;
    Ok(CardPage { cards: page.items, next: page.next })
}

/// Adds a query for all deals with what their order is made of beside their columns.
fn push_derived(sql: &mut Sql, user: &UserSubject, by: BoardSort, rates: &Rates) {
    sql.push_bind("SELECT o.*, CASE WHEN o.owner_id = ", user.id()).push(" THEN 0 ELSE 1 END AS mine");
    if by == BoardSort::Amount {
        push_worth(sql, rates);
    }
    sql.push(" FROM opportunity o");
}
