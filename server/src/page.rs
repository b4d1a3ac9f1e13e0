//! Lists in pages: sort keys by name, keyset cursors, bounded limits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use muster_shared::page::{LIMIT_DEFAULT, LIMIT_MAX, Page, SortKey, parse_sort};
use sea_orm::{DbBackend, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::sql::Sql;

/// What a sort column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text in a column that compares binary (`{key}`).
    Key,
    /// Text in any other column.
    Text,
    /// A whole number: count, amount, day or instant.
    Number,
}

/// A column that a list may be sorted by.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in `sort`.
    pub name: &'static str,
    /// Its expression in SQL.
    pub sql: &'static str,
    pub kind: Kind,
    /// Whether it may be NULL; rows without a value come last in either direction.
    pub nullable: bool,
}

impl Column {
    #[must_use]
    pub const fn key(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, kind: Kind::Key, nullable: false }
    }

    #[must_use]
    pub const fn text(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, kind: Kind::Text, nullable: false }
    }

    #[must_use]
    pub const fn number(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, kind: Kind::Number, nullable: false }
    }

    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// The expression as it is compared: PostgreSQL would otherwise sort text by the database's language.
    fn push(&self, sql: &mut Sql, backend: DbBackend) {
        sql.push(self.sql);
        if self.kind == Kind::Text && backend == DbBackend::Postgres {
            sql.push(" COLLATE \"C\"");
        }
    }
}

/// One value of a cursor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Mark {
    Number(i64),
    Text(String),
    Null,
}

impl Mark {
    fn bind(&self, sql: &mut Sql) {
        match self {
            Self::Number(n) => sql.bind(*n),
            Self::Text(text) => sql.bind(text.as_str()),
            Self::Null => sql.push("NULL"),
        };
    }
}

/// Where the page before ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Cursor {
    /// The order it was made for.
    sort: String,
    marks: Vec<Mark>,
    id: Uuid,
}

#[derive(Clone, Copy, Debug)]
struct Key {
    column: Column,
    descending: bool,
}

/// The order of a list and the place in it from which to read on.
///
/// The statement selects [`Keyset::push_columns`] after its own columns, has [`Keyset::push_after`] at the end of its
/// conditions and ends with [`Keyset::push_order`]; [`Keyset::page`] reads its rows.
#[derive(Clone, Debug)]
pub struct Keyset {
    keys: Vec<Key>,
    /// Expression of the id that tells rows apart whose keys are equal.
    id: &'static str,
    sort: String,
    after: Option<Cursor>,
    limit: u32,
    backend: DbBackend,
}

const NAMES: [&str; 5] = ["sort_0", "sort_1", "sort_2", "sort_3", "sort_4"];
const SELECTED: [&str; 5] = [" AS sort_0", " AS sort_1", " AS sort_2", " AS sort_3", " AS sort_4"];

