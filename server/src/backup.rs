//! All data in one file and back: rows in table order from one snapshot, the same format for both databases.
//!
//! The file is zstd over lines of JSON: a header, then for each table its name and its rows, then how many there were.
//! It holds what the database holds, password hashes and mail access included; sessions and one-time links stay out.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use muster_shared::event::hex;
use muster_shared::time::Instant;
use sea_orm::{AccessMode, ConnectionTrait, DatabaseTransaction, IsolationLevel, QueryResult, TransactionTrait as _, Value as Bound};
use sea_orm_migration::MigratorTrait as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::event::{self, Head};
use crate::migration::Migrator;
use crate::sql::Sql;

mod tables;

pub use tables::{Kind, LEFT_OUT, TABLES, Table};

/// The format written here, and the only one read.
const FORMAT: u32 = 1;
/// Rows read at once.
const PAGE: i64 = 1_000;
/// Values of one statement: SQLite takes 32,766, PostgreSQL 65,535.
const VALUES: usize = 30_000;
/// Rows inserted at once.
const ROWS: usize = 500;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always `backup`, to tell the file from others.
    pub muster: String,
    pub format: u32,
    /// Name of the last migration.
    pub schema: String,
    pub log_id: Uuid,
    /// Sequence of the last event.
    pub events: i64,
    /// Hex of the last event's hash.
    pub head: String,
    /// Milliseconds UTC.
    pub taken_at: i64,
}

/// What was written or read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Of the database: after restoring it is a new one.
    pub log_id: Uuid,
    pub events: i64,
    pub head: String,
    pub rows: u64,
    /// Mails and the like that wait until they are released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct TableLine {
    table: String,
}

#[derive(Serialize, Deserialize)]
struct EndLine {
    end: u64,
}

fn broken(what: &str) -> Error {
    Error::Internal(format!("this backup cannot be read: {what}"))
}

fn io(what: &str) -> impl Fn(std::io::Error) -> Error {
    let what = what.to_owned();
    move |e| Error::Internal(format!("{what}: {e}"))
}

fn schema() -> String {
    Migrator::migrations().last().map(|m| m.name().to_owned()).unwrap_or_default()
}

/// Writes a backup to `file`, which appears only when it is whole and readable by its owner alone.
///
/// # Errors
/// Where the database cannot be read or the file not be written.
pub async fn to_file(db: &Db, file: &Path, now: Instant) -> Result<Summary> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = std::path::PathBuf::from(part);
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let out = options.open(&part).map_err(io(&format!("cannot write {}", part.display())))?;
    let written = write(db, BufWriter::new(&out), now).await;
    let finished = match written {
        Ok(summary) => out.sync_all().and_then(|()| std::fs::rename(&part, file)).map(|()| summary).map_err(io("cannot finish the backup")),
        Err(error) => Err(error),
    };
    if finished.is_err() {
        // Half a backup is of no use; where even this fails, the name says what it is.
        let _ = std::fs::remove_file(&part);
    }
    finished
}

/// Reads the backup in `file` into an empty database.
///
/// # Errors
/// Where the database holds data, or the file is broken or of another version; the database is then as before.
pub async fn from_file(db: &Db, file: &Path, now: Instant) -> Result<Summary> {
    let input = File::open(file).map_err(io(&format!("cannot read {}", file.display())))?;
    read(db, BufReader::new(input), now).await
}

/// Writes all rows of one snapshot to `out`.
///
/// # Errors
/// Where the database cannot be read or `out` takes nothing more.
pub async fn write(db: &Db, out: impl Write, now: Instant) -> Result<Summary> {
    if !crate::serve::is_current(db).await? {
        return Err(Error::Internal("the database has another schema than this program; run `muster migrate` first".into()));
    }
    // On SQLite a read transaction is a snapshot by itself.
    let snapshot = if db.is_postgres() {
        db.read.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await?
    } else {
        db.read.begin().await?
    };
    let head = Head::read(&snapshot).await?;
    let header = Header {
        muster: "backup".into(),
        format: FORMAT,
        schema: schema(),
        log_id: event::log_id(&snapshot).await?,
        events: head.seq,
        head: hex(&head.hash),
        taken_at: now.0,
    };
    let mut out = zstd::Encoder::new(out, 3).map_err(io("cannot compress"))?;
    out.include_checksum(true).map_err(io("cannot compress"))?;
    line(&mut out, &header)?;
    let mut rows = 0;
    for table in TABLES {
        line(&mut out, &TableLine { table: table.name.to_owned() })?;
        rows += write_table(&snapshot, table, &mut out).await?;
    }
    line(&mut out, &EndLine { end: rows })?;
    out.finish().and_then(|mut out| out.flush()).map_err(io("cannot write the backup"))?;
    snapshot.rollback().await?;
    Ok(Summary { log_id: header.log_id, events: header.events, head: header.head, rows, held: None })
}

