//! What customers do in the builder, as counts by day, and what they and requests say about a model.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::access::Permission;
use muster_shared::catalog::studio::{ModelReport, OptionCount, ReportFilter, SIGNALS_MAX, Signal, Signals, StepCount};
use muster_shared::catalog::{ModelVersion, ProductModel};
use muster_shared::configurator::offer::Offer;
use muster_shared::id::ModelId;
use muster_shared::lead::Choice;
use muster_shared::time::Day;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::files;
use crate::access::{Columns, UserSubject, push_scope};
use crate::error::{Error, Result};
use crate::record::{self, Record as _};
use crate::sql::Sql;
use crate::writer::Tx;

/// Days of the longest report.
const DAYS_MAX: i32 = 800;
/// Days of a report where nobody says how many.
const DAYS: i32 = 30;

/// Signals that name what their model has: how often each, by kind and what it is about.
pub struct Counted {
    model: ModelId,
    market: String,
    counts: BTreeMap<(&'static str, String), i64>,
}

/// Reads signals against the offer that they come from: what it does not have is not counted, so that the counters stay few.
///
/// # Errors
/// `not-found` where the version is not in that market's shop.
pub async fn read(db: &impl ConnectionTrait, signals: Signals) -> Result<Counted> {
    if signals.signals.len() > SIGNALS_MAX {
        return Err(Error::field("signals", "too-many"));
    }
    let version = ModelVersion::load(db, signals.version_id.0).await?.filter(|it| !it.is_deleted() && it.from_day.is_some());
    let version = version.ok_or_else(Error::not_found)?;
    let mut sql = Sql::new("SELECT offer FROM model_offer WHERE version_id = ");
    sql.bind(version.id.0).push_bind(" AND market = ", signals.market.as_str()).push(" ORDER BY from_day DESC LIMIT 1");
    let hash: String = sql.one(db).await?.ok_or_else(Error::not_found)?.try_get("", "offer")?;
    let bytes = files::read(db, &hash).await?.ok_or_else(|| Error::Internal("an offer's file is missing".into()))?;
    let offer: Offer = serde_json::from_slice(&bytes)?;
    let mut seen = BTreeSet::new();
    let mut counts = BTreeMap::new();
    for signal in &signals.signals {
        // Once a visit: who clicks a hundred times wants it no more than who clicks once.
        if let Some(key) = key(&offer, signal).filter(|key| seen.insert(key.clone())) {
            *counts.entry(key).or_default() += 1;
        }
    }
    Ok(Counted { model: version.model_id, market: signals.market, counts })
}

fn key(offer: &Offer, signal: &Signal) -> Option<(&'static str, String)> {
    match signal {
        Signal::Opened => Some(("opened", String::new())),
        Signal::Refused { group, option } => {
            let group = offer.groups.iter().find(|it| it.code == *group)?;
            let option = group.options.iter().find(|it| it.code == *option)?;
            Some(("refused", format!("{}.{}", group.code, option.code)))
        }
        Signal::Left { step } => offer.steps.iter().find(|it| it.code == *step).map(|step| ("left", step.code.clone())),
    }
}

/// Adds signals to a day's counters. No event: nobody is told, and nothing is kept about who it was.
pub async fn count(tx: &Tx, counted: Counted, day: Day) -> Result<()> {
    for ((kind, what), times) in counted.counts {
        let mut sql = Sql::new("INSERT INTO shop_signal (day, model_id, market, kind, what, times) VALUES ");
        sql.rows([()], |v, ()| {
            let market = counted.market.as_str();
            v.extend([day.0.into(), counted.model.0.into(), market.into(), kind.into(), what.as_str().into(), times.into()]);
        });
        sql.push(" ON CONFLICT (model_id, day, market, kind, what) DO UPDATE SET times = shop_signal.times + excluded.times");
        sql.run(tx.db()).await?;
    }
    Ok(())
}

/// What customers did with a model: requests as far as the user sees deals, signals of all.
///
/// # Errors
/// `not-found`; days in the wrong order, or too many.
pub async fn report(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid, filter: ReportFilter, today: Day) -> Result<ModelReport> {
    let model: ProductModel = record::find(db, user, id).await?;
    let to = filter.to.unwrap_or(today);
    let from = filter.from.unwrap_or(Day(to.0.saturating_sub(DAYS)));
    if from > to || to.0.saturating_sub(from.0) > DAYS_MAX {
        return Err(Error::field("from", "out-of-range"));
    }
    let (requests, chosen) = chosen(db, user, model.id, (from, to)).await?;
    let mut report = ModelReport { from, to, requests, chosen, refused: Vec::new(), left: Vec::new(), opened: 0 };
    let mut sql = Sql::new("SELECT kind, what, CAST(SUM(times) AS BIGINT) AS times FROM shop_signal WHERE model_id = ");
    sql.bind(model.id.0).push_bind(" AND day >= ", from.0).push_bind(" AND day <= ", to.0);
    sql.push(" GROUP BY kind, what ORDER BY times DESC, what");
    for row in sql.all(db).await? {
        let (kind, what, count): (String, String, i64) = (row.try_get("", "kind")?, row.try_get("", "what")?, row.try_get("", "times")?);
        match (kind.as_str(), what.split_once('.')) {
            ("opened", _) => report.opened += count,
            ("refused", Some((group, option))) => {
                report.refused.push(OptionCount { group: group.to_owned(), option: option.to_owned(), count });
            }
            _ => report.left.push(StepCount { step: what, count }),
        }
    }
    Ok(report)
}

/// How many requests there were, and what was chosen in them.
async fn chosen(db: &impl ConnectionTrait, user: &UserSubject, model: ModelId, days: (Day, Day)) -> Result<(i64, Vec<OptionCount>)> {
    let columns = Columns { dealer: "dealer_id", owner: "owner_id", team: "team_id", territory: "territory_id" };
    let mut sql = Sql::new("SELECT choices, COUNT(*) AS times FROM lead WHERE ");
    push_scope(&mut sql, user, Permission::OpportunityRead, columns);
    sql.push_bind(" AND deleted_at IS NULL AND model_id = ", model.0).push_bind(" AND created_at >= ", days.0.start_utc().0);
    sql.push_bind(" AND created_at < ", days.1.plus(1).start_utc().0).push(" GROUP BY choices");
    let mut requests = 0;
    let mut counts: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in sql.all(db).await? {
        let times: i64 = row.try_get("", "times")?;
        requests += times;
        let choices: Vec<Choice> = serde_json::from_str(&row.try_get::<String>("", "choices")?)?;
        for choice in choices {
            *counts.entry((choice.group, choice.option)).or_default() += times;
        }
    }
    let mut chosen: Vec<_> = counts.into_iter().map(|((group, option), count)| OptionCount { group, option, count }).collect();
    chosen.sort_by(|a, b| (&a.group, b.count, &a.option).cmp(&(&b.group, a.count, &b.option)));
    Ok((requests, chosen))
}
