//! Starting and stopping: schema, state, listener, and a stop that fails nothing in flight.

use std::net::SocketAddr;
use std::time::Duration;

use muster_shared::time::Instant;
use sea_orm::TransactionTrait as _;
use sea_orm_migration::MigratorTrait as _;
use tokio::sync::watch;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::migration::Migrator;
use crate::sql::Sql;
use crate::state::AppState;

/// Brings the schema up to date and gives a new database its log.
///
/// # Errors
/// Where the database cannot be changed.
pub async fn migrate(db: &Db, now: Instant) -> Result<()> {
    Migrator::up(&db.write, None).await?;
    let transaction = db.write.begin().await?;
    if Sql::new("SELECT id FROM log").one(&transaction).await?.is_none() {
        let mut sql = Sql::new("INSERT INTO log (id, created_at) VALUES ");
        sql.rows([()], |v, ()| v.extend([Uuid::now_v7().into(), now.0.into()]));
        sql.run(&transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Whether the schema is exactly the one this program knows.
pub async fn is_current(db: &Db) -> Result<bool> {
    let pending = Migrator::get_pending_migrations(&db.read).await?;
    Ok(pending.is_empty())
}

/// Serves until told to stop.
///
/// # Errors
/// Where it cannot start; what to do is in the text.
pub async fn serve(config: Config) -> Result<()> {
    if let Some(refusal) = config.refuse() {
        return Err(Error::Internal(refusal));
    }
    let url = config.database.url();
    if config.database.database_url.is_none() {
        std::fs::create_dir_all(&config.database.data)
            .map_err(|e| Error::Internal(format!("cannot make the folder {}: {e}", config.database.data.display())))?;
    }
    let db = crate::db::open(&url, true).await?;
    let clock = Clock::default();
    prepare(&db, &config, &clock).await?;
    let (stop, stopping) = watch::channel(false);
    let listen = config.listen;
    let (state, running) = AppState::start(db, config, clock, stopping.clone()).await?;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|e| {
        Error::Internal(format!("cannot listen on {listen}: {e}. Is another Muster running? Choose another address with --listen."))
    })?;
    let app = crate::router::app(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move {
        terminated().await;
        tracing::info!("stopping: no new requests, open ones are finished");
        let _ = stop.send(true);
    });
    let mut stopped = stopping.clone();
    let graceful = async move {
        let _ = stopped.wait_for(|s| *s).await;
    };
    let mut stopped = stopping;
    let limit = async move {
        let _ = stopped.wait_for(|s| *s).await;
        // Idle keep-alive connections must not hold the process.
        tokio::time::sleep(Duration::from_secs(8)).await;
    };
    tokio::select! {
        result = axum::serve(listener, app).with_graceful_shutdown(graceful) => result.map_err(|e| Error::Internal(format!("serving: {e}")))?,
        () = limit => tracing::warn!("some connections were still open"),
    }
    if let Some(follower) = running.follower {
        follower.abort();
    }
    drop(state);
    let _ = tokio::time::timeout(Duration::from_secs(2), running.writer).await;
    Ok(())
}

/// Schema: SQLite is brought up to date after a copy of the file, PostgreSQL only by `muster migrate`.
async fn prepare(db: &Db, config: &Config, clock: &Clock) -> Result<()> {
    if is_current(db).await.unwrap_or(false) {
        return Ok(());
    }
    if db.is_postgres() {
        return Err(Error::Internal(
            "the database has another schema than this program. Run `muster migrate` once, with the same DATABASE_URL.".into(),
        ));
    }
    let tables = Sql::new("SELECT COUNT(*) AS n FROM sqlite_master WHERE type = 'table'").one(&db.read).await?;
    let is_empty = tables.is_none_or(|r| r.try_get::<i64>("", "n").is_ok_and(|n| n == 0));
    if !is_empty {
        let copy = config.database.data.join(format!("muster-before-migration-{}.db", clock.now().0));
        let mut sql = Sql::new("VACUUM INTO ");
        sql.bind(copy.display().to_string());
        sql.run(&db.write).await?;
        tracing::info!(copy = %copy.display(), "copied the database before bringing it up to date");
    }
    migrate(db, clock.now()).await
}

async fn terminated() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).expect("signal handlers can be installed");
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
