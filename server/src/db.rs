//! The two databases behind one door: a pool of readers and the writer's own connection.

use std::path::Path;
use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr};

/// How many statements each connection keeps prepared.
const STATEMENTS: usize = 500;

/// Rows that SQLite's thread may read ahead, so that it waits for nobody within a page of a list.
const ROWS: usize = 256;

/// Connections to one database.
#[derive(Clone, Debug)]
pub struct Db {
    /// For reading. On SQLite these cannot write.
    pub read: DatabaseConnection,
    /// For the writer task alone.
    pub write: DatabaseConnection,
    /// Where the database is, for a listener of its own (PostgreSQL).
    pub url: String,
}

impl Db {
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.read.get_database_backend()
    }

    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.backend() == DbBackend::Postgres
    }
}

/// The address of the SQLite file in the folder `data`.
#[must_use]
pub fn sqlite_url(data: &Path) -> String {
    format!("sqlite://{}?mode=rwc", data.join("muster.db").display())
}

/// Opens the database at `url`.
///
/// `durable` is off only in tests that do not test durability.
///
/// # Errors
/// Where it cannot be reached.
pub async fn open(url: &str, durable: bool) -> Result<Db, DbErr> {
    if url.starts_with("postgres") { open_postgres(url).await } else { open_sqlite(url, durable).await }
}

/// Lets `transaction` wait for locks and lie idle for as long as it takes, where the database has limits for that.
///
/// # Errors
/// Where the database cannot be reached.
pub async fn be_patient(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        for setting in ["SET LOCAL lock_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0"] {
            transaction.execute_unprepared(setting).await?;
        }
    }
    Ok(())
}

async fn open_sqlite(url: &str, durable: bool) -> Result<Db, DbErr> {
    let synchronous = if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off };
    let options = |read_only: bool, connections: u32| {
        let mut options = ConnectOptions::new(url);
        options
            .min_connections(1)
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .test_before_acquire(false)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |o| {
                let o = o
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(synchronous)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(5))
                    .statement_cache_capacity(STATEMENTS)
                    .row_buffer_size(ROWS)
                    .pragma("cache_size", "-32000")
                    .pragma("temp_store", "memory")
                    .pragma("mmap_size", "268435456");
                if read_only { o.pragma("query_only", "on") } else { o }
            });
        options
    };
    // The writer first: it creates the file and turns on the write-ahead log.
    let write = Database::connect(options(false, 1)).await?;
    let read = Database::connect(options(true, 8)).await?;
    Ok(Db { read, write, url: url.to_owned() })
}

async fn open_postgres(url: &str) -> Result<Db, DbErr> {
    let options = |connections: u32| {
        let mut options = ConnectOptions::new(url);
        options.max_connections(connections).acquire_timeout(Duration::from_secs(3)).sqlx_logging(false).map_sqlx_postgres_opts(|o| {
            o.statement_cache_capacity(STATEMENTS).application_name("muster").options([
                ("lock_timeout", "5s"),
                ("idle_in_transaction_session_timeout", "5s"),
                ("jit", "off"),
            ])
        });
        options
    };
    Ok(Db { read: Database::connect(options(10)).await?, write: Database::connect(options(2)).await?, url: url.to_owned() })
}
