//! The one writer of this node: takes commands, runs each in a savepoint, commits many at once, answers after the commit.
//!
//! Every write transaction holds the log's lock from its start, so the log's order is the order of commits and rules run
//! one after the other, over all nodes.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use muster_shared::event::{Actor, Event};
use muster_shared::time::Instant;
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode, TransactionOptions,
    TransactionTrait as _,
};
use serde::Serialize;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::event::Head;
use crate::hub::Hub;
use crate::sql::Sql;

/// The key of PostgreSQL's advisory lock that guards the log.
const LOG_LOCK: i64 = 0x6d75_7374_6572;
/// Commands that may wait; beyond it callers hear at once that it is busy.
const QUEUE: usize = 1_024;
/// How long a batch takes on more commands before it commits.
const BATCH: Duration = Duration::from_millis(8);
/// How long a caller waits at most.
const PATIENCE: Duration = Duration::from_secs(20);

/// A write transaction as a command sees it: its own savepoint, its clock, its actor.
pub struct Tx {
    db: DatabaseTransaction,
    /// The time by which the command is done. The demo alone sets it back, so that it has a past.
    pub now: Instant,
    /// When the log takes what the command did.
    pub(crate) recorded_at: Instant,
    pub actor: Actor,
    /// Shared by all events of this command.
    pub operation_id: Uuid,
    pub(crate) head: Head,
    pub(crate) appended: Vec<Arc<Event>>,
}

impl Tx {
    #[must_use]
    pub fn db(&self) -> &DatabaseTransaction {
        &self.db
    }

    /// Sequence of the last event this command appended.
    #[must_use]
    pub fn last_event(&self) -> Option<i64> {
        self.appended.last().map(|e| e.seq)
    }

    /// Sequence of the first event of the record `id` in this command: its own, before those that follow from it.
    #[must_use]
    pub fn event_of(&self, id: Uuid) -> Option<i64> {
        self.appended.iter().find(|e| e.entity_id == id).map(|e| e.seq)
    }

    /// A new record id, in order of creation.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// Who asks for what, and how to recognise the same request again.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub actor: Actor,
    pub operation: &'static str,
    pub key: Option<Key>,
}

impl Envelope {
    /// A command of Muster's own.
    #[must_use]
    pub const fn system(operation: &'static str) -> Self {
        Self { actor: Actor::System, operation, key: None }
    }
}

/// An idempotency key with the hash of the body it came with.
#[derive(Clone, Debug)]
pub struct Key {
    pub key: String,
    pub body_hash: [u8; 32],
}

/// What a command answers.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// JSON.
    pub body: Option<String>,
    /// What is kept for a repeated request, where the body holds a secret.
    pub kept: Option<String>,
    /// Sequence of the last event.
    pub event: Option<i64>,
}

impl Answer {
    /// `body` as JSON with this status.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Result<Self> {
        Ok(Self { status, body: Some(serde_json::to_string(body)?), kept: None, event: None })
    }

    pub fn ok(body: &impl Serialize) -> Result<Self> {
        Self::json(StatusCode::OK, body)
    }

    pub fn created(body: &impl Serialize) -> Result<Self> {
        Self::json(StatusCode::CREATED, body)
    }

    #[must_use]
    pub const fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: None, kept: None, event: None }
    }
}

type Output = Box<dyn Any + Send>;
type Command = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<Output>> + Send>;

struct Job {
    actor: Actor,
    command: Command,
    reply: oneshot::Sender<Result<Output>>,
}

/// The way to the writer task.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    stats: Arc<Stats>,
}

/// What the writer did since it started.
#[derive(Debug, Default)]
pub struct Stats {
    pub commits: AtomicU64,
    pub failures: AtomicU64,
    /// Commands in committed batches, failed ones included.
    pub commands: AtomicU64,
    pub last_batch: AtomicU64,
}

impl Writer {
    /// Starts the writer task on its own connection. It ends when all handles are gone and all commands are done.
    #[must_use]
    pub fn start(db: DatabaseConnection, hub: Arc<Hub>, clock: Clock) -> (Self, tokio::task::JoinHandle<()>) {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let stats = Arc::new(Stats::default());
        let task = tokio::spawn(Task { db, hub, clock, stats: Arc::clone(&stats) }.run(queue));
        (Self { jobs, stats }, task)
    }

    /// What it did since it started.
    #[must_use]
    pub fn stats(&self) -> &Stats {
        &self.stats
    }

    /// Commands that wait for it.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// Runs `command` in a transaction; what it returns, once it is committed.
    ///
    /// The command goes on when the caller hangs up.
    ///
    /// # Errors
    /// What the command returned, or that the database cannot be written just now.
    pub async fn run<T: Send + 'static>(
        &self,
        actor: Actor,
        command: impl for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let command: Command = Box::new(move |tx| {
            let future = command(tx);
            Box::pin(async move { future.await.map(|value| Box::new(value) as Output) })
        });
        self.jobs.try_send(Job { actor, command, reply }).map_err(|_| Error::Busy)?;
        let output = match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(output)) => output?,
            Ok(Err(_)) => return Err(Error::Unavailable("the writer stopped".into())),
            Err(_) => return Err(Error::Busy),
        };
        output.downcast::<T>().map(|value| *value).map_err(|_| Error::Internal("a command answered another type".into()))
    }

    /// Runs `command` at most once for the envelope's key: a repeated request gets the stored answer.
    ///
    /// # Errors
    /// As [`Writer::run`]; `key-reused` where the key came before with another body.
    pub async fn once(
        &self,
        envelope: Envelope,
        command: impl for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<Answer>> + Send + 'static,
    ) -> Result<Answer> {
        self.run(envelope.actor, move |tx| {
            Box::pin(async move {
                if let Some(answer) = crate::idempotency::find(tx, &envelope).await? {
                    return Ok(answer);
                }
                let mut answer = command(tx).await?;
                answer.event = answer.event.or(tx.last_event());
                crate::idempotency::keep(tx, &envelope, &answer).await?;
                Ok(answer)
            })
        })
        .await
    }
}

