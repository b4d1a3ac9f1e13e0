//! SQL written by hand for both databases: text with `?` marks and the values beside it.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value};

/// A statement that grows piece by piece. Text is always a literal of this program; values are always bound.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    #[must_use]
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text.
    pub fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a `?` for `value`.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.text.push('?');
        self.values.push(value.into());
        self
    }

    /// Adds text and a value for the `?` at its end.
    pub fn push_bind(&mut self, text: &'static str, value: impl Into<Value>) -> &mut Self {
        self.push(text).bind(value)
    }

    /// Adds `count` groups of values in brackets, as `INSERT` takes them.
    pub fn rows<T>(&mut self, rows: impl IntoIterator<Item = T>, mut row: impl FnMut(&mut Vec<Value>, T)) -> &mut Self {
        for (i, item) in rows.into_iter().enumerate() {
            let before = self.values.len();
            row(&mut self.values, item);
            let columns = self.values.len() - before;
            self.text.push_str(if i == 0 { "(" } else { ",(" });
            for c in 0..columns {
                self.text.push_str(if c == 0 { "?" } else { ",?" });
            }
            self.text.push(')');
        }
        self
    }

    /// Adds another statement's text and values.
    pub fn append(&mut self, other: Sql) -> &mut Self {
        self.text.push_str(&other.text);
        self.values.extend(other.values);
        self
    }

    /// The statement in the words of `backend`: PostgreSQL counts its marks.
    #[must_use]
    pub fn build(self, backend: DbBackend) -> Statement {
        if backend != DbBackend::Postgres {
            return Statement::from_sql_and_values(backend, self.text, self.values);
        }
        let mut text = String::with_capacity(self.text.len() + self.values.len() * 3);
        let mut n = 0;
        for (i, part) in self.text.split('?').enumerate() {
            if i > 0 {
                n += 1;
                text.push('$');
                text.push_str(&n.to_string());
            }
            text.push_str(part);
        }
        Statement::from_sql_and_values(backend, text, self.values)
    }

    pub async fn all(self, db: &impl ConnectionTrait) -> Result<Vec<QueryResult>, DbErr> {
        let statement = self.build(db.get_database_backend());
        db.query_all_raw(statement).await
    }

    pub async fn one(self, db: &impl ConnectionTrait) -> Result<Option<QueryResult>, DbErr> {
        let statement = self.build(db.get_database_backend());
        db.query_one_raw(statement).await
    }

    pub async fn run(self, db: &impl ConnectionTrait) -> Result<ExecResult, DbErr> {
        let statement = self.build(db.get_database_backend());
        db.execute_raw(statement).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_counted_for_postgres() {
        let mut sql = Sql::new("SELECT 1 WHERE a = ");
        sql.bind(1_i64).push(" AND b IN ").rows([2_i64, 3], |v, n| v.push(n.into()));
        assert_eq!(sql.clone().build(DbBackend::Postgres).sql, "SELECT 1 WHERE a = $1 AND b IN ($2),($3)");
        assert_eq!(sql.build(DbBackend::Sqlite).sql, "SELECT 1 WHERE a = ? AND b IN (?),(?)");
    }
}
