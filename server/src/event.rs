//! The event log: appending with hashes, reading back, verifying.

use std::collections::HashMap;

use muster_shared::event::{Action, Actor, EntityKind, Event, GENESIS, Hash, Links, Payload, RowScope, hex, payload_hash};
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::sql::Sql;
use crate::writer::Tx;

/// An event to be appended; sequence, hashes and recording time are the log's.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub entity: EntityKind,
    pub entity_id: Uuid,
    pub action: Action,
    pub version_before: i64,
    pub version_after: i64,
    pub undoes: Option<i64>,
    pub scope_before: Option<RowScope>,
    pub scope_after: Option<RowScope>,
    pub persons: Vec<Uuid>,
    pub payload: Payload,
}

/// An event of the past, as only bulk writes may add them.
#[derive(Clone, Debug)]
pub struct PastEvent {
    pub event: NewEvent,
    pub happened_at: Instant,
    pub actor: Actor,
}

/// Where the log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub seq: i64,
    pub hash: Hash,
}

impl Head {
    /// Reads the end of the log.
    pub async fn read(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let row = Sql::new("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1").one(db).await?;
        row.map_or(Ok(Self { seq: 0, hash: GENESIS }), |r| Ok(Self { seq: r.try_get("", "seq")?, hash: hash_of(&r, "hash")? }))
    }
}

/// Appends one event that happens now; its sequence.
pub async fn append(tx: &mut Tx, event: NewEvent) -> Result<i64> {
    let (happened_at, actor) = (tx.now, tx.actor);
    append_many(tx, vec![PastEvent { event, happened_at, actor }]).await
}

/// Appends events in order, the bulk door of the log and the only one that may say when something happened; the last sequence.
pub async fn append_many(tx: &mut Tx, events: Vec<PastEvent>) -> Result<i64> {
    let mut record_heads = record_heads(tx, &events).await?;
    let mut rows = Vec::with_capacity(events.len());
    for PastEvent { event, happened_at, actor } in events {
        let (mut payload, words) = event.payload.split(event.entity);
        let words = words.map(|words| sealed(&words)).transpose()?;
        payload.seal = words.as_ref().map(|words| hex(&words.hash));
        let payload = sealed(&payload)?;
        let mut persons = event.persons;
        persons.sort_unstable();
        persons.dedup();
        let record_head = record_heads.entry(event.entity_id).or_insert(GENESIS);
        let links = Links {
            seq: tx.head.seq + 1,
            previous: tx.head.hash,
            record_previous: *record_head,
            entity: event.entity,
            entity_id: event.entity_id,
            action: event.action,
            version_before: event.version_before,
            version_after: event.version_after,
            actor,
            operation_id: tx.operation_id,
            undoes: event.undoes,
            happened_at,
            recorded_at: tx.recorded_at,
            scope_before: event.scope_before,
            scope_after: event.scope_after,
            persons: &persons,
            payload_hash: payload.hash,
        };
        let hash = links.hash();
        let stored = Event {
            seq: links.seq,
            entity: links.entity,
            entity_id: links.entity_id,
            action: links.action,
            version_before: links.version_before,
            version_after: links.version_after,
            actor,
            operation_id: links.operation_id,
            undoes: links.undoes,
            happened_at,
            recorded_at: links.recorded_at,
            scope_before: links.scope_before,
            scope_after: links.scope_after,
            payload_hash: hex(&links.payload_hash),
            previous_hash: hex(&links.previous),
            record_previous_hash: hex(&links.record_previous),
            hash: hex(&hash),
            payload: Some(payload.text),
            salt: Some(hex(&payload.salt)),
            words_salt: words.as_ref().map(|words| hex(&words.salt)),
            words: words.as_ref().map(|words| words.text.clone()),
            persons,
        };
        let raw = Raw {
            payload_hash: payload.hash,
            previous: tx.head.hash,
            record_previous: *record_head,
            hash,
            salt: payload.salt,
            words_salt: words.map(|words| words.salt),
        };
        *record_head = hash;
        tx.head = Head { seq: stored.seq, hash };
        rows.push((stored, raw));
    }
    insert(tx, &rows).await?;
    tx.appended.extend(rows.into_iter().map(|(event, _)| std::sync::Arc::new(event)));
    Ok(tx.head.seq)
}

