//! What happened lately, in memory, for live streams and caches: a gapless window on the log's end.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use muster_shared::event::{EntityKind, Event};
use sea_orm::DatabaseConnection;
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::Result;
use crate::sql::Sql;

/// Events kept in memory.
const WINDOW: usize = 10_000;
/// A reader further back than this starts anew.
const TOO_OLD: i64 = 100_000;

/// The window, and who waits for it to move.
pub struct Hub {
    db: DatabaseConnection,
    log_id: RwLock<Uuid>,
    window: RwLock<VecDeque<Arc<Event>>>,
    head: watch::Sender<i64>,
    names: Mutex<HashMap<Uuid, String>>,
    watchers: Mutex<Vec<Watcher>>,
}

type Watcher = Box<dyn Fn(&Event) + Send>;

/// What a reader of the log gets.
#[derive(Debug)]
pub enum Batch {
    /// In order, without gap; may be empty.
    Events(Vec<Arc<Event>>),
    /// Too far back: start anew.
    TooOld,
}

impl Hub {
    /// A hub at the log's present end.
    pub async fn start(db: DatabaseConnection) -> Result<Arc<Self>> {
        let head = crate::event::Head::read(&db).await?;
        let log_id = crate::event::log_id(&db).await?;
        Ok(Arc::new(Self {
            db,
            log_id: RwLock::new(log_id),
            window: RwLock::new(VecDeque::new()),
            head: watch::Sender::new(head.seq),
            names: Mutex::new(HashMap::new()),
            watchers: Mutex::new(Vec::new()),
        }))
    }

    #[must_use]
    pub fn log_id(&self) -> Uuid {
        *self.log_id.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sequence of the last event known here.
    #[must_use]
    pub fn head(&self) -> i64 {
        *self.head.borrow()
    }

    /// Wakes whenever the head moves.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// Has `watcher` called for every event, on every node, in order.
    pub fn watch(&self, watcher: impl Fn(&Event) + Send + 'static) {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(watcher));
    }

    /// Takes on events just committed; what does not follow the head waits for [`Hub::catch_up`].
    pub fn offer(&self, events: Vec<Arc<Event>>) {
        // Held throughout: offers of the writer and of the reader task must not interleave.
        let watchers = self.watchers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut window = self.window.write().unwrap_or_else(PoisonError::into_inner);
        let mut head = self.head();
        for event in events {
            if event.seq <= head {
                continue;
            }
            if event.seq > head + 1 {
                // Another node wrote in between: the reader task fetches both in order.
                break;
            }
            head = event.seq;
            if event.entity == EntityKind::User {
                self.names.lock().unwrap_or_else(PoisonError::into_inner).remove(&event.entity_id);
            }
            for watcher in watchers.iter() {
                watcher(&event);
            }
            window.push_back(event);
        }
        while window.len() > WINDOW {
            window.pop_front();
        }
        self.head.send_if_modified(|known| {
            let moved = head > *known;
            *known = head;
            moved
        });
    }

    /// Reads what other nodes wrote.
    pub async fn catch_up(&self) -> Result<()> {
        loop {
            let events = crate::event::after(&self.db, self.head(), 1_000).await?;
            let full = events.len() == 1_000;
            self.offer(events.into_iter().map(Arc::new).collect());
            if !full {
                return Ok(());
            }
        }
    }

    /// Follows the log on PostgreSQL, where other nodes write too: on their notice, and every second in case one is lost.
    pub async fn follow(self: Arc<Self>, url: String) {
        loop {
            let listener = async {
                let mut listener = sea_orm::sqlx::postgres::PgListener::connect(&url).await?;
                listener.listen("muster_log").await?;
                Ok::<_, sea_orm::sqlx::Error>(listener)
            };
            let mut listener = match listener.await {
                Ok(listener) => listener,
                Err(error) => {
                    tracing::warn!(%error, "cannot listen to the log");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    continue;
                }
            };
            loop {
                if let Err(error) = self.catch_up().await {
                    tracing::warn!(%error, "cannot read the log");
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
                if let Ok(Err(error)) = tokio::time::timeout(Duration::from_secs(1), listener.recv()).await {
                    tracing::warn!(%error, "lost the notices of the log");
                    break;
                }
            }
        }
    }

    /// Events after `seq`, from memory where they are still there.
    pub async fn after(&self, seq: i64) -> Result<Batch> {
        let head = self.head();
        if seq >= head {
            return Ok(if seq > head { Batch::TooOld } else { Batch::Events(Vec::new()) });
        }
        {
            let window = self.window.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(first) = window.front()
                && first.seq <= seq + 1
            {
                let from = usize::try_from(seq + 1 - first.seq).unwrap_or(0);
                return Ok(Batch::Events(window.range(from.min(window.len())..).take(1_000).cloned().collect()));
            }
        }
        if head - seq > TOO_OLD {
            return Ok(Batch::TooOld);
        }
        let events = crate::event::after(&self.db, seq, 500).await?;
        Ok(Batch::Events(events.into_iter().filter(|e| e.seq <= head).map(Arc::new).collect()))
    }

    /// The display name of a user.
    pub async fn name(&self, id: Uuid) -> Result<Option<String>> {
        if let Some(name) = self.names.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(Some(name.clone()));
        }
        let mut sql = Sql::new("SELECT name FROM app_user WHERE id = ");
        sql.bind(id);
        let Some(row) = sql.one(&self.db).await? else { return Ok(None) };
        let name: String = row.try_get("", "name")?;
        self.names.lock().unwrap_or_else(PoisonError::into_inner).insert(id, name.clone());
        Ok(Some(name))
    }
}
