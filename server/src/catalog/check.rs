//! What a model comes to before it is published: what does not hold, what nobody can buy, which prices stand out, who is affected.

mod affected;
pub mod comparison;
mod gaps;
mod prices;
mod rules;

use std::time::Instant;

use muster_shared::catalog::studio::{Affected, CheckPart, CheckReport, Comparison, ListSpan, PriceOutlier, Size};
use muster_shared::catalog::{Market, ModelVersion};
use muster_shared::configurator::compile::{CAP, compile};
use muster_shared::configurator::diagram::Diagram;
use muster_shared::configurator::model::{Assembled, Model};
use muster_shared::configurator::offer::Offer;
use muster_shared::configurator::session::{Limits, Session};
use muster_shared::problem::FieldError;
use sea_orm::ConnectionTrait;

use self::affected::Waiting;
use super::publish::field_error;
use super::{draft, files, market, row};
use crate::access::UserSubject;
use crate::error::Result;
use crate::sql::Sql;

/// All that a check looks at, gathered before it takes its time.
#[derive(Clone, Debug)]
pub struct Material {
    model: Model,
    version: ModelVersion,
    /// What was in the shop last.
    before: Option<Before>,
    /// What is wrong with it that only the database knows.
    defects: Vec<FieldError>,
    waiting: Vec<Waiting>,
    accepted: Vec<String>,
}

/// The version to compare with.
#[derive(Clone, Debug)]
struct Before {
    version: ModelVersion,
    model: Model,
    /// The lowest price of each list, by the list's code.
    lowest: Vec<(String, i64)>,
}

impl Material {
    /// Gathers what a check of `model`, which is what `version` says, needs.
    pub async fn gather(db: &impl ConnectionTrait, user: &UserSubject, version: ModelVersion, model: Model) -> Result<Self> {
        let before = before(db, &version).await?;
        let mut defects = foreign(&model, &market::all(db).await?);
        defects.extend(missing_files(db, &model).await?);
        let waiting = affected::waiting(db, user, version.model_id).await?;
        Ok(Self { model, version, before, defects, waiting, accepted: Vec::new() })
    }

    /// With prices that stand out and are meant so.
    #[must_use]
    pub fn accepting(mut self, accepted: Vec<String>) -> Self {
        self.accepted = accepted;
        self
    }
}

/// The newest other version that was ever in the shop.
async fn before(db: &impl ConnectionTrait, version: &ModelVersion) -> Result<Option<Before>> {
    let versions = row::versions_of(db, version.model_id).await?;
    let Some(version) = versions.into_iter().find(|it| it.id != version.id && it.from_day.is_some()) else { return Ok(None) };
    let mut sql = Sql::new("SELECT list, from_price FROM model_offer WHERE version_id = ");
    sql.bind(version.id.0).push(" ORDER BY list");
    let rows = sql.all(db).await?;
    let lowest = rows.iter().map(|row| Ok((row.try_get("", "list")?, row.try_get("", "from_price")?))).collect::<Result<_>>()?;
    let model = draft::model_in(db, &version.body).await?;
    Ok(Some(Before { version, model, lowest }))
}

/// Markets that are none, and price lists in another currency than their market's.
fn foreign(model: &Model, markets: &[Market]) -> Vec<FieldError> {
    let wrong = |field: String, code: &str| FieldError { field, code: code.to_owned(), params: Default::default() };
    let known = |code: &String| markets.iter().find(|market| market.code == *code);
    let unknown = model.markets.iter().enumerate().filter(|(_, code)| known(code).is_none());
    let mut found: Vec<FieldError> = unknown.map(|(at, _)| wrong(format!("markets.{at}"), "not-found")).collect();
    for (at, list) in model.prices.iter().enumerate() {
        if known(&list.market).is_some_and(|market| market.currency != list.currency) {
            found.push(wrong(format!("prices.{at}.currency"), "other-currency"));
        }
    }
    found
}

/// Layers whose drawing is not there.
async fn missing_files(db: &impl ConnectionTrait, model: &Model) -> Result<Vec<FieldError>> {
    let known = files::pictures(db).await?;
    let missing = model.pictures.layers.iter().enumerate().filter(|(_, layer)| !known.contains(&layer.file));
    let error = |at| FieldError { field: format!("pictures.layers.{at}.file"), code: "not-found".to_owned(), params: Default::default() };
    Ok(missing.map(|(at, _)| error(at)).collect())
}

