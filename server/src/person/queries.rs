//! Gathering what is kept about a person.

use muster_shared::event::{EntityKind, Event};
use muster_shared::lead::Lead;
use muster_shared::opportunity::Opportunity;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Person;
use crate::access::UserSubject;
use crate::error::Result;
use crate::event;
use crate::lead::consent;
use crate::record::Record as _;
use crate::sql::Sql;

/// Everything about the person `id`: their row, the deals that name them, every event that concerns them.
pub(super) async fn export(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<Value> {
    let person = super::find(db, user, id).await?;
    let row = match &person {
        Person::Contact(contact) => serde_json::to_value(contact)?,
        Person::Account(account) => serde_json::to_value(account)?,
        Person::Lead(lead) => serde_json::to_value(lead)?,
        Person::User(user) => serde_json::to_value(user)?,
        Person::Purged(..) => Value::Null,
    };
    let mut document = json!({
        "kind": person.kind(),
        "person": row,
        "custom_values": custom_values(db, id).await?,
        "opportunities": opportunities(db, id).await?,
        "requests": requests(db, id).await?,
        "events": events(db, id).await?,
    });
    if person.kind() == EntityKind::User {
        document["sessions"] = sessions(db, id).await?;
        document["views"] = views(db, id).await?;
        document["did"] = did(db, id).await?;
    }
    Ok(document)
}

/// The deals that name the person as contact or private customer.
async fn opportunities(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Opportunity>> {
    let mut sql = Sql::new("SELECT id FROM opportunity WHERE contact_id = ");
    sql.bind(id).push_bind(" OR account_id = ", id).push(" ORDER BY id");
    let mut deals = Vec::new();
    for row in sql.all(db).await? {
        deals.extend(Opportunity::load(db, row.try_get("", "id")?).await?);
    }
    Ok(deals)
}

/// What the person asked for, and what they agreed to.
async fn requests(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Value>> {
    let mut requests = Vec::new();
    for lead in leads_of(db, id).await? {
        requests.push(json!({ "request": lead, "consents": consent::of_lead(db, lead.id).await? }));
    }
    Ok(requests)
}

/// The requests of the person, those that are gone too.
pub(super) async fn leads_of(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Lead>> {
    let mut sql = Sql::new("SELECT id FROM lead WHERE id = ");
    sql.bind(id).push_bind(" OR contact_id = ", id).push_bind(" OR account_id = ", id).push(" ORDER BY id");
    let mut leads = Vec::new();
    for row in sql.all(db).await? {
        leads.extend(Lead::load(db, row.try_get("", "id")?).await?);
    }
    Ok(leads)
}

/// The deals that name the person or ever did, those that are gone too.
pub(super) async fn deals_of(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("SELECT id FROM opportunity WHERE contact_id = ");
    sql.bind(id).push_bind(" OR account_id = ", id);
    sql.push_bind(
        " UNION SELECT e.entity_id AS id FROM event_person p JOIN event e ON e.seq = p.seq WHERE e.entity = 'opportunity' AND p.person_id = ",
        id,
    );
    sql.push(" ORDER BY id");
    sql.all(db).await?.iter().map(|row| Ok(row.try_get("", "id")?)).collect()
}

async fn custom_values(db: &impl ConnectionTrait, id: Uuid) -> Result<Value> {
    let mut sql = Sql::new(
        "SELECT f.name, v.text_value, v.number_value FROM custom_value v JOIN custom_field f ON f.id = v.field_id WHERE v.record_id = ",
    );
    sql.bind(id).push(" ORDER BY f.name");
    let mut values = serde_json::Map::new();
    for row in sql.all(db).await? {
        let text: Option<String> = row.try_get("", "text_value")?;
        let number: Option<i64> = row.try_get("", "number_value")?;
        values.insert(row.try_get("", "name")?, text.map_or_else(|| json!(number), Value::from));
    }
    Ok(Value::Object(values))
}

async fn events(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Event>> {
    let mut sql = event::select();
    sql.push_bind("WHERE seq IN (SELECT seq FROM event_person WHERE person_id = ", id).push(") ORDER BY seq");
    sql.all(db).await?.iter().map(|row| Ok(event::from_row(row)?)).collect()
}

/// Where a user is signed in; the session's secret is no part of it.
async fn sessions(db: &impl ConnectionTrait, id: Uuid) -> Result<Value> {
    let mut sql = Sql::new("SELECT agent, address, created_at, seen_at FROM session WHERE user_id = ");
    sql.bind(id).push(" ORDER BY created_at");
    let mut sessions = Vec::new();
    for row in sql.all(db).await? {
        sessions.push(json!({
            "agent": row.try_get::<String>("", "agent")?,
            "address": row.try_get::<String>("", "address")?,
            "created_at": row.try_get::<i64>("", "created_at")?,
            "seen_at": row.try_get::<i64>("", "seen_at")?,
        }));
    }
    Ok(Value::Array(sessions))
}

async fn views(db: &impl ConnectionTrait, id: Uuid) -> Result<Value> {
    let mut sql = Sql::new("SELECT place, name, query, shared FROM saved_view WHERE owner_id = ");
    sql.bind(id).push(" ORDER BY id");
    let mut views = Vec::new();
    for row in sql.all(db).await? {
        views.push(json!({
            "place": row.try_get::<String>("", "place")?,
            "name": row.try_get::<String>("", "name")?,
            "query": row.try_get::<String>("", "query")?,
            "shared": row.try_get::<bool>("", "shared")?,
        }));
    }
    Ok(Value::Array(views))
}

/// What a user did: when and to which record. The contents are others' data.
async fn did(db: &impl ConnectionTrait, id: Uuid) -> Result<Value> {
    let mut sql = Sql::new("SELECT seq, entity, entity_id, action, recorded_at FROM event WHERE actor_kind = 'user' AND actor_id = ");
    sql.bind(id).push(" ORDER BY seq");
    let mut did = Vec::new();
    for row in sql.all(db).await? {
        did.push(json!({
            "seq": row.try_get::<i64>("", "seq")?,
            "entity": row.try_get::<String>("", "entity")?,
            "entity_id": row.try_get::<Uuid>("", "entity_id")?,
            "action": row.try_get::<String>("", "action")?,
            "recorded_at": row.try_get::<i64>("", "recorded_at")?,
        }));
    }
    Ok(Value::Array(did))
}
