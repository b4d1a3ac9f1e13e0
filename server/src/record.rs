//! What every kind of record has in common: created, changed, trashed, restored and undone the same way, each with its event.

use std::collections::HashMap;
use std::future::Future;

use muster_shared::access::Permission;
use muster_shared::event::{Action, Actor, EntityKind, Event, Payload, Reason, RowScope};
use muster_shared::id::UserId;
use muster_shared::patch::{self, Change};
use muster_shared::problem::FieldConflict;
use muster_shared::time::Instant;
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::event::{self, NewEvent};
use crate::identity;
use crate::sql::Sql;
use crate::writer::Tx;

/// A row with an id, a version, scope columns and events.
///
/// Its fields are compared as JSON, so that merging, conflicts, history and undo are written once.
pub trait Record: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    const KIND: EntityKind;
    const READ: Permission;
    const WRITE: Permission;
    const DELETE: Permission;
    /// Who may hand it to somebody else, where that asks for more than writing.
    const ASSIGN: Permission = Self::WRITE;

    fn id(&self) -> Uuid;
    fn version(&self) -> i64;
    fn stamp(&mut self, version: i64, now: Instant);
    fn scope(&self) -> RowScope;
    fn label(&self) -> String;
    /// Persons whose data its events hold.
    fn persons(&self) -> Vec<Uuid>;
    fn is_deleted(&self) -> bool;
    fn set_deleted(&mut self, at: Option<Instant>);

    /// Its owner, where somebody must be there to go on with it.
    fn worked_on_by(&mut self) -> Option<&mut UserId> {
        None
    }

    fn load(db: &impl ConnectionTrait, id: Uuid) -> impl Future<Output = Result<Option<Self>>> + Send;

    /// Checks the rules of `new` and fills in what follows from its fields. `old` is the row as stored, where there is one.
    fn settle(tx: &Tx, old: Option<&Self>, new: &mut Self) -> impl Future<Output = Result<()>> + Send;

    /// Inserts (`old` is `None`) or updates the row and what is kept beside it.
    fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> impl Future<Output = Result<()>> + Send;

    /// What else must change with it, in the same transaction.
    fn follow(_tx: &mut Tx, _old: Option<&Self>, _new: &Self) -> impl Future<Output = Result<()>> + Send {
        std::future::ready(Ok(()))
    }
}

/// Fields that are no news in an event.
const SILENT: [&str; 5] = ["id", "version", "created_at", "updated_at", "deleted_at"];

/// The fields of `new` that differ from `old`; all that hold something where there is no `old`.
pub fn differences<R: Record>(old: Option<&R>, new: &R) -> Vec<Change> {
    let before = old.map(patch::fields).unwrap_or_default();
    patch::fields(new)
        .into_iter()
        .filter(|(field, _)| !SILENT.contains(&field.as_str()))
        .filter_map(|(field, value)| {
            let old_value = before.get(&field).cloned().unwrap_or(Value::Null);
            let empty = old.is_none()
                && (value.is_null() || value.as_str() == Some("") || value.as_object().is_some_and(serde_json::Map::is_empty));
            (old_value != value && !empty).then_some(Change { field, old: old_value, new: value })
        })
        .collect()
}