/// Begins a transaction that holds the log's lock to its end.
///
/// # Errors
/// Where the lock cannot be had in time.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let transaction = db.begin_with_options(immediate()).await?;
    lock_log(&transaction).await?;
    Ok(transaction)
}

/// As [`begin`], but waits for the lock for as long as it takes: for work that others may be about already.
///
/// # Errors
/// Where the database cannot be written; on SQLite also where another holds it for too long.
pub async fn begin_patiently(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let transaction = db.begin_with_options(immediate()).await?;
    crate::db::be_patient(&transaction).await?;
    lock_log(&transaction).await?;
    Ok(transaction)
}

fn immediate() -> TransactionOptions {
    TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..TransactionOptions::default() }
}

/// Takes the log's lock until the end of `transaction`; on SQLite a transaction that began to write has it already.
///
/// # Errors
/// Where it cannot be had in time.
async fn lock_log(transaction: &DatabaseTransaction) -> Result<()> {
    if transaction.get_database_backend() == DbBackend::Postgres {
        let mut sql = Sql::new("SELECT pg_advisory_xact_lock(");
        sql.bind(LOG_LOCK).push(")");
        sql.run(transaction).await?;
    }
    Ok(())
}

struct Task {
    db: DatabaseConnection,
    hub: Arc<Hub>,
    clock: Clock,
    stats: Arc<Stats>,
}

type Done = (oneshot::Sender<Result<Output>>, Result<Output>);

impl Task {
    async fn run(self, mut queue: mpsc::Receiver<Job>) {
        while let Some(first) = queue.recv().await {
            let mut done: Vec<Done> = Vec::new();
            let mut appended = Vec::new();
            match self.batch(first, &mut queue, &mut done, &mut appended).await {
                Ok(()) => {
                    let commands = done.len() as u64;
                    self.stats.commits.fetch_add(1, Ordering::Relaxed);
                    self.stats.commands.fetch_add(commands, Ordering::Relaxed);
                    self.stats.last_batch.store(commands, Ordering::Relaxed);
                    // Readers on this node see what they wrote before they hear that it is written.
                    let last = appended.last().map_or(0, |e| e.seq);
                    self.hub.offer(appended);
                    if self.hub.head() < last && self.db.get_database_backend() == DbBackend::Sqlite {
                        // Another process wrote to the file in between, and nobody else follows the log here.
                        if let Err(error) = self.hub.catch_up().await {
                            tracing::warn!(%error, "cannot read the log");
                        }
                    }
                    for (reply, result) in done {
                        // A caller that hung up needs no answer.
                        let _ = reply.send(result);
                    }
                }
                Err(error) => {
                    let message = error.to_string();
                    self.stats.failures.fetch_add(1, Ordering::Relaxed);
                    tracing::warn!(error = message, "a batch of writes was not committed");
                    for (reply, result) in done {
                        let _ = reply.send(result.and(Err(Error::Unavailable(message.clone()))));
                    }
                }
            }
        }
    }

    async fn batch(&self, first: Job, queue: &mut mpsc::Receiver<Job>, done: &mut Vec<Done>, appended: &mut Vec<Arc<Event>>) -> Result<()> {
        let mut next = Some(first);
        let begun = self.begin().await;
        let (transaction, mut head) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                if let Some(job) = next {
                    done.push((job.reply, Err(Error::Unavailable(error.to_string()))));
                }
                return Err(error);
            }
        };
        let started = tokio::time::Instant::now();
        while let Some(job) = next {
            let result = self.step(&transaction, &mut head, job.actor, job.command, appended).await;
            done.push((job.reply, result));
            next = if started.elapsed() < BATCH { queue.try_recv().ok() } else { None };
        }
        if let Some(last) = appended.last()
            && transaction.get_database_backend() == DbBackend::Postgres
        {
            let mut sql = Sql::new("SELECT pg_notify('muster_log', ");
            sql.bind(last.seq.to_string()).push(")");
            sql.run(&transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Starts a transaction that holds the log's lock.
    async fn begin(&self) -> Result<(DatabaseTransaction, Head)> {
        let transaction = begin(&self.db).await?;
        let head = Head::read(&transaction).await?;
        Ok((transaction, head))
    }

    /// Runs one command in its savepoint; a failed or panicking one leaves no trace.
    async fn step(
        &self,
        transaction: &DatabaseTransaction,
        head: &mut Head,
        actor: Actor,
        command: Command,
        appended: &mut Vec<Arc<Event>>,
    ) -> Result<Output> {
        let savepoint = transaction.begin().await?;
        let now = self.clock.now();
        let operation_id = Uuid::now_v7();
        let mut tx = Tx { db: savepoint, now, recorded_at: now, actor, operation_id, head: *head, appended: Vec::new() };
        let result = AssertUnwindSafe(command(&mut tx)).catch_unwind().await;
        match result {
            Ok(Ok(output)) => {
                tx.db.commit().await?;
                *head = tx.head;
                appended.append(&mut tx.appended);
                Ok(output)
            }
            Ok(Err(error)) => {
                tx.db.rollback().await?;
                Err(error)
            }
            Err(_) => {
                tx.db.rollback().await?;
                Err(Error::Internal("a command panicked".into()))
            }
        }
    }
}
