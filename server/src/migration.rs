//! The schema's history, the same on SQLite and PostgreSQL.

mod m0001_frame;
mod m0002_words;
mod m0003_reading;
mod m0004_catalog;
mod m0005_lead;
mod m0006_studio;

use sea_orm::ConnectionTrait as _;
use sea_orm::{DbBackend, Statement};
use sea_orm_migration::prelude::*;
use serde_json::{Map, Value};

/// All migrations in order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_frame::Migration),
            Box::new(m0002_words::Migration),
            Box::new(m0003_reading::Migration),
            Box::new(m0004_catalog::Migration),
            Box::new(m0005_lead::Migration),
            Box::new(m0006_studio::Migration),
        ]
    }
}

/// Runs SQL written with type words that differ between the databases:
/// `{id}` a UUID, `{bin}` bytes, `{key}` text that sorts binary, `{bool}` a truth value.
async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let words: [(&str, &str); 4] = match db.get_database_backend() {
        DbBackend::Postgres => [("{id}", "UUID"), ("{bin}", "BYTEA"), ("{key}", "TEXT COLLATE \"C\""), ("{bool}", "BOOLEAN")],
        _ => [("{id}", "BLOB"), ("{bin}", "BLOB"), ("{key}", "TEXT"), ("{bool}", "BOOLEAN")],
    };
    for statement in statements.split(';').map(str::trim).filter(|s| !s.is_empty()) {
        let sql = words.iter().fold(statement.to_owned(), |sql, (word, with)| sql.replace(word, with));
        db.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Gives the roles that come with Muster what they are to hold from now on; those that a company made itself stay as they are.
async fn grant(manager: &SchemaManager<'_>, change: impl Fn(&mut Map<String, Value>)) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = db.get_database_backend();
    let roles = Statement::from_string(backend, "SELECT id, grants FROM role WHERE shipped AND deleted_at IS NULL");
    for row in db.query_all_raw(roles).await? {
        let id: uuid::Uuid = row.try_get("", "id")?;
        let text: String = row.try_get("", "grants")?;
        let Ok(mut grants) = serde_json::from_str::<Map<String, Value>>(&text) else { continue };
        change(&mut grants);
        let update = match backend {
            DbBackend::Postgres => "UPDATE role SET grants = $1 WHERE id = $2",
            _ => "UPDATE role SET grants = ? WHERE id = ?",
        };
        let values = [Value::Object(grants).to_string().into(), id.into()];
        db.execute_raw(Statement::from_sql_and_values(backend, update, values)).await?;
    }
    Ok(())
}