fn line(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    out.write_all(&text).map_err(io("cannot write the backup"))
}

async fn write_table(db: &DatabaseTransaction, table: &Table, out: &mut impl Write) -> Result<u64> {
    let mut count = 0;
    let mut last: Option<Vec<Bound>> = None;
    let mut tree = Vec::new();
    loop {
        let page = table.page(last.as_deref()).all(db).await?;
        count += page.len() as u64;
        let full = i64::try_from(page.len()).is_ok_and(|n| n == PAGE);
        if let Some(row) = page.last() {
            let key = table.key.iter().map(|name| table.kind(name).bound(row, name)).collect::<Result<_>>()?;
            last = Some(key);
        }
        for row in &page {
            let values = table.columns.iter().map(|(name, kind)| kind.read(row, name)).collect::<Result<Vec<Value>>>()?;
            if table.parent.is_some() { tree.push(values) } else { line(out, &values)? }
        }
        if !full {
            break;
        }
    }
    if let Some(parent) = table.parent {
        for row in parents_first(tree, table.position("id"), table.position(parent)) {
            line(out, &row)?;
        }
    }
    Ok(count)
}

/// The rows of a table that names itself, in an order in which each can be inserted.
fn parents_first(rows: Vec<Vec<Value>>, id: usize, parent: usize) -> Vec<Vec<Value>> {
    let mut sorted = Vec::with_capacity(rows.len());
    let mut there = std::collections::HashSet::new();
    let mut rest = rows;
    loop {
        let (ready, waiting): (Vec<_>, Vec<_>) = rest.into_iter().partition(|row| row[parent].is_null() || there.contains(&row[parent]));
        if ready.is_empty() {
            // Only rows of a circle are left, which the rules exclude; the database will say so.
            sorted.extend(waiting);
            return sorted;
        }
        there.extend(ready.iter().map(|row| row[id].clone()));
        sorted.extend(ready);
        rest = waiting;
    }
}

/// Reads a backup into an empty database, in one transaction: a new log id, nobody signed in, the outbox held.
///
/// # Errors
/// As [`from_file`].
pub async fn read(db: &Db, input: impl Read, now: Instant) -> Result<Summary> {
    let decoder = zstd::Decoder::new(input).map_err(|e| broken(&e.to_string()))?;
    let mut lines = BufReader::new(decoder).lines();
    let mut next = move || lines.next().ok_or_else(|| broken("it ends too early"))?.map_err(|e| broken(&e.to_string()));
    let header: Header = serde_json::from_str(&next()?).map_err(|_| broken("it does not begin like one"))?;
    if header.muster != "backup" || header.format != FORMAT {
        return Err(broken(&format!("its format is {}, this program reads {FORMAT}", header.format)));
    }
    if header.schema != schema() {
        return Err(broken(&format!("its schema is {}, this program's is {}; use the version that wrote it", header.schema, schema())));
    }
    crate::serve::migrate(db, now).await?;
    let transaction = crate::writer::begin(&db.write).await?;
    refuse_full(&transaction).await?;
    let rows = read_rows(&transaction, &mut next).await?;
    let held = Sql::new("UPDATE outbox SET held = TRUE, leased_until = NULL").run(&transaction).await?.rows_affected();
    for text in ["DELETE FROM session", "DELETE FROM one_time_token", "DELETE FROM log"] {
        Sql::new(text).run(&transaction).await?;
    }
    let mut sql = Sql::new("INSERT INTO log (id, created_at) VALUES ");
    sql.rows([()], |v, ()| v.extend([Uuid::now_v7().into(), now.0.into()]));
    sql.run(&transaction).await?;
    let audit = event::audit(&transaction).await?;
    if let Some(what) = audit.broken {
        return Err(broken(&format!("its log does not hold: {what}")));
    }
    if (audit.events, &audit.head) != (header.events, &header.head) {
        return Err(broken("its log is not the one its header names"));
    }
    transaction.commit().await?;
    Ok(Summary { log_id: audit.log_id, events: audit.events, head: audit.head, rows, held: Some(held) })
}