impl Keyset {
    /// Reads `sort`, `after` and `limit` of a list's address.
    ///
    /// # Errors
    /// A sort key that the list does not have; a cursor of another order.
    pub fn read(
        backend: DbBackend,
        columns: &[Column],
        id: &'static str,
        default: &str,
        (sort, after, limit): (Option<&str>, Option<&str>, Option<u32>),
    ) -> Result<Self> {
        let wanted = sort.map(str::trim).filter(|s| !s.is_empty()).unwrap_or(default);
        let mut keys: Vec<Key> = Vec::new();
        for SortKey { field, descending } in parse_sort(wanted) {
            let column = columns.iter().find(|c| c.name == field).ok_or_else(|| Error::field("sort", "unknown"))?;
            if !keys.iter().any(|k| k.column.name == column.name) {
                keys.push(Key { column: *column, descending });
            }
        }
        if keys.len() > NAMES.len() {
            return Err(Error::field("sort", "too-long"));
        }
        let sort = keys.iter().map(|k| format!("{}{}", if k.descending { "-" } else { "" }, k.column.name)).collect::<Vec<_>>().join(",");
        let after = after.map(|text| decode(text, &keys, &sort)).transpose()?;
        Ok(Self { keys, id, sort, after, limit: limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX), backend })
    }

    /// Rows of a page.
    #[must_use]
    pub const fn limit(&self) -> u32 {
        self.limit
    }

    /// Adds `, <key> AS sort_0, ..., <id> AS sort_id` to the columns selected.
    pub fn push_columns(&self, sql: &mut Sql) {
        for (key, name) in self.keys.iter().zip(SELECTED) {
            match key.column.kind {
                Kind::Number => sql.push(", CAST(").push(key.column.sql).push(" AS BIGINT)"),
                Kind::Key | Kind::Text => sql.push(", ").push(key.column.sql),
            };
            sql.push(name);
        }
        sql.push(", ").push(self.id).push(" AS sort_id");
    }

    /// Adds ` AND (...)`: only rows after the cursor, where there is one.
    pub fn push_after(&self, sql: &mut Sql) {
        let Some(cursor) = &self.after else { return };
        let uniform = self.keys.windows(2).all(|k| k[0].descending == k[1].descending) && self.keys.iter().all(|k| !k.column.nullable);
        if uniform {
            // Row values let both databases start reading in the middle of an index.
            sql.push(" AND (");
            for key in &self.keys {
                key.column.push(sql, self.backend);
                sql.push(", ");
            }
            sql.push(self.id).push(if self.id_descends() { ") < (" } else { ") > (" });
            for mark in &cursor.marks {
                mark.bind(sql);
                sql.push(", ");
            }
            sql.bind(cursor.id).push(")");
            return;
        }
        sql.push(" AND (");
        for (i, key) in self.keys.iter().enumerate() {
            if cursor.marks[i] == Mark::Null {
                // Nothing comes after the rows without a value but more of them.
                continue;
            }
            self.push_equal(sql, cursor, i);
            sql.push("(");
            key.column.push(sql, self.backend);
            sql.push(if key.descending { " < " } else { " > " });
            cursor.marks[i].bind(sql);
            if key.column.nullable {
                sql.push(" OR ").push(key.column.sql).push(" IS NULL");
            }
            sql.push(") OR ");
        }
        self.push_equal(sql, cursor, self.keys.len());
        sql.push(self.id).push(if self.id_descends() { " < " } else { " > " }).bind(cursor.id).push(")");
    }

    /// Adds `<key> = <mark> AND ` for the first `count` keys.
    fn push_equal(&self, sql: &mut Sql, cursor: &Cursor, count: usize) {
        for (key, mark) in self.keys.iter().zip(&cursor.marks).take(count) {
            if *mark == Mark::Null {
                sql.push(key.column.sql).push(" IS NULL AND ");
            } else {
                key.column.push(sql, self.backend);
                sql.push(" = ");
                mark.bind(sql);
                sql.push(" AND ");
            }
        }
    }

    /// Adds ` ORDER BY ... LIMIT ...`, with one row more than a page to know whether there is a next one.
    pub fn push_order(&self, sql: &mut Sql) {
        sql.push(" ORDER BY ");
        for key in &self.keys {
            key.column.push(sql, self.backend);
            if key.descending {
                sql.push(" DESC");
            }
            sql.push(if key.column.nullable { " NULLS LAST, " } else { ", " });
        }
        sql.push(self.id);
        if self.id_descends() {
            sql.push(" DESC");
        }
        sql.push_bind(" LIMIT ", i64::from(self.limit) + 1);
    }

    /// The tie-break follows the last key, so that an index on (key, id) serves both directions.
    fn id_descends(&self) -> bool {
        self.keys.last().is_some_and(|k| k.descending)
    }

    /// The page made of `rows`.
    ///
    /// # Errors
    /// What `read` says.
    pub fn page<T>(&self, rows: &[QueryResult], total: i64, mut read: impl FnMut(&QueryResult) -> Result<T>) -> Result<Page<T>> {
        let shown = rows.len().min(self.limit as usize);
        let items = rows[..shown].iter().map(&mut read).collect::<Result<Vec<_>>>()?;
        let next = match rows.get(shown).and(rows[..shown].last()) {
            Some(last) => Some(self.encode(last)?),
            None => None,
        };
        Ok(Page { items, total, next })
    }

    fn encode(&self, row: &QueryResult) -> Result<String> {
        let mut marks = Vec::with_capacity(self.keys.len());
        for (key, name) in self.keys.iter().zip(NAMES) {
            marks.push(match key.column.kind {
                Kind::Number => row.try_get::<Option<i64>>("", name)?.map_or(Mark::Null, Mark::Number),
                Kind::Key | Kind::Text => row.try_get::<Option<String>>("", name)?.map_or(Mark::Null, Mark::Text),
            });
        }
        let cursor = Cursor { sort: self.sort.clone(), marks, id: row.try_get("", "sort_id")? };
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor)?))
    }
}

