//! Starting and stopping: schema, state, listener, and a stop that fails nothing in flight.

use std::net::SocketAddr;
use std::time::Duration;

use muster_shared::identity::DemoAccount;
use muster_shared::time::Instant;
use sea_orm_migration::MigratorTrait as _;
use tokio::sync::watch;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::identity;
use crate::migration::Migrator;
use crate::sql::Sql;
use crate::state::AppState;

/// Brings the schema up to date and gives a new database its log, all of it or nothing; the names of the migrations applied.
///
/// Who comes second waits and finds it done.
///
/// # Errors
/// Where the database cannot be changed.
pub async fn migrate(db: &Db, now: Instant) -> Result<Vec<String>> {
    let transaction = crate::writer::begin_patiently(&db.write).await?;
    let pending = Migrator::get_pending_migrations(&transaction).await?;
    let names = pending.iter().map(|m| m.name().to_owned()).collect();
    Migrator::up(&transaction, None).await?;
    if Sql::new("SELECT id FROM log").one(&transaction).await?.is_none() {
        let mut sql = Sql::new("INSERT INTO log (id, created_at) VALUES ");
        sql.rows([()], |v, ()| v.extend([Uuid::now_v7().into(), now.0.into()]));
        sql.run(&transaction).await?;
    }
    transaction.commit().await?;
    Ok(names)
}

/// Whether the schema is exactly the one this program knows. Only reads, unlike the migrator's own look.
///
/// # Errors
/// Where the database cannot be reached.
pub async fn is_current(db: &Db) -> Result<bool> {
    let applied = match Sql::new("SELECT version FROM seaql_migrations ORDER BY version").all(&db.read).await.map_err(Error::from) {
        Ok(rows) => rows.iter().map(|r| r.try_get("", "version")).collect::<Result<Vec<String>, _>>()?,
        Err(Error::Unavailable(detail)) => return Err(Error::Unavailable(detail)),
        // No such table: nothing was ever applied.
        Err(_) => return Ok(false),
    };
    let mut known: Vec<String> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
    known.sort_unstable();
    Ok(applied == known)
}

/// Time for requests that are being worked on when the stop comes.
const FINISHING: Duration = Duration::from_millis(6_500);
/// Time for the last answers and farewells to reach their readers; who has stalled is not waited for.
const FAREWELL: Duration = Duration::from_millis(1_500);

/// Serves until told to stop.
///
/// # Errors
/// Where it cannot start; what to do is in the text.
pub async fn serve(mut config: Config) -> Result<()> {
    if let Some(refusal) = config.refuse() {
        return Err(Error::Internal(refusal));
    }
    config.database.make_folder()?;
    // The address before the database: a second start on the same data must not touch it.
    let listener = tokio::net::TcpListener::bind(config.listen).await.map_err(|e| {
        Error::Internal(format!(
            "cannot listen on {}: {e}. Is another Muster running? Choose another address with --listen.",
            config.listen
        ))
    })?;
    config.listen = listener.local_addr().map_err(|e| Error::Internal(format!("the listener has no address: {e}")))?;
    let db = crate::db::open(&config.database.url(), true).await?;
    let clock = Clock::default();
    prepare(&db, &config, &clock).await?;
    let (stop, stopping) = watch::channel(false);
    let (state, running) = AppState::start(db, config, clock, stopping.clone()).await?;
    fill(&state).await?;
    welcome(&state).await?;
    let background = [tokio::spawn(crate::sweep::run(state.clone())), tokio::spawn(crate::outbox::run(state.clone()))];
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
    tokio::select! {
        result = axum::serve(listener, app).with_graceful_shutdown(graceful) => result.map_err(|e| Error::Internal(format!("serving: {e}")))?,
        () = finished(&state, stopping) => tracing::info!("some connections were idle or stalled"),
    }
    for task in background {
        task.abort();
    }
    if let Some(follower) = running.follower {
        follower.abort();
    }
    drop(state);
    let _ = tokio::time::timeout(FAREWELL, running.writer).await;
    tracing::info!("stopped");
    Ok(())
}

/// Returns some time after the stop, when no request is being worked on, or the time for it is over.
async fn finished(state: &AppState, mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|s| *s).await;
    let started = tokio::time::Instant::now();
    while state.metrics.in_flight() > 0 && started.elapsed() < FINISHING {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(FAREWELL).await;
}

/// Loads the demo where it was asked for.
async fn fill(state: &AppState) -> Result<()> {
    if !state.config.demo {
        return Ok(());
    }
    crate::demo::load(&state.db, &state.writer, &state.clock).await?;
    if identity::queries::is_demo(&state.db).await? {
        return Ok(());
    }
    Err(Error::Internal(
        "--demo was asked for, but this database holds another company. Start without --demo, or name another folder with --data.".into(),
    ))
}

/// Says where the server is and how to get in.
async fn welcome(state: &AppState) -> Result<()> {
    let base = state.config.base_url();
    let mut lines = vec![format!("Muster is ready: {base}/desk")];
    if state.config.demo {
        let demo = crate::demo::accounts();
        lines.push(String::new());
        lines.push("This is a demo: everybody and everything in it is invented. Sign in as".into());
        let width = |of: fn(&DemoAccount) -> &str| demo.accounts.iter().map(|a| of(a).chars().count()).max().unwrap_or(0);
        let (role, mail) = (width(|a| &a.role), width(|a| &a.mail));
        for account in &demo.accounts {
            let DemoAccount { name, mail: address, password, role: what, dealer } = account;
            lines.push(format!("  {what:role$}  {address:mail$}  {password}  {name}, {dealer}"));
        }
        lines.push(format!("  a customer follows a purchase: {base}{}", demo.customer_link));
    } else if let Some(link) = identity::setup::link(state).await? {
        lines.push(String::new());
        lines.push("There is no company yet. Set it up through this link; it works once:".into());
        lines.push(format!("  {link}"));
    }
    println!("{}", lines.join("\n"));
    Ok(())
}

/// Schema: SQLite is brought up to date after a copy of the file, PostgreSQL only by `muster migrate`.
async fn prepare(db: &Db, config: &Config, clock: &Clock) -> Result<()> {
    if is_current(db).await? {
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
    migrate(db, clock.now()).await.map(drop)
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