/// Lets go what is held back in the outbox; how many messages that are.
///
/// # Errors
/// Where the database cannot be written.
pub async fn release(db: &Db, now: Instant) -> Result<u64> {
    let mut sql = Sql::new("UPDATE outbox SET held = FALSE, attempts = 0, due_at = ");
    sql.bind(now.0).push(" WHERE held");
    Ok(sql.run(&db.write).await?.rows_affected())
}

async fn refuse_full(db: &impl ConnectionTrait) -> Result<()> {
    for table in TABLES {
        let mut sql = Sql::new("SELECT 1 AS one FROM ");
        sql.push(table.name).push(" LIMIT 1");
        if sql.one(db).await?.is_some() {
            return Err(Error::Internal(format!(
                "the database already holds data (table {}). Restore into an empty one: name another folder with --data, or another database.",
                table.name
            )));
        }
    }
    Ok(())
}

async fn read_rows(db: &impl ConnectionTrait, next: &mut impl FnMut() -> Result<String>) -> Result<u64> {
    let mut count = 0;
    let mut tables = TABLES.iter();
    let mut current: Option<&Table> = None;
    let mut waiting: Vec<Vec<Value>> = Vec::new();
    loop {
        let text = next()?;
        if text.starts_with('[') {
            let table = current.ok_or_else(|| broken("a row belongs to no table"))?;
            waiting.push(serde_json::from_str(&text).map_err(|e| broken(&e.to_string()))?);
            count += 1;
            if waiting.len() >= ROWS.min(VALUES / table.columns.len()) {
                table.insert(db, &std::mem::take(&mut waiting)).await?;
            }
            continue;
        }
        if let Some(table) = current {
            table.insert(db, &std::mem::take(&mut waiting)).await?;
        }
        if let Ok(EndLine { end }) = serde_json::from_str(&text) {
            let whole = end == count && tables.next().is_none();
            return if whole { Ok(count) } else { Err(broken("rows are missing")) };
        }
        let TableLine { table } = serde_json::from_str(&text).map_err(|e| broken(&e.to_string()))?;
        current = tables.next().filter(|t| t.name == table);
        if current.is_none() {
            return Err(broken(&format!("table {table} is out of order")));
        }
    }
}

impl Table {
    /// The next rows after `last`, by key, so that both databases give the same order.
    fn page(&self, last: Option<&[Bound]>) -> Sql {
        let mut sql = Sql::new("SELECT ");
        list(&mut sql, self.columns.iter().map(|(name, _)| *name));
        sql.push(" FROM ").push(self.name);
        if let Some(last) = last {
            sql.push(" WHERE (");
            list(&mut sql, self.key.iter().copied());
            sql.push(") > (");
            for (i, value) in last.iter().enumerate() {
                sql.push(if i == 0 { "" } else { ", " }).bind(value.clone());
            }
            sql.push(")");
        }
        sql.push(" ORDER BY ");
        list(&mut sql, self.key.iter().copied());
        sql.push_bind(" LIMIT ", PAGE);
        sql
    }

    async fn insert(&self, db: &impl ConnectionTrait, rows: &[Vec<Value>]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut bound = Vec::with_capacity(rows.len());
        for row in rows {
            if row.len() != self.columns.len() {
                return Err(broken(&format!("a row of {} has {} values", self.name, row.len())));
            }
            let values = self.columns.iter().zip(row).map(|((name, kind), value)| {
                kind.parse(value).ok_or_else(|| broken(&format!("a value of {}.{name} is of another kind", self.name)))
            });
            bound.push(values.collect::<Result<Vec<Bound>>>()?);
        }
        let mut sql = Sql::new("INSERT INTO ");
        sql.push(self.name).push(" (");
        list(&mut sql, self.columns.iter().map(|(name, _)| *name));
        sql.push(") VALUES ").rows(bound, |v, row| v.extend(row));
        sql.run(db).await?;
        Ok(())
    }