fn decode(text: &str, keys: &[Key], sort: &str) -> Result<Cursor> {
    let refused = || Error::field("after", "unknown");
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| refused())?;
    let fits = |(key, mark): (&Key, &Mark)| match mark {
        Mark::Null => key.column.nullable,
        Mark::Number(_) => key.column.kind == Kind::Number,
        Mark::Text(_) => key.column.kind != Kind::Number,
    };
    let ok = cursor.sort == sort && cursor.marks.len() == keys.len() && keys.iter().zip(&cursor.marks).all(fits);
    if ok { Ok(cursor) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};

    use super::*;

    const COLUMNS: [Column; 3] =
        [Column::key("name", "r.name"), Column::number("amount", "r.amount").nullable(), Column::text("note", "r.note")];

    /// Rows whose names and amounts repeat, some without amount.
    async fn rows() -> DatabaseConnection {
        let db = Database::connect("sqlite::memory:").await.expect("a database");
        db.execute_unprepared("CREATE TABLE r (id BLOB PRIMARY KEY, name TEXT NOT NULL, amount BIGINT, note TEXT NOT NULL)")
            .await
            .expect("a table");
        let mut sql = Sql::new("INSERT INTO r (id, name, amount, note) VALUES ");
        sql.rows(0..40_u128, |v, i| {
            let amount = (i % 5 != 0).then(|| i64::try_from(i % 3).expect("small"));
            v.extend([Uuid::from_u128(i).into(), ["b", "a", "c"][(i % 3) as usize].into(), amount.into(), format!("{}", i % 4).into()]);
        });
        sql.run(&db).await.expect("rows");
        db
    }

    fn keyset(sort: &str, after: Option<&str>, limit: u32) -> Result<Keyset> {
        Keyset::read(DbBackend::Sqlite, &COLUMNS, "r.id", "name", (Some(sort), after, Some(limit)))
    }

    async fn page(db: &DatabaseConnection, sort: &str, after: Option<&str>, limit: u32) -> Page<Uuid> {
        let keyset = keyset(sort, after, limit).expect("an order");
        let mut sql = Sql::new("SELECT r.id");
        keyset.push_columns(&mut sql);
        sql.push(" FROM r WHERE 1 = 1");
        keyset.push_after(&mut sql);
        keyset.push_order(&mut sql);
        let rows = sql.all(db).await.expect("a query");
        keyset.page(&rows, 40, |r| Ok(r.try_get("", "id")?)).expect("a page")
    }

    #[tokio::test]
    async fn pages_join_to_the_whole_list_in_every_order() {
        let db = rows().await;
        for sort in ["", "name", "-name", "amount", "-amount", "name,-amount", "-amount,note", "amount,name,-note"] {
            let whole = page(&db, sort, None, 100).await;
            assert_eq!((whole.items.len(), whole.next.is_none()), (40, true), "{sort}");
            let (mut joined, mut after) = (Vec::new(), None);
            loop {
                let part = page(&db, sort, after.as_deref(), 7).await;
                joined.extend(part.items);
                after = part.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(joined, whole.items, "{sort}");
        }
    }

    #[tokio::test]
    async fn orders_and_cursors_that_are_not_the_lists_are_refused() {
        let db = rows().await;
        assert_eq!(keyset("secret", None, 7).expect_err("no such key").code(), Some("invalid"));
        let next = page(&db, "name", None, 7).await.next.expect("more rows");
        assert_eq!(keyset("-name", Some(&next), 7).expect_err("another order").code(), Some("invalid"));
        assert_eq!(keyset("name", Some("%%%"), 7).expect_err("no cursor").code(), Some("invalid"));
        let text = URL_SAFE_NO_PAD.encode(r#"{"sort":"name","marks":[7],"id":"00000000-0000-0000-0000-000000000000"}"#);
        assert_eq!(keyset("name", Some(&text), 7).expect_err("a number for a name").code(), Some("invalid"));
    }

    #[test]
    fn limits_are_bounded() {
        assert_eq!(keyset("name", None, 0).expect("an order").limit(), 1);
        assert_eq!(keyset("name", None, 100_000).expect("an order").limit(), LIMIT_MAX);
    }
}