/// A text with its salted hash.
struct Sealed {
    text: String,
    salt: [u8; 16],
    hash: Hash,
}

fn sealed(payload: &Payload) -> Result<Sealed> {
    let text = serde_json::to_string(payload)?;
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|e| Error::Internal(format!("no randomness: {e}")))?;
    let hash = payload_hash(&salt, &text);
    Ok(Sealed { text, salt, hash })
}

struct Raw {
    payload_hash: Hash,
    previous: Hash,
    record_previous: Hash,
    hash: Hash,
    salt: [u8; 16],
    words_salt: Option<[u8; 16]>,
}

/// Rows a statement: SQLite allows 32,766 values, PostgreSQL 65,535.
const ROWS: usize = 500;

async fn insert(tx: &Tx, rows: &[(Event, Raw)]) -> Result<()> {
    for chunk in rows.chunks(ROWS) {
        let mut sql = Sql::new(
            "INSERT INTO event (seq, entity, entity_id, action, version_before, version_after, actor_kind, actor_id, operation_id, undoes, happened_at, recorded_at, \
             before_there, before_dealer_id, before_owner_id, before_team_id, before_territory_id, after_there, after_dealer_id, after_owner_id, after_team_id, after_territory_id, \
             persons, payload, salt, words, words_salt, payload_hash, previous_hash, record_previous_hash, hash) VALUES ",
        );
        sql.rows(chunk, |v, (e, raw)| {
            v.extend([
                e.seq.into(),
                e.entity.as_str().into(),
                e.entity_id.into(),
                e.action.as_str().into(),
                e.version_before.into(),
                e.version_after.into(),
                e.actor.kind().into(),
                e.actor.id().into(),
                e.operation_id.into(),
                e.undoes.into(),
                e.happened_at.0.into(),
                e.recorded_at.0.into(),
            ]);
            for scope in [e.scope_before, e.scope_after] {
                let there = scope.is_some();
                let scope = scope.unwrap_or_default();
                v.extend([there.into(), scope.dealer_id.into(), scope.owner_id.into(), scope.team_id.into(), scope.territory_id.into()]);
            }
            let persons: Vec<u8> = e.persons.iter().flat_map(|p| *p.as_bytes()).collect();
            v.extend([
                persons.into(),
                e.payload.clone().into(),
                raw.salt.to_vec().into(),
                e.words.clone().into(),
                raw.words_salt.map(|salt| salt.to_vec()).into(),
                raw.payload_hash.to_vec().into(),
                raw.previous.to_vec().into(),
                raw.record_previous.to_vec().into(),
                raw.hash.to_vec().into(),
            ]);
        });
        sql.run(tx.db()).await?;
    }
    let persons: Vec<(Uuid, i64)> = rows.iter().flat_map(|(e, _)| e.persons.iter().map(|p| (*p, e.seq))).collect();
    for chunk in persons.chunks(ROWS * 10) {
        let mut sql = Sql::new("INSERT INTO event_person (person_id, seq) VALUES ");
        sql.rows(chunk, |v, (person, seq)| v.extend([(*person).into(), (*seq).into()]));
        sql.run(tx.db()).await?;
    }
    Ok(())
}