    fn position(&self, column: &str) -> usize {
        self.columns.iter().position(|(name, _)| *name == column).expect("keys and parents are columns")
    }

    fn kind(&self, column: &str) -> Kind {
        self.columns[self.position(column)].1
    }
}

fn list(sql: &mut Sql, names: impl Iterator<Item = &'static str>) {
    for (i, name) in names.enumerate() {
        sql.push(if i == 0 { "" } else { ", " }).push(name);
    }
}

impl Kind {
    /// The value as JSON.
    fn read(self, row: &QueryResult, column: &str) -> Result<Value> {
        Ok(match self {
            Self::Id => row.try_get::<Option<Uuid>>("", column)?.map(|id| id.to_string()).into(),
            Self::Bytes => row.try_get::<Option<Vec<u8>>>("", column)?.map(|bytes| hex(&bytes)).into(),
            Self::Text => row.try_get::<Option<String>>("", column)?.into(),
            Self::Big => row.try_get::<Option<i64>>("", column)?.into(),
            Self::Small => row.try_get::<Option<i32>>("", column)?.into(),
            Self::Bool => row.try_get::<Option<bool>>("", column)?.into(),
        })
    }

    /// The value as it is bound.
    fn bound(self, row: &QueryResult, column: &str) -> Result<Bound> {
        Ok(match self {
            Self::Id => row.try_get::<Option<Uuid>>("", column)?.into(),
            Self::Bytes => row.try_get::<Option<Vec<u8>>>("", column)?.into(),
            Self::Text => row.try_get::<Option<String>>("", column)?.into(),
            Self::Big => row.try_get::<Option<i64>>("", column)?.into(),
            Self::Small => row.try_get::<Option<i32>>("", column)?.into(),
            Self::Bool => row.try_get::<Option<bool>>("", column)?.into(),
        })
    }

    /// The JSON value as it is bound; `None` where it is of another kind.
    fn parse(self, value: &Value) -> Option<Bound> {
        let there = !value.is_null();
        Some(match self {
            Self::Id => there.then(|| value.as_str()?.parse::<Uuid>().ok()).map_or(Some(None), |v| v.map(Some))?.into(),
            Self::Bytes => there.then(|| unhex(value.as_str()?)).map_or(Some(None), |v| v.map(Some))?.into(),
            Self::Text => there.then(|| value.as_str().map(str::to_owned)).map_or(Some(None), |v| v.map(Some))?.into(),
            Self::Big => there.then(|| value.as_i64()).map_or(Some(None), |v| v.map(Some))?.into(),
            Self::Small => there.then(|| i32::try_from(value.as_i64()?).ok()).map_or(Some(None), |v| v.map(Some))?.into(),
            Self::Bool => there.then(|| value.as_bool()).map_or(Some(None), |v| v.map(Some))?.into(),
        })
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks_exact(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parents_come_before_their_children() {
        let rows = vec![vec![json!("c"), json!("b")], vec![json!("a"), Value::Null], vec![json!("b"), json!("a")]];
        let order: Vec<Value> = parents_first(rows, 0, 1).into_iter().map(|mut row| row.remove(0)).collect();
        assert_eq!(order, [json!("a"), json!("b"), json!("c")]);
    }

    #[test]
    fn values_of_another_kind_are_refused() {
        assert_eq!(Kind::Bytes.parse(&json!("00ff")), Some(vec![0_u8, 255].into()));
        assert_eq!(Kind::Big.parse(&Value::Null), Some(Option::<i64>::None.into()));
        for (kind, value) in [(Kind::Bytes, json!("0g")), (Kind::Id, json!("x")), (Kind::Small, json!(1_i64 << 40)), (Kind::Bool, json!(1))]
        {
            assert_eq!(kind.parse(&value), None, "{value}");
        }
    }
}
