//! One migrated database a run with the world in it; each test gets a copy.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use muster_server::clock::Clock;
use muster_server::db::{self, Db};
use muster_server::hub::Hub;
use muster_server::serve;
use muster_server::sql::Sql;
use muster_server::writer::Writer;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use sha2::{Digest as _, Sha256};

use super::world::{self, World};

/// Where tests find a PostgreSQL server; SQLite where absent.
fn postgres() -> Option<String> {
    std::env::var("MUSTER_TEST_PG").ok().filter(|url| !url.is_empty())
}

/// `url` with another database in it.
fn with_name(url: &str, name: &str) -> String {
    let (base, options) = url.split_once('?').map_or((url, None), |(b, o)| (b, Some(o)));
    let (server, _) = base.rsplit_once('/').expect("an address ends with a database");
    options.map_or_else(|| format!("{server}/{name}"), |o| format!("{server}/{name}?{o}"))
}

fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("muster_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A database of one test.
pub struct Database {
    pub url: String,
    /// Removed with the test.
    folder: Option<tempfile::TempDir>,
}

impl Database {
    /// A migrated database without rows.
    pub async fn empty() -> Self {
        let database = Self::blank().await;
        let db = db::open(&database.url, false).await.expect("a new database opens");
        serve::migrate(&db, Clock::default().now()).await.expect("migrates");
        close(db).await;
        database
    }

    /// A database without a table.
    pub async fn blank() -> Self {
        if let Some(url) = postgres() {
            let name = fresh_name();
            on_server(&url, format!("CREATE DATABASE {name}")).await;
            return Self { url: with_name(&url, &name), folder: None };
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { url: db::sqlite_url(folder.path()), folder: Some(folder) }
    }
}

/// Statements that no prepared statement can carry.
async fn on_server(url: &str, statement: String) {
    let server = sea_orm::Database::connect(url).await.expect("MUSTER_TEST_PG answers");
    server.execute_unprepared(&statement).await.unwrap_or_else(|e| panic!("{statement}: {e}"));
    server.close().await.expect("closes");
}

async fn close(db: Db) {
    db.read.close().await.expect("closes");
    db.write.close().await.expect("closes");
}

/// The database that copies are made of.
pub struct Template {
    pub world: World,
    postgres: Option<(String, String)>,
    file: Option<PathBuf>,
    _folder: Option<tempfile::TempDir>,
}

impl Template {
    /// Made once a run, on a runtime of its own: tests' runtimes end with their tests.
    pub fn get() -> &'static Self {
        static TEMPLATE: OnceLock<Template> = OnceLock::new();
        TEMPLATE.get_or_init(|| {
            let build = || tokio::runtime::Runtime::new().expect("a runtime").block_on(Self::build());
            std::thread::scope(|scope| scope.spawn(build).join().expect("the template is made"))
        })
    }

    async fn build() -> Self {
        let database = Database::empty().await;
        let db = db::open(&database.url, false).await.expect("opens");
        let hub = Hub::start(db.read.clone()).await.expect("reads the log");
        let (writer, task) = Writer::start(db.write.clone(), hub, Clock::default());
        let world = world::build(&writer).await;
        drop(writer);
        task.await.expect("the writer ends");
        close(db).await;
        let file = database.folder.as_ref().map(|f| f.path().join("muster.db"));
        let name = database.url.split('?').next().and_then(|u| u.rsplit('/').next()).expect("a name").to_owned();
        Self { world, postgres: postgres().map(|url| (url, name)), file, _folder: database.folder }
    }

    /// A database of its own with the same rows.
    pub async fn copy(&self) -> Database {
        if let Some((url, template)) = &self.postgres {
            let name = fresh_name();
            on_server(url, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
            return Database { url: with_name(url, &name), folder: None };
        }
        let database = Database::blank().await;
        let (from, to) = (self.file.as_ref().expect("SQLite is a file"), database.folder.as_ref().expect("so is the copy").path());
        std::fs::copy(from, to.join("muster.db")).expect("copies");
        database
    }
}

/// What a refused request must leave as it was.
pub async fn fingerprint(db: &DatabaseConnection) -> String {
    let backend = db.get_database_backend();
    let list = match backend {
        DbBackend::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
    };
    let mut hash = Sha256::new();
    for row in Sql::new(list).all(db).await.expect("tables can be listed") {
        let table: String = row.try_get("", "name").expect("a name");
        if matches!(table.as_str(), "idempotency" | "seaql_migrations") {
            continue;
        }
        hash.update(table.as_bytes());
        for text in rows(db, backend, &table).await {
            hash.update(text.as_bytes());
        }
    }
    muster_shared::event::hex(&hash.finalize())
}

/// All rows of a table as text, in an order of their own.
pub async fn rows(db: &DatabaseConnection, backend: DbBackend, table: &str) -> Vec<String> {
    let text = match backend {
        DbBackend::Postgres => format!("SELECT CAST(t.* AS TEXT) AS row FROM {table} t"),
        _ => {
            let columns = Statement::from_string(backend, format!("SELECT name FROM pragma_table_info('{table}')"));
            let columns = db.query_all_raw(columns).await.expect("columns can be listed");
            let quoted: Vec<String> =
                columns.iter().map(|c| c.try_get::<String>("", "name").expect("a name")).map(|c| format!("quote({c})")).collect();
            format!("SELECT {} AS row FROM {table}", quoted.join(" || ',' || "))
        }
    };
    let found = db.query_all_raw(Statement::from_string(backend, text)).await.expect("rows can be read");
    let mut rows: Vec<String> = found.iter().map(|r| r.try_get("", "row").expect("text")).collect();
    rows.sort_unstable();
    rows
}