/// The hash of each record's last event. A record's first event (version before: none) needs no look.
async fn record_heads(tx: &Tx, events: &[PastEvent]) -> Result<HashMap<Uuid, Hash>> {
    let mut created: Vec<Uuid> = events.iter().filter(|e| e.event.action == Action::Created).map(|e| e.event.entity_id).collect();
    created.sort_unstable();
    let mut ids: Vec<Uuid> = events.iter().map(|e| e.event.entity_id).filter(|id| created.binary_search(id).is_err()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut heads = HashMap::with_capacity(events.len());
    if let [id] = ids[..] {
        let mut sql = Sql::new("SELECT hash FROM event WHERE entity_id = ");
        sql.bind(id).push(" ORDER BY seq DESC LIMIT 1");
        if let Some(row) = sql.one(tx.db()).await? {
            heads.insert(id, hash_of(&row, "hash")?);
        }
        return Ok(heads);
    }
    for chunk in ids.chunks(ROWS) {
        let mut sql = Sql::new("SELECT entity_id, hash FROM event WHERE seq IN (SELECT MAX(seq) FROM event WHERE entity_id IN (");
        for (i, id) in chunk.iter().enumerate() {
            sql.push(if i == 0 { "" } else { "," }).bind(*id);
        }
        sql.push(") GROUP BY entity_id)");
        for row in sql.all(tx.db()).await? {
            heads.insert(row.try_get("", "entity_id")?, hash_of(&row, "hash")?);
        }
    }
    Ok(heads)
}

fn hash_of(row: &QueryResult, column: &str) -> Result<Hash, DbErr> {
    row.try_get::<Vec<u8>>("", column)?.try_into().map_err(|_| DbErr::Type(format!("{column} is not a SHA-256")))
}

/// The start of a query for whole events.
#[must_use]
pub fn select() -> Sql {
    Sql::new(
        "SELECT seq, entity, entity_id, action, version_before, version_after, actor_kind, actor_id, operation_id, undoes, happened_at, recorded_at, \
         before_there, before_dealer_id, before_owner_id, before_team_id, before_territory_id, after_there, after_dealer_id, after_owner_id, after_team_id, after_territory_id, \
         persons, payload, salt, words, words_salt, payload_hash, previous_hash, record_previous_hash, hash FROM event ",
    )
}

/// Reads a row of [`select`].
pub fn from_row(row: &QueryResult) -> Result<Event, DbErr> {
    let unknown = |what: &str| DbErr::Type(format!("unknown {what} in the log"));
    let scope = |there: &str, columns: [&str; 4]| -> Result<Option<RowScope>, DbErr> {
        let [dealer, owner, team, territory] = columns;
        if !row.try_get::<bool>("", there)? {
            return Ok(None);
        }
        Ok(Some(RowScope {
            dealer_id: row.try_get("", dealer)?,
            owner_id: row.try_get("", owner)?,
            team_id: row.try_get("", team)?,
            territory_id: row.try_get("", territory)?,
        }))
    };
    let persons: Vec<u8> = row.try_get("", "persons")?;
    Ok(Event {
        seq: row.try_get("", "seq")?,
        entity: EntityKind::parse(&row.try_get::<String>("", "entity")?).ok_or_else(|| unknown("entity"))?,
        entity_id: row.try_get("", "entity_id")?,
        action: Action::parse(&row.try_get::<String>("", "action")?).ok_or_else(|| unknown("action"))?,
        version_before: row.try_get("", "version_before")?,
        version_after: row.try_get("", "version_after")?,
        actor: Actor::from_parts(&row.try_get::<String>("", "actor_kind")?, row.try_get("", "actor_id")?)
            .ok_or_else(|| unknown("actor"))?,
        operation_id: row.try_get("", "operation_id")?,
        undoes: row.try_get("", "undoes")?,
        happened_at: Instant(row.try_get("", "happened_at")?),
        recorded_at: Instant(row.try_get("", "recorded_at")?),
        scope_before: scope("before_there", ["before_dealer_id", "before_owner_id", "before_team_id", "before_territory_id"])?,
        scope_after: scope("after_there", ["after_dealer_id", "after_owner_id", "after_team_id", "after_territory_id"])?,
        persons: persons.chunks_exact(16).map(|c| Uuid::from_slice(c).expect("chunks of sixteen bytes")).collect(),
        payload: row.try_get("", "payload")?,
        salt: row.try_get::<Option<Vec<u8>>>("", "salt")?.map(|s| hex(&s)),
        // Empty where they were erased: that there were some must be told from payloads that never had any apart.
        words: row.try_get::<Option<String>>("", "words")?.filter(|words| !words.is_empty()),
        words_salt: row.try_get::<Option<Vec<u8>>>("", "words_salt")?.map(|s| hex(&s)),
        payload_hash: hex(&hash_of(row, "payload_hash")?),
        previous_hash: hex(&hash_of(row, "previous_hash")?),
        record_previous_hash: hex(&hash_of(row, "record_previous_hash")?),
        hash: hex(&hash_of(row, "hash")?),
    })
}

/// Events after `seq`, oldest first, at most `limit`.
pub async fn after(db: &impl ConnectionTrait, seq: i64, limit: u64) -> Result<Vec<Event>, DbErr> {
    let mut sql = select();
    sql.push_bind("WHERE seq > ", seq).push_bind(" ORDER BY seq LIMIT ", i64::try_from(limit).unwrap_or(i64::MAX));
    sql.all(db).await?.iter().map(from_row).collect()
}

/// All events of one record, oldest first.
pub async fn of_record(db: &impl ConnectionTrait, entity: EntityKind, id: Uuid) -> Result<Vec<Event>, DbErr> {
    let mut sql = select();
    sql.push_bind("WHERE entity_id = ", id).push_bind(" AND entity = ", entity.as_str()).push(" ORDER BY seq");
    sql.all(db).await?.iter().map(from_row).collect()
}

/// The newest events of one record before the event `before`, the newest first, at most `limit`.
pub async fn newest(
    db: &impl ConnectionTrait,
    (entity, id): (EntityKind, Uuid),
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<Event>, DbErr> {
    let mut sql = select();
    sql.push_bind("WHERE entity_id = ", id).push_bind(" AND entity = ", entity.as_str());
    if let Some(seq) = before {
        sql.push_bind(" AND seq < ", seq);
    }
    sql.push_bind(" ORDER BY seq DESC LIMIT ", i64::from(limit));
    sql.all(db).await?.iter().map(from_row).collect()
}

/// One event.
pub async fn find(db: &impl ConnectionTrait, seq: i64) -> Result<Option<Event>, DbErr> {
    let mut sql = select();
    sql.push_bind("WHERE seq = ", seq);
    sql.one(db).await?.as_ref().map(from_row).transpose()
}

/// Takes away what is said in events that concern `person`: their words, or all of it where words are not kept apart.
pub async fn forget(tx: &Tx, person: Uuid) -> Result<()> {
    for text in [
        "UPDATE event SET payload = NULL, salt = NULL WHERE words IS NULL AND seq IN (SELECT seq FROM event_person WHERE person_id = ",
        "UPDATE event SET words = '', words_salt = NULL WHERE words IS NOT NULL AND seq IN (SELECT seq FROM event_person WHERE person_id = ",
    ] {
        let mut sql = Sql::new(text);
        sql.bind(person).push(")");
        sql.run(tx.db()).await?;
    }
    Ok(())
}

/// Takes away the words of one event.
pub async fn forget_words(tx: &Tx, seq: i64) -> Result<()> {
    let mut sql = Sql::new("UPDATE event SET words = '', words_salt = NULL WHERE words IS NOT NULL AND seq = ");
    sql.bind(seq);
    sql.run(tx.db()).await?;
    Ok(())
}

/// What a walk over the whole log found.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Audit {
    pub log_id: Uuid,
    pub events: i64,
    /// Hex of the last event's hash: keep it elsewhere to prove later that nothing was taken away.
    pub head: String,
    /// The first thing that does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
}

/// Verifies the whole log: every hash, every link of the log and of every record, without gaps.
pub async fn audit(db: &impl ConnectionTrait) -> Result<Audit> {
    let mut previous = hex(&GENESIS);
    let mut records: HashMap<Uuid, String> = HashMap::new();
    let mut seq = 0;
    let mut broken = None;
    'log: loop {
        let batch = after(db, seq, 2_000).await?;
        if batch.is_empty() {
            break;
        }
        for event in batch {
            let record_previous = records.get(&event.entity_id).cloned().unwrap_or_else(|| hex(&GENESIS));
            let problem = if event.seq != seq + 1 {
                Some(format!("event {}: missing", seq + 1))
            } else if event.previous_hash != previous {
                Some(format!("event {}: it does not follow the event before it", event.seq))
            } else if event.record_previous_hash != record_previous {
                Some(format!("event {}: it does not follow its record's event before it", event.seq))
            } else {
                event.verify().err().map(|e| e.to_string())
            };
            if problem.is_some() {
                broken = problem;
                break 'log;
            }
            seq = event.seq;
            previous.clone_from(&event.hash);
            records.insert(event.entity_id, event.hash);
        }
    }
    Ok(Audit { log_id: log_id(db).await?, events: seq, head: previous, broken })
}

/// The identity of this log: another one after every restore.
pub async fn log_id(db: &impl ConnectionTrait) -> Result<Uuid> {
    let row = Sql::new("SELECT id FROM log").one(db).await?;
    row.ok_or_else(|| Error::Internal("the database has no log".into()))?.try_get("", "id").map_err(Into::into)
}
