//! Open requests and deals whose configuration a new version cannot build any more.

use std::collections::BTreeMap;

use muster_shared::access::Permission;
use muster_shared::catalog::studio::{Affected, OptionName};
use muster_shared::configurator::diagram::Diagram;
use muster_shared::configurator::explain;
use muster_shared::configurator::expression::Names as _;
use muster_shared::configurator::model::{Layout, MARKET, Model};
use muster_shared::configurator::walk::{self, Barred};
use muster_shared::id::{LeadId, ModelId, OpportunityId};
use muster_shared::lead::Choice;
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use crate::access::{Columns, UserSubject, push_scope};
use crate::error::Result;
use crate::sql::Sql;

/// Requests that a check looks at, the newest first.
const MOST: i64 = 20_000;

/// A configuration that somebody waits for.
#[derive(Clone, Debug)]
pub struct Waiting {
    lead_id: LeadId,
    opportunity_id: Option<OpportunityId>,
    code: String,
    market: String,
    choices: Vec<Choice>,
    created_at: Instant,
}

/// Requests nobody closed yet, and those whose deal is open, as far as the user sees deals.
pub async fn waiting(db: &impl ConnectionTrait, user: &UserSubject, model: ModelId) -> Result<Vec<Waiting>> {
    let columns = Columns { dealer: "l.dealer_id", owner: "l.owner_id", team: "l.team_id", territory: "l.territory_id" };
    let mut sql = Sql::new(
        "SELECT l.id, l.opportunity_id, l.code, l.market, l.choices, l.created_at FROM lead l \
         LEFT JOIN opportunity o ON o.id = l.opportunity_id AND o.deleted_at IS NULL AND o.closed_at IS NULL WHERE ",
    );
    push_scope(&mut sql, user, Permission::OpportunityRead, columns);
    sql.push_bind(" AND l.deleted_at IS NULL AND l.model_id = ", model.0);
    sql.push(" AND (l.state IN ('new', 'working', 'requested', 'returned') OR o.id IS NOT NULL) ORDER BY l.created_at DESC, l.id DESC");
    sql.push_bind(" LIMIT ", MOST);
    sql.all(db).await?.iter().map(from_row).collect()
}

fn from_row(row: &QueryResult) -> Result<Waiting> {
    Ok(Waiting {
        lead_id: LeadId(row.try_get("", "id")?),
        opportunity_id: row.try_get::<Option<Uuid>>("", "opportunity_id")?.map(OpportunityId),
        code: row.try_get("", "code")?,
        market: row.try_get("", "market")?,
        choices: serde_json::from_str(&row.try_get::<String>("", "choices")?)?,
        created_at: Instant(row.try_get("", "created_at")?),
    })
}

/// Those that cannot be built; many ask for the same, which is looked at once.
pub fn of(waiting: &[Waiting], model: &Model, diagram: &Diagram) -> Vec<Affected> {
    let layout = Layout::new(model);
    let mut known: BTreeMap<(&str, &[Choice]), Option<Verdict>> = BTreeMap::new();
    let mut affected = Vec::new();
    for one in waiting {
        let verdict = known.entry((&one.market, &one.choices)).or_insert_with(|| verdict(&layout, diagram, one));
        let Some(Verdict { gone, against }) = verdict.clone() else { continue };
        affected.push(Affected {
            lead_id: one.lead_id,
            opportunity_id: one.opportunity_id,
            code: one.code.clone(),
            market: one.market.clone(),
            created_at: one.created_at,
            gone,
            against,
        });
    }
    affected
}

/// Why a configuration cannot be built.
#[derive(Clone)]
struct Verdict {
    gone: Vec<OptionName>,
    against: Vec<OptionName>,
}

fn verdict(layout: &Layout<'_>, diagram: &Diagram, one: &Waiting) -> Option<Verdict> {
    let name = |choice: &Choice| OptionName { group: choice.group.clone(), option: choice.option.clone() };
    let mut gone = Vec::new();
    let mut chosen = Vec::new();
    for choice in &one.choices {
        match layout.var(&choice.group).and_then(|var| Some((var, layout.option(var, &choice.option)?))) {
            Some(found) => chosen.push(found),
            None => gone.push(name(choice)),
        }
    }
    let Some(market) = layout.market(&one.market) else {
        gone.push(OptionName { group: "market".to_owned(), option: one.market.clone() });
        return Some(Verdict { gone, against: Vec::new() });
    };
    if !gone.is_empty() {
        return Some(Verdict { gone, against: Vec::new() });
    }
    let (mut barred, mut reached) = (Barred::default(), Vec::new());
    let all = chosen.iter().copied().chain([(MARKET, market)]);
    barred.set(diagram, all, &[]);
    if walk::is_possible(diagram, &barred, &mut reached) {
        return None;
    }
    let named = explain::conflict(diagram, &chosen, &[], (MARKET, market)).unwrap_or_default();
    let choice = |place: &(usize, u32)| chosen.iter().position(|it| it == place).and_then(|at| one.choices.get(at)).map(name);
    Some(Verdict { gone, against: named.iter().filter_map(choice).collect() })
}
