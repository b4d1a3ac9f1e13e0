//! Reading requests: the lane and list, and the page.

use muster_shared::access::Permission;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::id::{LeadId, OpportunityId, UserId};
use muster_shared::lead::{ConfigurationLine, Lead, LeadFilter, LeadRow, LeadView};
use muster_shared::page::Page;
use muster_shared::text::LocalText;
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{consent, row};
use crate::access::{Columns, UserSubject, push_scope};
use crate::error::{Error, Result};
use crate::page::{Column, Keyset};
use crate::record;
use crate::search::Needle;
use crate::sql::Sql;
use crate::state::AppState;

/// Scope columns of `lead l`.
const SCOPE: Columns = Columns { dealer: "l.dealer_id", owner: "l.owner_id", team: "l.team_id", territory: "l.territory_id" };

const SORTS: [Column; 4] = [
    Column::number("due_at", "l.due_at").nullable(),
    Column::key("name", "l.name_key"),
    Column::number("created_at", "l.created_at"),
    Column::number("updated_at", "l.updated_at"),
];

/// What is read of each row, of `lead l`, `app_user u` and `product_model m`.
const ROW: &str = "l.id, l.version, l.state, l.source, l.name, l.phone, l.mail, l.place, m.name AS model_name, l.amount_minor, l.currency, l.code, l.due_at, \
     l.escalations, l.owner_id, u.name AS owner_name, l.opportunity_id, l.created_at, l.dealer_id, l.team_id, l.territory_id";

const TABLES: &str = "lead l ON l.id = k.id JOIN app_user u ON u.id = l.owner_id LEFT JOIN product_model m ON m.id = l.model_id";

/// A page of the requests that `user` may read, what is due first at the top.
pub async fn list(db: &impl ConnectionTrait, user: &UserSubject, filter: &LeadFilter) -> Result<Page<LeadRow>> {
    let place = (filter.sort.as_deref(), filter.after.as_deref(), filter.limit);
    let keyset = Keyset::read(db.get_database_backend(), &SORTS, "l.id", "due_at", place)?;
    let mut count = Sql::new("SELECT COUNT(*) AS n FROM lead l WHERE ");
    push_filter(&mut count, user, filter);
    let total = count.one(db).await?.map_or(Ok(0), |r| r.try_get("", "n"))?;
    let mut sql = Sql::new("SELECT ");
    sql.push(ROW);
    keyset.push_columns(&mut sql);
    // Ids first: names are looked up for the rows shown only.
    sql.push(" FROM (SELECT l.id FROM lead l WHERE ");
    push_filter(&mut sql, user, filter);
    keyset.push_after(&mut sql);
    keyset.push_order(&mut sql);
    sql.push(") k JOIN ").push(TABLES);
    keyset.push_order(&mut sql);
    keyset.page(&sql.all(db).await?, total, |found| lead_row(found, user))
}

fn push_filter(sql: &mut Sql, user: &UserSubject, filter: &LeadFilter) {
    sql.push("l.deleted_at IS NULL AND ");
    push_scope(sql, user, Permission::LeadRead, SCOPE);
    if let Some(state) = filter.state {
        sql.push_bind(" AND l.state = ", state.as_str());
    }
    match filter.waiting {
        None => {}
        Some(true) => _ = sql.push(" AND l.state IN ('requested', 'returned')"),
        Some(false) => _ = sql.push(" AND l.state NOT IN ('requested', 'returned')"),
    }
    if let Some(source) = filter.source {
        sql.push_bind(" AND l.source = ", source.as_str());
    }
    if let Some(owner) = filter.owner {
        sql.push_bind(" AND l.owner_id = ", owner.0);
    }
    if let Some(team) = filter.team {
        sql.push_bind(" AND l.team_id IN (SELECT descendant_id FROM team_closure WHERE ancestor_id = ", team.0).push(")");
    }
    if let Some(account) = filter.account {
        sql.push_bind(" AND l.account_id = ", account.0);
    }
    if let Some(opportunity) = filter.opportunity {
        sql.push_bind(" AND l.opportunity_id = ", opportunity.0);
    }
    if let Some(needle) = filter.q.as_deref().and_then(Needle::read) {
        sql.push(" AND ");
        needle.push(sql, user, Permission::LeadRead, EntityKind::Lead, "l.id");
    }
}