/// The live record with this id that `user` may read.
pub async fn find<R: Record>(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<R> {
    let record = R::load(db, id).await?.filter(|r| !r.is_deleted() && user.covers(R::READ, &r.scope()));
    record.ok_or_else(Error::not_found)
}

/// The record with this id, in the trash or not, that `user` may read.
pub async fn find_any<R: Record>(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<R> {
    let record = R::load(db, id).await?.filter(|r| user.covers(R::READ, &r.scope()));
    record.ok_or_else(Error::not_found)
}

/// Stores a new record with its event.
pub async fn create<R: Record>(tx: &mut Tx, user: &UserSubject, mut record: R) -> Result<R> {
    record.stamp(1, tx.now);
    R::settle(tx, None, &mut record).await?;
    if !user.covers(R::WRITE, &record.scope()) {
        return Err(Error::forbidden());
    }
    store_new(tx, record).await
}

/// As [`create`] for a record already settled, without asking anybody's rights: for first starts and what follows from another write.
pub async fn store_new<R: Record>(tx: &mut Tx, record: R) -> Result<R> {
    store_new_as(tx, record, Write::default()).await
}

/// As [`store_new`], with what its event says.
pub async fn store_new_as<R: Record>(tx: &mut Tx, mut record: R, how: Write) -> Result<R> {
    record.stamp(1, tx.now);
    R::store(tx, None, &record).await?;
    let payload = Payload { label: record.label(), changes: differences(None, &record), reason: how.reason, ..Payload::default() };
    append(tx, how.action.unwrap_or(Action::Created), None, &record, payload, how.undoes).await?;
    R::follow(tx, None, &record).await?;
    Ok(record)
}

/// How a write changes a record.
#[derive(Default)]
pub struct Write {
    pub action: Option<Action>,
    pub reason: Option<Reason>,
    pub undoes: Option<i64>,
}

/// Changes the fields that `patch` names, made from version `from`.
///
/// What others changed since then stays where the patch does not name it.
///
/// # Errors
/// `stale` with both values where others changed the same field to something else; what the rules say.
pub async fn change<R: Record>(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, patch: &impl Serialize) -> Result<R> {
    let old: R = find(tx.db(), user, id).await?;
    user.must(R::READ, R::WRITE, &old.scope())?;
    let wanted = patch::changes(&old, patch);
    refuse_conflicts(tx, &old, from, &wanted).await?;
    let new = patch::apply(&old, &wanted).map_err(|e| Error::malformed(&e.to_string()))?;
    write(tx, user, &old, new, Write::default()).await
}

/// Stores `new` in place of `old`, which must be the row as it is now, with its event. Nothing happens where nothing differs.
pub async fn write<R: Record>(tx: &mut Tx, user: &UserSubject, old: &R, mut new: R, how: Write) -> Result<R> {
    R::settle(tx, Some(old), &mut new).await?;
    let reassigned = old.scope() != new.scope();
    if reassigned && !(user.covers(R::ASSIGN, &old.scope()) && user.covers(R::ASSIGN, &new.scope())) {
        return Err(Error::forbidden());
    }
    store_change(tx, old, new, how).await
}

/// As [`write`], without asking anybody's rights: for what follows from another write.
pub async fn store_change<R: Record>(tx: &mut Tx, old: &R, mut new: R, how: Write) -> Result<R> {
    let changes = differences(Some(old), &new);
    if changes.is_empty() {
        return Ok(old.clone());
    }
    let reassigned = old.scope() != new.scope();
    new.stamp(old.version() + 1, tx.now);
    R::store(tx, Some(old), &new).await?;
    let action = how.action.unwrap_or(if reassigned { Action::Reassigned } else { Action::Changed });
    let payload = Payload { label: new.label(), changes, reason: how.reason, ..Payload::default() };
    append(tx, action, Some(old), &new, payload, how.undoes).await?;
    R::follow(tx, Some(old), &new).await?;
    Ok(new)
}

/// Puts a record into the trash.
pub async fn delete<R: Record>(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, undoes: Option<i64>) -> Result<R> {
    let old: R = find(tx.db(), user, id).await?;
    user.must(R::READ, R::DELETE, &old.scope())?;
    refuse_any_change(&old, from)?;
    put_away(tx, &old, undoes).await
}

/// Puts the row `old` into the trash without asking anybody's rights: for what follows from another write.
pub async fn put_away<R: Record>(tx: &mut Tx, old: &R, undoes: Option<i64>) -> Result<R> {
    let mut new = old.clone();
    new.set_deleted(Some(tx.now));
    new.stamp(old.version() + 1, tx.now);
    R::store(tx, Some(old), &new).await?;
    let payload = Payload { label: new.label(), ..Payload::default() };
    append(tx, Action::Deleted, Some(old), &new, payload, undoes).await?;
    R::follow(tx, Some(old), &new).await?;
    Ok(new)
}

/// Takes a record out of the trash. Whose owner left meanwhile is from then on the user's.
pub async fn restore<R: Record>(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, undoes: Option<i64>) -> Result<R> {
    let old: R = find_any(tx.db(), user, id).await?;
    user.must(R::READ, R::DELETE, &old.scope())?;
    refuse_any_change(&old, from)?;
    if !old.is_deleted() {
        return Ok(old);
    }
    let mut new = old.clone();
    new.set_deleted(None);
    if let Some(owner) = new.worked_on_by()
        && !identity::queries::home(tx.db(), owner.0).await?.is_some_and(|home| home.active)
    {
        *owner = user.reach.user_id;
    }
    R::settle(tx, Some(&old), &mut new).await?;
    take_back(tx, &old, new, undoes).await
}

/// Stores `new`, `old` out of the trash, without asking anybody's rights: for what follows from another write.
pub async fn take_back<R: Record>(tx: &mut Tx, old: &R, mut new: R, undoes: Option<i64>) -> Result<R> {
    new.set_deleted(None);
    new.stamp(old.version() + 1, tx.now);
    R::store(tx, Some(old), &new).await?;
    let changes = differences(Some(old), &new);
    let payload = Payload { label: new.label(), changes, ..Payload::default() };
    append(tx, Action::Restored, Some(old), &new, payload, undoes).await?;
    R::follow(tx, Some(old), &new).await?;
    Ok(new)
}

/// Takes back what `event` did, by applying its old values; the record as it is then.
///
/// # Errors
/// `stale` with both values where a field changed since.
pub async fn undo<R: Record>(tx: &mut Tx, user: &UserSubject, event: &Event) -> Result<R> {
    let old: R = find_any(tx.db(), user, event.entity_id).await?;
    match event.action {
        Action::Created => delete(tx, user, old.id(), old.version(), Some(event.seq)).await,
        Action::Deleted => restore(tx, user, old.id(), old.version(), Some(event.seq)).await,
        Action::Restored => delete(tx, user, old.id(), old.version(), Some(event.seq)).await,
        Action::Changed | Action::Moved | Action::Reassigned => {
            if old.is_deleted() {
                return Err(Error::not_found());
            }
            user.must(R::READ, R::WRITE, &old.scope())?;
            let new = undone(tx, &old, event).await?;
            let how = Write { action: Some(event.action), undoes: Some(event.seq), reason: None };
            write(tx, user, &old, new, how).await
        }
        _ => Err(not_undoable()),
    }
}

/// `record` as it would be with the old values of `event`.
///
/// # Errors
/// `stale` with both values where a field changed since.
pub async fn undone<R: Record>(tx: &Tx, record: &R, event: &Event) -> Result<R> {
    let changes = event.read_payload().changes;
    // Half of a change is no change to take back.
    if changes.is_empty() || !event.is_whole() {
        return Err(not_undoable());
    }
    let now = patch::fields(record);
    let back = changes.into_iter().map(|c| Change { old: now.get(&c.field).cloned().unwrap_or(Value::Null), field: c.field, new: c.old });
    // What already is as it was before needs no taking back and is nobody's conflict.
    let back: Vec<Change> = back.filter(|c| c.old != c.new).collect();
    refuse_conflicts(tx, record, event.version_after, &back).await?;
    patch::apply(record, &back).map_err(|e| Error::malformed(&e.to_string()))
}

/// Not everything can be taken back: not what was erased, not what is no change of a record.
#[must_use]
pub fn not_undoable() -> Error {
    Error::problem(axum::http::StatusCode::CONFLICT, "not-undoable", "This cannot be taken back.")
}

fn refuse_any_change<R: Record>(record: &R, from: i64) -> Result<()> {
    if record.version() == from { Ok(()) } else { Err(Error::stale(record.version(), Vec::new())) }
}

/// Refuses `wanted` where others set one of its fields to another value after version `from`.
pub async fn refuse_conflicts<R: Record>(tx: &Tx, record: &R, from: i64, wanted: &[Change]) -> Result<()> {
    refuse_conflicts_of(tx, record.id(), record.version(), from, wanted).await
}

/// As [`refuse_conflicts`], for the row with this id, which is at `version`.
pub async fn refuse_conflicts_of(tx: &Tx, id: Uuid, version: i64, from: i64, wanted: &[Change]) -> Result<()> {
    if from == version {
        return Ok(());
    }
    if from > version || from < 1 {
        return Err(Error::stale(version, Vec::new()));
    }
    let Some(since) = changed_since(tx.db(), id, from).await? else {
        return Err(Error::stale(version, Vec::new()));
    };
    let fields: Vec<String> = since.keys().cloned().collect();
    let mut conflicts = Vec::new();
    for change in patch::conflicts(wanted, &fields) {
        let (by, at) = since[&change.field];
        conflicts.push(FieldConflict {
            field: change.field.clone(),
            theirs: change.old.clone(),
            mine: change.new.clone(),
            by: actor_name(tx.db(), by).await?,
            at: Some(at.0),
        });
    }
    if conflicts.is_empty() { Ok(()) } else { Err(Error::stale(version, conflicts)) }
}

/// The fields that changed after version `from`; `None` where an erasure took the answer away.
pub async fn fields_since(db: &impl ConnectionTrait, id: Uuid, from: i64) -> Result<Option<Vec<String>>> {
    Ok(changed_since(db, id, from).await?.map(|since| since.into_keys().collect()))
}

/// The fields that changed after version `from`, with who changed each last and when; `None` where an erasure took the answer away.
async fn changed_since(db: &impl ConnectionTrait, id: Uuid, from: i64) -> Result<Option<HashMap<String, (Actor, Instant)>>> {
    let mut sql = event::select();
    sql.push_bind("WHERE entity_id = ", id).push_bind(" AND version_after > ", from).push(" ORDER BY seq");
    let mut since = HashMap::new();
    for row in sql.all(db).await? {
        let event = event::from_row(&row)?;
        if !event.is_whole() || event.action == Action::Erased {
            return Ok(None);
        }
        for change in event.read_payload().changes {
            since.insert(change.field, (event.actor, event.recorded_at));
        }
    }
    Ok(Some(since))
}

async fn actor_name(db: &impl ConnectionTrait, actor: Actor) -> Result<Option<String>> {
    let Actor::User(id) = actor else { return Ok(None) };
    let mut sql = Sql::new("SELECT name FROM app_user WHERE id = ");
    sql.bind(id);
    Ok(sql.one(db).await?.map(|r| r.try_get("", "name")).transpose()?)
}

async fn append<R: Record>(tx: &mut Tx, action: Action, old: Option<&R>, new: &R, payload: Payload, undoes: Option<i64>) -> Result<i64> {
    let visible = |r: &R| (!r.is_deleted()).then(|| r.scope());
    let event = NewEvent {
        entity: R::KIND,
        entity_id: new.id(),
        action,
        version_before: old.map_or(0, Record::version),
        version_after: new.version(),
        undoes,
        scope_before: old.and_then(visible),
        scope_after: visible(new),
        persons: old.map(Record::persons).into_iter().flatten().chain(new.persons()).collect(),
        payload,
    };
    event::append(tx, event).await
}