/// Makes the check. Takes its time: nothing for a task that others wait for.
#[must_use]
pub fn run(material: &Material) -> CheckReport {
    let mut report = empty(material);
    let model = &material.model;
    report.texts = gaps::texts(model);
    report.pictures = gaps::pictures(model);
    report.comparison = material.before.as_ref().map(|before| compared(before, model));
    match model.assemble() {
        Ok(assembled) if report.defects.is_empty() => built(&mut report, material, &assembled),
        Ok(_) => {}
        Err(defects) => report.defects.extend(defects.iter().map(field_error)),
    }
    report.is_blocked = !report.defects.is_empty()
        || !report.contradiction.is_empty()
        || report.is_too_large
        || report.size.is_none()
        || !report.unsold.is_empty()
        || !report.cases.is_empty()
        || report.unanswered.contains(&CheckPart::Cases)
        || report.outliers.iter().any(|outlier| !outlier.is_accepted);
    report
}

fn empty(material: &Material) -> CheckReport {
    CheckReport {
        version: material.version.clone(),
        is_blocked: true,
        defects: material.defects.clone(),
        contradiction: Vec::new(),
        is_too_large: false,
        unsold: Vec::new(),
        cases: Vec::new(),
        outliers: Vec::new(),
        dead: Vec::new(),
        core: Vec::new(),
        redundant: Vec::new(),
        void: Vec::new(),
        texts: Vec::new(),
        pictures: Vec::new(),
        size: None,
        comparison: None,
        affected: Vec::new(),
        affected_count: 0,
        waiting_count: material.waiting.len(),
        unanswered: Vec::new(),
    }
}

fn compared(before: &Before, model: &Model) -> Comparison {
    Comparison { version_id: before.version.id, number: before.version.number, ..comparison::of(&before.model, model) }
}

/// What only a compiled model tells.
fn built(report: &mut CheckReport, material: &Material, assembled: &Assembled) {
    let model = &material.model;
    let started = Instant::now();
    let Ok(diagram) = compile(&assembled.problem, CAP) else {
        report.is_too_large = true;
        return;
    };
    let compile_ms = (started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
    rules::check(report, model, assembled, &diagram);
    if diagram.is_empty() {
        return;
    }
    let lists = spans(model, &assembled.conditions, &diagram);
    report.unsold = unsold(model, &lists);
    report.outliers = prices::outliers(model, &lists, material.before.as_ref().map(|before| (&before.model, before.lowest.as_slice())));
    for outlier in &mut report.outliers {
        outlier.is_accepted = accepts(&material.accepted, outlier);
    }
    let affected: Vec<Affected> = affected::of(&material.waiting, model, &diagram);
    report.affected_count = affected.len();
    report.affected = affected;
    report.affected.truncate(muster_shared::catalog::studio::AFFECTED_MAX);
    report.size = Some(Size {
        configurations: diagram.count().to_string(),
        nodes: diagram.len(),
        compile_ms,
        payload_bytes: crate::configurator::check::compressed(&diagram.encode()).unwrap_or_default(),
        lists,
    });
}

fn accepts(accepted: &[String], outlier: &PriceOutlier) -> bool {
    accepted.contains(&outlier.address)
}

/// Lowest and highest price of each list whose market has something to build.
fn spans(model: &Model, conditions: &[String], diagram: &Diagram) -> Vec<ListSpan> {
    let span = |list: &muster_shared::configurator::model::PriceList| {
        let offer = Offer::of(model, &list.code, conditions, "")?;
        let answer = Session::new(&offer, diagram.clone())?.answer(&[], Limits::default())?;
        Some(ListSpan {
            list: list.code.clone(),
            market: list.market.clone(),
            currency: list.currency,
            lowest: answer.lowest,
            highest: answer.highest,
        })
    };
    model.prices.iter().filter_map(span).collect()
}

/// Lists that nothing can be built at, and a model without any.
fn unsold(model: &Model, lists: &[ListSpan]) -> Vec<String> {
    let without = model.prices.iter().filter(|list| !lists.iter().any(|span| span.list == list.code));
    without.map(|list| list.code.clone()).collect()
}
