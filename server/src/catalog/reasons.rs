//! Which rules stand behind a "no", in the product manager's own sentences.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use muster_shared::catalog::{Question, Reasons};
use muster_shared::configurator::explain::Chosen;
use muster_shared::configurator::expression::Names as _;
use muster_shared::configurator::model::{Assembled, Layout, MARKET, Model, Source};
use muster_shared::problem::{FieldError, Params};
use muster_shared::text::LocalText;
use sea_orm::ConnectionTrait;
use tokio::sync::Semaphore;

use super::files;
use crate::configurator::solver::{Solver, Unanswered};
use crate::error::{Error, Result};
use crate::sql::Sql;

/// Effort of one question: a customer does not wait longer.
const EFFORT: u64 = 5_000;
/// How long a customer waits for the questions of others.
const PATIENCE: Duration = Duration::from_secs(2);
/// Models that are kept ready.
const KEPT: usize = 8;

/// A published model with its solver, which learns from question to question.
struct Ready {
    model: Model,
    assembled: Assembled,
    solver: Mutex<Solver>,
}

/// Ready models by the address of their body.
type Store = Vec<(String, Arc<Ready>)>;

/// What has an address never changes, so that one store serves everybody.
static READY: LazyLock<Mutex<Store>> = LazyLock::new(Mutex::default);
/// One question at a time: a million of them slow nobody's board.
static TURN: Semaphore = Semaphore::const_new(1);

/// The sentences of a smallest set of rules that exclude what is wanted beside the choices; none where it is possible.
///
/// # Errors
/// `not-found` where the version was never in the shop; a field error for what is not in its model; `busy`.
pub async fn answer(db: &impl ConnectionTrait, question: Question) -> Result<Reasons> {
    let body = published(db, &question).await?;
    let _turn = tokio::time::timeout(PATIENCE, TURN.acquire()).await.map_err(|_| Error::Busy)?.map_err(|_| Error::Busy)?;
    let ready = match kept(&body) {
        Some(ready) => ready,
        None => {
            let bytes = files::read(db, &body).await?.ok_or_else(|| Error::Internal("a model's file is missing".into()))?;
            let ready =
                tokio::task::spawn_blocking(move || prepare(&bytes)).await.map_err(|error| Error::Internal(error.to_string()))??;
            keep(body, ready)
        }
    };
    let asked = tokio::task::spawn_blocking(move || ask(&ready, &question)).await;
    asked.map_err(|error| Error::Internal(error.to_string()))?
}

async fn published(db: &impl ConnectionTrait, question: &Question) -> Result<String> {
    let mut sql = Sql::new("SELECT body FROM model_version WHERE deleted_at IS NULL AND diagram IS NOT NULL AND id = ");
    sql.bind(question.version_id.0);
    let row = sql.one(db).await?.ok_or_else(Error::not_found)?;
    Ok(row.try_get("", "body")?)
}

fn kept(body: &str) -> Option<Arc<Ready>> {
    let ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    ready.iter().find(|(other, _)| other == body).map(|(_, ready)| Arc::clone(ready))
}

fn keep(body: String, new: Ready) -> Arc<Ready> {
    let new = Arc::new(new);
    let mut ready = READY.lock().unwrap_or_else(PoisonError::into_inner);
    let surplus = (ready.len() + 1).saturating_sub(KEPT);
    ready.drain(..surplus);
    ready.push((body, Arc::clone(&new)));
    new
}

fn prepare(bytes: &[u8]) -> Result<Ready> {
    let model: Model = serde_json::from_slice(bytes)?;
    let assembled = model.assemble().map_err(|_| Error::Internal("a published model does not hold".into()))?;
    let solver = Solver::new(&assembled.problem).map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Ready { solver: Mutex::new(solver.with_effort(EFFORT)), model, assembled })
}

fn ask(ready: &Ready, question: &Question) -> Result<Reasons> {
    let layout = Layout::new(&ready.model);
    let market = layout.market(&question.market).ok_or_else(|| not_in_model("market", &question.market))?;
    let mut chosen: Vec<Chosen> = choices(&layout, &question.choices)?;
    chosen.push((MARKET, market));
    let wanted = choice(&layout, "group", &question.group, &question.option)?;
    let mut solver = ready.solver.lock().unwrap_or_else(PoisonError::into_inner);
    // The rules behind the choices that cannot be left out, and not behind others that would do as well.
    let found = solver.conflict(&chosen, wanted).and_then(|against| match against {
        Some(against) => solver.reasons(&against, wanted),
        None => Ok(None),
    });
    let rules = match found {
        Ok(rules) => rules.unwrap_or_default(),
        Err(Unanswered::Effort | Unanswered::TooLarge) => return Err(Error::Busy),
    };
    Ok(Reasons { sentences: sentences(ready, rules) })
}

/// In the order of the model; what has no sentence, such as the reckoning of a price, says nothing.
fn sentences(ready: &Ready, mut rules: Vec<usize>) -> Vec<LocalText> {
    rules.sort_unstable();
    let sentence = |rule: usize| match ready.assembled.sources.get(rule)? {
        Source::Rule(at) => ready.model.rules.get(*at).map(|rule| rule.sentence.clone()),
        Source::Market(..) | Source::Price => None,
    };
    rules.into_iter().filter_map(sentence).collect()
}

fn choices(layout: &Layout<'_>, named: &BTreeMap<String, String>) -> Result<Vec<Chosen>> {
    named.iter().map(|(group, option)| choice(layout, "choices", group, option)).collect()
}

fn choice(layout: &Layout<'_>, field: &str, group: &str, option: &str) -> Result<Chosen> {
    let var = layout.var(group).ok_or_else(|| not_in_model(field, group))?;
    let value = layout.option(var, option).ok_or_else(|| not_in_model(field, option))?;
    Ok((var, value))
}

fn not_in_model(field: &str, name: &str) -> Error {
    let params = Params::from([("name".to_owned(), name.into())]);
    vec![FieldError { field: field.to_owned(), code: "not-in-model".to_owned(), params }].into()
}