fn lead_row(found: &QueryResult, user: &UserSubject) -> Result<LeadRow> {
    let scope = RowScope {
        dealer_id: found.try_get("", "dealer_id")?,
        owner_id: found.try_get("", "owner_id")?,
        team_id: found.try_get("", "team_id")?,
        territory_id: found.try_get("", "territory_id")?,
    };
    Ok(LeadRow {
        id: LeadId(found.try_get("", "id")?),
        version: found.try_get("", "version")?,
        state: row::state(found)?,
        source: row::source(found)?,
        name: found.try_get("", "name")?,
        phone: found.try_get("", "phone")?,
        mail: found.try_get("", "mail")?,
        place: found.try_get("", "place")?,
        model_name: local_text(found, "model_name")?,
        amount: row::amount(found)?,
        code: found.try_get("", "code")?,
        due_at: found.try_get::<Option<i64>>("", "due_at")?.map(Instant),
        escalations: found.try_get("", "escalations")?,
        owner_id: UserId(found.try_get("", "owner_id")?),
        owner_name: found.try_get("", "owner_name")?,
        opportunity_id: found.try_get::<Option<Uuid>>("", "opportunity_id")?.map(OpportunityId),
        created_at: Instant(found.try_get("", "created_at")?),
        can_write: user.covers(Permission::LeadWrite, &scope),
    })
}

fn local_text(found: &QueryResult, column: &str) -> Result<Option<LocalText>> {
    Ok(found.try_get::<Option<String>>("", column)?.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// One row of the list, where it may be seen.
pub async fn find_row(db: &impl ConnectionTrait, user: &UserSubject, id: LeadId) -> Result<LeadRow> {
    let mut sql = Sql::new("SELECT ");
    sql.push(ROW).push_bind(" FROM (SELECT id FROM lead WHERE deleted_at IS NULL AND id = ", id.0).push(") k JOIN ").push(TABLES);
    sql.push(" WHERE ");
    push_scope(&mut sql, user, Permission::LeadRead, SCOPE);
    lead_row(&sql.one(db).await?.ok_or_else(Error::not_found)?, user)
}

/// A request with all that its page shows.
pub async fn view(state: &AppState, user: &UserSubject, id: Uuid) -> Result<LeadView> {
    let db = &state.db;
    let lead: Lead = record::find(db, user, id).await?;
    let (model_code, model_name) = model(db, &lead).await?;
    Ok(LeadView {
        owner_name: super::requesting::names(db, &lead).await?.0,
        model_name,
        model_code,
        configuration: configuration(state, &lead).await?,
        consents: consent::of_lead(db, lead.id).await?,
        can_write: user.covers(Permission::LeadWrite, &lead.scope()),
        lead,
    })
}

/// Code and name of the model that a lead is about.
pub(super) async fn model(db: &impl ConnectionTrait, lead: &Lead) -> Result<(Option<String>, Option<LocalText>)> {
    let Some(model) = lead.model_id else { return Ok((None, None)) };
    let mut sql = Sql::new("SELECT code, name FROM product_model WHERE id = ");
    sql.bind(model.0);
    let Some(found) = sql.one(db).await? else { return Ok((None, None)) };
    Ok((Some(found.try_get("", "code")?), local_text(&found, "name")?))
}

/// What a lead's customer built, in words; nothing where it cannot be read any more.
pub(super) async fn configuration(state: &AppState, lead: &Lead) -> Result<Vec<ConfigurationLine>> {
    let Some(offer) = &lead.offer else { return Ok(Vec::new()) };
    match state.builds.price(&state.db, offer, &lead.choices).await {
        Ok(priced) => Ok(priced.lines),
        Err(error) if error.code() == Some("invalid") => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}
